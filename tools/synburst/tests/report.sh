#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/report.sh SYNBURST
#
# The three captures of the original report, rebuilt from what it prints, must
# get the report's own conclusions, with its frames, times and numbers.

set -u
synburst=$1
report=$(dirname "$0")/report
makecap=$(dirname "$0")/makecap
export TZ=EST5EDT
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

complain()
{
	echo "$name: $*"
	failed=$((failed + 1))
}

# judge NAME STATUS
judge()
{
	local status

	name=$1
	"$makecap" report <"$report/$name.txt" >"$tmp/$name.pcap" ||
		complain "no capture"
	"$synburst" --json "$tmp/$name.pcap" >"$tmp/json"
	status=$?
	[ $status = "$2" ] || complain "exit status $status, not $2"
	"$synburst" --ladder "$tmp/$name.pcap" >"$tmp/text"
}

json()
{
	jq -e "def c: .conversations[0]; $1" "$tmp/json" >/dev/null ||
		complain "not so: $1"
}

# In the table or the diagram.
text()
{
	grep -qE -- "$1" "$tmp/text" || complain "does not say: $1"
}

# "The client ... gets a SYN ACK (frame 1227). However, this SYN ACK has a
# completed unexpected ACK number given the SEQ used in the clients SYN. This is
# presumably why the client responds with an ICMP Destination Unreachable."
judge nlm-iptables 0
json '.verdict == "firewall" and .packets == 6817'
json 'c.client == "10.0.0.36" and c.server == "10.0.0.182" and c.sport == 866 and c.dport == 304'
json 'c.syns == 2 and c.attempts == 1 and c.bursts == [] and c.frame == 1226'
json 'c.synacks == 6 and c.mismatched_synack == 6 and c.overtaken_synack == 0'
json 'c.icmp_prohibited == 6 and c.rst == 0 and (c.established | not)'
json 'c.time == 1493062790.891862'
text 'frame 1227: the first SYN,ACK that acknowledges no SYN of this client'
text "frame 1228: ICMP administratively prohibited from the client's side"
text '^ *1226  15:39:50.891862  .*SYN seq=4115864593 -*>'
text '^ *6816  15:40:15.891399  .<-* SYN,ACK ack=956456355 '

# "A burst of SYN packets from the NFS client, each from the same TCP port, but
# different sequence numbers ... By the time the server's SYN ACK for the first
# client SYN arrives, the client already has three other outstanding SYNs and
# nf_conntrack does not like it."
judge nlm-burst 1
json '.verdict == "storm" and .packets == 810903'
json 'c.client == "10.0.0.47" and c.server == "10.0.0.81" and c.sport == 705 and c.dport == 304'
json 'c.syns == 8 and c.attempts == 5 and c.bursts_total == 1'
json 'c.bursts[0] == {frame: 809763, time: 1493053609.637735, syns: 4, isns: 4, overlapping: 3, span_us: 198}'
json 'c.overtaken_synack == 9 and c.icmp_prohibited == 9 and c.rst == 0'
json '(c.established | not) and c.recovery_ms == null'
text 'frame 809763, 13:06:49.637735: 4 SYNs with 4 different sequence numbers within 198 us'
text 'frame 809767: the first SYN,ACK that acknowledges an overtaken SYN'
text '^ *809766  13:06:49.637933  .*SYN seq=4241130922 -*>'

# "The TCP connection for NFS runs into problems due to the multiple SYNs from
# the NFS client, and the NFS server responding to the [first] SYN", three times.
judge nfs-no-iptables 1
json '.verdict == "storm" and .packets == 62'
json 'c.client == "192.168.122.18" and c.sport == 815 and c.service == "NFS"'
json 'c.syns == 6 and c.attempts == 6 and c.overlapping == 3'
json 'c.bursts[0] == {frame: 48, time: 1495067090.684597, syns: 6, isns: 6, overlapping: 3, span_us: 5229}'
json 'c.overtaken_synack == 3 and c.rst == 6 and c.refused == 3'
json 'c.icmp_prohibited == 0 and (c.established | not)'
text '0 of 3 SYN,ACKs acknowledge the newest SYN'
text '6 RSTs: 3 of the client, 3 of the server'
text 'the client resets what the server answers'
text '^ *52  20:24:50.685654  .<-* RST,ACK ack=3677245017 '

echo "3 captures, $failed complaints"
[ $failed = 0 ]
