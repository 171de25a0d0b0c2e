#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/install.sh O
#
# What make install puts in place: every option is in the man page and, but for
# help, in the completion; so is every field of JSON in the man page.

set -eu
source=$(dirname "$0")/..
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
make -s -C "$source" O="$1" DESTDIR="$dir" PREFIX=/usr install
synburst=$dir/usr/bin/synburst page=$dir/usr/share/man/man1/synburst.1
mandoc -T lint -W warning "$page"
for option in $("$synburst" --help | sed -n 's/^ .* --\([a-z-]*\).*/\1/p'); do
	grep -q "^\.It Fl . , -$option\b" "$page" ||
		{ echo "not in the man page: $option"; exit 1; }
	[ "$option" = help ] || grep -q -- "--$option\b" \
		"$dir/usr/share/bash-completion/completions/synburst" ||
		{ echo "not in the completion: $option"; exit 1; }
done
"$source/tests/makecap" script burst-established \
	<"$source/tests/situations.txt" >"$dir/pcap"
for field in $("$synburst" -j "$dir/pcap" |
	jq -r '[paths | .[] | strings] | unique[]'); do
	grep -qw "$field" "$page" ||
		{ echo "not in the man page: $field"; exit 1; }
done
"$synburst" --version | grep '^synburst [0-9]'
