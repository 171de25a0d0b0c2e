#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Does a kernel of your own have the connect race, and does sunrpc_fix close it?
# "make verify" calls it.
#
# First the reproducer, in a guest without user space (guest/verify.c), which any
# kernel of x86_64 from 2.6.32 on can be; then, on kernels that have what the
# lab's user space needs, the scenario "reconnect".

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/complaints.sh"

usage()
{
	cat <<-EOT
	usage: make verify KERNEL=FILE MODULES=DIRECTORY [HEADERS=DIRECTORY] [CC=...]

	  KERNEL    bzImage, vmlinuz
	  MODULES   its modules: /lib/modules/x, or a directory with .ko files
	  HEADERS   what to build modules for it against: its build directory
	            (MODULES/build)
	  CC        the compiler of these modules (gcc): that of the kernel, as the
	            headers of an old one do not know a new one

	TASKS, ROUNDS, DELAY_MS, VERS, FIREWALL: as for lab/run.sh

	Exit status: 0 no race, 1 the race is there, 2 could not tell
	EOT
}

case ${1:-} in
'')	;;
-h|--help)
	usage; exit ;;
*)	usage >&2; exit 2 ;;
esac

# cannot_tell WHY [LOG]
cannot_tell()
{
	[ -z "${2:-}" ] || tail -n 15 "$2" | sed 's/^/    /' >&2
	printf '\ncould not tell: %s\n' "$1" >&2
	[ -z "${2:-}" ] || printf '  log: %s\n' "$2" >&2
	exit 2
}

# Logs and results stay, for a week.
at_exit()
{
	rm -rf "$CACHE/kernels/$name" "$work/root" "$work/race" "$work"/initramfs*
	find "$CACHE/verify" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
}

# From a bzImage's setup header.
release_of()
{
	local at

	[ "$(dd if="$1" bs=1 skip=514 count=4 2>/dev/null | tr -d "\0")" = HdrS ] || return 1
	at=$(od -An -tu2 -j 526 -N 2 "$1")
	dd if="$1" bs=1 skip=$((at + 512)) count=128 2>/dev/null | tr '\0' '\n' |
		head -n 1 | cut -d' ' -f1
}

# Its configuration, if it is to be had anywhere.
find_config()
{
	local file

	for file in "$HEADERS/.config" "$MODULES/config" \
		    "$(dirname "$KERNEL")/config-$KREL" "/boot/config-$KREL" \
		    "$(dirname "$KERNEL")/.config"; do
		if [ -r "$file" ]; then
			echo "$file"
			return
		fi
	done
	if [ -x "$HEADERS/scripts/extract-ikconfig" ] &&
	   "$HEADERS/scripts/extract-ikconfig" "$KERNEL" >"$work/config" 2>/dev/null; then
		echo "$work/config"
	fi
}

# module_file NAME: file names may have a dash where the module has none.
module_file()
{
	find "$root/" -regex ".*/${1//_/[-_]}\.ko\(\.[xg]z\|\.zst\)?" | head -n 1
}

# has OPTION [MODULE]: what is not known is not complained of; its absence will
# show.
has()
{
	local value

	if [ -n "$config" ]; then
		value=$(sed -n "s/^$1=//p" "$config")
		case $value in
		y)	return 0 ;;
		m)	[ -n "$(module_file "$2")" ]; return ;;
		*)	return 1 ;;
		esac
	fi
	[ $# = 2 ] || return 0
	[ -n "$(module_file "$2")" ] || [ ! -s "$root/modules.builtin" ] ||
		grep -q "/${2//_/[-_]}\.ko" "$root/modules.builtin"
}

# missing: of the lines "OPTION [MODULE]" from standard input, the options that
# the kernel does not have.
missing()
{
	local option module

	while read -r option module; do
		# shellcheck disable=SC2086
		has "$option" $module || printf '%s ' "$option"
	done
}

# What a guest without user space needs, and the reproducer.
for_reproducer="CONFIG_BLK_DEV_INITRD
CONFIG_BINFMT_ELF
CONFIG_SERIAL_8250_CONSOLE
CONFIG_PRINTK
CONFIG_PROC_FS
CONFIG_SYSFS
CONFIG_MODULES
CONFIG_MODULE_UNLOAD
CONFIG_INET
CONFIG_NETFILTER
CONFIG_SUNRPC sunrpc"

# What lab/build/initramfs.sh, lab/guest/ and the scenario need.
for_lab="CONFIG_VIRTIO_PCI virtio_pci
CONFIG_VIRTIO_BLK virtio_blk
CONFIG_SQUASHFS squashfs
CONFIG_SQUASHFS_LZ4
CONFIG_OVERLAY_FS overlay
CONFIG_9P_FS 9p
CONFIG_NET_9P_VIRTIO 9pnet_virtio
CONFIG_DEVTMPFS
CONFIG_TMPFS
CONFIG_UNIX unix
CONFIG_PACKET af_packet
CONFIG_NET_NS
CONFIG_VETH veth
CONFIG_NET_SCH_NETEM sch_netem
CONFIG_INET_TCP_DIAG tcp_diag
CONFIG_NFS_FS nfs
CONFIG_NFS_V3 nfsv3
CONFIG_NFSD nfsd"

# build NAME SOURCE...: prints the module's file name.
build()
{
	local name=$1 tmp=$work/build-$1 log=$work/build-$1.log
	shift

	mkdir "$tmp"
	cp -r "$@" "$tmp/"
	make -C "$HEADERS" M="$tmp" ${CC:+"CC=$CC"} \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules \
		>"$log" 2>&1 || return 1
	strip --strip-debug "$tmp/$name.ko"
	echo "$tmp/$name.ko"
}

# plain FILE DIRECTORY: a module as the kernel itself can load it.
plain()
{
	local to
	to=$2/$(basename "$1")

	cp "$1" "$2/"
	chmod u+w "$to"
	case $to in
	*.xz)	xz -d "$to" ;;
	*.gz)	gzip -d "$to" ;;
	*.zst)	zstd -dq --rm "$to" ;;
	esac
	to=${to%.xz}; to=${to%.gz}; to=${to%.zst}
	strip --strip-debug "$to"
	echo "/$(basename "$to")"
}

# In the order in which they have to be loaded; none if sunrpc is built in.
sunrpc_files()
{
	modprobe -d "$work/root" -S "$KREL" --show-depends sunrpc 2>/dev/null |
		awk '$1 == "insmod" { print $2 }'
}

# The guest without user space: what it is to do, and its initramfs.
pack()
{
	local dir=$work/initramfs file

	mkdir -p "$dir"/{proc,sys}
	gcc -Os -static -nostdlib -ffreestanding -fno-stack-protector -no-pie \
		-fno-pie -Wall -o "$dir/init" "$LAB/guest/verify.c"
	for file in $(sunrpc_files); do
		echo "load $(plain "$file" "$dir")"
	done >"$dir/plan"
	cp "$repro" "$dir/sunrpc_repro.ko"
	[ -z "$fix" ] || cp "$fix" "$dir/sunrpc_fix.ko"
	cat >>"$dir/plan" <<-EOT
	load /sunrpc_repro.ko
	show alone /sys/module/sunrpc_repro/result
	unload sunrpc_repro
	EOT
	# A second time it is there already, or has to be told.
	[ -z "$fix" ] || cat >>"$dir/plan" <<-EOT
	load /sunrpc_fix.ko
	load /sunrpc_fix.ko force=1
	load /sunrpc_repro.ko
	show fix /sys/module/sunrpc_repro/result
	unload sunrpc_repro
	unload sunrpc_fix
	EOT
	echo log >>"$dir/plan"
	(cd "$dir" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initramfs.cpio"
}

boot()
{
	timeout -k 5 "${VERIFY_TIMEOUT:-180}" qemu-system-x86_64 \
		-machine q35 -accel "${LAB_ACCEL:-tcg,thread=multi}" -smp 2 -m 1024 \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$KERNEL" -initrd "$work/initramfs.cpio" \
		-append "console=ttyS0 loglevel=4 panic=-1 oops=panic rdinit=/init" \
		-serial "file:$work/console" </dev/null 2>"$work/qemu.log" ||
		return $?
}

# said WHAT...: the rest of the guest's line that begins so.
said()
{
	tr -d '\r' <"$work/console" | sed -n "s|^@$* ||p" | head -n 1
}

# logged TEXT: the lines of the kernel log that have it, without the time.
logged()
{
	tr -d '\r' <"$work/console" | sed -n "s/^\(<[0-9]*>\)*\(\[[^]]*\] \)*\($1.*\)/\3/p"
}

# errno_name NUMBER
errno_name()
{
	python3 -c "import os; print(os.strerror($1))" 2>/dev/null ||
		echo "error $1"
}

# The first module that was not loaded, and why.
refused()
{
	local file status

	read -r file status < <(tr -d '\r' <"$work/console" |
		sed -n 's|^@load /\([^ ]*\) \([1-9][0-9]*\)$|\1 \2|p')
	echo "$file: $(errno_name "$status")"
}

# judged TAG: in words.
judged()
{
	local reason
	reason=$(said show "$1" reason)

	echo "$(said show "$1" verdict) (connect attempts $(said show "$1" attempts), ISNs $(said show "$1" isns) in a handshake of $(said show "$1" held_ms) ms, $(said show "$1" waiting) tasks waiting)${reason:+: $reason}"
}

line() { printf '  %-28s %s\n' "$1" "$2"; }

# reconnect VARIANT: that scenario in the lab; prints its figures.
reconnect()
{
	local out=$work/reconnect-$1 ko=()

	[ "$1" != race+fix ] || ko=(--ko "$fix")
	"$LAB/run.sh" --series "$name" --variant "$1" "${ko[@]}" --out "$out" \
		reconnect >"$work/reconnect-$1.log" 2>&1 || {
		echo "failed, see $work/reconnect-$1.log"
		return 1
	}
	sed -n 's/^isns=//p; s/^hung=//p; s/^reconnects=//p; s/^recovery_max_s=//p' \
		"$out/reconnect/result" | paste -sd' ' |
		awk '{ printf "%d connect attempts in %d reconnects, %d tasks hung, %s s at most\n", $3, $1, $2, $4 }'
}

# ------------------------------------------------------------ what was given

: "${KERNEL:=}" "${MODULES:=}"
if [ -z "$KERNEL" ] || [ -z "$MODULES" ]; then
	usage >&2
	exit 2
fi
[ -r "$KERNEL" ] || usage_error "cannot read the kernel '$KERNEL'"
[ -d "$MODULES" ] || usage_error "MODULES: '$MODULES' is not a directory"
KERNEL=$(realpath "$KERNEL")
MODULES=$(realpath "$MODULES")
: "${HEADERS:=$MODULES/build}"
[ -e "$HEADERS/Makefile" ] ||
	usage_error "no Makefile in '$HEADERS': set HEADERS to the kernel's build directory, or to its unpacked headers package"
HEADERS=$(realpath "$HEADERS")
KREL=$(release_of "$KERNEL") && [ -n "$KREL" ] ||
	usage_error "'$KERNEL' is not a bzImage of x86: use arch/x86/boot/bzImage or /boot/vmlinuz-x"

(need_packages qemu-system-x86_64:qemu-system-x86 gcc:gcc make:make cpio:cpio \
	modprobe:kmod xz:xz-utils zstd:zstd strip:binutils \
	/usr/include/linux/if.h:linux-libc-dev \
	/usr/lib/x86_64-linux-gnu/libelf.so.1:libelf1) || exit 2
mkdir -p "$CACHE/verify"
work=$(mktemp -d "$CACHE/verify/$KREL.XXXXXX")
name=own-${work##*.}
root=$work/root/lib/modules/$KREL
mkdir -p "$root"
trap at_exit EXIT
(cd "$MODULES" && find . -name '*.ko' -o -name '*.ko.[xg]z' -o -name '*.ko.zst' \
	-o -name 'modules.builtin*' -o -name modules.order |
	cpio --quiet -pdmlL "$root")
# The lab's busybox knows xz only.
find "$root" -name '*.ko.gz' -exec gzip -d {} + -o \
	-name '*.ko.zst' -exec zstd -dq --rm {} +
for file in modules.{order,builtin,builtin.modinfo}; do
	[ -e "$root/$file" ] || : >"$root/$file"
done
depmod -b "$work/root" "$KREL" >"$work/depmod.log" 2>&1 ||
	cannot_tell "depmod did not like the modules in $MODULES" "$work/depmod.log"
config=$(find_config)

echo "kernel $KREL; configuration: $(basename "${config:-not known}")"

# -------------------------------------------------------------- the reproducer

lacks=$(missing <<<"$for_reproducer")
[ -z "$lacks" ] ||
	cannot_tell "the kernel lacks, or its module is not in MODULES: ${lacks% }"

repro=$(build sunrpc_repro "$TREE"/sunrpc_repro/*) ||
	cannot_tell "sunrpc_repro does not build against $HEADERS with ${CC:-gcc}; for an old kernel set CC to a compiler of its time" \
		"$work/build-sunrpc_repro.log"
magic=$(modinfo -F vermagic "$repro")
[ "${magic%% *}" = "$KREL" ] ||
	cannot_tell "the kernel is $KREL but modules built against $HEADERS are for ${magic%% *}: set HEADERS to those of this kernel"

fix='' without=''
if [ -n "${NO_FIX:-}" ]; then
	without=$NO_FIX
elif ! has CONFIG_KPROBES; then
	without="it needs CONFIG_KPROBES, which this kernel lacks"
elif ! fix=$(build sunrpc_fix "$TREE/Kbuild" "$TREE/sunrpc_fix"); then
	fix='' without="it does not build against these headers, see $work/build-sunrpc_fix.log"
fi

pack
boot || [ $? = 124 ] || cannot_tell "QEMU failed" "$work/qemu.log"
grep -q '^@begin' "$work/console" ||
	cannot_tell "the kernel did not get as far as its first process" "$work/console"
status=$(said load /sunrpc_repro.ko)
[ -n "$status" ] || cannot_tell "the guest stopped before the reproducer was done" "$work/console"
[ "$status" = 0 ] || cannot_tell "the kernel refuses $(refused)" "$work/console"

verdict=$(said show alone verdict)
line "reproducer" "$(judged alone)"
closed=
if [ -z "$fix" ]; then
	line "sunrpc_fix" "not tried: $without"
elif [ "$(said load /sunrpc_fix.ko)" = 0 ]; then
	# Its own judgement is by headers and release.
	by_headers=
	[ "$verdict" != "not affected" ] || by_headers=", as nothing in HEADERS says that the fix is there"
	line "sunrpc_fix" "loads$by_headers"
	closed=$(said show fix verdict)
else
	line "sunrpc_fix" "refuses: $(logged sunrpc_fix: | head -n 1 | cut -d' ' -f2-)"
	# Ask the kernel as well.
	if tr -d '\r' <"$work/console" | grep -q '^@unload sunrpc_fix 0'; then
		closed=$(said show fix verdict)
		line "  with force=1" "loads"
	fi
fi
[ -z "$closed" ] || line "reproducer, sunrpc_fix" "$(judged fix)"
if [ -n "$(kernel_complaints "$KREL" <"$work/console")" ]; then
	cannot_tell "the kernel complained" "$work/console"
fi

# ------------------------------------------------------------- the NFS client

lacks=$(missing <<<"$for_lab")
if dpkg --compare-versions "${KREL%%-*}" lt 3.2; then
	line "reconnect (NFS)" "not run: the lab's user space (Debian 12) needs 3.2 or later"
elif [ -n "$lacks" ]; then
	line "reconnect (NFS)" "not run: the kernel lacks, or its module is not in MODULES: ${lacks% }"
elif [ -z "$(sunrpc_files)" ]; then
	line "reconnect (NFS)" "not run: it needs CONFIG_SUNRPC=m"
else
	# As lab/build/kernel.sh would have made it; its sunrpc is that of the kernel.
	mkdir "$work/race"
	plain "$(module_file sunrpc)" "$work/race" >/dev/null
	ln -s "$KERNEL" "$work/vmlinuz"
	ln -s "root/lib/modules/$KREL" "$work/modules"
	ln -s "$HEADERS" "$work/headers"
	echo "KREL=$KREL" >"$work/VERSION"
	mkdir -p "$CACHE/kernels"
	ln -s "$work" "$CACHE/kernels/$name"
	line "reconnect (NFS)" "$(reconnect race)" || :
	[ -z "$closed" ] ||
		line "reconnect, sunrpc_fix" "$(reconnect race+fix)" || :
fi

echo
case $verdict in
affected)
	printf 'the race is there'
	case $closed in
	"not affected")	echo "; sunrpc_fix closes it" ;;
	affected)	echo "; sunrpc_fix does NOT close it" ;;
	*)		echo ", whether sunrpc_fix closes it is not known" ;;
	esac
	exit 1 ;;
"not affected")
	echo "no race"
	exit 0 ;;
*)	cannot_tell "the reproducer says: $(said show alone reason)" "$work/console" ;;
esac
