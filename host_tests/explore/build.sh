#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# [INSTEAD=DIRECTORY] host_tests/explore/build.sh DIRECTORY
#
# Builds DIRECTORY/explorer. Files in INSTEAD take the place of those of the same
# name in sunrpc_fix; only they are compiled in a directory that was built before.
#
# The module's variables end up in one section, which fake.c can find.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$(dirname "$here")")
module=$top/sunrpc_fix
dir=$1
instead=${INSTEAD:-}

mkdir -p "$dir"
cd "$dir"

options=(-std=gnu11 -O2 -g -fno-pie -fno-stack-protector -Wall -Wextra
	 -Werror -Wno-unused-parameter -Iinclude -I"$here"
	 -I"$top/host_tests/kernel" -I"$module")

# What is broken on purpose may leave something unused.
[ -z "$instead" ] || options+=(-w)

if [ ! -e explorer.o ]; then
	"$top/host_tests/kernel/headers.sh" include fake.h "$module"/*.[ch]
	for file in "$here"/*.[cS]; do
		gcc "${options[@]}" -c "$file"
	done
	ld -r -o explorer.o explore.o fake.o fiber.o module.o native.o search.o
fi

for file in "$module"/*.c; do
	extra=()
	name=$(basename "$file")
	case $name in
	fault.c)	extra=(-DSUNRPC_FIX_FAULTS) ;;
	hooks.c)	extra=(-finstrument-functions) ;;
	esac
	if [ -n "$instead" ] && [ -e "$instead/$name" ]; then
		file=$instead/$name
	elif [ -e "sunrpc_fix-${name%.c}.o" ]; then
		continue
	fi
	gcc "${options[@]}" -Wno-sign-compare -Wno-missing-field-initializers \
		-fcf-protection=none -D__KERNEL__ "${extra[@]}" \
		-c -o "sunrpc_fix-${name%.c}.o" "$file"
done

# fault.c is for the lab: it is compiled and not used.
mv sunrpc_fix-fault.o fault.compiled
ld -r -o module-all.o sunrpc_fix-*.o
mv fault.compiled sunrpc_fix-fault.o
objcopy --set-section-flags .bss=alloc,load,contents,data \
	--rename-section .bss=module_data --rename-section .data=module_data \
	module-all.o
gcc -no-pie -o explorer explorer.o module-all.o
