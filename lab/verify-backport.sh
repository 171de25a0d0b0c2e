#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Does the semantic backport close the race on this source tree? Builds its
# net/sunrpc as it is and with the change, and asks lab/verify.sh about both.
# "make verify-backport" calls it.

. "$(dirname "$0")/lib.sh"

usage()
{
	cat <<-EOT
	usage: make verify-backport TREE=SOURCE [BUILD=DIRECTORY] [PATCHES="N..."|all]

	  TREE      kernel source with the race; left as it is
	  BUILD     where a kernel was built from it, with sunrpc as a module.
	            Without it a small one is built, from patches/verify.config:
	            10 minutes or so on two cores.
	  PATCHES   what is applied (0001); see lab/backport.sh --help
	  MAKEFLAGS, CC: for the build of an old tree, e.g. CC=gcc-9

	Exit status: 0 the race is there without the change and gone with it,
	1 not so, 2 could not tell; 3, 4, 5 of lab/backport.sh
	EOT
}

case ${1:-} in
'')	;;
-h|--help) usage; exit ;;
*)	usage >&2; exit 2 ;;
esac
# TREE is this project's own directory in the lab's scripts.
src=${SRC:-} build=${BUILD:-} patches=${PATCHES:-0001}
if [ -z "$src" ]; then
	usage >&2
	exit 2
fi
[ -f "$src/net/sunrpc/xprtsock.c" ] ||
	usage_error "$src has no net/sunrpc/xprtsock.c: not a kernel source tree"
src=$(realpath "$src")
need_packages gcc:gcc make:make cpio:cpio
options=()
[ -z "${CC:-}" ] || options+=("CC=$CC")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The change first: it may not apply, and takes seconds.
mkdir -p "$work/src/net" "$work/src/include/linux"
cp -r "$src/net/sunrpc" "$work/src/net/"
cp -r "$src/include/linux/sunrpc" "$work/src/include/linux/"
"$LAB/backport.sh" --patches "$patches" "$src" >"$work/diff" || exit $?
(cd "$work/src" && git apply "$work/diff")

small_kernel()
{
	local key log=$CACHE/logs/verify-backport.log

	key=$(hash_of "$TREE/patches/verify.config" "$src/Makefile" \
		"$src"/net/sunrpc/xprt*.c)
	build=$CACHE/verify-backport/$key
	[ ! -e "$build/done" ] || return 0
	need_packages bc:bc flex:flex bison:bison
	say "building a small kernel from $src (10 minutes or so)"
	mkdir -p "$build" "$CACHE/logs"
	make -C "$src" O="$build" "${options[@]}" ARCH=x86_64 \
		KCONFIG_ALLCONFIG="$TREE/patches/verify.config" allnoconfig \
		>"$log" 2>&1 &&
	make -C "$build" "${options[@]}" ARCH=x86_64 -j"$(nproc)" \
		bzImage modules >>"$log" 2>&1 ||
		die "building a kernel from $src" "$log" \
			"give the directory where you built it (BUILD=), or a compiler of its time (CC=gcc-9)"
	touch "$build/done"
}

[ -n "$build" ] || small_kernel
build=$(realpath "$build")
kernel=${KERNEL:-$build/arch/x86/boot/bzImage}
[ -r "$kernel" ] || usage_error "there is no kernel $kernel: build it, or set KERNEL"
[ -e "$build/net/sunrpc/sunrpc.ko" ] ||
	usage_error "$build has no net/sunrpc/sunrpc.ko: set CONFIG_SUNRPC=m there"

# verdict NAME SOURCE: 0 no race, 1 race, 2 could not tell.
verdict()
{
	local modules=$work/$1 status=0

	say "$1: building net/sunrpc"
	mkdir "$modules"
	(cd "$build" && find . -name '*.ko' -o -name 'modules.builtin*' \
		-o -name modules.order | cpio --quiet -pdm "$modules")
	"$LAB/sunrpc.sh" "$2" "$build" "$modules/net/sunrpc/sunrpc.ko" \
		ARCH=x86_64 "${options[@]}"
	KERNEL=$kernel MODULES=$modules HEADERS=$build \
		"$LAB/verify.sh" >"$work/$1.log" 2>&1 || status=$?
	sed "s/^/  $1: /" "$work/$1.log"
	return $status
}

before=0 after=0
verdict before "$src" || before=$?
verdict after "$work/src" || after=$?
case $before$after in
10)	echo "the race is there without $patches and gone with it" ;;
*2*)	echo "could not tell" >&2; exit 2 ;;
00)	echo "$src does not show the race, with or without $patches" >&2; exit 1 ;;
*)	echo "$patches does not close the race" >&2; exit 1 ;;
esac
