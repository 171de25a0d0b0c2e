#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# prove/run.sh
#
# Takes the net/sunrpc of a kernel tree through its interleavings, in an
# ordinary process. "make prove" calls it; see README.md.

. "$(dirname "$0")/../scripts/lib.sh"

usage()
{
	cat <<-EOT
	usage: make prove TREE=SOURCE [PATCHES="N..."] [FIX=1] [TASKS=2]
	                  [PREEMPTIONS=1] [SECONDS=60] [WALK=5] [EVENTS="..."]

	  TREE         kernel source, 4.0 or later; nothing is written there
	  PATCHES      changes of patches/ that are made to a copy first
	  FIX          1: with sunrpc_fix; or a directory: that of another copy of
	               this project
	  TASKS        RPC tasks that want the connection, 1 to 3
	  PREEMPTIONS  how often a thread may be stopped where it could go on
	  SECONDS      of CPU time, for the search in order
	  WALK         and for the one at random, with up to 4 preemptions
	  EVENTS       what else may happen, "help" lists it
	  STATELESS=1  also from states that were seen (slower; a cross-check)
	  CC           the compiler (gcc)

	Exit status: 0 no counterexample, 1 there is one, 2 misuse, or it could not
	be built, 3 cannot tell, 130 interrupted.
	EOT
}

# TREE is this project's own directory in its scripts, SECONDS is bash's own.
src=${SRC:-} patches=${PATCHES:-} fix=${FIX:-} events=${EVENTS:-}
if [ -z "$src" ] || [ $# -gt 0 ]; then
	usage >&2
	exit 2
fi
need_number TASKS "${TASKS:=2}" 1 3
need_number PREEMPTIONS "${PREEMPTIONS:=1}" 0 9
need_number SECONDS "${LIMIT:=60}" 1 86400
need_number WALK "${WALK:=5}" 0 86400
for file in Makefile net/sunrpc/xprt.c net/sunrpc/xprtsock.c; do
	[ -f "$src/$file" ] ||
		usage_error "$src has no $file: not a kernel source tree"
done
src=$(realpath "$src")
version=$(sed -n 's/^VERSION = *//p' "$src/Makefile")
if [ "${version:-0}" -lt 4 ]; then
	usage_error "$src is older than 4.0: too old, its ARCH=um does not build; see prove/README.md"
fi
[ ! -e "$src/.config" ] ||
	usage_error "$src was built in place: make mrproper there, or a clean copy of it (git worktree add)"
cc=${CC:-gcc}
command -v "${cc%% *}" >/dev/null ||
	usage_error "there is no compiler '${cc%% *}': install gcc, or set CC"
need_packages gcc:gcc make:make flex:flex bison:bison bc:bc \
	addr2line:binutils git:git
# What make was told is not for the kernel's own make.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

key=$(hash_of "$TREE/prove/um.config" "$src/Makefile" \
	"$src/arch/um/Makefile").$(printf '%s\n' "$src $cc" | sha256sum | cut -c1-8)
out=$CACHE/prove/$key
log=$CACHE/logs/prove-$key.log
mkdir -p "$out/headers/linux" "$CACHE/logs"
lock "prove-$key"

# Trees before 4.2 have a header for each compiler that was known.
major=$(echo __GNUC__ | $cc -E -P -)
if [ -e "$src/include/linux/compiler-gcc5.h" ]; then
	[ -e "$src/include/linux/compiler-gcc$major.h" ] ||
		echo '#include <linux/compiler-gcc5.h>' \
			>"$out/headers/linux/compiler-gcc$major.h"
fi

kernel_make()
{
	make -s -C "$src" ARCH=um O="$out" HOSTCFLAGS="-fcommon -w" \
		CC="$cc -fcommon -fno-pie -fno-stack-protector -idirafter $out/headers" \
		"$@" </dev/null 9>&-
}

build_failed()
{
	(die "$1" "$log" "$2") || exit 2
}

if [ ! -e "$out/done" ]; then
	need_space 300
	say "configuring $src for ARCH=um (half a minute, once; log: $log)"
	kernel_make KCONFIG_ALLCONFIG="$TREE/prove/um.config" allnoconfig \
		>"$log" 2>&1 ||
		build_failed "configuring $src" "a compiler of the tree's time (CC=gcc-9)"
	grep -q '^CONFIG_SUNRPC=y' "$out/.config" ||
		usage_error "$src has no CONFIG_SUNRPC for ARCH=um: see $out/.config for what it lacks"
	kernel_make net/sunrpc/xprt.o >>"$log" 2>&1 ||
		build_failed "compiling net/sunrpc/xprt.c of $src" \
			"a compiler of the tree's time (CC=gcc-9)"
	touch "$out/done"
fi

# With patches: a copy of what they change, in front of the tree.
source=$src
if [ -n "$patches" ]; then
	source=$out/patched-${patches//[^0-9a-z]/-}
	rm -rf "$source"
	mkdir -p "$source/net" "$source/include/linux"
	cp -rp "$src/net/sunrpc" "$source/net/"
	cp -rp "$src/include/linux/sunrpc" "$source/include/linux/"
	"$TREE/patches/backport.sh" --patches "$patches" "$src" >"$out/diff" || exit 2
	(cd "$source" && GIT_CEILING_DIRECTORIES=$out git apply "$out/diff")
fi

module=()
program=$out/objects-$(basename "$source")/prove
if [ -n "$fix" ]; then
	[ "$fix" != 1 ] || fix=$TREE
	[ -f "$fix/sunrpc_fix/main.c" ] ||
		usage_error "FIX=$fix: 1, or a directory with Kbuild and sunrpc_fix/"
	fix=$(realpath "$fix")
	program=$program-$(printf '%s' "$fix" | sha256sum | cut -c1-8)
	# What Kbuild says that the module is made of.
	mapfile -t module < <(cd "$fix" && {
		echo 'include Kbuild'
		echo 'all: ; @echo $(sunrpc_fix-y:.o=.c)'
	} | make -s -f - src=. | tr ' ' '\n')
	[ ${#module[@]} -gt 5 ] ||
		usage_error "Kbuild does not say what sunrpc_fix is made of: ${module[*]}"
fi
say "compiling net/sunrpc${fix:+ and sunrpc_fix}"
"$TREE/prove/build.sh" "$out" "$source" "$program" \
	"${module[@]/#/$fix/}" >"$log" 2>&1 ||
	build_failed "compiling net/sunrpc of $source" \
		"read the compiler's message; another version of the kernel may need a line in prove/kernel/compat.h"
unlock

if [ "$events" = help ]; then
	"$program" -h
	exit
fi
status=0
# shellcheck disable=SC2086
"$program" -p "$PREEMPTIONS" -t "$LIMIT" -r "$WALK" ${STATELESS:+-x} \
	tasks="$TASKS" $events || status=$?
case $status in
0)	echo "none found" ;;
1)	echo "a counterexample, above" ;;
3)	echo "cannot tell: prove/kernel/ has no stand-in for that" >&2 ;;
esac
exit $status
