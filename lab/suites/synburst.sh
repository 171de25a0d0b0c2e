# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite synburst, 3600 s: the capture tool: verdicts, formats, broken files, tshark's counts, a fuzzer

# synburst_build NAME COMPILER FLAGS: a warning is an error.
synburst_build()
{
	make -C "$TREE/tools/synburst" O="$CACHE/synburst/$1" CC="$2" CFLAGS="$3"
}

synburst_makecap()
{
	gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
		-o "$CACHE/synburst/makecap" "$tests/makecap.c"
}

# What make install puts in place; every option is in the man page and, but for
# help, in the completion.
synburst_install()
{
	local dir=$OUT/synburst-install option

	make -C "$TREE/tools/synburst" O="$CACHE/synburst/gcc" \
		DESTDIR="$dir" PREFIX=/usr install || return
	mandoc -T lint -W warning "$dir/usr/share/man/man1/synburst.1" || return
	for option in $("$dir/usr/bin/synburst" --help |
		sed -n 's/^ .* --\([a-z-]*\).*/\1/p'); do
		echo "$option"
		grep -q "^\.It Fl . , -$option\b" \
			"$dir/usr/share/man/man1/synburst.1" || return
		[ "$option" = help ] || grep -q -- "--$option\b" \
			"$dir/usr/share/bash-completion/completions/synburst" || return
	done
}

# synburst_refused_twice PORT: two connects from one port of this host to another.
synburst_refused_twice()
{
	perl -MIO::Socket::INET -e 'IO::Socket::INET->new(
		LocalAddr => "127.0.0.1:" . (40000 + $$ % 9999),
		PeerAddr => "127.0.0.1:$ARGV[0]") for 1, 2' "$1"
}

# Listens to this host's own loopback, and changes nothing.
synburst_live()
{
	local log=$OUT/synburst-live said pid live status=0

	exec {live}< <(exec "$synburst" -i lo -t 60 2>&1)
	pid=$!
	while read -r -t 20 said <&"$live"; do
		echo "$said" >>"$log"
		case $said in
		*"listening on lo")
			# Nobody listens on port 1: refused, and again.
			synburst_refused_twice 1 ;;
		*"-> 127.0.0.1:1: a burst of SYNs begins")
			# The answer to its second SYN has not been read yet; it
			# has been once what comes after it is reported.
			synburst_refused_twice 2 ;;
		*"-> 127.0.0.1:2: a burst of SYNs begins")
			kill -INT "$pid" ;;
		esac
	done
	exec {live}<&-
	# In vain, unless it did not end.
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" || status=$?
	cat "$log"
	[ $status = 0 ] || return
	grep -q -- '-> 127.0.0.1:1: a burst of SYNs begins' "$log" || return
	grep -q '127.0.0.1:1  .* unreachable$' "$log" || return
	grep -A 3 -- '-> 127.0.0.1:1: the server cannot be reached' "$log" |
		grep -q '2 attempts were answered by RST' || return
	# As JSON, and no longer than it was told.
	timeout 20 "$synburst" --json -i lo -t 1 >"$log.json" &&
	jq -e '.file == "lo" and .error == null' "$log.json"
}

# synburst_judges SUITE VERDICT EXIT-STATUS: the capture that a suite of this
# run has made.
synburst_judges()
{
	local capture=$OUT/$1-6.1/reconnect/reconnect.pcap name="the lab's capture: $1"

	after "$1" || return 0
	try "$name" synburst_verdict "$capture" "$2" "$3"
	try "$name, as tshark counts" "$tests/tshark.sh" "$synburst" "$capture"
}

synburst_verdict()
{
	local status=0

	"$synburst" --ladder -a "$1" || status=$?
	[ $status = "$3" ] || return
	"$synburst" --json "$1" >"$1.json" || :
	jq -e --arg verdict "$2" '.verdict == $verdict' "$1.json"
}

# The picture is a picture, also of a file whose name is none.
synburst_svg()
{
	local svg=$OUT/synburst-picture name rows

	name="$OUT/a<b>&\"c.pcap"
	cp "$OUT/synburst-burst.pcap" "$name" || return
	"$synburst" -s "$svg.svg" "$name" || [ $? = 1 ] || return
	rsvg-convert "$svg.svg" -o "$svg.png" || return
	# The client's arrows, the server's, each in a row of its own.
	rows=$(xmllint --xpath '//*[@marker-end]/@d' "$svg.svg" |
		grep -o '"[^"]*"') || return
	[ "$(grep -c 'M270 .*H788' <<<"$rows")" = 5 ] || return
	[ "$(grep -c 'M790 .*H272' <<<"$rows")" = 2 ] || return
	[ "$(grep -o ' .*H' <<<"$rows" | sort -u | wc -l)" = 7 ] || return
	"$synburst" -j "$name" >"$svg.json" || :
	jq -e --arg name "$name" '.file == $name' "$svg.json"
}

suite_synburst()
{
	local tests=$TREE/tools/synburst/tests
	local synburst=$CACHE/synburst/gcc/synburst
	local checked=$CACHE/synburst/asan/synburst
	local makecap=$CACHE/synburst/makecap

	need_packages gcc:gcc make:make clang:clang jq:jq tshark:tshark \
		mandoc:mandoc perl:perl rsvg-convert:librsvg2-bin xmllint:libxml2-utils \
		/usr/bin/time:time gzip:gzip \
		/usr/include/pcap.h:libpcap-dev /usr/include/zlib.h:zlib1g-dev
	mkdir -p "$CACHE/synburst"
	try "gcc" synburst_build gcc gcc "-O2 -g"
	try "clang" synburst_build clang clang "-O2 -g"
	try "ASan and UBSan" synburst_build asan gcc \
		"-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
	try "test captures" synburst_makecap
	try "install, man page, completion" synburst_install
	try "the report's captures" "$tests/report.sh" "$synburst" "$makecap"
	try "cases" "$tests/cases.sh" "$checked" "$makecap"
	try "formats" "$tests/formats.sh" "$synburst" "$makecap"
	try "broken files" "$tests/broken.sh" "$checked" "$makecap"
	TZ=EST5EDT "$makecap" table <"$tests/report/nlm-iptables.txt" \
		>"$OUT/synburst-iptables.pcap"
	TZ=EST5EDT "$makecap" table <"$tests/report/nfs-no-iptables.txt" \
		>"$OUT/synburst-nfs.pcap"
	TZ=EST5EDT "$makecap" script <"$tests/cases/burst-established.txt" \
		>"$OUT/synburst-burst.pcap"
	"$makecap" script <"$tests/cases/counts.txt" >"$OUT/synburst-counts.pcap"
	"$makecap" bench 20000 >"$OUT/synburst-bench.pcap"
	try "as tshark counts" "$tests/tshark.sh" "$synburst" \
		"$OUT"/synburst-{iptables,nfs,burst,counts,bench}.pcap
	try "picture" synburst_svg
	try "5 million ends in 200 MB" "$tests/memory.sh" "$synburst" "$makecap"
	if [ "$(id -u)" = 0 ]; then
		try "live" synburst_live
	else
		skip "live" "capturing needs root"
	fi
	try "fuzzer, 30 s" "$TREE/tools/synburst/fuzz/run.sh" 30
	synburst_judges race storm 1
	synburst_judges fixed healthy 0
	synburst_judges stock healthy 0
}
