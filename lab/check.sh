#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/check.sh [SUITE...]
#
# What "make check" runs: every test, from fast to slow.  A test is a command
# whose output goes to a log; a line per test, a summary line per suite, the sum
# last.

. "$(dirname "$0")/../scripts/lib.sh"

# Not in "make check": debug, whose kernels take 40 minutes of CPU time to build.
EXTRA_SUITES="debug"
SUITES="style build kunit explore race backport fixed stock scenarios series repro recovery faults data soak synburst operators"

# A suite is a file in suites/, whose fourth line says what it tests.
describe()
{
	local suite

	for suite in $SUITES $EXTRA_SUITES; do
		printf '  %-9s %s\n' "$suite" \
			"$(sed -n '4s/^# //p' "$LAB/suites/$suite.sh")"
	done
}

usage()
{
	cat <<-EOT
	usage: lab/check.sh [SUITE...]

	$(describe)

	Default: all but $EXTRA_SUITES, in this order, JOBS=2 at a time.  Logs: $CACHE/check/,
	or in OUT.
	EOT
}

case ${1:-} in -h|--help) usage; exit ;; esac
suites=${*:-$SUITES}
for suite in $suites; do
	case " $SUITES $EXTRA_SUITES " in
	*" $suite "*) ;;
	*)	usage_error "unknown suite '$suite'; known: $SUITES" ;;
	esac
done

OUT=${OUT:-$CACHE/check}
rm -rf "$OUT"
mkdir -p "$OUT" || die "making $OUT" - "set SUNRPC_FIX_CACHE to a directory that you can write to"
need_number JOBS "${JOBS:=2}" 1 16
results=$OUT/results
: >"$results"

# Runs COMMAND as the test NAME.
try()
{
	local name=$1 log=$OUT/$suite-${1//[ \/]/-}.log start=$SECONDS lines
	shift

	if "$@" >"$log" 2>&1 </dev/null; then
		printf '  ok      %s: %s (%d s)\n' "$suite" "$name" \
			$((SECONDS - start))
		echo "passed $suite" >>"$results"
		return
	fi
	lines=$(tail -n 12 "$log" | sed 's/^/          /')
	printf '  FAILED  %s: %s (%d s), log: %s\n%s\n' "$suite" "$name" \
		$((SECONDS - start)) "$log" "$lines"
	echo "failed $suite $name ($log)" >>"$results"
}

# skip NAME WHY: a test that cannot be run here.
skip()
{
	printf '  skipped %s: %s: %s\n' "$suite" "$1" "$2"
	echo "skipped $suite" >>"$results"
}

# count RESULT [SUITE]: passed, failed or skipped.
count()
{
	grep -c "^$1 ${2:-}" "$results" || :
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

	[ "$variant" = race ] || ko=(--ko "$("$LAB/build/module.sh" "$series")")
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

# In a process of its own: what a suite sets is its own, and what ends it is
# seen here.
run_suite()
{
	local start=$SECONDS

	say "suite $suite"
	if ! ("suite_$suite"); then
		printf '  FAILED  %s: the suite ended early\n' "$suite"
		echo "failed $suite (ended early)" >>"$results"
	fi
	printf '%s: %d passed, %d failed (%d s)\n' "$suite" \
		"$(count passed "$suite\$")" "$(count failed "$suite ")" \
		$((SECONDS - start))
}

began=$SECONDS running=0
for suite in $suites; do
	if [ $running = "$JOBS" ]; then
		wait -n || :
		running=$((running - 1))
	fi
	run_suite &
	running=$((running + 1))
done
wait

if [ "$(count failed)" != 0 ]; then
	printf '\nfailed:\n'
	sed -n 's/^failed /  /p' "$results"
fi
printf '\nlogs and captures: %s; %d s\n' "$OUT" $((SECONDS - began))
skipped=$(count skipped)
[ "$skipped" = 0 ] && skipped= || skipped=", $skipped skipped"
echo "$(count passed) passed, $(count failed) failed$skipped"
[ "$(count failed)" = 0 ] && [ "$(count passed)" != 0 ]
