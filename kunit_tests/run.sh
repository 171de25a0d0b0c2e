#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh uml	the KUnit tests in a User Mode Linux kernel, by kunit.py
# run.sh host	the same tests as a program under ASan and UBSan, and how much
#		of the tested files they cover: all, or a test says why not
#
# uml takes the kernel's source from Debian's package linux-source-6.1 and
# keeps it and its build. KERNEL_TREE=DIRECTORY uses that tree instead, adding
# lib/sunrpc_fix to it.
#
# The tests' own output is kept in $CACHE/logs/kunit-{uml,host}.ktap.

. "$(dirname "$0")/../lab/lib.sh"

readonly TESTED="connect_state inflight affected"

tests=$TREE/kunit_tests
work=$CACHE/kunit

# kunit.py answers to the exit status; its lines are for people.
kunit_py()
{
	(cd "$tree" && ./tools/testing/kunit/kunit.py "$@" \
		--build_dir="$build" </dev/null 9>&-)
}

run_uml()
{
	local log=$CACHE/logs/kunit-uml.log ktap=$CACHE/logs/kunit-uml.ktap
	local tree build start

	need_packages python3:python3 make:make gcc:gcc flex:flex \
		bison:bison bc:bc xz:xz-utils
	mkdir -p "$work" "$CACHE/logs"
	lock kunit-uml
	tree=${KERNEL_TREE:-$("$LAB/source.sh")}
	tree=$(cd "$tree" && pwd)
	build=$work/build-$(basename "$tree")
	mkdir -p "$build"
	"$tests/install-into-tree.sh" "$tree"

	say "building a UML kernel with the tests (some minutes the first time)"
	start=$SECONDS
	kunit_py build --arch=um --jobs="$(nproc)" \
		--kunitconfig=lib/sunrpc_fix/.kunitconfig >"$log" 2>&1 || die "building the UML kernel" "$log" \
		"read the compiler's message in the log"
	say "built in $((SECONDS - start)) s"

	kunit_py exec --arch=um --timeout=120 --raw_output=kunit \
		'sunrpc_fix*' >"$ktap" 2>>"$log" || die "running the UML kernel" "$log" \
			"run it by hand: $build/linux mem=1G kunit.filter_glob='sunrpc_fix*'"
	show_tests "$ktap"
	[ "$(grep -cE '^ok [0-9]+ (- )?sunrpc_fix_' "$ktap")" = \
	  "$(wc -w <<<"$TESTED")" ] || die "the KUnit run" "$ktap" \
		"look for 'not ok' in the log"
}

# show_tests KTAP: what failed, and the counts.
show_tests()
{
	awk '
	{ sub(/^(\[[ 0-9.]*\])? */, "") }
	/^# Subtest: /	{ suite = $3 }
	/^# EXPECT|^# ASSERT|^# .*FAILED|^not ok /	{ print "  " $0 }
	/^not ok /	{ failed++ }
	/^ok [0-9]+ /	{ passed++ }
	END {
		printf "%d results ok, %d not ok\n", passed, failed
		exit failed || !passed
	}' "$1" || die "a test" - "the whole output is in $1"
}

run_host()
{
	local log=$CACHE/logs/kunit-host.log ktap=$CACHE/logs/kunit-host.ktap
	local dir=$work/host

	need_packages gcc:gcc gcov:gcc awk:mawk
	mkdir -p "$work" "$CACHE/logs"
	lock kunit-host

	"$tests/host/build.sh" "$dir/sanitized" "$TESTED" -O1 \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		>"$log" 2>&1 || die "building the tests" "$log" "read the compiler's message in the log"
	"$dir/sanitized/tests" >"$ktap" 2>&1 || {
		show_tests "$ktap"
		die "the program of the tests" "$ktap" "run it by hand: $dir/sanitized/tests"
	}
	show_tests "$ktap"

	"$tests/host/build.sh" "$dir/coverage" "$TESTED" -O0 --coverage \
		>"$log" 2>&1 || die "building the tests" "$log" "read the compiler's message in the log"
	"$dir/coverage/tests" >/dev/null
	(
		cd "$dir/coverage" || exit
		# shellcheck disable=SC2086
		# shellcheck disable=SC2046
		gcov -b -c -o . $(printf '%s.o ' $TESTED) >/dev/null
	)
	for unit in $TESTED; do
		awk -f "$tests/host/coverage.awk" "$tests/${unit}_test.c" \
			"$dir/coverage/$unit.c.gcov" || failed=1
	done
	[ -z "${failed:-}" ] || die "the coverage" - \
		"write a test for these lines, or say in the unit's test file why there is none"
}

case "$#-${1:-}" in
1-uml)	run_uml ;;
1-host)	run_host ;;
*)	usage_error "usage: run.sh uml|host" ;;
esac
