#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Installs, upgrades and removes the Debian packages on a virtual machine with
# the distribution's own dkms, modprobe, initramfs-tools and systemd, over four
# boots.  "make check-packages" calls it.

. "$(dirname "$0")/lib.sh"

usage()
{
	cat <<-EOT
	usage: lab/packages.sh [STEP...]

	  install   a host with the race and an NFS mount; install the packages
	            of the version before this one: loaded at once
	  reboot    loaded before the first mount; upgrade; install a kernel that
	            has the fix
	  fixed     that kernel: nothing was built, nothing fails
	  remove    the first kernel again; remove the packages: nothing is left
	  rpm       the scriptlets of the RPM packages: install, upgrade, remove.
	            Needs no other step and no virtual machine, but root: in a root
	            directory with Debian's rpm and dkms, where no kernel is touched

	Default: all, in this order. A step needs the ones before it, on the disk
	that they have left: OUT=DIRECTORY, by default $CACHE/packages-test.

	Debian's kernels have the fix in their headers. The first kernel is Debian's
	with the race put back into sunrpc.ko; that DKMS builds for it, and that the
	module loads, takes what an administrator would have to write: an override
	in /etc/dkms and force=1 in /etc/modprobe.d, for this kernel alone. The other
	kernel is Debian's as released.
	EOT
}

STEPS="install reboot fixed remove rpm"
PREVIOUS=0.0.9

case ${1:-} in -h|--help) usage; exit ;; esac
steps=${*:-$STEPS}
for step in $steps; do
	case " $STEPS " in
	*" $step "*) ;;
	*)	usage_error "unknown step '$step'; known: $STEPS" ;;
	esac
done

need_packages qemu-system-x86_64:qemu-system-x86 gcc:gcc debugfs:e2fsprogs \
	mke2fs:e2fsprogs /usr/lib/x86_64-linux-gnu/libc.a:libc6-dev
need_space 6000
export ROUNDS=${ROUNDS:-3} TASKS=${TASKS:-16}
out=${OUT:-$CACHE/packages-test}
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")
kernel=$("$LAB/kernel.sh" 6.1)
# shellcheck disable=SC1091
. "$kernel/VERSION"
fixed=${KREL/-amd64/-cloud-amd64}
disk=$("$LAB/disk.sh")
root=$out/root.ext4
lock packages-test

# on_disk COMMAND...: of debugfs, which needs no root and mounts nothing.
on_disk()
{
	debugfs -w -R "$*" "$root" >>"$out/disk.log" 2>&1
}

# put FILE PATH: onto the disk.
put()
{
	on_disk "rm $2" || :
	on_disk "write $1 $2"
	[ -n "$(debugfs -R "stat $2" "$root" 2>/dev/null)" ] ||
		die "writing $2 to the disk of the host" "$out/disk.log" "read the log"
}

# build KIND: the packages of both versions.
build()
{
	"$TREE/packaging/build.sh" --version $PREVIOUS "$1" >/dev/null
	"$TREE/packaging/build.sh" "$1" >/dev/null
}

# allow_build DIRECTORY: of DKMS; the kernel has the fix in its headers.
allow_build()
{
	local v

	for v in $PREVIOUS "$VERSION"; do
		echo 'BUILD_EXCLUSIVE_KERNEL=""' >"$1/sunrpc-fix-$v-$KREL.conf"
	done
}

# A host with the race, where an administrator has said so.
make_disk()
{
	local v

	rm -rf "$out"
	mkdir -p "$out"
	cp --sparse=always --reflink=auto "$disk/root.ext4" "$root"
	put "$kernel/race/sunrpc.ko" "/lib/modules/$KREL/kernel/net/sunrpc/sunrpc.ko"
	mkdir "$out/dkms"
	allow_build "$out/dkms"
	for v in $PREVIOUS "$VERSION"; do
		put "$out/dkms/sunrpc-fix-$v-$KREL.conf" \
			"/etc/dkms/sunrpc-fix-$v-$KREL.conf"
	done
	echo 'options sunrpc_fix force=1' >"$out/force"
	put "$out/force" /etc/modprobe.d/lab.conf
}

# What the host gets to see of this tree, on a disk of its own.
make_share()
{
	local share=$out/share

	rm -rf "$share"
	mkdir -p "$share/lab/packages"
	cp -r "$LAB/guest" "$LAB/scenarios" "$share/lab/"
	gcc -O2 -static -Wall -o "$share/lab/burst" "$LAB/guest/burst.c"
	cp "$CACHE"/build/deb/*_{all,amd64}.deb "$disk"/fixed-*.deb \
		"$share/lab/packages/" 2>/dev/null || :
	printf '%s=%q\n' PREVIOUS "$PREVIOUS" VERSION "$VERSION" \
		VARIANT race SCENARIOS reconnect TASKS "$TASKS" \
		ROUNDS "$ROUNDS" DELAY_MS 50 VERS 3 FIREWALL 0 CYCLES 1 \
		BURST_TIMEOUT 90 SCENARIO_TIMEOUT 600 >"$share/lab/params"
	rm -f "$out/share.ext4"
	mke2fs -q -t ext4 -d "$share" "$out/share.ext4" 256M
	rm -rf "$share"
}

# boot STEP KERNEL: as a boot loader would, from the disk.
boot()
{
	local file

	for file in vmlinuz initrd.img; do
		debugfs -R "dump /boot/$file-$2 $out/$file" "$root" \
			>>"$out/disk.log" 2>&1
		[ -s "$out/$file" ] || die "reading $file-$2 from the disk" \
			"$out/disk.log" "see what the step before did"
	done
	timeout -k 5 "${SCENARIO_TIMEOUT:-3600}" qemu-system-x86_64 \
		-machine q35 -accel "${LAB_ACCEL:-tcg,thread=multi}" -smp 2 -m 1536 \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$out/vmlinuz" -initrd "$out/initrd.img" \
		-append "root=/dev/vda rw console=ttyS0 loglevel=6 panic=-1 oops=panic step=$1" \
		-drive "file=$root,format=raw,if=virtio,cache=unsafe" \
		-drive "file=$out/share.ext4,format=raw,if=virtio,cache=unsafe" \
		-serial "file:$out/console-$1.log" \
		-chardev stdio,id=said,signal=off -serial chardev:said \
		</dev/null 2>"$out/qemu.log" | sed -u 's/\r*$//' |
		tee "$out/transcript-$1"
}

rpm_scriptlets()
{
	local dir=$out/rpm-root

	[ "$(id -u)" = 0 ] || die "changing the root directory" - \
		"run this step as root, or the others without it: ${STEPS% rpm}"
	echo "== rpm: in a root directory of its own"
	rm -rf "$dir"
	mkdir -p "$dir"
	debugfs -R "rdump / $dir" "$disk/root.ext4" >"$out/disk.log" 2>&1
	rm "$dir/lab"
	mkdir -p "$dir/lab/packages"
	cp -r "$LAB/guest" "$dir/lab/"
	cp "$CACHE"/build/rpm/*.noarch.rpm "$dir/lab/packages/"
	printf '%s=%q\n' PREVIOUS "$PREVIOUS" VERSION "$VERSION" KERNEL "$KREL" \
		>"$dir/lab/params"
	allow_build "$dir/etc/dkms"
	# Whatever a scriptlet does, this host's modules stay as they are.
	# shellcheck disable=SC2016
	unshare --mount --pid --net --fork sh -c 'mount -t proc proc "$1/proc" &&
		exec setpriv --bounding-set=-sys_module,-sys_boot chroot "$1" /lab/guest/scriptlets' \
		sh "$dir" </dev/null 2>&1 | tee "$out/transcript-rpm" ||
		die "the step rpm" "$out/transcript-rpm" \
			"read the transcript; the step is lab/guest/scriptlets in $dir"
	rm -rf "$dir"
}

step()
{
	local step=$1 on=$KREL result=$out/results-$1

	[ "$step" != fixed ] || on=$fixed
	say "step $step, on $on"
	echo "== $step: $on"
	boot "$step" "$on"
	rm -rf "$result"
	mkdir "$result"
	debugfs -R "rdump / $result" "$out/share.ext4" >>"$out/disk.log" 2>&1
	rm -rf "$result/lab"
	if [ "$(cat "$result/status-$step" 2>/dev/null)" != 0 ]; then
		die "the step $step" "$out/transcript-$step" \
			"read the transcript, $result and $out/console-$step.log; the steps are in lab/guest/step"
	fi
	if grep -E 'Kernel panic|Oops|BUG:|WARNING:|Call Trace:' \
	   "$out/console-$step.log" "$result/dmesg-$step"; then
		die "the step $step: the kernel complained" \
			"$out/console-$step.log" "read the log"
	fi
}

case " $steps " in
*" install "*)
	build deb
	make_disk ;;
esac
case " $steps " in
*" rpm "*) build rpm ;;
esac
began=$SECONDS
for step in $steps; do
	case $step in
	rpm)	mkdir -p "$out"
		rpm_scriptlets ;;
	*)	make_share
		step "$step" ;;
	esac
done
say "done: $out; $((SECONDS - began)) s"
