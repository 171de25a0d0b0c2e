#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/sunrpc.sh SRCTREE BUILD OUT.ko [MAKE-ARGUMENT...]
#
# Builds net/sunrpc of a source tree as a module for the kernel whose build
# directory is BUILD (a build tree, or the headers of a package). Both are left
# as they are; the header that a backport changes is taken from SRCTREE.

. "$(dirname "$0")/../../scripts/lib.sh"

[ $# -ge 3 ] || usage_error "usage: lab/build/sunrpc.sh SRCTREE BUILD OUT.ko [MAKE-ARGUMENT...]"
src=$1 build=$2 out=$3
shift 3
[ -f "$src/net/sunrpc/xprtsock.c" ] ||
	usage_error "$src has no net/sunrpc/xprtsock.c: not a kernel source tree"
[ -f "$build/Makefile" ] ||
	usage_error "$build has no Makefile: not the build directory of a kernel"
need_packages gcc:gcc make:make

# Kbuild writes next to the source.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/net"
cp -r "$src/net/sunrpc" "$work/net/"
find "$work" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' \) -delete
cp "$src/include/linux/sunrpc/xprtsock.h" "$work/net/sunrpc/xprtsock-src.h"
sed -i 's|<linux/sunrpc/xprtsock.h>|"xprtsock-src.h"|' "$work"/net/sunrpc/*.c

# Without GSS and RDMA, which are modules of their own, and without BTF, which
# would take pahole.
log=$work/log
make -C "$build" M="$work/net/sunrpc" -j"$(nproc)" CONFIG_SUNRPC_GSS= \
	CONFIG_SUNRPC_XPRT_RDMA= CONFIG_DEBUG_INFO_BTF_MODULES= \
	"$@" modules >"$log" 2>&1 9>&- || {
	mkdir -p "$CACHE/logs"
	cp "$log" "$CACHE/logs/sunrpc.log"
	die "building net/sunrpc of $src" "$CACHE/logs/sunrpc.log" \
		"read the compiler's message; $build has to be of the kernel that $src is the source of"
}
mkdir -p "$(dirname "$out")"
strip --strip-debug -o "$out" "$work/net/sunrpc/sunrpc.ko"
