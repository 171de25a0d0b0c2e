#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Does the semantic backport close the race on this source tree? Builds its
# net/sunrpc as it is and with the change, and asks lab/verify.sh about both.
# "make verify-backport" calls it.

. "$(dirname "$0")/../scripts/lib.sh"

CONFIG=$LAB/config/guest.config
OLD_CONFIG=$LAB/config/old.config

usage()
{
	cat <<-EOT
	usage: make verify-backport TREE=SOURCE [BUILD=DIRECTORY] [PATCHES="N..."|all]

	  TREE      kernel source with the race; left as it is
	  BUILD     where a kernel was built from it, with sunrpc as a module.
	            Without it a small one is built first, of the options in
	            lab/config/guest.config and old.config.
	  PATCHES   what is applied ("0001 0002"); see patches/backport.sh --help
	  CC, MAKEFLAGS: for the build of an old tree, e.g. CC=gcc-9
	  PROGRESS  seconds (30) between two lines that say how far the build is

	Exit status: 0 the race is there without the change and gone with it,
	1 not so, 2 could not tell; 3 to 6 of patches/backport.sh
	EOT
}

case ${1:-} in
'')	;;
-h|--help) usage; exit ;;
*)	usage >&2; exit 2 ;;
esac
# TREE is this project's own directory in the lab's scripts.
src=${SRC:-} build=${BUILD:-} patches=${PATCHES:-0001 0002}
if [ -z "$src" ]; then
	usage >&2
	exit 2
fi
[ -f "$src/net/sunrpc/xprtsock.c" ] ||
	usage_error "$src has no net/sunrpc/xprtsock.c: not a kernel source tree"
src=$(realpath "$src")
need_packages gcc:gcc make:make cpio:cpio git:git
# A tree's Makefile heeds no CC of the environment.
[ -z "${CC:-}" ] || export MAKEFLAGS="${MAKEFLAGS:-} CC=$CC"

log=
work=$(mktemp -d)
# Children that report or log are let go before their files are.
trap 'kill $(jobs -p) 2>/dev/null || :; rm -rf "$work"' EXIT
trap interrupted INT

# The change first: it may not apply, and takes seconds.
say "$src: does the change ($patches) apply?"
mkdir -p "$work/src/net" "$work/src/include/linux"
cp -r "$src/net/sunrpc" "$work/src/net/"
cp -r "$src/include/linux/sunrpc" "$work/src/include/linux/"
"$TREE/patches/backport.sh" --patches "$patches" "$src" >"$work/diff" || exit $?
(cd "$work/src" && GIT_CEILING_DIRECTORIES=$work git apply --stat --apply "$work/diff")

# In user space first. Whatever it says of the code, the virtual machine is asked
# about the kernel afterwards.
in_user_space()
{
	local log=$CACHE/logs/verify-backport-prove-$1.log status=0

	mkdir -p "$CACHE/logs"
	SRC=$src PATCHES=$2 WALK=0 "$TREE/prove/run.sh" >"$log" 2>&1 ||
		status=$?
	case $status in
	0)	say "  $1: no counterexample" ;;
	1)	say "  $1: $(sed -n 's/^ *[0-9]*  => *//p' "$log") (in steps: $log)" ;;
	*)	say "  $1: cannot tell, see $log" ;;
	esac
}

say "make prove, in user space: some minutes the first time"
in_user_space before ""
in_user_space after "$patches"

# objects DIRECTORY: how many were built there.
objects()
{
	find "$1" -name '*.o' | wc -l
}

# Every PROGRESS seconds, how far Kbuild is: of as many objects as the last time, or
# as 4.1.6 has with this configuration (1466). Nothing is ever read: it waits.
progress()
{
	local all began=$SECONDS n at

	all=$(cat "$CACHE/verify-backport/objects" 2>/dev/null || echo 1500)
	while ! read -r -t "${PROGRESS:-30}" <> <(:); do
		n=$(objects "$build")
		at=$(sed -n 's/^ *[A-Z]* \( *\[M\]\)\? *\([^ ]*\)$/\2/p' "$log" | tail -n 1)
		say "  $n of about $all objects, $((SECONDS - began)) s; at ${at:-the start}"
	done
}

# In the foreground, for Ctrl-C.
small_make()
{
	local ticker status=0

	progress 9>&- &
	ticker=$!
	make -C "$src" O="$build" ARCH=x86_64 "$@" >>"$log" 2>&1 9>&- </dev/null ||
		status=$?
	kill "$ticker" 2>/dev/null || :
	[ $status = 0 ] && return
	(die "building a small kernel from $src" "$log" \
		"a compiler of the tree's time (CC=gcc-9), or BUILD= where you built it yourself; what is done is kept") ||
		exit 2
}

interrupted()
{
	trap '' INT
	say "interrupted${log:+; what was built is kept in $build, the same command goes on with it}"
	exit 130
}

# Kbuild knows what it has built: done again, this takes seconds.
small_kernel()
{
	local lacks

	[ ! -e "$src/.config" ] ||
		usage_error "$src was built in place: say BUILD=$src, or make mrproper there"
	need_packages bc:bc flex:flex bison:bison perl:perl \
		/usr/include/libelf.h:libelf-dev \
		/usr/include/openssl/opensslv.h:libssl-dev
	need_space 2000
	cat "$CONFIG" "$OLD_CONFIG" >"$work/wanted"
	build=$CACHE/verify-backport/$(hash_of "$CONFIG" "$OLD_CONFIG" "$src").$(hash_of "${CC:-}")
	log=$CACHE/logs/verify-backport.log
	mkdir -p "$build" "$CACHE/logs"
	lock verify-backport
	: >"$log"
	say "building a small kernel in $build (log: $log)"
	small_make KCONFIG_ALLCONFIG="$work/wanted" allnoconfig
	lacks=$(grep '^CONFIG_' "$CONFIG" | grep -vxFf "$build/.config" || :)
	[ -z "$lacks" ] || say "this tree does not have ${lacks//$'\n'/ }"
	small_make -j"$(nproc)" bzImage modules
	objects "$build" >"$CACHE/verify-backport/objects"
	unlock
	prune "$CACHE/verify-backport" '*' "$(basename "$build")"
}

[ -n "$build" ] || small_kernel
build=$(realpath "$build")
kernel=${KERNEL:-$build/arch/x86/boot/bzImage}
[ -r "$kernel" ] || usage_error "there is no kernel $kernel: build it, or set KERNEL"
[ -e "$build/net/sunrpc/sunrpc.ko" ] ||
	usage_error "$build has no net/sunrpc/sunrpc.ko: set CONFIG_SUNRPC=m there"

# verdict NAME SOURCE [WHY]: 0 no race, 1 race, 2 could not tell; sunrpc_fix is
# not tried if there is a reason.
verdict()
{
	local modules=$work/$1

	say "$1: building net/sunrpc"
	mkdir "$modules"
	(cd "$build" && find . -name '*.ko' -o -name 'modules.builtin*' \
		-o -name modules.order | cpio --quiet -pdm "$modules")
	"$LAB/build/sunrpc.sh" "$2" "$build" "$modules/net/sunrpc/sunrpc.ko" \
		ARCH=x86_64 || exit 2
	say "$1: make verify"
	KERNEL=$kernel MODULES=$modules HEADERS=$build NO_FIX=${3:-} \
		"$LAB/verify.sh" 2>&1 | sed -u "/./s/^/  $1: /"
}

before=0 after=0
verdict before "$src" || before=$?
# It would be built against headers without the change, and load.
verdict after "$work/src" "the kernel has the fix now" || after=$?
case $before$after in
10)	echo "the race is there without $patches and gone with it" ;;
*2*)	echo "could not tell" >&2; exit 2 ;;
00)	echo "$src does not show the race, with or without $patches" >&2; exit 1 ;;
*)	echo "$patches does not close the race" >&2; exit 1 ;;
esac
