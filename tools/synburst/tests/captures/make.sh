#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/captures/make.sh DIRECTORY...
#
# Takes captures of the lab's kernels for the judge, out of results of
#
#   DELAY_MS=20 OUTAGES="3/fin 3/rst 3/silent 3/refused 3/prohibited 3/away
#       3+firewall/fin" FAULTS=no_neighbour lab/run.sh --variant race \
#       --out DIRECTORY outage captures reconnect recovery
#
# and the same with --variant stock. What each must be judged to be is in
# table.txt, which also derives others from them (filtered, one way). Nothing is
# kept of data but its headers, and of bulk the first 400 packets.

set -eu
here=$(dirname "$0")
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

for dir in "$@"; do
	# shellcheck disable=SC1091
	variant=$(. "$dir/lab/params"; echo "$VARIANT")
	for file in "$dir"/{outage,captures,reconnect,recovery}/*.pcap; do
		[ -e "$file" ] || continue
		name=$variant-$(basename "$file" .pcap)
		tcpdump -r "$file" -c 400 -w "$tmp" 2>/dev/null
		name=${name//+/-}
		gzip -9n <"$tmp" >"$here/${name//_/-}.pcap.gz"
	done
done
