# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite debug, 25000 s, not in make check: 6.1 with the kernel's own checkers, preemptible: no report

# Each checker is shown a mistake; the run has to fail because of the reports,
# not of the scenario.
checkers_report()
{
	local series=$1 complaint=$2 out=$OUT/debug-trip-$1

	mkdir -p "$out"
	if "$LAB/run.sh" --series "$series" --variant stock --out "$out" trip \
	   2>"$out/said"; then
		echo "the run did not fail"
		return 1
	fi
	cat "$out/said" "$out/trip/log"
	[ "$(cat "$out/trip/status")" = 0 ] && grep -q "$complaint" "$out/said"
}

leaks_are_reported()
{
	grep -q 'comm "insmod"' "$OUT/debug-trip-6.1-debug/leaks"
}

kunit_as_modules()
{
	scenarios 6.1-debug stock kunit
	try "KUnit as modules: all suites" expect kunit suites -eq 3
}

suite_debug()
{
	export ROUNDS=3 CYCLES=6
	# Everything takes several times as long.
	export BURST_TIMEOUT=300 SCENARIO_TIMEOUT=3000

	kunit_as_modules
	try "a report of a checker fails a run" checkers_report 6.1-debug 'BUG: KASAN'
	try "a leak is found" leaks_are_reported
	scenarios 6.1-debug race+fix reconnect connecting failopen \
		rmmod_midconnect faults hostile churn
	try "one ISN per reconnect" expect reconnect isns -eq 3
	scenarios 6.1-debug race+fix live missed steady observe many repro \
		operator load_in_storm

	try "a data race of a module fails a run" checkers_report 6.1-kcsan \
		'BUG: KCSAN: data-race in count'
	scenarios 6.1-kcsan race+fix reconnect connecting failopen \
		rmmod_midconnect faults hostile churn many
	try "one ISN per reconnect, KCSAN" expect reconnect isns -eq 3
}
