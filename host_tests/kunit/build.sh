#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# [INSTEAD=DIRECTORY] host_tests/kunit/build.sh DIRECTORY "UNIT..." OPTION...
#
# Builds these units of sunrpc_fix and their KUnit tests for user space, with
# these options of the compiler: DIRECTORY/tests and the objects it is made of.
# Files in INSTEAD take the place of those of the same name in sunrpc_fix.

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

"$top/host_tests/kernel/headers.sh" include host.h \
	"$module"/*.[ch] "$tests"/*_test.c

# compat.h is about kernels: host.h has what is used of it.
for unit in $units; do
	file=$module/$unit.c
	# What is broken on purpose may leave something unused.
	if [ -e "${INSTEAD:-/nowhere}/$unit.c" ]; then
		file=$INSTEAD/$unit.c
		set -- "$@" -w
	fi
	gcc -std=gnu11 -g -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wno-missing-field-initializers -Wno-sign-compare \
		-D__KERNEL__ -DSUNRPC_FIX_COMPAT_H \
		-Iinclude -I"$host" -I"$top/host_tests/kernel" -I"$module" "$@" \
		-c "$file" "$tests/${unit}_test.c"
done
gcc -std=gnu11 -g "$@" -I"$host" -I"$top/host_tests/kernel" -c "$host/kunit.c"
gcc "$@" -o tests ./*.o
