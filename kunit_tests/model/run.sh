#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# model/run.sh
#
# Checks connect.pml with spin: sunrpc as it is must show the race, upstream's
# fix and ours must keep what they promise. Everything that spin says is kept
# in $CACHE/logs/model.log.

. "$(dirname "$0")/../../scripts/lib.sh"

model=$TREE/kunit_tests/model/connect.pml
dir=$CACHE/kunit/model
log=$CACHE/logs/model.log
need_packages spin:spin gcc:gcc
mkdir -p "$dir" "$CACHE/logs"
lock model
cd "$dir" || exit
cp "$model" .
: >"$log"
wrong=0

# check VARIANT TASKS PROPERTY EXPECTED-ERRORS WORDS: a property is asserted in
# the model (P1, P4), or an ltl formula of it. VARIANT may have several words.
check()
{
	local variant=$1 tasks=$2 property=$3 expected=$4 words=$5
	local options build run errors states verdict=ok

	options="-D${variant// / -D} -DN=$tasks"
	case $property in
	P*)	# Breadth first: the shortest way to it.
		options="$options -DCHECK_$property"
		build="-DSAFETY -DNOCLAIM -DBFS" run="" ;;
	*_served)
		build="" run="-m5000000 -a -f -N $property" ;;
	*)	build="" run="-m1000000 -a -N $property" ;;
	esac
	rm -f pan* connect.pml.trail
	# shellcheck disable=SC2086
	{
		echo "== $variant, $tasks tasks: $property"
		spin $options -a connect.pml &&
		gcc -O2 $build -o pan pan.c &&
		./pan $run >out && cat out
	} >>"$log" 2>&1 || die "spin on $variant, $property" "$log" \
		"run it by hand in $dir"

	errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' out)
	states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' out)
	if grep -q 'max search depth too small' out; then
		errors="search cut off,"
	fi
	if [ "$errors" != "$expected" ]; then
		verdict="NOT AS IT MUST BE"
		wrong=$((wrong + 1))
	elif [ "$expected" != 0 ]; then
		verdict="found, as it must be"
	fi
	printf '%-13s %d tasks  %-46s %8s states, %s errors: %s\n' \
		"$variant" "$tasks" "$words" "$states" "$errors" "$verdict" |
		tee -a "$log"
	if [ -e connect.pml.trail ]; then
		# shellcheck disable=SC2086
		spin $options -t connect.pml >out 2>&1 || true
		cat out >>"$log"
		if [ -z "${shown:-}" ]; then
			shown=1
			grep -E '^ *(task|worker|network)[ :]' out |
				sed 's/^ */    /'
		fi
	fi
}

p1="P1: no connect while a handshake is outstanding"
p4="P4: no connect resets a connection"
p2="P2: the bit is set in a handshake"
bit="P3: the bit is not set with nobody connecting"
served="P3: every task is served (weak fairness)"

check UNFIXED 2 P1 1 "$p1"
check UNFIXED 2 P4 1 "$p4"
check UNFIXED 2 p2 1 "$p2"
check UNFIXED 2 p3_served 1 "$served"
for variant in UPSTREAM OURS; do
	for tasks in 2 3; do
		check $variant $tasks P1 0 "$p1"
		check $variant $tasks P4 0 "$p4"
		check $variant $tasks p2 0 "$p2"
		check $variant $tasks p3_bit 0 "$bit"
		check $variant $tasks p3_served 0 "$served"
	done
done
check "OURS NO_GATE" 2 P1 1 "$p1"
check "OURS SWALLOW" 2 p3_served 1 "$served"

[ $wrong = 0 ] || die "the model" "$log" "see what spin says in the log"
