#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/sunrpc-fix/test.sh [SHELL...]
#
# The command against made-up hosts: directories with the files of /sys, /proc
# and /lib/modules that it reads. Under each shell (dash and bash).

. "$(dirname "$0")/../../scripts/lib.sh"

TOOL=$TREE/tools/sunrpc-fix/sunrpc-fix
need_packages jq:jq gcc:gcc dash:dash fuser:psmisc
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export SUNRPC_FIX_ROOT=$tmp/root
failed=0 tests=0
shells=("$@")
[ $# -gt 0 ] || shells=(dash bash)

# host RELEASE HEADER LOCK_CONNECT: yes, no or unknown, as check prints them.
host()
{
	local root=$SUNRPC_FIX_ROOT include
	rm -rf "$root"
	mkdir -p "$root/proc/sys/kernel" "$root/boot"
	echo "$1" >"$root/proc/sys/kernel/osrelease"
	if [ "$2" != unknown ]; then
		include=$root/lib/modules/$1/build/include/linux/sunrpc
		mkdir -p "$include"
		echo '#define XPRT_SOCK_DATA_READY 2' >"$include/xprtsock.h"
		[ "$2" = no ] ||
			echo '#define XPRT_SOCK_CONNECTING 1U' >>"$include/xprtsock.h"
	fi
	if [ "$3" != unknown ]; then
		printf '0 T xprt_connect\t[sunrpc]\n' >"$root/proc/kallsyms"
		[ "$3" = no ] ||
			printf '0 t xprt_lock_connect\t[sunrpc]\n' >>"$root/proc/kallsyms"
	fi
}

COUNTERS="attempts suppressed would_suppress parked held gate_only completed
	failed torn_down race_broken stale_settled pool_exhausted adopted
	missed_hits in_flight"

# module: loaded, and nothing is wrong.
module()
{
	local dir=$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix counter

	host 4.1.6 no yes
	mkdir -p "$dir/counters" "$dir/parameters" "$SUNRPC_FIX_ROOT/proc/fs" \
		"$SUNRPC_FIX_ROOT/sys/kernel/debug/kprobes"
	for counter in $COUNTERS; do
		echo 0 >"$dir/counters/$counter"
	done
	echo 0.1.0 >"$dir/version"
	# As kernels since 5.9 show what is not theirs.
	printf enforce >"$dir/parameters/mode"
	echo Y >"$dir/parameters/hold"
	echo 1 >"$SUNRPC_FIX_ROOT/sys/kernel/debug/kprobes/enabled"
	cat >"$SUNRPC_FIX_ROOT/proc/fs/sunrpc_fix" <<-EOT
	probe=xs_tcp_state_change at=entry armed=1 missed=0
	probe=xprt_connect at=entry armed=1 missed=0
	probe=xs_tcp_setup_socket at=return armed=1 missed=0
	probe=kernel_connect at=entry armed=1 missed=0
	transport=192.0.2.1:2049 port=0 state=idle in_flight=0 age_ms=5000
	EOT
}

# counter NAME VALUE
counter()
{
	echo "$2" >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/counters/$1"
}

# transport LINE
transport()
{
	echo "transport=$1" >>"$SUNRPC_FIX_ROOT/proc/fs/sunrpc_fix"
}

# unarm PROBE
unarm()
{
	sed -i "/probe=$1 /s/armed=1/armed=0/" "$SUNRPC_FIX_ROOT/proc/fs/sunrpc_fix"
}

not()
{
	! "$@"
}

# ok WHAT COMMAND...
ok()
{
	local what=$1
	shift

	tests=$((tests + 1))
	if ! "$@" >"$tmp/why" 2>&1; then
		echo "FAILED ($shell): $what: $*"
		cat "$tmp/why" "$tmp/said"
		failed=$((failed + 1))
	fi
}

# exits CODE ARGUMENT...: of the command; what it said is in $tmp/said.
exits()
{
	local want=$1 got=0
	shift

	"$shell" "$TOOL" "$@" >"$tmp/said" 2>"$tmp/errors" || got=$?
	cat "$tmp/errors" >>"$tmp/said"
	[ $got = "$want" ] || { echo "exit status $got, not $want"; return 1; }
}

said()
{
	grep -qe "$1" "$tmp/said"
}

# json FILTER: is true of what was said.
json()
{
	jq -e "$1" "$tmp/said"
}

test_status()
{
	module
	ok "in order" exits 0 status
	ok "the mode is shown" said '^mode  *enforce$'
	ok "the probes are" said '^probes  *4 of 4 armed$'
	ok "nothing is in flight" not said 'in flight:'

	transport '192.0.2.7:2049 port=871 state=held in_flight=1 age_ms=1240'
	transport '[2001:db8::1]:2049 port=872 state=gated in_flight=1 age_ms=90'
	counter in_flight 2
	ok "in flight is no complaint" exits 0 status
	ok "server, port, age" said '^192.0.2.7:2049  *871  *held  *1.2 s$'
	ok "IPv6" said '^\[2001:db8::1\]:2049  *872  *gated  *0.1 s$'
	ok "not what is idle" not said '192.0.2.1'
	ok "json" exits 0 status --json
	ok "json: in flight" json '.in_flight == [
		{"server": "192.0.2.7:2049", "port": 871, "state": "held", "age_ms": 1240},
		{"server": "[2001:db8::1]:2049", "port": 872, "state": "gated", "age_ms": 90}]'
	ok "json: the rest" json '.status == "OK" and .loaded and
		.mode == "enforce" and .version == "0.1.0" and
		.kernel == "4.1.6" and .counters.in_flight == 2 and
		(.probes | length) == 4 and (.probes | all(.armed)) and
		(.counters | length) == 15'

	transport '192.0.2.9:2049 port=873 state=held in_flight=1 age_ms=130001'
	ok "a server that does not answer" exits 1 status
	ok "... is named" said 'no answer .* from 192.0.2.9:2049'

	module
	printf observe >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode"
	counter would_suppress 7
	ok "observing" exits 1 status
	ok "... and what for" said '7 requests would have been'
	counter missed_hits 3
	counter pool_exhausted 4
	ok "several warnings" exits 1 status --json
	ok "... are all told" json '.status == "WARNING" and
		(.text | test("7 requests.*3 probe hits missed.*4 connects not followed"))'
	unarm xs_tcp_state_change
	ok "the gravest counts" exits 2 status --nagios
	ok "nagios" said '^SUNRPC_FIX CRITICAL - .*not armed: xs_tcp_state_change.* | adopted=0c .* in_flight=0 '
	ok "... in one line" [ "$(wc -l <"$tmp/said")" = 1 ]

	module
	echo N >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/hold"
	unarm xprt_connect
	unarm xs_tcp_setup_socket
	ok "without the hold two probes will do" exits 0 status
	module
	echo 0 >"$SUNRPC_FIX_ROOT/sys/kernel/debug/kprobes/enabled"
	ok "all kprobes disarmed" exits 2 status
	module
	rm "$SUNRPC_FIX_ROOT/proc/fs/sunrpc_fix"
	ok "who is not root sees the counters" exits 0 status
	ok "... and that nothing is said of the probes" said 'not looked at'
	ok "... and valid json" exits 0 status --json
	ok "... without probes" json 'has("probes") | not'

	host 4.1.6 no yes
	ok "affected, and not loaded" exits 2 status
	host 4.1.6 yes yes
	ok "not needed" exits 0 status --json
	ok "... in json" json '.loaded | not'
	host 4.1.6 unknown unknown
	ok "not known" exits 3 status
}

test_metrics()
{
	local file=$tmp/metrics.prom

	module
	counter suppressed 12
	ok "metrics" exits 0 status --metrics
	ok "a counter" said '^sunrpc_fix_suppressed_total 12$'
	ok "its type" said '^# TYPE sunrpc_fix_suppressed_total counter$'
	ok "a gauge" said '^# TYPE sunrpc_fix_in_flight gauge$'
	ok "the status" said '^sunrpc_fix_status 0$'
	ok "the mode" said '^sunrpc_fix_enforcing 1$'
	cp "$tmp/said" "$tmp/metrics-$shell-loaded"
	ok "into a file" exits 0 status --metrics "$file"
	ok "... the same" cmp "$file" "$tmp/metrics-$shell-loaded"
	ok "... and nothing beside it" [ "$(ls "$tmp"/metrics.prom*)" = "$file" ]
	host 4.1.6 no yes
	ok "the file is written whatever is in it" exits 0 status --metrics "$file"
	ok "... critical" grep -q '^sunrpc_fix_status 2$' "$file"
	cp "$file" "$tmp/metrics-$shell-not-loaded"
	ok "a file that cannot be written" exits 3 status --metrics "$tmp/no/file"
	mkdir -p "$tmp/dir"
	ok "a directory, which nobody would read from" exits 3 status --metrics "$tmp/dir"
	ok "... is left alone" [ -z "$(ls "$tmp/dir")" ]
}

test_check()
{
	host 2.6.32-696.el6.x86_64 unknown unknown
	ok "el6 by its release" exits 2 check
	host 2.6.32-696.6.3.el6.x86_64 unknown unknown
	ok "el6 with the fix" exits 0 check
	host 2.6.32-642.15.1.el6.x86_64 unknown unknown
	ok "el6 before the defect" exits 0 check
	host 4.1.6 unknown yes
	ok "4.1 without headers" exits 3 check
	host 4.2.8 yes yes
	ok "json" exits 0 check --json
	ok "json: verdict" json '.verdict == "fixed" and .header_has_fix == "yes" and .kernel == "4.2.8"'
	host 4.1.6 no yes
	echo 'CONFIG_KPROBES=y' >"$SUNRPC_FIX_ROOT/boot/config-4.1.6"
	ok "a configuration without what it needs" exits 2 check --json
	ok "... is named" json '.missing_config == "CONFIG_MODULES CONFIG_KRETPROBES"'
	ok "... in text" exits 2 check
	ok "... without a blank too many" said 'no CONFIG_MODULES CONFIG_KRETPROBES: it has'
	rm "$SUNRPC_FIX_ROOT/boot/config-4.1.6"
	ok "a configuration that cannot be read" exits 2 check
	ok "... is no promise" said '^config  *unknown$'
	ok "... nor in json" exits 2 check --json
	ok "... where it is called unknown" json '.missing_config == "unknown"'
	module
	ok "affected and in force" exits 0 check
	printf observe >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode"
	ok "affected and observing" exits 1 check
}

# command_is NAME: stands in for that one; its script is standard input.
command_is()
{
	mkdir -p "$tmp/bin"
	{ echo '#!/bin/sh'; cat; } >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

# reproducer VERDICT: what it will find.
reproducer()
{
	echo 'echo 0' | command_is id
	command_is modprobe <<-EOT
	[ "\$1" = sunrpc ] && exit
	mkdir -p "$SUNRPC_FIX_ROOT/sys/module/sunrpc_repro/result"
	echo "$1" >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_repro/result/verdict"
	EOT
	command_is rmmod <<-EOT
	rm -r "$SUNRPC_FIX_ROOT/sys/module/\$1"
	EOT
}

test_reproduce()
{
	local PATH=$tmp/bin:$PATH repro=$SUNRPC_FIX_ROOT/sys/module/sunrpc_repro
	local mode=$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode

	host 4.5.0 unknown unknown
	reproducer affected
	ok "the reproducer knows better than the release" exits 2 check --reproduce
	ok "... and is gone" not test -d "$repro"
	reproducer "not affected"
	ok "it sees no race" exits 0 check --reproduce
	mkdir -p "$repro/result"
	echo affected >"$repro/result/verdict"
	printf '#!/bin/sh\nexit 0\n' >"$tmp/bin/modprobe"
	ok "an old verdict is not taken for today's" not exits 2 check --reproduce
	reproducer inconclusive
	ok "it cannot tell: by the release" exits 0 check --reproduce
	ok "... and it says so" said 'the reproducer could not tell'

	module
	reproducer affected
	ok "the race in spite of the module" exits 2 check --reproduce
	printf observe >"$mode"
	ok "to observe is to see the race" exits 1 check --reproduce
	ok "... and no more" not said 'although'
	rm -r "${tmp:?}/bin"
}

# awaited COMMAND...
awaited()
{
	local n

	for ((n = 0; n < 200; n++)); do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}

# A kernel with trace buffers: mkdir makes what it makes.
test_watch_trace()
{
	local tracing=$SUNRPC_FIX_ROOT/sys/kernel/tracing watch
	local PATH=$tmp/bin:$PATH instance status end

	echo 'echo 0' | command_is id
	command_is mkdir <<-'EOT'
	PATH=/usr/bin:/bin
	mkdir -p "$1/events/sunrpc_fix" && echo 0 >"$1/events/sunrpc_fix/enable" &&
		mkfifo "$1/trace_pipe"
	EOT
	# Busy while somebody reads.
	command_is rmdir <<-EOT
	[ "\$(fuser "\$1/trace_pipe" 2>/dev/null | tr -d ' ')" = \
		"\$(cat "$tmp/writer")" ] && rm -r "\$1"
	EOT
	for end in TERM unload reload; do
		module
		command mkdir -p "$tracing/instances" "$tracing/events/sunrpc_fix"
		"$shell" "$TOOL" watch >"$tmp/said" 2>"$tmp/errors" &
		watch=$!
		instance=$tracing/instances/sunrpc_fix.$watch
		ok "watch: the events are enabled" awaited grep -qs 1 \
			"$instance/events/sunrpc_fix/enable"
		{
			echo '  nfs-1 [001] d..1  12.5: sunrpc_fix_begin: server=x state=y'
			exec sleep 60
		} >"$instance/trace_pipe" &
		echo $! >"$tmp/writer"
		ok "... and shown" awaited said '^12.5 begin server=x state=y$'
		case $end in
		TERM)	kill $watch ;;
		unload)	rm "$instance/events/sunrpc_fix/enable" ;;
		reload)	echo 0 >"$instance/events/sunrpc_fix/enable" ;;
		esac
		ok "$end: it ends" awaited not kill -0 $watch
		kill -KILL $watch 2>/dev/null || :
		wait $watch && status=0 || status=$?
		case $end in
		TERM)	ok "$end: the end" [ $status = 0 ] ;;
		*)	ok "$end: nothing is to be seen any more" [ $status = 3 ]
			ok "... because" grep -q 'was unloaded' "$tmp/errors" ;;
		esac
		kill "$(cat "$tmp/writer")"
		ok "... and no buffer is left" [ -z "$(ls "$tracing/instances")" ]
	done
	rm -r "${tmp:?}/bin"
}

test_rest()
{
	local mode=$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode watch

	module
	ok "observe" exits 0 observe
	ok "... was written" [ "$(cat "$mode")" = observe ]
	ok "enforce" exits 0 enforce
	ok "... was written" [ "$(cat "$mode")" = enforce ]
	unarm xs_tcp_state_change
	ok "enforce, and nothing is prevented" exits 3 enforce
	ok "... because" said 'not armed: xs_tcp_state_change$'
	ok "observe all the same" exits 0 observe
	host 4.1.6 no yes
	ok "no module to switch" exits 3 enforce
	ok "... and what to do" said 'modprobe sunrpc_fix'
	ok "no module to watch" exits 3 watch

	module
	"$shell" "$TOOL" watch >"$tmp/said" 2>"$tmp/errors" &
	watch=$!
	ok "watching" awaited grep -q watching "$tmp/errors"
	counter attempts 2
	counter suppressed 40
	ok "a line per changed counter" awaited said 'suppressed +40 = 40$'
	ok "... each" said 'attempts +2 = 2$'
	ok "... and no other" [ "$(wc -l <"$tmp/said")" = 2 ]
	rm -r "$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix"
	wait $watch && status=0 || status=$?
	ok "it ends with the module" [ $status = 3 ]
	test_watch_trace

	echo 'echo "got $*"; exit 1' | command_is synburst
	PATH=$tmp/bin:$PATH ok "synburst's exit status" exits 1 diagnose a.pcap b.pcap
	ok "... and arguments" said '^got a.pcap b.pcap$'
	rm "$tmp/bin/synburst"
	ok "usage" exits 0 --help
	for wrong in "" nonsense "status --nonsense" "status x" "check x" \
		     "watch x" "enforce x" diagnose; do
		# shellcheck disable=SC2086
		ok "wrong usage: '$wrong'" exits 3 $wrong
		ok "... says what to do" [ -s "$tmp/errors" ]
	done
}

# What affected.c, the command and dkms.conf say of a kernel, side by side.
releases()
{
	local a b c
	sed -n 's/.*{ "\([^"]\+\)".*/\1/p' "$TREE/kunit_tests/affected_test.c"
	for a in 695 696 697; do
		for b in .5 .6 .7 .10; do
			for c in "" .2 .3; do
				echo "2.6.32-$a$b$c.el6.x86_64"
			done
		done
	done
	printf '%s\n' 3.10.0-1160.el7.x86_64 3.19.8 4.0 4.2.0-16-generic 4.10.0 \
		6.12.1
}

# dkms_builds RELEASE: as dkms decides, with the headers of the host.
dkms_builds()
{
	# Set here, used by dkms.conf, and the other way round.
	# shellcheck disable=SC2034,SC2154
	(
		kernelver=$1
		kernel_source_dir=$SUNRPC_FIX_ROOT/lib/modules/$1/build
		set +u
		unset SUNRPC_FIX_FORCE
		. "$TREE/dkms.conf"
		[[ ! $BUILD_EXCLUSIVE_KERNEL || $1 =~ $BUILD_EXCLUSIVE_KERNEL ]]
	)
}

# same SAID VERDICT REASON
same()
{
	[[ $1 == *'"verdict": "'"$2"'"'* && $1 == *": $3"'"'* ]]
}

test_release_table()
{
	local release header lock c tool why said

	mkdir -p "$tmp/c/linux"
	echo '#include <stdbool.h>' >"$tmp/c/linux/types.h"
	cat >"$tmp/c/main.c" <<-'EOT'
	#include <stdio.h>
	#include <string.h>
	#include "affected.h"

	int main(int argc, char **argv)
	{
		static const char *const name[] = { "affected", "fixed", "never" };
		const char *why;

		if (argc != 4)
			return 2;
		puts(name[affected(argv[1], !strcmp(argv[2], "yes"),
				   !strcmp(argv[3], "yes"), &why)]);
		puts(why);
		return 0;
	}
	EOT
	gcc -Wall -I"$tmp/c" -I"$TREE/sunrpc_fix" -o "$tmp/c/affected" \
		"$tmp/c/main.c" "$TREE/sunrpc_fix/affected.c"
	releases | sort -u >"$tmp/releases"
	while read -r release; do
		for c in "no yes" "no no" "yes yes"; do
			read -r header lock <<<"$c"
			host "$release" "$header" "$lock"
			"$tmp/c/affected" "$release" "$header" "$lock" >"$tmp/c/says"
			"$shell" "$TOOL" check --json >"$tmp/said" || :
			{ read -r tool; read -r why; } <"$tmp/c/says"
			said=$(<"$tmp/said")
			ok "$release, header $header, lock $lock: $tool: $why" \
				same "$said" "$tool" "$why"
			# DKMS does not know what functions there are.
			[ "$lock" = yes ] || continue
			! dkms_builds "$release" ||
				ok "DKMS builds for $release, header $header: affected" \
					[ "$tool" = affected ]
		done
	done <"$tmp/releases"
	for release in 2.6.32-696.el6.x86_64 2.6.32-696.6.2.el6.x86_64 \
		       2.6.32-696.3.2.el6.i686 4.0.5 4.1.6 4.2.0-16-generic; do
		host "$release" no yes
		ok "DKMS builds for $release" dkms_builds "$release"
	done
}

# promtool, out of a package that is not installed: it would start a service.
get_promtool()
{
	local tool=$CACHE/promtool version

	[ ! -x "$tool" ] || return 0
	use_suites bookworm
	version=$(package_field prometheus Version)
	download prometheus "$version"
	dpkg-deb --fsys-tarfile "$DEB" | tar -xOf - ./usr/bin/promtool >"$tool.$$"
	chmod +x "$tool.$$"
	mv "$tool.$$" "$tool"
}

get_promtool
for shell in "${shells[@]}"; do
	test_status
	test_metrics
	test_check
	test_reproduce
	test_rest
	for file in "$tmp/metrics-$shell"-*; do
		cat "$file" >"$tmp/said"
		ok "promtool on $(basename "$file")" \
			[ -z "$("$CACHE/promtool" check metrics <"$file" 2>&1)" ]
	done
done
shell=${shells[0]}
test_release_table
echo "$tests tests, $failed failed"
[ $failed = 0 ]
