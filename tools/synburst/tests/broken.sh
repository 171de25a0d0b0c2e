#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/broken.sh SYNBURST
#
# Broken files: an error that names the offset, exit status 2, what is before it
# judged, and never a crash (SYNBURST is built with ASan and UBSan here).

set -u
synburst=$1
makecap=$(dirname "$0")/makecap
report=$(dirname "$0")/report
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 count=0
export TZ=EST5EDT

complain()
{
	echo "$*"
	failed=$((failed + 1))
}

# broken NAME OFFSET PACKETS: $tmp/x is; "-" packets: not even begun
broken()
{
	local status

	count=$((count + 1))
	"$synburst" --json "$tmp/x" >"$tmp/json" 2>"$tmp/err"
	status=$?
	[ $status = 2 ] || complain "$1: exit status $status"
	grep -q "offset $2\b" "$tmp/err" ||
		complain "$1: no offset $2 in: $(cat "$tmp/err")"
	[ "$3" = - ] ||
		jq -e ".packets == $3 and (.error | test(\"offset $2\"))" \
			"$tmp/json" >/dev/null ||
		complain "$1: $(head -c 300 "$tmp/json")"
}

# patch OFFSET HEX: a copy of $tmp/good, changed
patch()
{
	cp "$tmp/good" "$tmp/x"
	# shellcheck disable=SC2059
	printf "$(sed 's/../\\x&/g' <<<"$2")" |
		dd of="$tmp/x" bs=1 seek="$1" conv=notrunc status=none
}

# Cut anywhere: records are 16 + 96 bytes after a header of 24.
"$makecap" -s 54 report <"$report/nfs-no-iptables.txt" >"$tmp/good"
size=$(stat -c %s "$tmp/good")
for ((at = 0; at < size; at += at < 100 ? 1 : 97)); do
	head -c "$at" "$tmp/good" >"$tmp/x"
	if [ "$at" -lt 24 ]; then
		broken "cut at $at" 0 -
		continue
	fi
	packets=$(((at - 24) / 70))
	if [ $((packets * 70 + 24)) != "$at" ]; then
		broken "cut at $at" $((24 + packets * 70)) $packets
		continue
	fi
	"$synburst" "$tmp/x" >/dev/null 2>"$tmp/err"
	[ $? = 2 ] && complain "cut at $at is whole: $(cat "$tmp/err")"
done
# At the end, a storm had been found.
head -c $((size - 1)) "$tmp/good" >"$tmp/x"
broken "last byte" $((size - 70)) 61
jq -e '.verdict == "storm"' "$tmp/json" >/dev/null || complain "no verdict"

# The third record says that it is longer than any; or is empty.
record=$((24 + 2 * 70))
patch $((record + 8)) ffffffff
broken "caplen -1" $record 2
patch $((record + 8)) 01000400
broken "caplen 262145" $record 2
patch $((record + 8)) 00000000
"$synburst" "$tmp/x" >/dev/null 2>"$tmp/err"
[ $? = 2 ] || complain "zero length: what follows is no record"
patch 0 deadbeef
broken "wrong magic" 0 -
patch 4 0900
broken "version 9" 4 -
patch 20 69
"$synburst" "$tmp/x" >/dev/null 2>"$tmp/err"
[ $? = 2 ] && grep -q 'link type 105' "$tmp/err" || complain "link type: $(cat "$tmp/err")"

# The second fragment of a packet has no TCP header, the first one has.
for fragment in 0001:5 2000:6; do
	patch $((24 + 47 * 70 + 16 + 20)) ${fragment%:*}
	"$synburst" --json "$tmp/x" >"$tmp/json"
	jq -e ".conversations[0].syns == ${fragment#*:}" "$tmp/json" >/dev/null ||
		complain "fragment $fragment: $(head -c 900 "$tmp/json")"
done

# A frame of no bytes is a frame.
{ head -c 24 "$tmp/good"; head -c 16 /dev/zero; tail -c +25 "$tmp/good"; } >"$tmp/x"
"$synburst" --json "$tmp/x" >"$tmp/json"
[ $? = 1 ] && jq -e '.packets == 63 and .conversations[0].frame == 49' "$tmp/json" >/dev/null ||
	complain "a frame of no bytes: $(head -c 200 "$tmp/json")"

# A record of 65535 bytes, and one of the largest size.
for n in 65535 262144; do
	{
		head -c 24 "$tmp/good"
		printf '\0\0\0\0\0\0\0\0'
		for _ in caplen len; do
			# shellcheck disable=SC2059
			printf "$(printf '\\x%02x\\x%02x\\x%02x\\0' $((n & 255)) $((n >> 8 & 255)) $((n >> 16)))"
		done
		head -c $n /dev/zero
		tail -c +25 "$tmp/good"
	} >"$tmp/x"
	"$synburst" --json "$tmp/x" >"$tmp/json"
	[ $? = 1 ] && jq -e '.packets == 63' "$tmp/json" >/dev/null ||
		complain "$n bytes: $(head -c 200 "$tmp/json")"
done

# Cut anywhere before the flags of TCP: every frame of it is counted.
for snaplen in 1 13 14 20 33 34 47; do
	count=$((count + 1))
	"$makecap" -s $snaplen report <"$report/nfs-no-iptables.txt" >"$tmp/x"
	"$synburst" --json "$tmp/x" >"$tmp/json"
	jq -e '.too_short == .packets' "$tmp/json" >/dev/null ||
		complain "snap length $snaplen: $(head -c 400 "$tmp/json")"
done

# Lying headers inside of a frame: every byte of a SYN, all ones and all zeroes.
for ((at = 24 + 47 * 70 + 16; at < 24 + 48 * 70; at++)); do
	for value in 00 ff; do
		patch "$at" $value
		"$synburst" -l "$tmp/x" >/dev/null 2>"$tmp/err"
		case $? in
		0|1|3)	;;
		*)	complain "byte $at is $value: $(cat "$tmp/err")" ;;
		esac
		count=$((count + 1))
	done
done

# pcapng: section 28, unknown 16, interface 20; packets of 32 + 56.
"$makecap" -f pcapng -s 54 report <"$report/nfs-no-iptables.txt" >"$tmp/good"
first=$((28 + 16 + 20))
for at in 20 30 50 70 100 150 151 152 1000; do
	head -c "$at" "$tmp/good" >"$tmp/x"
	packets=$((at < first ? 0 : (at - first) / 88))
	if [ "$at" -lt 24 ]; then
		broken "pcapng cut at $at" 0 -
	elif [ "$at" -lt 44 ]; then
		broken "pcapng cut at $at" 28 0
	elif [ "$at" -lt $first ]; then
		broken "pcapng cut at $at" 44 0
	elif [ $((first + packets * 88)) != "$at" ]; then
		broken "pcapng cut at $at" $((first + packets * 88)) $packets
	fi
done
patch 8 00000000
broken "no byte-order magic" 0 0
patch $((first + 4)) 00000000
broken "block of no length" $first 0
patch $((first + 4)) 59000000
broken "block of odd length" $first 0
patch $((first + 4)) fcffffff
broken "block of 4 GB" $first 0
patch $((first + 4)) 60000000
broken "block longer than its end says" $first 0
patch $((first + 8)) 07000000
broken "unknown interface" $first 0
patch $((first + 20)) ff000000
broken "packet longer than its block" $first 0
{ head -c 28 "$tmp/good"; tail -c +$((first + 1)) "$tmp/good"; } >"$tmp/x"
broken "packet without interface" 28 0

# Cut in the compressed stream: the offset is of what comes out of it.
"$makecap" report <"$report/nfs-no-iptables.txt" | gzip >"$tmp/gz"
head -c $(($(stat -c %s "$tmp/gz") - 10)) "$tmp/gz" >"$tmp/x"
count=$((count + 1))
"$synburst" "$tmp/x" >/dev/null 2>"$tmp/err"
[ $? = 2 ] && grep -q offset "$tmp/err" || complain "cut gzip: $(cat "$tmp/err")"

# Compressed by others: named, with the command to use. Also what is no file.
"$makecap" report <"$report/nfs-no-iptables.txt" >"$tmp/good"
for tool in xz bzip2 zstd; do
	count=$((count + 1))
	$tool -c "$tmp/good" >"$tmp/x"
	"$synburst" --json "$tmp/x" >"$tmp/json" 2>"$tmp/err"
	[ $? = 2 ] && grep -q "$tool -dc .* | synburst -" "$tmp/err" &&
		jq -e '(.error | test("'$tool'")) and .verdict == null' "$tmp/json" >/dev/null ||
		complain "$tool: $(cat "$tmp/err")"
done
for file in "$tmp/none" "$tmp" /dev/null; do
	count=$((count + 1))
	"$synburst" --json "$file" >"$tmp/json" 2>"$tmp/err"
	[ $? = 2 ] && jq -e --arg file "$file" '.file == $file and .verdict == null and
		(.error | length) > 0' "$tmp/json" >/dev/null ||
		complain "$file: $(cat "$tmp/json")"
done
grep -q 'the file is empty' "$tmp/err" || complain "empty: $(cat "$tmp/err")"

# Interrupted, a pipe gives what it has brought: also within a record.
for how in cat gzip; do
	for cut in 0 7; do
		count=$((count + 1))
		mkfifo "$tmp/pipe"
		"$synburst" --json - <"$tmp/pipe" >"$tmp/json" 2>"$tmp/err" &
		pid=$!
		exec 9>"$tmp/pipe"
		head -c -$cut "$tmp/good" | $how >&9
		# It has read all of it when it waits for more.
		until [ "$(cat "/proc/$pid/wchan" 2>/dev/null)" != 0 ] &&
		      grep -q 'State:.*S' "/proc/$pid/status"; do
			:
		done
		kill -INT $pid
		wait $pid
		status=$?
		exec 9>&-
		rm "$tmp/pipe"
		[ $status = 1 ] && [ ! -s "$tmp/err" ] &&
			jq -e ".packets == 62 - ($cut > 0 | if . then 1 else 0 end) and
				.verdict == \"storm\"" "$tmp/json" >/dev/null ||
			complain "interrupted ($how, $cut): $status $(cat "$tmp/err") $(head -c 200 "$tmp/json")"
	done
done

# Nothing to judge is not healthy.
head -c 24 "$tmp/good" >"$tmp/x"
"$synburst" --json "$tmp/x" >"$tmp/json" 2>"$tmp/err"
[ $? = 3 ] && jq -e '.verdict == "nothing-seen"' "$tmp/json" >/dev/null ||
	complain "a header and no packet: $(cat "$tmp/json")"
# Of several files the gravest counts.
"$synburst" "$tmp/x" "$tmp/good" >/dev/null
[ $? = 1 ] || complain "a storm in the second file"
"$synburst" "$tmp/good" "$tmp/none" "$tmp/x" >/dev/null 2>&1
[ $? = 2 ] || complain "a file that is not there, among others"

# No file, a directory, wrong usage: exit status 2 and a message.
for what in "$tmp/none" "$tmp" "" "-w 0 $tmp/good" "-w x $tmp/good" "-m -1 $tmp/good" \
	"--wrong $tmp/good" "-i lo $tmp/good" "-t 1 $tmp/good" "-j -l $tmp/good" \
	"-s $tmp/none/x $tmp/good"; do
	count=$((count + 1))
	# shellcheck disable=SC2086
	"$synburst" $what >/dev/null 2>"$tmp/err" </dev/null
	status=$?
	[ $status = 2 ] && [ -s "$tmp/err" ] ||
		complain "synburst $what: $status, $(cat "$tmp/err")"
done
grep -q 'cannot write' "$tmp/err" || complain "svg: $(cat "$tmp/err")"
"$synburst" "$tmp/good" >/dev/full 2>"$tmp/err"
[ $? = 2 ] || complain "a full disk goes unnoticed"

echo "$count broken files, $failed complaints"
[ $failed = 0 ]
