#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/kunit/build.sh DIRECTORY "UNIT..." OPTION...
#
# Builds these units of sunrpc_fix and their KUnit tests for user space, with
# these options of the compiler: DIRECTORY/tests and the objects it is made of.

set -eu

host=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$(dirname "$host")")
tests=$top/kunit_tests
module=$top/sunrpc_fix
dir=$1
units=$2
shift 2

rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"

# Every kernel header is host.h, but those that the C library has as well.
sed -n 's/^#include <\(.*\.h\)>$/\1/p' "$module"/*.[ch] "$tests"/*_test.c |
sort -u |
while read -r header; do
	case $header in
	linux/errno.h|linux/limits.h)
		;;
	linux/*|kunit/*)
		mkdir -p "include/$(dirname "$header")"
		echo '#include "host.h"' >"include/$header" ;;
	esac
done

# compat.h is about kernels: host.h has what is used of it.
for unit in $units; do
	gcc -std=gnu11 -g -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wno-missing-field-initializers -Wno-sign-compare \
		-D__KERNEL__ -DSUNRPC_FIX_COMPAT_H \
		-Iinclude -I"$host" -I"$module" "$@" \
		-c "$module/$unit.c" "$tests/${unit}_test.c"
done
gcc -std=gnu11 -g "$@" -I"$host" -c "$host/kunit.c"
gcc "$@" -o tests ./*.o
