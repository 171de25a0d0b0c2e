#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites as modules, on a kernel that has KUnit: each is loaded, runs,
# says what it found, and goes again.
#
# Needs: kunit

. /lab/guest/lib.sh

KUNIT=/sys/kernel/debug/kunit

# A kernel may have it and not run tests unless it is told to.
check "this kernel has KUnit" modprobe kunit enable=1

passed=0 suites=0
for module in /lab/kunit/*.ko; do
	name=$(basename "$module" .ko)
	suite=${name%_test}
	insmod "$module"
	cp "$KUNIT/$suite/results" "$WORK/$suite.ktap"
	cat "$WORK/$suite.ktap"
	check "$suite: no test failed" not grep -q '^ *not ok ' "$WORK/$suite.ktap"
	check "$suite: passed" grep -qE "^ok [0-9]+ (- )?$suite" "$WORK/$suite.ktap"
	# Without the line that sums up the suite.
	ok=$(grep -cE '^ +ok ' "$WORK/$suite.ktap")
	say "$suite: $ok results, all of them ok"
	passed=$((passed + ok))
	suites=$((suites + 1))
	rmmod "$name"
done
result suites $suites
result results_ok $passed
