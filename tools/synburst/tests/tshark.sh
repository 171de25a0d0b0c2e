#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/tshark.sh SYNBURST [CAPTURE...]
#
# Packets, SYNs, different ISNs and RSTs of each conversation, and the answers of
# a firewall, must be those that tshark counts.

set -u
synburst=$1
shift
tests=$(dirname "$0")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 conversations=0

if [ $# = 0 ]; then
	for report in nlm-iptables nfs-no-iptables; do
		TZ=EST5EDT "$tests/makecap" report <"$tests/report/$report.txt" \
			>"$tmp/$report.pcap"
	done
	for situation in burst-established counts; do
		"$tests/makecap" script $situation <"$tests/situations.txt" \
			>"$tmp/$situation.pcap"
	done
	"$tests/makecap" bench 20000 >"$tmp/bench.pcap"
	set -- "$tmp"/*.pcap
fi

for capture in "$@"; do
	packets=$(capinfos -TrMc "$capture" | cut -f2)
	"$synburst" --json "$capture" >"$tmp/json"
	if ! jq -e ".packets == $packets" "$tmp/json" >/dev/null; then
		echo "$capture: $(jq .packets "$tmp/json") packets, of $packets"
		failed=$((failed + 1))
	fi

	# An ICMP error has the fields of the packet that it quotes as well.
	tshark -n -r "$capture" -o tcp.relative_sequence_numbers:FALSE \
		-Y '(tcp.flags.syn == 1 && tcp.flags.ack == 0) || tcp.flags.reset == 1' \
		-T fields -E occurrence=f -e ip.src -e tcp.srcport -e ip.dst \
		-e tcp.dstport -e tcp.flags.syn -e tcp.seq -e icmp.type \
		2>/dev/null |
	awk '
		$7 != "" { next }
		{ there = $1 " " $2 " " $3 " " $4; back = $3 " " $4 " " $1 " " $2 }
		$5 == 1 || $5 == "True" {
			syns[there]++
			if (!seen[there, $6]++)
				isns[there]++
			next
		}
		{ rsts[there]++; rsts[back]++ }
		END {
			for (k in syns)
				print k, syns[k], isns[k], rsts[k] + 0
		}' | sort >"$tmp/tshark"
	jq -r '.conversations[] |
		select(.syns > 0) | [.client, .sport, .server, .dport, .syns,
		.attempts, .rst] | map(tostring) | join(" ")' "$tmp/json" |
		sort >"$tmp/synburst"
	if ! diff "$tmp/tshark" "$tmp/synburst" >"$tmp/diff"; then
		echo "$capture: client, port, server, port, SYNs, ISNs, RSTs (< tshark)"
		head -n 20 "$tmp/diff"
		failed=$((failed + 1))
	fi

	icmp=$(tshark -n -r "$capture" -Y 'icmp.type == 3 && (icmp.code == 9 || icmp.code == 10 || icmp.code == 13)' 2>/dev/null | wc -l)
	ours=$(jq '[.conversations[].icmp_prohibited] | add // 0' "$tmp/json")
	if [ "$icmp" != "$ours" ]; then
		echo "$capture: $ours ICMP prohibited, tshark counts $icmp"
		failed=$((failed + 1))
	fi
	conversations=$((conversations + $(wc -l <"$tmp/tshark")))
done
echo "$# captures, $conversations conversations, $failed differ"
[ $failed = 0 ] && [ $conversations -gt 0 ]
