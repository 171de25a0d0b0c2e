#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Installs, upgrades and removes the Debian packages on a virtual machine with
# the distribution's own dkms, modprobe, initramfs-tools and systemd, over several
# boots.  "make check-packages" calls it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"

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
	  bundle    another host with the race, without compiler, make and DKMS;
	            install the archive of "make bundle": the storm is over
	  bundled   a reboot: loaded before the first mount; remove it; install
	            the package of "make rpm-kmod"
	  kmod      a reboot: loaded with nfs; remove it
	  secure    another host, with Secure Boot, from the firmware on: the module
	            is refused; its key is enrolled; it is loaded. Needs no other step

	Default: all, in this order. A step needs the ones before it, on the disk
	that they have left: OUT=DIRECTORY, by default $CACHE/packages-test.

	Debian's kernels have the fix in their headers. The first kernel is Debian's
	with the race put back into sunrpc.ko; that DKMS builds for it, and that the
	module loads, takes what an administrator would have to write: an override
	in /etc/dkms and force=1 in /etc/modprobe.d, for this kernel alone. The other
	kernel is Debian's as released.
	EOT
}

STEPS="install reboot fixed remove bundle bundled kmod secure"
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
parameters ROUNDS=3 SCENARIO_TIMEOUT=3600
out=${OUT:-$CACHE/packages-test}
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")
kernel=$("$LAB/build/kernel.sh" 6.1)
# shellcheck disable=SC1091
. "$kernel/VERSION"
fixed=${KREL/-amd64/-cloud-amd64}
disk=$("$LAB/build/disk.sh")
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

# A host where an administrator wants the module, needed or not.
make_disk()
{
	local v

	rm -rf "$out"
	mkdir -p "$out"
	cp --sparse=always --reflink=auto "$disk/root.ext4" "$root"
	mkdir "$out/dkms"
	allow_build "$out/dkms"
	for v in $PREVIOUS "$VERSION"; do
		put "$out/dkms/sunrpc-fix-$v-$KREL.conf" \
			"/etc/dkms/sunrpc-fix-$v-$KREL.conf"
	done
	echo 'options sunrpc_fix force=1' >"$out/force"
	put "$out/force" /etc/modprobe.d/lab.conf
}

put_race()
{
	put "$kernel/race/sunrpc.ko" "/lib/modules/$KREL/kernel/net/sunrpc/sunrpc.ko"
}

# The disk of a host without what it takes to build a module.
take_tools()
{
	local tool

	for tool in gcc gcc-12 cc x86_64-linux-gnu-gcc x86_64-linux-gnu-gcc-12 make; do
		on_disk "rm /usr/bin/$tool" || :
	done
	on_disk "rm /usr/sbin/dkms" || :
}

# What such a host gets, built elsewhere.
build_without_compiler()
{
	cp "$("$LAB/build/module.sh" 6.1 bundle)" "$out/bundle.tar.gz"
	KDIR=$kernel/headers KERNELRELEASE=$KREL \
		"$TREE/packaging/build.sh" rpm-kmod >"$out/kmod-built" 2>&1 ||
		die "building the package" "$out/kmod-built" "read the log"
	cp "$(grep 'x86_64.rpm$' "$out/kmod-built")" "$out/kmod-sunrpc_fix.rpm"
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
		"$out"/bundle.tar.gz "$out"/kmod-sunrpc_fix.rpm \
		"$share/lab/packages/" 2>/dev/null || :
	{
		printf '%s=%q\n' PREVIOUS "$PREVIOUS" VERSION "$VERSION" \
			MOK_PASSWORD "$MOK_PASSWORD" VARIANT race SCENARIOS reconnect
		parameters_for_guest
	} >"$share/lab/params"
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
	machine q35 -kernel "$out/vmlinuz" -initrd "$out/initrd.img" \
		-append "$APPEND step=$1" -serial "file:$out/console-$1.log" \
		-chardev stdio,id=said,signal=off -serial chardev:said \
		</dev/null | said "$1"
}

APPEND="root=/dev/vda rw console=ttyS0 loglevel=6 panic=-1 oops=panic"

# machine TYPE OPTION...: the disks are vda and vdb.
machine()
{
	timeout -k 5 "$SCENARIO_TIMEOUT" qemu-system-x86_64 \
		-machine "$1" -accel "${LAB_ACCEL:-tcg,thread=multi}" -smp 2 -m 1536 \
		-nodefaults -no-user-config -display none -no-reboot \
		-drive "file=$root,format=raw,if=none,id=vda,cache=unsafe" \
		-drive "file=$out/share.ext4,format=raw,if=none,id=vdb,cache=unsafe" \
		-device virtio-blk-pci,drive=vda,bootindex=2 \
		-device virtio-blk-pci,drive=vdb "${@:2}" 2>"$out/qemu.log"
}

# said STEP: what the step says, on the second serial line.
said()
{
	sed -u 's/\r*$//' | tee "$out/transcript-$1"
}

# ---- Secure Boot ----

FIRMWARE=/usr/share/OVMF
MOK_PASSWORD=lab

# The EFI system partition: shim, signed by Microsoft; MokManager and GRUB,
# signed by Debian, as is the kernel.
make_esp()
{
	local dir=$out/esp package

	rm -rf "$dir" "$out/esp.img"
	use_suites bookworm bookworm-security
	for package in shim-signed shim-helpers-amd64-signed grub-efi-amd64-signed; do
		download $package "$(package_field $package Version)"
		dpkg-deb -x "$DEB" "$dir"
	done
	cat >"$dir/grub.cfg" <<-EOT
	search --set=root --file /boot/vmlinuz-$KREL
	linux /boot/vmlinuz-$KREL $APPEND step=$1
	initrd /boot/initrd.img-$KREL
	boot
	EOT
	truncate -s 64M "$out/esp.img"
	mformat -i "$out/esp.img" -F ::
	mmd -i "$out/esp.img" ::EFI ::EFI/BOOT ::EFI/debian
	mcopy -i "$out/esp.img" "$dir/usr/lib/shim/shimx64.efi.signed" ::EFI/BOOT/BOOTX64.EFI
	mcopy -i "$out/esp.img" "$dir/usr/lib/shim/mmx64.efi.signed" ::EFI/BOOT/mmx64.efi
	mcopy -i "$out/esp.img" "$dir/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" \
		::EFI/BOOT/grubx64.efi
	mcopy -i "$out/esp.img" "$dir/grub.cfg" ::EFI/debian/grub.cfg
}

# secure_machine OPTION...: with Microsoft's keys enrolled, as it is sold.
secure_machine()
{
	machine q35,smm=on -global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$FIRMWARE/OVMF_CODE_4M.ms.fd" \
		-drive "if=pflash,unit=1,format=raw,file=$out/vars.fd" \
		-drive "file=$out/esp.img,format=raw,if=none,id=esp" \
		-device virtio-blk-pci,drive=esp,bootindex=1 "$@"
}

boot_secure()
{
	make_esp "$1"
	secure_machine -serial "file:$out/console-$1.log" \
		-chardev stdio,id=said,signal=off -serial chardev:said \
		</dev/null |
		# The firmware and GRUB are on every serial line.
		sed -un '/EFI stub/,$ { s/.*EFI stub/EFI stub/; p }' | said "$1"
}

# answer TEXT KEYS: to what MokManager shows.
answer()
{
	until grep -aq "$1" "$out/mokmanager"; do
		kill -0 $firmware 2>/dev/null || die "enrolling the key" \
			"$out/mokmanager" "MokManager did not ask: $1"
		sleep 0.2
	done
	echo "  MokManager: $1"
	# shellcheck disable=SC2059
	printf "$2" >&8
}

# What the owner of the machine does at its console.
enrol()
{
	local down='\033[B\r'

	echo "== the console of the firmware"
	rm -f "$out/keys"
	mkfifo "$out/keys"
	exec 8<>"$out/keys"
	: >"$out/mokmanager"
	secure_machine -serial stdio <&8 >"$out/mokmanager" &
	firmware=$!
	answer 'Press any key to perform MOK management' ' '
	answer 'Enroll MOK' "$down"
	answer 'View key 0' "$down"
	answer 'Enroll the key(s)' "$down"
	answer 'Password:' "$MOK_PASSWORD\r"
	answer 'Reboot' '\r'
	wait $firmware || die "enrolling the key" "$out/mokmanager" "read the log"
	exec 8>&-
}

secure()
{
	need_packages mformat:mtools $FIRMWARE/OVMF_CODE_4M.ms.fd:ovmf
	out=${OUT:-$CACHE/packages-test}/secure
	root=$out/root.ext4
	make_disk
	cp $FIRMWARE/OVMF_VARS_4M.ms.fd "$out/vars.fd"
	make_share
	step refused boot_secure
	enrol
	make_share
	step enrolled boot_secure
}

step()
{
	local step=$1 boot=${2:-boot} on=$KREL result=$out/results-$1

	[ "$step" != fixed ] || on=$fixed
	say "step $step, on $on"
	echo "== $step: $on"
	$boot "$step" "$on"
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
	make_disk
	put_race ;;
esac
case " $steps " in
*" install "*) ;;
*" secure "*) build deb ;;
esac
case " $steps " in
*" bundle "*)
	need_packages cpio:cpio ;;
esac
began=$SECONDS
for step in $steps; do
	case $step in
	secure)	(secure) ;;
	# A host of its own, as the steps before it have left another one.
	bundle)	out=${OUT:-$CACHE/packages-test}/bundle
		root=$out/root.ext4
		make_disk
		put_race
		take_tools
		build_without_compiler
		make_share
		step "$step" ;;
	bundled|kmod)
		out=${OUT:-$CACHE/packages-test}/bundle
		root=$out/root.ext4
		make_share
		step "$step" ;;
	*)	make_share
		step "$step" ;;
	esac
done
say "done: $out; $((SECONDS - began)) s"
