#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/backport-ko.sh SERIES [PATCHES]
#
# Builds sunrpc.ko of that kernel of the lab with the race put back and then
# fixed again by the semantic patches ("0001 0002"), and prints where it is.

. "$(dirname "$0")/../../scripts/lib.sh"

[ $# = 1 ] || [ $# = 2 ] || usage_error "usage: backport-ko.sh SERIES [PATCHES]"
series=$1
patches=${2:-0001 0002}
known_series "$series"
kernel=$(realpath "$("$LAB/build/kernel.sh" "$series")")
build=$kernel/backport-${patches// /-}-$(hash_of "$LAB/build/backport-ko.sh" \
	"$LAB/build/sunrpc.sh" "$TREE"/patches/*.sh "$TREE/patches/tidy.pl" \
	"$TREE"/patches/reintroduce/* "$TREE"/patches/backport/*/*)
log=$CACHE/logs/backport-$series.log
lock "backport-$series"

if [ ! -e "$build/sunrpc.ko" ]; then
	say "putting the race into net/sunrpc of $series and fixing it ($patches)"
	tmp=$kernel/.tmp.backport
	rm -rf "$tmp"
	mkdir -p "$tmp/net" "$tmp/include/linux"
	cp -r "$kernel/source/net/sunrpc" "$tmp/net/"
	cp -r "$kernel/source/include/linux/sunrpc" "$tmp/include/linux/"
	"$TREE/patches/reintroduce.sh" "$tmp" >"$log" 2>&1 ||
		die "putting the connect race back" "$log" \
			"adapt patches/reintroduce/ to $kernel/source/net/sunrpc"
	"$TREE/patches/backport.sh" --apply --patches "$patches" "$tmp" >>"$log" 2>&1 ||
		die "the semantic backport" "$log" \
			"adapt patches/backport/ to what patches/reintroduce/ makes of $series"
	"$LAB/build/sunrpc.sh" "$tmp" "$kernel/headers" "$tmp/done/sunrpc.ko"
	cp "$tmp"/net/sunrpc/xprt*.c "$log" "$tmp/done/"
	rm -rf "$build"
	mv "$tmp/done" "$build"
	rm -rf "$tmp"
fi
prune "$kernel" 'backport-*' "$(basename "$build")"
echo "$build/sunrpc.ko"
