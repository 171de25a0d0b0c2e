#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/sunrpc-fix/test.sh [SHELL...]
#
# The command against made-up hosts: directories with the files of /sys, /proc
# and /lib/modules that it reads. Under each shell (dash and bash).
# TESTS: all but the table for all that judges a kernel: status metrics check
# reproduce rest kernel_names.  busybox has commands of its own, and takes no
# stand-ins: reproduce and rest need those.

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
	socket_busy foreign_methods unseen missed_hits in_flight"

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
		(.counters | length) == 18'

	transport '192.0.2.9:2049 port=873 state=held in_flight=1 age_ms=130001'
	ok "a server that does not answer" exits 1 status
	ok "... is named" said 'no answer .* from 192.0.2.9:2049'

	module
	counter attempts 100
	counter unseen 10
	ok "few connects that were not seen" exits 0 status
	counter unseen 11
	ok "more" exits 1 status

	module
	printf observe >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode"
	counter would_suppress 7
	ok "observing" exits 1 status
	ok "... and what for" said '7 requests would have been'
	counter missed_hits 3
	counter pool_exhausted 4
	counter unseen 5
	ok "several warnings" exits 1 status --json
	ok "... are all told" json '.status == "WARNING" and
		(.text | test("7 requests.*3 probe hits missed.*5 connects were let through.*4 connects not followed"))'
	unarm xs_tcp_state_change
	ok "the gravest counts" exits 2 status --nagios
	ok "nagios" said '^SUNRPC_FIX CRITICAL - .*not armed: xs_tcp_state_change.* | adopted=0c .* in_flight=0 '
	ok "... in one line" [ "$(wc -l <"$tmp/said")" = 1 ]

	module
	echo N >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/hold"
	unarm xprt_connect
	unarm xs_tcp_setup_socket
	ok "without the hold two probes will do" exits 0 status
	ok "... and that is all of them" said '^probes  *2 of 2 armed (gate alone)$'
	unarm kernel_connect
	ok "... but both" exits 2 status
	ok "... it says which" said '^probes  *1 of 2 armed (gate alone)$'
	module
	echo 0 >"$SUNRPC_FIX_ROOT/sys/kernel/debug/kprobes/enabled"
	ok "all kprobes disarmed" exits 2 status
	ok "... check says so as well" exits 2 check
	ok "... and why" said 'kprobes .* disarmed'
	ok "... and not that it is in force" not said 'in force'
	test_dead_probes
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
	host 4.1.0-2-amd64 unknown unknown
	ok "not known" exits 3 status
}

# What switches the probes off behind the module's back.
test_dead_probes()
{
	local sysctl=$SUNRPC_FIX_ROOT/proc/sys/kernel/ftrace_enabled
	local list=$SUNRPC_FIX_ROOT/sys/kernel/debug/kprobes/list
	local patch=$SUNRPC_FIX_ROOT/sys/kernel/livepatch/fix4711 command

	module
	echo 1 >"$sysctl"
	ok "ftrace is on" exits 0 status
	echo 0 >"$sysctl"
	for command in status "status --nagios" check; do
		# shellcheck disable=SC2086
		ok "$command: ftrace is off, and nothing else is known" exits 2 $command
		ok "... and what to do" said 'kernel.ftrace_enabled'
	done
	ok "metrics say so" exits 0 status --metrics
	ok "... as critical" said '^sunrpc_fix_status 2$'
	echo '0 k xs_tcp_state_change+0x0 [sunrpc] [FTRACE]' >"$list"
	ok "ftrace is off, and the probes sit on it" exits 2 status
	echo '0 k xs_tcp_state_change+0x0 [sunrpc] [OPTIMIZED]' >"$list"
	ok "ftrace is off, and no probe sits on it" exits 0 status
	rm "$list"
	echo 2.6.32-696.el6.x86_64 >"$SUNRPC_FIX_ROOT/proc/sys/kernel/osrelease"
	ok "el6, whose kprobes do without ftrace" exits 0 status

	module
	mkdir -p "$patch/sunrpc/xprt_connect,1" "$patch/vmlinux/kernel_connect_more"
	echo 0 >"$patch/enabled"
	ok "a livepatch that is off" exits 0 status
	echo 1 >"$patch/enabled"
	ok "a livepatch that holds a function" exits 2 status
	ok "... is told" said 'livepatch has taken: xprt_connect,'
	echo 6.1.0 >"$SUNRPC_FIX_ROOT/proc/sys/kernel/osrelease"
	ok "a later kernel would have said so when the module was loaded" exits 0 status
}

test_metrics()
{
	local file=$tmp/metrics.prom

	module
	counter suppressed 12
	ok "metrics" exits 0 status --metrics
	ok "a counter" said '^sunrpc_fix_suppressed_total 12$'
	ok "its type" said '^# TYPE sunrpc_fix_suppressed_total counter$'
	ok "the verdict" said '^sunrpc_fix_kernel_verdict{verdict="affected"} 1$'
	ok "a gauge" said '^# TYPE sunrpc_fix_in_flight gauge$'
	ok "the status" said '^sunrpc_fix_status 0$'
	ok "the mode" said '^sunrpc_fix_enforcing 1$'
	cp "$tmp/said" "$tmp/metrics-${shell##*/}-loaded"
	ok "into a file" exits 0 status --metrics "$file"
	ok "... the same" cmp "$file" "$tmp/metrics-${shell##*/}-loaded"
	ok "... and nothing beside it" [ "$(ls "$tmp"/metrics.prom*)" = "$file" ]
	host 4.1.6 no yes
	ok "the file is written whatever is in it" exits 0 status --metrics "$file"
	ok "... critical" grep -q '^sunrpc_fix_status 2$' "$file"
	cp "$file" "$tmp/metrics-${shell##*/}-not-loaded"
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
	ok "4.1 without headers, by its version" exits 2 check
	host 6.1.0-56-amd64 unknown yes
	ok "a later kernel without headers, sunrpc loaded" exits 0 check
	host 3.10.0-1160.el7.x86_64 unknown yes
	ok "el7 without headers, sunrpc loaded" exits 3 check
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
	host 4.2.8 yes yes
	mkdir -p "$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/counters" \
		"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters"
	printf observe >"$SUNRPC_FIX_ROOT/sys/module/sunrpc_fix/parameters/mode"
	counter would_suppress 0
	ok "observing a kernel with the fix, and nothing is seen" exits 0 check
	counter would_suppress 105
	ok "what was seen counts for more than the headers" exits 1 check --json
	ok "... and is told" json '.verdict == "affected" and
		(.text | test("saw 105 requests"))'
	host 4.1.0 unknown unknown
	ok "a release that is none is not judged" exits 3 check --release custom
	ok "... and what to do is said" said 'force=1'
	ok "headers that are not there" exits 3 check --release 4.1.6 --headers /nonexistent
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
	# The clock of the events said 10 at one o'clock.
	mkdir -p "$SUNRPC_FIX_ROOT/proc"
	echo '01 00 00 000000000' >"$tmp/now"
	command_is date <<-EOT
	cat "$tmp/now"
	EOT
	# Busy while somebody reads.
	command_is rmdir <<-EOT
	[ "\$(fuser "\$1/trace_pipe" 2>/dev/null | tr -d ' ')" = \
		"\$(cat "$tmp/writer")" ] && rm -r "\$1"
	EOT
	for end in TERM unload reload; do
		module
		command mkdir -p "$tracing/instances" "$tracing/events/sunrpc_fix"
		echo '10.00 20.00' >"$SUNRPC_FIX_ROOT/proc/uptime"
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
		ok "... and shown" awaited said '^01:00:02.500 begin server=x state=y$'
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
	local command wrong

	module
	ok "observe" exits 0 observe
	ok "... was written" [ "$(cat "$mode")" = observe ]
	counter would_suppress 105
	ok "enforce" exits 0 enforce
	ok "... and what was observed" said '^mode is enforce now; while observing, 105 '
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
	[ "$(id -u)" = 0 ] ||
		ok "who is not root is told" grep -q 'not root' "$tmp/errors"
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
	ok "its version, from the tree" exits 0 --version
	ok "... is that of dkms.conf" said "^sunrpc-fix $(sed -n \
		's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")\$"
	for command in status check enforce observe watch diagnose; do
		ok "$command --help" exits 0 $command --help
		ok "... is the usage" said '^usage: '
		ok "$command -V" exits 0 $command -V
		ok "... is the version" said '^sunrpc-fix [0-9]'
	done
	for wrong in "" nonsense "check --release" "check --headers /" \
		     "check --release 4.1.6 --reproduce" "status --nonsense" "status x" "check x" \
		     "watch x" "enforce x" diagnose; do
		# shellcheck disable=SC2086
		ok "wrong usage: '$wrong'" exits 3 $wrong
		ok "... says what to do" [ -s "$tmp/errors" ]
	done
}

# rows KIND: of kunit_tests/affected_test.h, what is between the brackets with a
# tab for each comma that separates.
rows()
{
	sed -n 's/^'"$1"'("\(.*\)")$/\1/p' "$TREE/kunit_tests/affected_test.h" |
	sed 's/", "/\t/g; s/", /\t/; s/, "/\t/g; s/, /\t/g'
}

# dkms_builds RELEASE DIRECTORY: as dkms decides, with those headers.
dkms_builds()
{
	# Set here, used by dkms.conf, and the other way round.
	# shellcheck disable=SC2034,SC2154
	(
		kernelver=$1
		kernel_source_dir=$2
		set +ue
		unset SUNRPC_FIX_FORCE
		. "$TREE/dkms.conf"
		[[ ! $BUILD_EXCLUSIVE_KERNEL || $1 =~ $BUILD_EXCLUSIVE_KERNEL ]]
	)
}

# same SAID VERDICT REASON
same()
{
	[[ $1 == *'"verdict": "'"$2"'"'* && $1 == *": $3"* ]]
}

# The module's function, as a program.
build_affected()
{
	mkdir -p "$tmp/c/linux"
	echo '#include <stdbool.h>' >"$tmp/c/linux/types.h"
	cat >"$tmp/c/main.c" <<-'EOT'
	#include <stdio.h>
	#include <string.h>
	#include "affected.h"

	int main(int argc, char **argv)
	{
		static const char *const name[] = {
			"AFFECTED", "FIXED", "NEVER", "UNKNOWN"
		};
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
}

# All is known: affected.c, the command and dkms.conf say the same.
test_known_kernels()
{
	local release header lock verdict c why build

	while IFS=$'\t' read -r release header lock verdict _; do
		header=${header,,} lock=${lock,,}
		host "$release" "$header" "$lock"
		"$tmp/c/affected" "$release" "$header" "$lock" >"$tmp/c/says"
		{ read -r c; read -r why; } <"$tmp/c/says"
		ok "affected.c, $release, header $header, lock $lock: $verdict" \
			[ "$c" = "$verdict" ]
		"$shell" "$TOOL" check --json >"$tmp/said" || :
		ok "the command, $release, header $header, lock $lock: $verdict: $why" \
			same "$(<"$tmp/said")" "${verdict,,}" "$why"
		# DKMS does not know what functions there are.
		build=$SUNRPC_FIX_ROOT/lib/modules/$release/build
		if [ "$verdict" = AFFECTED ]; then
			ok "DKMS builds for $release" dkms_builds "$release" "$build"
		else
			ok "DKMS does not build for $release, header $header" \
				not dkms_builds "$release" "$build"
		fi
	done < <(rows KERNEL)
}

# By its name: the command, for another host and for this one; and DKMS, whose
# headers are not there yet.
test_kernel_names()
{
	local release uname_v signature verdict exits=3

	while IFS='|' read -r release uname_v signature verdict _; do
		case $verdict in
		AFFECTED)	exits=2 ;;
		UNKNOWN)	exits=3 ;;
		*)		exits=0 ;;
		esac
		ok "$release, $uname_v, $signature: $verdict" exits $exits check \
			--json --release "$release" --uname-v "$uname_v" \
			--version-signature "$signature"
		ok "... the verdict" json ".verdict == \"${verdict,,}\""
		host "$release" unknown unknown
		echo "$uname_v" >"$SUNRPC_FIX_ROOT/proc/sys/kernel/version"
		echo "$signature" >"$SUNRPC_FIX_ROOT/proc/version_signature"
		ok "... of this host" exits $exits check --json
		ok "... the verdict" json ".verdict == \"${verdict,,}\""
		[ -z "$uname_v$signature" ] || continue
		if [ "$verdict" = AFFECTED ]; then
			ok "DKMS would build for $release" dkms_builds "$release" ""
		else
			ok "DKMS would not build for $release" not dkms_builds "$release" ""
		fi
	done < <(rows BY_NAME | tr '\t' '|')
	ok "the table was read" [ "$(rows BY_NAME | wc -l)" -gt 40 ]
	ok "... both" [ "$(rows KERNEL | wc -l)" -gt 40 ]
}

# Where distributions put the header, with the fix in it or not.
test_header_layouts()
{
	local layout bit top build common include
	local release=4.1.0-2-amd64 exits

	for layout in plain suse debian debian-old; do
		for bit in CONNECTING DATA_READY; do
			host $release unknown unknown
			top=$SUNRPC_FIX_ROOT/usr/src
			build=$SUNRPC_FIX_ROOT/lib/modules/$release/build
			common=$top/linux-headers-4.1.0-2-common
			mkdir -p "$top/linux-headers-$release" "${build%/*}"
			ln -s "$top/linux-headers-$release" "$build"
			case $layout in
			plain)	include=$build ;;
			# The one beside the link has it, that behind it does not.
			suse)	include=$top/linux-4.1.0
				mkdir -p "$include"
				ln -s "$include" "${build%/*}/source" ;;
			debian)	include=$common
				echo "include ${common#"$SUNRPC_FIX_ROOT"}/Makefile" \
					>"$build/Makefile" ;;
			# As Debian 8 had it.
			debian-old) include=$common
				printf '%s\n' 'VERSION = 4' \
					"MAKEARGS := -C ${common#"$SUNRPC_FIX_ROOT"} O=x" \
					>"$build/Makefile" ;;
			esac
			mkdir -p "$include/include/linux/sunrpc"
			echo "#define XPRT_SOCK_$bit 1U" \
				>"$include/include/linux/sunrpc/xprtsock.h"
			exits=0
			[ $bit = CONNECTING ] || exits=2
			ok "headers $layout, $bit: the running kernel" exits $exits check
			ok "headers $layout, $bit: another one" exits $exits check \
				--release $release --headers "$build"
			if [ $exits = 2 ]; then
				ok "headers $layout: DKMS builds" dkms_builds $release "$build"
			else
				ok "headers $layout: DKMS does not build" \
					not dkms_builds $release "$build"
			fi
		done
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
	for tested in ${TESTS:-status metrics check reproduce rest kernel_names}; do
		"test_$tested"
	done
	for file in "$tmp/metrics-${shell##*/}"-*; do
		[ -e "$file" ] || continue
		cat "$file" >"$tmp/said"
		ok "promtool on $(basename "$file")" \
			[ -z "$("$CACHE/promtool" check metrics <"$file" 2>&1)" ]
	done
done
shell=${shells[0]}
build_affected
test_known_kernels
test_header_layouts
echo "$tests tests, $failed failed"
[ $failed = 0 ]
