#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/disk.sh
#
# Makes the disk of a host as operators have it: systemd, dkms, a compiler, the
# headers of its kernel, initramfs-tools.  Prints where: $CACHE/disk/, with
#
#   root.ext4         its root file system, never written to: copy it
#   fixed-*.deb       another kernel and its headers, as released

. "$(dirname "$0")/../../scripts/lib.sh"

SUITE=bookworm
PACKAGES=systemd-sysv,udev,kmod,dkms,gcc,make,initramfs-tools,zstd,openssl
PACKAGES=$PACKAGES,iproute2,tcpdump,nfs-common,nfs-kernel-server,rpcbind
PACKAGES=$PACKAGES,iptables,procps,psmisc,util-linux,mandoc,mokutil,rpm
SIZE=3G

[ $# = 0 ] || usage_error "usage: disk.sh"
need_packages mmdebstrap:mmdebstrap mke2fs:e2fsprogs flock:util-linux \
	/usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
kernel=$("$LAB/build/kernel.sh" 6.1)
lock disk
# shellcheck disable=SC1091
. "$kernel/VERSION"
dir=$CACHE/disk-$KREL-$(hash_of "$LAB/build/disk.sh" "$LAB/guest/step.service")
log=$CACHE/logs/disk.log
tmp=$CACHE/.tmp.disk

# As an installed Debian has it, but for what an initramfs of a whole
# distribution costs in a virtual machine: a list of modules instead of most.
# The journal is kept over reboots.
setup()
{
	# shellcheck disable=SC2016
	cat <<-'EOT'
	set -eu
	cd "$1"
	echo '/dev/vda / ext4 errors=remount-ro 0 1' >etc/fstab
	echo lab >etc/hostname
	ln -sf /usr/lib/systemd/system/multi-user.target etc/systemd/system/default.target
	ln -s /etc/systemd/system/step.service \
		etc/systemd/system/multi-user.target.wants/step.service
	mkdir -p var/log/journal results
	ln -s /results/lab lab
	echo MODULES=list >etc/initramfs-tools/conf.d/lab
	printf 'virtio_pci\nvirtio_blk\next4\n' >>etc/initramfs-tools/modules
	chroot . systemctl disable nfs-server rpcbind.socket rpcbind.service \
		nfs-blkmap nfs-client.target apt-daily.timer \
		apt-daily-upgrade.timer dpkg-db-backup.timer \
		e2scrub_all.timer e2scrub_reap
	chroot . update-initramfs -u -k all
	# Without what is mounted in it now.
	mkdir "$2/root"
	tar --one-file-system -cf - . | tar -C "$2/root" -xpf -
	mke2fs -q -t ext4 -d "$2/root" "$2/root.ext4" "$3"
	rm -rf "$2/root"
	EOT
}

if [ ! -e "$dir/root.ext4" ]; then
	need_space 6000
	mkdir -p "$CACHE/logs"
	rm -rf "$tmp"
	mkdir "$tmp"
	say "making the disk of a host with systemd and dkms (some minutes)"
	sources_for $SUITE $SUITE-security >"$tmp/sources.list"
	setup >"$tmp/setup"
	mmdebstrap --variant=minbase --format=null \
		--include="$PACKAGES,linux-image-$KREL,linux-headers-$KREL" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook="upload $LAB/guest/step.service /etc/systemd/system/step.service" \
		--customize-hook="sh $tmp/setup \"\$1\" $tmp $SIZE" \
		$SUITE - <"$tmp/sources.list" >"$log" 2>&1 9>&- ||
		die "making the disk" "$log" \
			"check that the package mirror is reachable; without root, mmdebstrap needs uidmap and user namespaces"
	use_suites $SUITE $SUITE-security
	for package in linux-image linux-headers; do
		name=$package-${KREL/-amd64/-cloud-amd64}
		download "$name" "$PACKAGE_VERSION"
		cp "$DEB" "$tmp/fixed-$package.deb"
	done
	rm "$tmp/sources.list" "$tmp/setup"
	rm -rf "$dir"
	mv "$tmp" "$dir"
fi
prune "$CACHE" 'disk-*' "$(basename "$dir")"
ln -sfn "$(basename "$dir")" "$CACHE/disk"
echo "$CACHE/disk"
