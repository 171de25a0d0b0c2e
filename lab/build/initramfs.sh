#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/initramfs.sh SERIES
#
# Packs what the guest needs of a kernel's own modules, and the few lines that
# mount its root.  Prints the file's name.  After kernel.sh and image.sh.

. "$(dirname "$0")/../../scripts/lib.sh"

BOOT="virtio_pci virtio_blk squashfs overlay 9p 9pnet_virtio"
NET="veth sch_netem tcp_diag ip_tables iptable_filter iptable_raw xt_tcpudp
     xt_conntrack nf_conntrack ipt_REJECT iptable_nat xt_MASQUERADE 8021q vxlan
     sch_ingress cls_matchall act_mirred"
NFS="sunrpc lockd nfs nfsv3 nfsv4 nfsd"

CHECKS=kunit

[ $# = 1 ] || usage_error "usage: initramfs.sh SERIES ($SERIES_KNOWN)"
series=$1
known_series "$series"
[ "$series" = 6.1-debug ] || CHECKS=
need_packages cpio:cpio modprobe:kmod xz:xz-utils flock:util-linux
lock "kernel-$series"
kernel=$(realpath "$CACHE/kernels/$series")
image=$(realpath "$CACHE/image")
# shellcheck disable=SC1091
. "$kernel/VERSION"
initramfs=$kernel/initramfs-$(hash_of "$LAB/build/initramfs.sh" \
	"$LAB/guest/initramfs-init" "$image/busybox").cpio
tmp=$kernel/.tmp.initramfs
log=$CACHE/logs/initramfs-$series.log

# The list names what may also be built in.
module_files()
{
	# shellcheck disable=SC2086
	modprobe -d "$kernel/root" -S "$KREL" --show-depends --all \
		$BOOT $NET $NFS $CHECKS 2>>"$log" |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

if [ ! -e "$initramfs" ]; then
	say "packing the initramfs for $KREL"
	rm -rf "$tmp"
	modules=$tmp/lib/modules/$KREL
	mkdir -p "$modules" "$tmp"/{bin,dev,proc,sys,mnt,root}
	: >"$log"
	# The package leaves this to its installation.
	depmod -b "$kernel/root" "$KREL" >>"$log" 2>&1 ||
		die "indexing the modules of $KREL" "$log" "read the log"
	for file in $(module_files); do
		cp "$file" "$modules/"
	done
	find "$modules" -name '*.xz' -exec xz -d {} +
	[ -e "$modules/sunrpc.ko" ] || die "collecting the modules of $KREL" \
		"$log" "read the log; the list is in lab/build/initramfs.sh"
	cp "$kernel"/modules/modules.{order,builtin,builtin.modinfo} "$modules/"
	depmod -b "$tmp" "$KREL" >>"$log" 2>&1
	cp "$image/busybox" "$tmp/bin/"
	cp "$LAB/guest/initramfs-init" "$tmp/init"
	chmod +x "$tmp/init" "$tmp/bin/busybox"
	(cd "$tmp" && find . | cpio --quiet -o -H newc -R 0:0) >"$initramfs.tmp"
	mv "$initramfs.tmp" "$initramfs"
	rm -rf "$tmp"
fi
prune "$kernel" 'initramfs-*' "$(basename "$initramfs")"
echo "$initramfs"
