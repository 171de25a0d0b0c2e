#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/explore/build.sh DIRECTORY [FILE.c]
#
# Builds DIRECTORY/explorer with sunrpc_fix as it is, or with FILE.c in the
# place of the file of that name. A directory that was built before is used
# again: only the module's files are compiled then.
#
# The module's variables end up in one section, which fake.c can find.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$(dirname "$here")")
module=$top/sunrpc_fix
dir=$1
mutant=${2:-}

mkdir -p "$dir"
cd "$dir"

options=(-std=gnu11 -O2 -g -fno-pie -fno-stack-protector -Wall -Wextra
	 -Werror -Wno-unused-parameter -Iinclude -I"$here"
	 -I"$top/host_tests/kernel" -I"$module")

if [ ! -e explorer.o ]; then
	"$top/host_tests/kernel/headers.sh" include fake.h "$module"/*.[ch]
	for file in "$here"/*.c; do
		gcc "${options[@]}" -c "$file"
	done
	ld -r -o explorer.o explore.o fake.o module.o native.o search.o
fi

for file in "$module"/*.c; do
	extra=()
	name=$(basename "$file")
	case $name in
	fault.c)	extra=(-DSUNRPC_FIX_FAULTS) ;;
	hooks.c)	extra=(-finstrument-functions) ;;
	esac
	[ "$name" != "$(basename "$mutant")" ] || file=$mutant
	[ -z "$mutant" ] || [ "$file" = "$mutant" ] || continue
	gcc "${options[@]}" -Wno-sign-compare -Wno-missing-field-initializers \
		-fcf-protection=none -D__KERNEL__ "${extra[@]}" \
		-c -o "sunrpc_fix-${name%.c}.o" "$file"
done

objects=(sunrpc_fix-*.o)
# shellcheck disable=SC2046
ld -r -o module-all.o $(printf '%s\n' "${objects[@]}" | grep -v -e -fault.o)
objcopy --set-section-flags .bss=alloc,load,contents,data \
	--rename-section .bss=module_data --rename-section .data=module_data \
	module-all.o
gcc -no-pie -o explorer explorer.o module-all.o
