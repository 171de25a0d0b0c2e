#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/kunit/run.sh: the KUnit tests as a program under ASan and UBSan, and
# how much of the tested files they cover: all, or a test says why not
#
# A loop in the tested code must not hang the run: each program has a time limit.
# The tests' own output is kept in $CACHE/logs/kunit-host.ktap.

. "$(dirname "$0")/../../scripts/lib.sh"
. "$(dirname "$0")/../../kunit_tests/results.sh"

[ $# = 0 ] || usage_error "usage: host_tests/kunit/run.sh"

here=$TREE/host_tests/kunit
tests=$TREE/kunit_tests
log=$CACHE/logs/kunit-host.log
ktap=$CACHE/logs/kunit-host.ktap
dir=$CACHE/kunit/host

need_packages gcc:gcc gcov:gcc awk:mawk timeout:coreutils
mkdir -p "$dir" "$CACHE/logs"
lock kunit-host

"$here/build.sh" "$dir/sanitized" "$TESTED" -O1 \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	>"$log" 2>&1 || die "building the tests" "$log" "read the compiler's message in the log"
timeout 60 "$dir/sanitized/tests" >"$ktap" 2>&1 || {
	show_tests "$ktap"
	die "the program of the tests" "$ktap" "run it by hand: $dir/sanitized/tests"
}
show_tests "$ktap"

"$here/build.sh" "$dir/coverage" "$TESTED" -O0 --coverage \
	>"$log" 2>&1 || die "building the tests" "$log" "read the compiler's message in the log"
timeout 60 "$dir/coverage/tests" >/dev/null
(
	cd "$dir/coverage" || exit
	# shellcheck disable=SC2086
	# shellcheck disable=SC2046
	gcov -b -c -o . $(printf '%s.o ' $TESTED) >/dev/null
)
for unit in $TESTED; do
	awk -f "$here/coverage.awk" "$tests/${unit}_test.c" \
		"$dir/coverage/$unit.c.gcov" || failed=1
done
[ -z "${failed:-}" ] || die "the coverage" - \
	"write a test for these lines, or say in the unit's test file why there is none"
