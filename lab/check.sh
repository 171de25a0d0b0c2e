#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/check.sh [SUITE...]
#
# What "make check" runs: every test, from fast to slow.  A test is a command
# whose output goes to a log; a line per test, a summary line per suite, the sum
# last.

. "$(dirname "$0")/../scripts/lib.sh"

SUITES_DIR=${SUITES_DIR:-$LAB/suites}

# A suite is a file that says so in a line
#
#   # Suite NAME, SECONDS s[, not in make check]: what it tests
#
# and has a function suite_NAME.  The seconds are its limit, on a busy machine
# with an empty cache, and its place in the order.
suite_lines()
{
	local file

	for file in "$SUITES_DIR"/*.sh; do
		sed -n 's;^# Suite \([a-z0-9_]*\), \([0-9]*\) s\(, not in make check\)\?: \(.*\);\2|\1|\3|'"$file"'|\4;p' \
			"$file" | grep . ||
			usage_error "$file has no line '# Suite NAME, SECONDS s: what it tests'"
	done | sort -n
}

lines=$(suite_lines) || exit
declare -A limit_of file_of
known=() default=()
while IFS='|' read -r limit suite extra file _; do
	limit_of[$suite]=${LIMIT:-$limit} file_of[$suite]=$file
	known+=("$suite")
	[ -n "$extra" ] || default+=("$suite")
done <<<"$lines"

usage()
{
	cat <<-EOT
	usage: lab/check.sh [SUITE...]

	EOT
	awk -F'|' '{ printf "  %-10s %5d s at most%s: %s\n", $2, $1, $3, $5 }' <<<"$lines"
	cat <<-EOT

	Default: all that "make check" has, in this order, JOBS=2 at a time.
	  LIMIT=     seconds for every suite, instead of its own
	  CI=true    a test that is skipped counts as failed
	  OUT=       for the logs: $CACHE/check
	EOT
}

case ${1:-} in -h|--help) usage; exit ;; esac
suites=${*:-${default[*]}}
for suite in $suites; do
	[ -n "${limit_of[$suite]:-}" ] ||
		usage_error "unknown suite '$suite'; known: ${known[*]}"
done
[ -z "${LIMIT:-}" ] || need_number LIMIT "$LIMIT" 1 1000000

OUT=${OUT:-$CACHE/check}
[ -z "$(ls -A "$OUT" 2>/dev/null)" ] || [ -e "$OUT/results" ] ||
	usage_error "OUT=$OUT has something else in it than the logs of an earlier run"
rm -rf "$OUT"
mkdir -p "$OUT" || die "making $OUT" - "set SUNRPC_FIX_CACHE to a directory that you can write to"
need_number JOBS "${JOBS:=2}" 1 16
need_packages pgrep:procps
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
	if [ "${CI:-}" = true ]; then
		printf '  FAILED  %s: %s: skipped (%s), which does not pass where CI=true\n' \
			"$suite" "$1" "$2"
		echo "failed $suite $1 (skipped: $2)" >>"$results"
		return
	fi
	printf '  skipped %s: %s: %s\n' "$suite" "$1" "$2"
	echo "skipped $suite" >>"$results"
}

# failed WHY: the suite itself, whatever its tests say.
failed()
{
	printf '  FAILED  %s: %s\n' "$suite" "$1"
	echo "failed $suite ($1)" >>"$results"
}

# count RESULT [SUITE]: passed, failed or skipped.
count()
{
	grep -cE "^$1 ${2:+$2( |$)}" "$results" || :
}

# summary [SUITE]: of it, or of all.
summary()
{
	printf '%d passed, %d failed, %d skipped' "$(count passed "$@")" \
		"$(count failed "$@")" "$(count skipped "$@")"
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

export ROUNDS=${ROUNDS:-5}

# What a process has started, and what that has, whatever its process group.
descendants()
{
	local child

	for child in $(pgrep -P "$1"); do
		descendants "$child"
		echo "$child"
	done
}

# end PID: with all that it has started.
end()
{
	local tree

	mapfile -t tree < <(descendants "$1"; echo "$1")
	kill -TERM "${tree[@]}" 2>/dev/null || :
	timeout 10 tail -f --pid="$1" /dev/null || :
	kill -KILL "${tree[@]}" 2>/dev/null || :
}

# In a process of its own: what a suite sets is its own, and what ends it is
# seen here.
run_suite()
{
	local start=$SECONDS limit=${limit_of[$suite]} pid

	say "suite $suite"
	# shellcheck source=/dev/null
	(. "${file_of[$suite]}" && "suite_$suite") &
	pid=$!
	if ! timeout "$limit" tail -f --pid=$pid /dev/null; then
		failed "not done within $limit s, which is its limit"
		end $pid
		wait $pid || :
	elif ! wait $pid; then
		failed "the suite ended early"
	fi
	touch "$OUT/$suite.done"
	printf '%s: %s (%d s)\n' "$suite" "$(summary "$suite")" $((SECONDS - start))
}

# after SUITE: waits for its end; fails if it is not in this run.
after()
{
	[[ " $suites " == *" $1 "* ]] || return 1
	until [ -e "$OUT/$1.done" ]; do
		sleep 1
	done
}

began=$SECONDS running=0
trap 'for pid in $(jobs -p); do end "$pid"; done' EXIT
trap 'exit 130' INT TERM
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
summary
echo
[ "$(count failed)" = 0 ] && [ "$(count passed)" != 0 ]
