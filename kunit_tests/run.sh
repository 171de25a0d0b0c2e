#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit_tests/run.sh: the KUnit tests in a User Mode Linux kernel, by kunit.py
#
# Takes the kernel's source from Debian's package linux-source-6.1 and keeps it
# and its build. KERNEL_TREE=DIRECTORY uses that tree instead, adding
# lib/sunrpc_fix to it.
#
# The tests' own output is kept in $CACHE/logs/kunit-uml.ktap.

. "$(dirname "$0")/../scripts/lib.sh"
. "$(dirname "$0")/results.sh"

[ $# = 0 ] || usage_error "usage: kunit_tests/run.sh"

tests=$TREE/kunit_tests
work=$CACHE/kunit

# kunit.py answers to the exit status; its lines are for people.
kunit_py()
{
	(cd "$tree" && ./tools/testing/kunit/kunit.py "$@" \
		--build_dir="$build" </dev/null 9>&-)
}

log=$CACHE/logs/kunit-uml.log
ktap=$CACHE/logs/kunit-uml.ktap

need_packages python3:python3 make:make gcc:gcc flex:flex \
	bison:bison bc:bc xz:xz-utils
mkdir -p "$work" "$CACHE/logs"
lock kunit-uml
tree=${KERNEL_TREE:-$("$LAB/build/source.sh")}
tree=$(cd "$tree" && pwd)
build=$work/build-$(basename "$tree")
mkdir -p "$build"
"$tests/install-into-tree.sh" "$tree"

say "building a UML kernel with the tests (some minutes the first time)"
start=$SECONDS
kunit_py build --arch=um --jobs="$(nproc)" \
	--kunitconfig=lib/sunrpc_fix/.kunitconfig >"$log" 2>&1 ||
	die "building the UML kernel" "$log" "read the compiler's message in the log"
say "built in $((SECONDS - start)) s"

kunit_py exec --arch=um --timeout=120 --raw_output=kunit \
	'sunrpc_fix*' >"$ktap" 2>>"$log" || die "running the UML kernel" "$log" \
		"run it by hand: $build/linux mem=1G kunit.filter_glob='sunrpc_fix*'"
show_tests "$ktap"
[ "$(grep -cE '^ok [0-9]+ (- )?sunrpc_fix_' "$ktap")" = \
  "$(wc -w <<<"$TESTED")" ] || die "the KUnit run" "$ktap" \
	"look for 'not ok' in the log"
