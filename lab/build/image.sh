#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/image.sh
#
# Makes the guest's root file system, a squashfs that serves every kernel
# series, and the busybox that the initramfs starts with.  Prints where:
# $CACHE/image/{root.squashfs,busybox}.

. "$(dirname "$0")/../../scripts/lib.sh"

SUITE=bookworm
PACKAGES=kmod,iproute2,tcpdump,nfs-common,nfs-kernel-server,rpcbind
PACKAGES=$PACKAGES,iptables,procps,psmisc,util-linux,busybox-static,fio

[ $# = 0 ] || usage_error "usage: image.sh"
need_packages mmdebstrap:mmdebstrap sqfstar:squashfs-tools flock:util-linux \
	/usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
lock image
dir=$CACHE/image-$(hash_of "$LAB/build/image.sh")
log=$CACHE/logs/image.log
tmp=$CACHE/.tmp.image

if [ ! -e "$dir/root.squashfs" ]; then
	need_space 1000
	mkdir -p "$CACHE/logs"
	rm -rf "$tmp"
	mkdir "$tmp"
	say "making the guest's root file system of $SUITE packages (a minute or two)"
	sources_for $SUITE $SUITE-security >"$tmp/sources.list"
	mmdebstrap --variant=minbase --include=$PACKAGES \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook="download /bin/busybox $tmp/busybox" \
		$SUITE "$tmp/root.tar" - <"$tmp/sources.list" >"$log" 2>&1 ||
		die "making the guest's root file system" "$log" \
			"check that the package mirror is reachable; without root, mmdebstrap needs uidmap and user namespaces"
	sqfstar -comp lz4 -quiet -no-progress "$tmp/root.squashfs" 'dev/*' \
		<"$tmp/root.tar" >>"$log" 2>&1 ||
		die "packing the guest's root file system" "$log" "read the log"
	rm "$tmp/root.tar" "$tmp/sources.list"
	rm -rf "$dir"
	mv "$tmp" "$dir"
fi
prune "$CACHE" 'image-*' "$(basename "$dir")"
ln -sfn "$(basename "$dir")" "$CACHE/image"
echo "$CACHE/image"
