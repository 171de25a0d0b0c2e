#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/cases.sh SYNBURST MAKECAP [CASE...]
#
# Runs the cases in cases/. A case says which frames there are, what makecap
# and synburst are to be told ("make", "options"), and which expressions of jq
# must hold for the JSON; "c" is its first conversation.

set -u
synburst=$1 makecap=$2
shift 2
cases=$(dirname "$0")/cases
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
[ $# -gt 0 ] || set -- "$cases"/*.txt
failed=0

complain()
{
	echo "$(basename "$file"): $*"
	failed=$((failed + 1))
}

for file in "$@"; do
	read -ra make < <(sed -n 's/^make //p' "$file"; echo)
	read -ra options < <(sed -n 's/^options //p' "$file"; echo)
	"$makecap" "${make[@]}" script <"$file" >"$tmp/pcap" || complain "no capture"
	"$synburst" "${options[@]}" --json "$tmp/pcap" >"$tmp/json" 2>"$tmp/err"
	status=$?
	[ ! -s "$tmp/err" ] || complain "$(cat "$tmp/err")"
	# The exit status is part of every case.
	expected=$(jq -r '.verdict == "storm"' "$tmp/json")
	case $expected:$status in
	true:1|false:0)	;;
	*)	complain "exit status $status, a storm: $expected" ;;
	esac
	grep -q '^expect ' "$file" || complain "expects nothing"
	while read -r expression; do
		jq -e "def c: .conversations[0]; $expression" "$tmp/json" \
			>/dev/null || complain "not so: $expression"
	done < <(sed -n 's/^expect //p' "$file")
done
echo "$# cases, $failed complaints"
[ $failed = 0 ]
