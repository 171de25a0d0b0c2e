#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/check.sh [SUITE...]
#
# What "make check" runs: every test, from fast to slow.  A test is a command
# whose output goes to a log; a summary line per suite, the sum last.

. "$(dirname "$0")/lib.sh"

SUITES="style build kunit explore race backport fixed stock series repro operators synburst"

# A suite is a file in suites/, whose fourth line says what it tests.
describe()
{
	local suite

	for suite in $SUITES; do
		printf '  %-9s %s\n' "$suite" \
			"$(sed -n '4s/^# //p' "$LAB/suites/$suite.sh")"
	done
}

usage()
{
	cat <<-EOT
	usage: lab/check.sh [SUITE...]

	$(describe)

	Default: all, in this order.  Logs: $CACHE/check/, or in OUT.
	EOT
}

case ${1:-} in -h|--help) usage; exit ;; esac
suites=${*:-$SUITES}
for suite in $suites; do
	case " $SUITES " in
	*" $suite "*) ;;
	*)	usage_error "unknown suite '$suite'; known: $SUITES" ;;
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

for suite in $suites; do
	# shellcheck source=/dev/null
	. "$LAB/suites/$suite.sh"
done

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
