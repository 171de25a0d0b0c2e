#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/check.sh [SUITE...]
#
# What "make check" runs: every test, from fast to slow.  A test is a command
# whose output goes to a log; a summary line per suite, the sum last.

. "$(dirname "$0")/lib.sh"

SUITES="style build kunit explore race fixed stock series"

usage()
{
	cat <<-EOT
	usage: lab/check.sh [SUITE...]

	  style    checkpatch, shellcheck, no version conditions outside compat.h
	  build    W=1 against the headers of $SERIES_KNOWN, sparse
	  kunit    the state machine, the table, the release table
	  explore  every interleaving of the state machine, a formal model, mutants
	  race     6.1 with the race put back: the race must show
	  fixed    the same with sunrpc_fix.ko
	  stock    6.1 as released: the module stays out
	  series   6.12: race put back, and with sunrpc_fix.ko

	Default: all, in this order.  Logs: $CACHE/check/, or in OUT.
	EOT
}

case ${1:-} in -h|--help) usage; exit ;; esac
suites=${*:-$SUITES}
for suite in $suites; do
	case " $SUITES " in
	*" $suite "*) ;;
	*) usage_error "unknown suite '$suite'; known: $SUITES" ;;
	esac
done

OUT=${OUT:-$CACHE/check}
rm -rf "$OUT"
mkdir -p "$OUT" || die "making $OUT" - "set SUNRPC_FIX_CACHE to a directory that you can write to"
passed=0 failed=0 failures=

# Runs COMMAND as the test NAME.
try()
{
	local name=$1 log=$OUT/$suite-${1// /-}.log start=$SECONDS
	shift

	if "$@" >"$log" 2>&1 </dev/null; then
		printf '  ok      %s (%d s)\n' "$name" $((SECONDS - start))
		passed=$((passed + 1))
	else
		printf '  FAILED  %s (%d s), log: %s\n' "$name" \
			$((SECONDS - start)) "$log"
		tail -n 12 "$log" | sed 's/^/          /'
		failed=$((failed + 1))
		failures="$failures
  $suite: $name ($log)"
	fi
}

# Whatever a command says is a complaint, whatever its exit status.
no_output()
{
	local out

	out=$("$@" 2>&1) || :
	printf '%s' "$out"
	[ -z "$out" ]
}

# checkpatch [--ignore TYPES] FILE...: exceptions have their reason in the file.
checkpatch()
{
	no_output perl "$kernel/source/scripts/checkpatch.pl" --no-tree \
		--strict --terse --show-types --no-summary "$@"
}

version_conditions()
{
	# shellcheck disable=SC2046
	no_output grep -nE '^[[:space:]]*#[[:space:]]*(el)?if.*(LINUX_VERSION_CODE|RHEL_RELEASE_CODE|CONFIG_X86|CONFIG_ARM)' \
		$(git -C "$TREE" ls-files "sunrpc_fix/*" | grep -v compat)
}

suite_style()
{
	local compat=sunrpc_fix/compat.h trace=sunrpc_fix/trace.h
	local questions=kunit_tests/connect_state_test.c
	local user_space='kunit_tests/\(explore\|host\)/.*\|lab/guest/.*'

	need_packages shellcheck:shellcheck perl:perl git:git
	kernel=$("$LAB/kernel.sh" 6.1)
	cd "$TREE" || return
	# shellcheck disable=SC2046
	try "checkpatch" checkpatch -f $(git ls-files '*.[ch]' |
		grep -vx -e $compat -e $trace -e $questions -e "$user_space")
	try "checkpatch $(basename $questions)" checkpatch -f $questions \
		--ignore MACRO_ARG_REUSE
	# No kernel types and macros in user space, or stand-ins for them.
	# shellcheck disable=SC2046
	try "checkpatch for user space" checkpatch -f \
		$(git ls-files '*.[ch]' | grep -x "$user_space") --ignore \
		PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,ARRAY_SIZE,NEW_TYPEDEFS,EXPORT_SYMBOL,MACRO_ARG_REUSE,SPACING,EMBEDDED_FUNCTION_NAME
	try "checkpatch compat.h" checkpatch -f $compat --ignore \
		LINUX_VERSION_CODE,CONSTANT_COMPARISON,DEPRECATED_API,MACRO_ARG_REUSE
	try "checkpatch trace.h" checkpatch -f $trace --ignore \
		PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
	# shellcheck disable=SC2046
	try "shellcheck" shellcheck -x --severity=warning $(git ls-files '*.sh' lab/guest/init \
		lab/guest/initramfs-init .ci/run)
	try "version conditions in compat.h only" version_conditions
}

# build SERIES [MAKE ARGUMENT...]: a warning is a failure.
build()
{
	local headers tmp
	headers=$("$LAB/kernel.sh" "$1")/headers
	shift
	tmp=$(mktemp -d)
	cp -r "$TREE/Kbuild" "$TREE/Makefile" "$TREE/sunrpc_fix" "$tmp/"
	make -C "$tmp" KDIR="$headers" CONFIG_DEBUG_INFO_BTF_MODULES= W=1 \
		"$@" modules 2>&1 |
		tee "$tmp/log" || return 1
	[ -e "$tmp/sunrpc_fix.ko" ] || return 1
	! grep -q 'warning:' "$tmp/log" || return 1
	make -C "$tmp" KDIR="$headers" clean
	# Nothing may be left that the sources did not bring.
	find "$tmp" -name '*.o' -o -name '*.ko' | no_output cat
	rm -rf "$tmp"
}

suite_build()
{
	local s

	need_packages sparse:sparse
	for s in $SERIES_KNOWN; do
		try "W=1 on $s" build "$s"
	done
	try "sparse" build 6.1 C=1
}

suite_kunit()
{
	try "KUnit (UML)" "$TREE/kunit_tests/run.sh" uml
	try "KUnit (host, ASan, UBSan)" "$TREE/kunit_tests/run.sh" host
}

suite_explore()
{
	try "every interleaving" "$TREE/kunit_tests/explore/run.sh"
	try "formal model" "$TREE/kunit_tests/model/run.sh"
	try "mutants" "$TREE/kunit_tests/mutants/run.sh"
}

# scenarios SERIES VARIANT SCENARIO...: in one boot, a test each.
scenarios()
{
	local series=$1 variant=$2 out=$OUT/$suite-$1 s ko=()
	shift 2

	[ "$variant" = race ] || ko=(--ko "$("$LAB/module.sh" "$series")")
	mkdir -p "$out"
	# Fails if any scenario fails, or if the kernel complains.
	try "boot of $series ($variant)" "$LAB/run.sh" --series "$series" \
		--variant "$variant" --out "$out" "${ko[@]}" "$@"
	for s in "$@"; do
		try "$s" passed_in_guest "$out/$s"
	done
}

passed_in_guest()
{
	cat "$1/log"
	[ "$(cat "$1/status")" = 0 ]
}

# figure SCENARIO NAME
figure()
{
	sed -n "s/^$2=//p" "$OUT/$suite"-*/"$1"/result | tail -n 1
}

# expect SCENARIO NAME OPERATOR VALUE
expect()
{
	local value
	value=$(figure "$1" "$2")

	echo "$1: $2 is '$value'"
	[ -n "$value" ] && test "$value" "$3" "$4"
}

suite_race()
{
	scenarios 6.1 race reconnect
	# A lab that cannot show the race proves nothing.
	try "the race shows: bursts" expect reconnect max_syns_100ms -ge 3
	try "the race shows: several ISNs per reconnect" \
		expect reconnect isns -gt $((2 * ROUNDS))
}

suite_fixed()
{
	scenarios 6.1 race+fix reconnect connecting failopen live missed steady
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
	try "one SYN at a time" expect reconnect max_syns_100ms -eq 1
	try "no reset" expect reconnect rst -eq 0
	scenarios 6.1 race+fix observe rmmod_midconnect churn
}

suite_stock()
{
	scenarios 6.1 stock reconnect refuse
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
}

suite_series()
{
	scenarios 6.12 race reconnect
	try "the race shows on 6.12" expect reconnect isns -gt $((2 * ROUNDS))
	scenarios 6.12 race+fix reconnect
	try "one ISN per reconnect on 6.12" expect reconnect isns -eq "$ROUNDS"
}

export ROUNDS=${ROUNDS:-5}
began=$SECONDS
for suite in $suites; do
	say "suite $suite"
	before_passed=$passed before_failed=$failed start=$SECONDS
	"suite_$suite"
	printf '%s: %d passed, %d failed (%d s)\n' "$suite" \
		$((passed - before_passed)) $((failed - before_failed)) \
		$((SECONDS - start))
done
[ -z "$failures" ] || printf '\nfailed:%s\n' "$failures"
printf '\nlogs and captures: %s; %d s\n' "$OUT" $((SECONDS - began))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
