#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/memory.sh SYNBURST
#
# Five million different ends that each send a SYN take less than 200 MB, and
# those that had to leave are reported, none is lost; a storm among them is kept.

set -u
synburst=$1
makecap=$(dirname "$0")/makecap
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

complain()
{
	echo "$*"
	failed=$((failed + 1))
}

cat >"$tmp/storm" <<EOT
client 10.0.0.9 700
0.000000 > S 100
0.000001 > S 200
0.000002 < SA 900 101
EOT
# Without the file header the rest may follow another capture.
{
	"$makecap" script <"$tmp/storm"
	"$makecap" tuples 5000000 | tail -c +25
} | /usr/bin/time -f %M -o "$tmp/kb" "$synburst" --json - >"$tmp/json"
kb=$(tail -n 1 "$tmp/kb")
echo "5000001 conversations: $kb kB"
[ "$kb" -lt 200000 ] || complain "more than 200 MB"
jq '{verdict, verdicts, conversations_total, evicted, evicted_open,
	conversations_unlisted, listed: (.conversations | length)}' "$tmp/json"
jq -e '.conversations_total == 5000001 and .evicted == 5000001 - 262144 and
	([.verdicts[]] | add) == .conversations_total and
	(.conversations | length) + .conversations_unlisted == .conversations_total and
	.evicted_open == .evicted' "$tmp/json" >/dev/null ||
	complain "the sum is wrong"
jq -e '.verdict == "storm" and .conversations[0].client == "10.0.0.9" and
	.conversations[0].attempts == 2' "$tmp/json" >/dev/null ||
	complain "the storm was lost"

# The same is said to people.
"$makecap" tuples 5000 | "$synburst" -m 1000 - >"$tmp/text"
grep -q '^There was room for fewer conversations than the capture has: 4000' \
	"$tmp/text" || complain "not said: $(tail -n 5 "$tmp/text")"
[ $failed = 0 ]
