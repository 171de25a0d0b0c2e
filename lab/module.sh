#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/module.sh SERIES [MODULE]
#
# Builds sunrpc_fix.ko, or the lab's own rpc_delay.ko, for that kernel of the
# lab, outside of the tree, and prints the file's name.

. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || [ $# = 2 ] ||
	usage_error "usage: module.sh SERIES [sunrpc_fix|rpc_delay] ($SERIES_KNOWN)"
series=$1
module=${2:-sunrpc_fix}
known_series "$series"
case $module in
sunrpc_fix)	cd "$TREE" && sources=(Kbuild sunrpc_fix/*.[ch]) ;;
rpc_delay)	cd "$LAB/delay" && sources=(Kbuild rpc_delay.c) ;;
*)		usage_error "unknown module '$module'; known: sunrpc_fix rpc_delay" ;;
esac
kernel=$("$LAB/kernel.sh" "$series")
kernel=$(realpath "$kernel")
build=$kernel/$module-$(hash_of "${sources[@]}")
log=$CACHE/logs/module-$series.log
tmp=$kernel/.tmp.$module
lock "module-$series"

if [ ! -e "$build/$module.ko" ]; then
	say "building $module.ko for $series"
	rm -rf "$tmp" "$kernel/$module"-*
	mkdir -p "$tmp"
	cp --parents "${sources[@]}" "$tmp/"
	make -C "$kernel/headers" M="$tmp" CONFIG_DEBUG_INFO_BTF_MODULES= \
		modules >"$log" 2>&1 9>&- ||
		die "building $module.ko for $series" "$log" \
			"read the compiler's message in the log"
	mkdir "$tmp/done"
	mv "$tmp/$module.ko" "$tmp/done/"
	mv "$tmp/done" "$build"
	rm -rf "$tmp"
fi
echo "$build/$module.ko"
