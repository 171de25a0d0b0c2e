#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/mutants/run.sh [-x] [NUMBER...]: does a test notice if it is broken?
#
# Breaks copies of the files of sunrpc_fix in each of the ways in mutants/list, or
# in those with these numbers, and shows that the KUnit tests notice, or else the
# explorer in its quick worlds. What neither notices is listed and fails. -x: ask
# the explorer about all of them. Two at a time (JOBS), each with a limit of CPU
# time, ten times of what is needed: a test that does not end has noticed, too.

. "$(dirname "$0")/../../scripts/lib.sh"
. "$(dirname "$0")/../../kunit_tests/results.sh"

explore_all=
if [ "${1:-}" = -x ]; then
	explore_all=1
	shift
fi

tests=$TREE/host_tests
list=$tests/mutants/list
mutate=$tests/mutants/mutate.awk
dir=$CACHE/kunit/mutants
log=$CACHE/logs/mutants.log
need_packages gcc:gcc awk:mawk timeout:coreutils
need_number JOBS "${JOBS:=2}" 1 64
mkdir -p "$CACHE/logs"
lock mutants
rm -rf "$dir"
mkdir -p "$dir/whole"

mapfile -t mutants < <(awk -v names=1 -f "$mutate" "$list")
numbers=("$@")
[ $# != 0 ] || mapfile -t numbers < <(seq "${#mutants[@]}")
for n in "${numbers[@]}"; do
	need_number "the number of a mutant" "$n" 1 "${#mutants[@]}"
done

# By the KUnit tests of the file, if it has any.
ask_kunit()
{
	local work=$1 unit=$2 status=0

	case " $TESTED " in
	*" $unit "*)	;;
	*)		return ;;
	esac
	"$tests/kunit/build.sh" "$work/kunit" "$unit" -O1 >"$work/error" 2>&1 ||
		return 2
	(ulimit -t 10; exec "$work/kunit/tests") >"$work/out" 2>&1 || status=$?
	case $status in
	0)	;;
	1)	echo "KUnit ($(grep -c '^ *not ok' "$work/out"))" ;;
	137|152) echo "KUnit (does not end)" ;;
	*)	echo "KUnit (crash)" ;;
	esac
}

ask_explorer()
{
	local work=$1 status=0

	cp -r "$dir/whole" "$work/explore" &&
	"$tests/explore/build.sh" "$work/explore" >"$work/error" 2>&1 || return 2
	(ulimit -t 200; exec "$work/explore/explorer" -q -f) >"$work/out" 2>&1 ||
		status=$?
	case $status in
	0)	;;
	1)	echo "explorer: $(sed -n 's/^ *=> //p' "$work/out" | tail -n 1)" ;;
	137|152) echo "explorer: does not end" ;;
	*)	echo "explorer: $(tail -n 1 "$work/out")" ;;
	esac
}

# One mutant, in a process of its own. Leaves its verdict in a file.
judge()
{
	local n=$1 file=$2 work=$dir/$1 kunit explorer=

	mkdir -p "$work/instead"
	export INSTEAD=$work/instead
	if ! awk -v n="$n" -f "$mutate" "$list" "$TREE/sunrpc_fix/$file" \
			>"$work/instead/$file" 2>"$work/error"; then
		echo "NOT MADE: $(cat "$work/error")" >"$work/verdict"
		return
	fi
	if ! kunit=$(ask_kunit "$work" "${file%.c}") ||
	   { { [ -z "$kunit" ] || [ -n "$explore_all" ]; } &&
	     ! explorer=$(ask_explorer "$work"); }; then
		echo "NOT COMPILED: $(grep -m 1 error: "$work/error")" >"$work/verdict"
		return
	fi
	kunit=$kunit${kunit:+${explorer:+, }}$explorer
	echo "${kunit:-SURVIVED}" >"$work/verdict"
	[ -z "$kunit" ] || rm -rf "$work/explore" "$work/kunit"
}

# Whole, it must pass: a test that always fails notices nothing.
say "the tests on sunrpc_fix as it is"
{
	"$tests/explore/build.sh" "$dir/whole" &&
	"$tests/kunit/build.sh" "$dir/kunit" "$TESTED" -O1 &&
	timeout 60 "$dir/kunit/tests" &&
	timeout 600 "$dir/whole/explorer" -q
} >"$log" 2>&1 || die "sunrpc_fix as it is" "$log" \
	"make it pass host_tests/kunit/run.sh and host_tests/explore/run.sh first"

say "${#numbers[@]} mutants, $JOBS at a time"
running=0
for n in "${numbers[@]}"; do
	if [ $running = "$JOBS" ]; then
		wait -n || :
		running=$((running - 1))
	fi
	judge "$n" "${mutants[n - 1]%%$'\t'*}" &
	running=$((running + 1))
done
wait

for n in "${numbers[@]}"; do
	verdict=$(cat "$dir/$n/verdict" 2>/dev/null) || verdict="NOT JUDGED"
	printf '%3d %-15s %-66s %s\n' "$n" "${mutants[n - 1]%%$'\t'*}" \
		"${mutants[n - 1]#*$'\t'}" "$verdict"
done | tee -a "$log"
noticed=$(grep -cE '^ *[0-9]+ [a-z_]+\.c ' "$log" || :)
survived=$(grep -cE '^ *[0-9]+ [a-z_]+\.c .* (SURVIVED|NOT (MADE|COMPILED|JUDGED).*)$' "$log" || :)
echo "$((noticed - survived)) noticed, $survived not"
[ "$survived" = 0 ] && [ "$noticed" = ${#numbers[@]} ] ||
	die "the list of mutants" "$log" \
		"write a test that fails with the mutants that survived; bring mutants/list up to date"
