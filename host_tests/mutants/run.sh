#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/mutants/run.sh [-x]
#
# Breaks a copy of connect_state.c in each of the ways in mutants/list, and
# shows that the KUnit tests notice, or else the explorer. What neither notices
# is listed and fails. -x: ask the explorer about all of them.

. "$(dirname "$0")/../../scripts/lib.sh"

case ${1:-} in
'')	explore_all= ;;
-x)	explore_all=1 ;;
*)	usage_error "usage: mutants/run.sh [-x]" ;;
esac

tests=$TREE/host_tests
module=$TREE/sunrpc_fix
dir=$CACHE/kunit/mutants
log=$CACHE/logs/mutants.log
need_packages gcc:gcc awk:mawk timeout:coreutils
mkdir -p "$CACHE/logs"
lock mutants

# Everything but connect_state.o, once.
build_tests()
{
	"$tests/kunit/build.sh" "$dir" connect_state -O1 || return 1
	rm "$dir/connect_state.o" "$dir/tests"
	mkdir "$dir/explore"
	(cd "$dir/explore" &&
	 gcc -std=gnu11 -O2 -I"$module" -c "$tests"/explore/*.c)
}

name_of()
{
	grep '^[^#@+-]' "$tests/mutants/list" | sed -n "$1p"
}

# build FILE: links the tests and the explorer with it.
build()
{
	gcc -std=gnu11 -O1 -I"$module" -c -o "$dir/mutant.o" "$1" &&
	gcc -o "$dir/tests" "$dir"/*.o &&
	gcc -o "$dir/explorer" "$dir"/explore/*.o "$dir/mutant.o"
}

# Whole, it must pass: a test that always fails notices nothing.
check_whole()
{
	build "$module/connect_state.c" && "$dir/tests" && "$dir/explorer" -q
}

build_tests >"$log" 2>&1 || die "building the tests" "$log" \
	"read the compiler's message in the log"
check_whole >>"$log" 2>&1 || die "connect_state.c as it is" "$log" \
	"make it pass host_tests/kunit/run.sh and host_tests/explore/run.sh first"

killed=0
survived=0
for ((n = 1; ; n++)); do
	status=0
	awk -v n="$n" -f "$tests/mutants/mutate.awk" "$tests/mutants/list" \
		"$module/connect_state.c" >"$dir/mutant.c" 2>"$dir/error" ||
		status=$?
	[ $status != 3 ] || break
	[ $status = 0 ] || die "breaking \"$(name_of $n)\"" "$dir/error" \
		"bring host_tests/mutants/list up to date with connect_state.c"
	build "$dir/mutant.c" >"$dir/error" 2>&1 ||
		die "compiling \"$(name_of $n)\"" "$dir/error" \
			"correct it in host_tests/mutants/list"

	verdict=
	if ! timeout 60 "$dir/tests" >"$dir/out" 2>&1; then
		verdict="KUnit ($(grep -c '^ *not ok' "$dir/out"))"
	fi
	if [ -z "$verdict" ] || [ -n "$explore_all" ]; then
		if ! timeout 600 "$dir/explorer" -q >"$dir/out" 2>&1; then
			verdict="${verdict:+$verdict, }explorer ($(
				grep -c 'NOT AS IT MUST BE' "$dir/out"))"
		fi
	fi
	if [ -n "$verdict" ]; then
		killed=$((killed + 1))
	else
		survived=$((survived + 1))
		verdict="SURVIVED"
	fi
	printf '%-70s %s\n' "$(name_of $n)" "$verdict" | tee -a "$log"
done
echo "$killed noticed, $survived not"
if [ $survived != 0 ] || [ $killed -lt 15 ]; then
	die "the list of mutants" "$log" \
		"write a test that fails with the mutants that survived"
fi
