#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/situations.sh [--table] SYNBURST [NAME...]
#
# The judge: every situation of situations.txt and every capture of captures/
# must get its verdict. Prints how many are right, and of those that are not how
# many are false storms (said of a client that is sound) and how many are missed
# ones. --table prints a line for each.

set -u
table=
[ "${1:-}" != --table ] || { table=1; shift; }
synburst=$1
shift
tests=$(dirname "$0")
situations=$tests/situations.txt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 all=0 right=0 false=0 missed=0

complain()
{
	echo "$name: $*"
	failed=$((failed + 1))
}

# judged NAME VERDICT CAPTURE [OPTION...]
judged()
{
	local name=$1 wanted=$2 status verdict
	shift 2

	timeout 60 "$synburst" --json "${@:2}" "$1" >"$tmp/json" 2>"$tmp/err"
	status=$?
	verdict=$(jq -r .verdict "$tmp/json")
	all=$((all + 1))
	if [ "$verdict" = "$wanted" ]; then
		right=$((right + 1))
	elif [ "$verdict" = storm ]; then
		false=$((false + 1))
	elif [ "$wanted" = storm ]; then
		missed=$((missed + 1))
	fi
	if [ "$table" ]; then
		printf '%-36s %-15s %s%s\n' "$name" "$wanted" "$verdict" \
			"$([ "$verdict" = "$wanted" ] || echo '  <- wrong')"
		return
	fi
	[ "$verdict" = "$wanted" ] || complain "$verdict, not $wanted"
	[ ! -s "$tmp/err" ] || complain "$(head -n 5 "$tmp/err")"
	case $verdict:$status in
	storm:1|nothing-seen:3)	;;
	storm:*|nothing-seen:*|*:[!0]*)
		complain "exit status $status for $verdict" ;;
	esac
}

# The lines of a situation that begin with a word.
lines()
{
	sed -n "/^== $1:/,/^== /{/^== /d;s/^$2 //p}" "$situations"
}

while read -r _ name wanted; do
	name=${name%:}
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	read -ra make < <(lines "$name" make; echo)
	read -ra options < <(lines "$name" options; echo)
	"$tests/makecap" "${make[@]}" script "$name" <"$situations" \
		>"$tmp/pcap" || complain "no capture"
	judged "$name" "$wanted" "$tmp/pcap" "${options[@]}"
	[ -z "$table" ] || continue
	while read -r expression; do
		jq -e "def c: .conversations[0]; $expression" "$tmp/json" \
			>/dev/null || complain "not so: $expression"
	done < <(lines "$name" expect)
	"$synburst" "${options[@]}" "$tmp/pcap" >"$tmp/text"
	while read -r words; do
		grep -qE -- "$words" "$tmp/text" || complain "does not say: $words"
	done < <(lines "$name" says)
	while read -r words; do
		! grep -qE -- "$words" "$tmp/text" || complain "says: $words"
	done < <(lines "$name" "says-not")
done < <(grep '^== ' "$situations")

while read -r file wanted how filter; do
	name=$file${how:+/$how}
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	gzip -dc "$tests/captures/$file.pcap.gz" >"$tmp/whole"
	if [ "$filter" ]; then
		tcpdump -r "$tmp/whole" -w "$tmp/pcap" "$filter" 2>"$tmp/err" ||
			complain "$(cat "$tmp/err")"
	else
		mv "$tmp/whole" "$tmp/pcap"
	fi
	judged "$name" "$wanted" "$tmp/pcap"
done < <(sed '/^#/d;/^$/d' "$tests/captures/table.txt")

echo "$right of $all verdicts right, $false false storms, $missed missed storms; $failed complaints"
[ $failed = 0 ] && [ $right = $all ] && [ $all -gt 0 ]
