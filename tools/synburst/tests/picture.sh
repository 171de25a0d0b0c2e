#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/picture.sh SYNBURST
#
# The picture is a picture, also of a file whose name is none.

set -eu
synburst=$1
tests=$(dirname "$0")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
svg=$tmp/picture
name="$tmp/a<b>&\"c.pcap"

"$tests/makecap" script burst-established <"$tests/situations.txt" >"$name"
"$synburst" -s "$svg.svg" "$name" >/dev/null || [ $? = 1 ]
rsvg-convert "$svg.svg" -o "$svg.png"
# The client's arrows, the server's, each in a row of its own.
rows=$(xmllint --xpath '//*[@marker-end]/@d' "$svg.svg" | grep -o '"[^"]*"')
[ "$(grep -c 'M270 .*H788' <<<"$rows")" = 5 ]
[ "$(grep -c 'M790 .*H272' <<<"$rows")" = 2 ]
[ "$(grep -o ' .*H' <<<"$rows" | sort -u | wc -l)" = 7 ]
"$synburst" -j "$name" >"$svg.json" || [ $? = 1 ]
jq -e --arg name "$name" '.file == $name' "$svg.json" >/dev/null
echo "a picture of 7 steps"
