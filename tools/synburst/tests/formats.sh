#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/formats.sh SYNBURST
#
# The same storm in every format, link layer, version of IP and snap length must
# give the same figures.

set -u
synburst=$1
makecap=$(dirname "$0")/makecap
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 count=0

cat >"$tmp/steps" <<EOT
0.000000 > S 100
0.000100 > S 200
0.000200 < SA 900 101
0.000250 > icmp 3 10
0.000300 > R 101
1.000200 > S 200
1.000300 < SA 900 201
1.000400 > A 201 901
1.100000 < FA 901 201
2.000000 > S 300
2.000100 < A 901 202
2.000150 > R 202
2.000200 < RA 0 301
EOT
# ICMPv6 has other numbers.
sed 's/icmp 3 10/icmp 1 1/' "$tmp/steps" >"$tmp/steps-6"

# figures FILE [FILTER]: of its one conversation, addresses aside.
figures()
{
	"$synburst" --json "$1" | jq -c ".conversations[0] |
		del(.client, .server) ${2:-}"
}

# same NAME FILTER MAKECAP-OPTION...
same()
{
	local name=$1 filter=$2 steps=$tmp/steps got
	shift 2

	case " $* " in *" -6 "*) steps=$tmp/steps-6 ;; esac
	"$makecap" "$@" script <"$steps" >"$tmp/pcap"
	got=$(figures "$tmp/pcap" "$filter")
	count=$((count + 1))
	if [ "$got" != "$(jq -c ". $filter" "$tmp/expected")" ]; then
		echo "$name $*: $got"
		failed=$((failed + 1))
	fi
}

"$makecap" script <"$tmp/steps" >"$tmp/pcap"
figures "$tmp/pcap" >"$tmp/expected"
jq -e '.verdict == "storm" and .rst == 3 and .icmp_prohibited == 1 and
	.attempts == 3 and .challenge_acks == 1 and .refused == 1 and
	.recovery_ms == 1000.4' "$tmp/expected" >/dev/null || {
	echo "not as it should be: $(cat "$tmp/expected")"
	failed=1
}

for format in pcap swapped nsec nsec-swapped modified pcapng pcapng-swapped pcapng-nsec; do
	same format "" -f $format
done
# Without times there is no burst, and what was answered shows the storm.
same format "| {syns, attempts, rst, verdict}" -f pcapng-simple
for link in ethernet vlan qinq pppoe snap mpls cooked cooked2 raw null loop ppp; do
	for ip in "" -6 -o "-6 -o"; do
		# shellcheck disable=SC2086
		same link "" -l $link $ip
		# shellcheck disable=SC2086
		same "link at 128" "" -l $link $ip -s 200
	done
done
# The flags of TCP and the ports of a quoted header are within 68 bytes.
for link in ethernet cooked raw null loop; do
	same "68 bytes" "" -l $link -s 68
done
# With IPv6 the quoted header is not, and that has to be said.
for link in ethernet raw null loop; do
	same "68 bytes" "| del(.icmp_prohibited)" -6 -l $link -s 68
	count=$((count + 1))
	"$synburst" "$tmp/pcap" | grep -q 'snap length' || {
		echo "IPv6 $link at 68 bytes: does not say that frames were cut"
		failed=$((failed + 1))
	}
done

# Compressed, and through a pipe.
"$makecap" script <"$tmp/steps" >"$tmp/pcap"
gzip -k "$tmp/pcap"
for how in "$tmp/pcap.gz" "- <$tmp/pcap" "- <$tmp/pcap.gz" "- < <(cat $tmp/pcap)"; do
	count=$((count + 1))
	got=$(eval "figures $how")
	if [ "$got" != "$(cat "$tmp/expected")" ]; then
		echo "$how: $got"
		failed=$((failed + 1))
	fi
done

echo "$count captures, $failed differ"
[ $failed = 0 ]
