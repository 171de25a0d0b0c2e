# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite synburst, 3600 s: the capture tool: verdicts, formats, broken files, tshark's counts, a fuzzer

# synburst_make COMPILER TARGET...: a warning is an error.
synburst_make()
{
	make -C "$TREE/tools/synburst" O="$CACHE/synburst/$1" CC="$1" \
		WARN="-Wall -Wextra -Werror" "${@:2}"
}

# synburst_judges SUITE VERDICT EXIT-STATUS: the capture that a suite of this
# run has made.
synburst_judges()
{
	local capture=$OUT/$1-6.1/reconnect/reconnect.pcap name="the lab's capture: $1"

	after "$1" || return 0
	try "$name" synburst_verdict "$capture" "$2" "$3"
	try "$name, as tshark counts" "$TREE/tools/synburst/tests/tshark.sh" \
		"$synburst" "$capture"
}

synburst_verdict()
{
	local status=0

	"$synburst" --ladder -a "$1" || status=$?
	[ $status = "$3" ] || return
	"$synburst" --json "$1" >"$1.json" || :
	jq -e --arg verdict "$2" '.verdict == $verdict' "$1.json"
}

suite_synburst()
{
	local synburst=$CACHE/synburst/gcc/synburst check

	need_packages gcc:gcc make:make clang:clang jq:jq tshark:tshark \
		tcpdump:tcpdump mandoc:mandoc perl:perl ip:iproute2 \
		rsvg-convert:librsvg2-bin xmllint:libxml2-utils \
		/usr/bin/time:time gzip:gzip xz:xz-utils bzip2:bzip2 zstd:zstd \
		/usr/include/pcap.h:libpcap-dev /usr/include/zlib.h:zlib1g-dev
	mkdir -p "$CACHE/synburst"
	try "gcc" synburst_make gcc
	try "clang" synburst_make clang
	for check in report situations formats broken tshark memory picture \
		install; do
		try "$check" synburst_make gcc "check-$check"
	done
	if [ "$(id -u)" = 0 ]; then
		try "live" synburst_make gcc check-live
	else
		skip "live" "capturing needs root"
	fi
	try "fuzzer, 30 s" "$TREE/tools/synburst/fuzz/run.sh" 30
	synburst_judges race storm 1
	synburst_judges fixed healthy 0
	synburst_judges stock healthy 0
}
