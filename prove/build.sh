#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# prove/build.sh OUT SOURCE PROGRAM [MODULE-FILE...]
#
# Compiles net/sunrpc of SOURCE as the tree's own kbuild would, which was
# configured in OUT, with scheduling points, and links it with the stand-ins
# for the kernel and with the explorer. Prints nothing if all is well.

set -euo pipefail
prove=$(cd "$(dirname "$0")" && pwd)
out=$1 source=$2 program=$3
shift 3
module=$*

FILES="net/sunrpc/xprt net/sunrpc/xprtsock net/sunrpc/sched net/sunrpc/clnt
	net/sunrpc/auth net/sunrpc/auth_null net/sunrpc/auth_unix net/sunrpc/addr
	net/sunrpc/timer net/sunrpc/xdr net/sunrpc/socklib
	net/sunrpc/xprtmultipath lib/rbtree lib/refcount"
# What of libc does the same in the kernel.
LIBC="memcpy memmove memset memcmp strcmp strncmp strlen strnlen strchr strstr strcpy strncpy strcat strsep snprintf sprintf vsnprintf sscanf"
LINKER="module_text_start module_text_end __start___param __stop___param"

objects=$(dirname "$program")
mkdir -p "$objects"

cmd=$out/net/sunrpc/.xprt.o.cmd
tree=$(sed -n 's|^source_.*:= \(.*\)/net/sunrpc/xprt\.c$|\1|p' "$cmd")
line=$(sed -nE '/^(saved)?cmd_.*xprt\.o := /{ s/^[^=]*:= //; s/ ; .*//; p; q }' "$cmd")
# Not: where kbuild wants it, and a model in which each address takes a register.
line=$(sed -E 's# -Wp,-MM?D,[^ ]*##; s# -c -o .*##; s#-mcmodel=large##' <<<"$line")
stack_order=$(sed -n 's/^CONFIG_KERNEL_STACK_ORDER=//p' "$out/.config")

# Is an object younger than all it was made of, and made by the same command?
is_fresh()
{
	local object=$1 command=$2

	[ -e "$object" ] && [ "$(cat "$object.cmd" 2>/dev/null)" = "$command" ] ||
		return 1
	# shellcheck disable=SC2046
	[ -z "$(cd "$out" && find $(sed 's/^[^:]*://; s/\\$//' "$object.d") \
		-newer "$object" -print -quit 2>&1)" ]
}

# compile OBJECT FILE OPTION...: with the command line of xprt.c; the headers of
# $first come before the tree's.
first=
compile()
{
	local object=$objects/$1 file=$2 base command
	shift 2

	base=$(basename "$file" .c)
	command=$(sed -E "s#KBUILD_STR\(xprt\)#KBUILD_STR($base)#
		s#(KBUILD_BASENAME=.*)\"xprt\"#\1\"$base\"#
		s# -nostdinc# -nostdinc $first -I$source/include#
		s#KBUILD_STR\(s\)=[^ \"]*#KBUILD_STR(s)=\#s#" <<<"$line")
	command="$command -w -g -fno-omit-frame-pointer
		-fno-inline-small-functions -fno-conserve-stack
		-fdebug-prefix-map=$out=. -fdebug-prefix-map=$source/=
		-fdebug-prefix-map=$tree/= -fdebug-prefix-map=${prove%/*}/=
		$* -MD -MF $object.d -c -o $object $file"
	command=${command//[$'\n\t']/ }
	! is_fresh "$object" "$command" || return 0
	(cd "$out" && eval "$command")
	printf '%s\n' "$command" >"$object.cmd"
}

# driven OBJECT FILE OPTION...: with scheduling points and places for probes.
driven()
{
	local object=$1 file=$2
	shift 2

	compile "$object" "$file" -pg -mfentry -fsanitize=thread \
		--param tsan-distinguish-volatile=0 \
		-include "$prove/kernel/points.h" -I"$tree/net/sunrpc" "$@"
}

# own OBJECT FILE: of the explorer.
own()
{
	local object=$objects/$1

	if [ -e "$object" ] && [ -z "$(find "$prove/prove.h" \
		"$prove"/explorer/*.h "$2" -newer "$object")" ]; then
		return
	fi
	gcc -O2 -g -fno-pie -fno-stack-protector -Wall -Wextra -c \
		-o "$object" "$2"
}

# The jobs of a list at a time, two of them; fails if one does.
pids=()
job()
{
	if [ ${#pids[@]} -ge "$(nproc)" ]; then
		wait "${pids[0]}"
		pids=("${pids[@]:1}")
	fi
	"$@" &
	pids+=($!)
}

finish()
{
	local pid

	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	pids=()
}

kernel=() modules=() explorer=()
for f in $FILES; do
	file=$source/$f.c
	[ -e "$file" ] || file=$tree/$f.c
	[ -e "$file" ] || continue
	job driven "$(basename "$f").o" "$file"
	kernel+=("$(basename "$f").o")
done
for f in "$prove"/kernel/*.c; do
	case $(basename "$f") in
	module.c)	[ -n "$module" ] || continue ;;
	no_module.c)	[ -z "$module" ] || continue ;;
	esac
	case $(basename "$f") in
	socket.c)	more="-pg -mfentry" ;;	# kernel_connect() can be probed
	kprobes.c)	first=-I$prove/kernel/include more= ;;
	module.c)	more=-I$(dirname "${module%% *}") ;;
	*)		more= ;;
	esac
	job compile "fake-$(basename "$f" .c).o" "$f" -I"$prove" \
		-I"$prove/kernel" -I"$tree/net/sunrpc" $more -DPROVE_STACK_ORDER="${stack_order:-1}"
	first=
	kernel+=("fake-$(basename "$f" .c).o")
done
first=-I$prove/kernel/include
for f in $module; do
	job driven "$(basename "$program")-$(basename "$f" .c).o" "$f" \
		-I"$(dirname "$f")" -DMODULE \
		-DCONFIG_KPROBES=1 -DCONFIG_KRETPROBES=1 \
		-include linux/kprobes.h
	modules+=("$(basename "$program")-$(basename "$f" .c).o")
done
first=
for f in "$prove"/explorer/*.c; do
	job own "$(basename "$f" .c)-explorer.o" "$f"
	explorer+=("$(basename "$f" .c)-explorer.o")
done
finish

cd "$objects"
gcc -c -o entry.o "$prove/kernel/entry.S"
# A function fake_NAME stands in for the kernel's NAME.
nm "${kernel[@]}" "${modules[@]}" | awk '
	$NF ~ /^fake_/ { print $NF, substr($NF, 6) }' | sort -u >fakes
ld -r -o kernel.o "${kernel[@]}"
objcopy --redefine-syms=fakes kernel.o
[ -z "$module" ] || ld -r -o module.o "${modules[@]}"

# What has no stand-in is at an address of which the explorer knows the name.
nm -u kernel.o ${module:+module.o} | awk '$1 == "U" { print $2 }' | sort -u >wanted
nm --defined-only kernel.o ${module:+module.o} entry.o "${explorer[@]}" |
	awk 'NF == 3 { print $3 }' | sort -u >defined
tr ' ' '\n' <<<"$LIBC $LINKER" | sort >libc
sort -u defined libc | comm -23 wanted - >unfaked
awk '{ printf "--defsym=%s=0x%x\n", $1, 0x20000000 + 4096 * NR }' unfaked >defsyms
gcc -no-pie -g -o "$program" "${explorer[@]}" kernel.o ${module:+module.o} \
	entry.o -Wl,-T,"$prove/link.ld" -Wl,-z,noexecstack \
	-Wl,--no-warn-rwx-segments -Wl,@defsyms
