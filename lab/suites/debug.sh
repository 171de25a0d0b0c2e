# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# 6.1 with KASAN, lockdep, leak and object checks, preemptible: no report

# Each checker is shown a mistake; the run has to fail because of the reports,
# not of the scenario.
checkers_report()
{
	local out=$OUT/debug-trip

	mkdir -p "$out"
	if "$LAB/run.sh" --series 6.1-debug --variant stock --out "$out" trip; then
		echo "the run did not fail"
		return 1
	fi
	cat "$out/trip/log"
	[ "$(cat "$out/trip/status")" = 0 ] &&
		grep -q 'comm "insmod"' "$out/leaks"
}

kunit_as_modules()
{
	scenarios 6.1-debug stock kunit
	try "KUnit as modules: all suites" expect kunit suites -eq 3
}

suite_debug()
{
	kunit_as_modules
	try "a report of any checker fails a run" checkers_report
	CYCLES=20 ROUNDS=3 scenarios 6.1-debug race+fix reconnect \
		connecting failopen rmmod_midconnect faults hostile churn
	try "one ISN per reconnect" expect reconnect isns -eq 3
}
