#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots a kernel in a virtual machine and runs scenarios in it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"
. "$LAB/complaints.sh"

usage()
{
	cat <<-EOT
	usage: lab/run.sh [--series SERIES] [--variant VARIANT] [--ko FILE]
	                  [--out DIRECTORY] SCENARIO...

	  --series   $SERIES_KNOWN (6.1); $SERIES_DEBUG
	  --variant  stock     the kernel as released, which has the fix (default)
	             race      with the connect race put back
	             race+fix  the same, and sunrpc_fix.ko loaded
	             backport  the race fixed again by patches/backport/
	  --ko       sunrpc_fix.ko for this kernel (race+fix: built from this tree)
	  --out      where the results go (a new directory in the cache)
	  --check    only look at what was given

	scenarios: $(cd "$LAB/scenarios" && echo *.sh | sed 's/\.sh//g')

	Parameters in the environment:
	$(parameter_help)
	  LAB_ACCEL=tcg,thread=multi   what QEMU calls -accel

	The directory has, per scenario: result (key=value), log, status and the
	captures; and for the whole run: console.log and dmesg.
	EOT
}

series=6.1
variant=stock
check_only=
ko=
out=
while [ $# -gt 0 ]; do
	case $1 in
	--series|--variant|--ko|--out)
		[ $# -ge 2 ] || usage_error "$1 needs a value" ;;
	esac
	case $1 in
	--series)	series=$2; shift ;;
	--variant)	variant=$2; shift ;;
	--ko)		ko=$2; shift ;;
	--out)		out=$2; shift ;;
	--check)	check_only=1 ;;
	-h|--help)	usage; exit ;;
	-*)		usage_error "unknown option $1; see lab/run.sh --help" ;;
	*)		break ;;
	esac
	shift
done
scenarios=("$@")

parameters
known_series "$series"
case $variant in
stock|race|race+fix|backport) ;;
*)	usage_error "unknown variant '$variant'; known: stock race race+fix backport" ;;
esac
[ -z "$ko" ] || [ -r "$ko" ] || usage_error "cannot read $ko"
for scenario in "${scenarios[@]}"; do
	[ -x "$LAB/scenarios/$scenario.sh" ] ||
		usage_error "unknown scenario '$scenario'; see lab/run.sh --help"
done
[ -z "$(printf '%s\n' "${scenarios[@]}" | sort | uniq -d)" ] ||
	usage_error "a scenario can be given once only"
[ -z "$check_only" ] || exit 0
[ ${#scenarios[@]} -gt 0 ] || usage_error "no scenario given; see lab/run.sh --help"

need_packages qemu-system-x86_64:qemu-system-x86 gcc:gcc \
	/usr/lib/x86_64-linux-gnu/libc.a:libc6-dev
need_space 200
kernel=$("$LAB/build/kernel.sh" "$series")
if [ "$variant" = race+fix ] && [ -z "$ko" ]; then
	ko=$("$LAB/build/module.sh" "$series")
fi
"$LAB/build/image.sh" >/dev/null
initramfs=$("$LAB/build/initramfs.sh" "$series")

if [ -z "$out" ]; then
	mkdir -p "$CACHE/results"
	out=$(mktemp -d "$CACHE/results/$(date +%Y%m%d-%H%M%S)-$series-$variant.XXX")
fi
mkdir -p "$out"
out=$(realpath "$out")
console=$out/console.log

# The modules that the scenarios name in a line "# Needs:".
needed_modules()
{
	local scenario

	for scenario in "${scenarios[@]}"; do
		sed -n 's/^# Needs: //p' "$LAB/scenarios/$scenario.sh"
	done | tr ' ' '\n' | sort -u
}

# What the guest needs of this tree goes with the results that it made.
stage()
{
	local lab=$out/lab module

	rm -rf "$lab"
	mkdir "$lab"
	cp -r "$LAB/guest" "$LAB/scenarios" "$lab/"
	gcc -O2 -static -Wall -o "$lab/burst" "$LAB/guest/burst.c"
	case $variant in
	stock)	;;
	backport) cp "$("$LAB/build/backport-ko.sh" "$series" "$PATCHES")" "$lab/" ;;
	*)	cp "$kernel/race/sunrpc.ko" "$lab/" ;;
	esac
	[ -z "$ko" ] || cp "$ko" "$lab/sunrpc_fix.ko"
	cp "$TREE/tools/sunrpc-fix/sunrpc-fix" "$lab/"
	for module in $(needed_modules); do
		mkdir "$lab/$module"
		# shellcheck disable=SC2046
		cp $("$LAB/build/module.sh" "$series" "$module") "$lab/$module/"
	done
	{
		printf '%s=%q\n' VARIANT "$variant" SCENARIOS "${scenarios[*]}" SLOW $slow
		parameters_for_guest
	} >"$lab/params"
}

# The guest's second serial port carries what its scenarios say.
boot()
{
	local limit=$((120 + ${#scenarios[@]} * (SCENARIO_TIMEOUT + 30)))

	timeout -k 5 "$limit" qemu-system-x86_64 \
		-machine q35 -accel "${LAB_ACCEL:-tcg,thread=multi}" -smp 2 -m "$memory" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$kernel/vmlinuz" -initrd "$initramfs" \
		-append "console=ttyS0 loglevel=6 panic=-1 oops=panic $boot_options" \
		-drive "file=$CACHE/image/root.squashfs,format=raw,if=virtio,readonly=on" \
		-virtfs "local,path=$out,mount_tag=results,security_model=none" \
		-serial "file:$console" \
		-chardev stdio,id=said,signal=off -serial chardev:said \
		</dev/null 2>"$out/qemu.log" |
		sed -u "s/\r*\$//; s/^/    $variant: /" >&2
}

complaints()
{
	local release=

	[[ $series != own-* ]] || release=$(sed -n 's/^KREL=//p' "$kernel/VERSION")
	cat "$console" "$out/dmesg" 2>/dev/null | kernel_complaints "$release"
}

# The checkers keep a shadow of the memory, and what was freed.  A small kernel
# measures its clocks in ways that fail on a busy host without KVM.
memory=1024
boot_options=
slow=1
if [[ " $SERIES_DEBUG " == *" $series "* ]]; then
	memory=1536
	slow=5
	boot_options="no_timer_check lpj=4000000"
fi

say "booting $series ($variant): ${scenarios[*]}"
stage
rm -f "$console" "$out/dmesg"
for scenario in "${scenarios[@]}"; do
	rm -rf "${out:?}/$scenario"
done
rm -f "$out/leaks"
status=0
boot || status=$?

if [ -n "$(complaints)" ]; then
	echo "  the guest's kernel complained:" >&2
	complaints | sort -u | head -n 20 | sed 's/^/    /' >&2
	die "the run of ${scenarios[*]} on $series ($variant)" "$console" \
		"read what the kernel said before and after these lines in $console and $out/dmesg"
fi
if [ -s "$out/leaks" ]; then
	die "the look for leaked memory" "$out/leaks" \
		"the traces say who allocated it"
fi
case $status in
0)	;;
124|137)
	die "waiting for the guest to finish" "$console" \
		"see where it stopped; SCENARIO_TIMEOUT=$SCENARIO_TIMEOUT can be raised on a slow machine" ;;
*)	die "running QEMU (exit status $status)" "$out/qemu.log" \
		"read QEMU's own message" ;;
esac

failed=
for scenario in "${scenarios[@]}"; do
	if [ ! -e "$out/$scenario/status" ]; then
		die "the boot of the guest, or $scenario, which left no result," \
			"$console" "see where the guest stopped"
	fi
	guest_status=$(cat "$out/$scenario/status")
	case $guest_status in
	0)	;;
	124|137) failed="$failed $scenario (not done in $SCENARIO_TIMEOUT s)" ;;
	*)	failed="$failed $scenario" ;;
	esac
done
if [ -n "$failed" ]; then
	first=$(cut -d' ' -f2 <<<"$failed")
	die "in the guest:$failed" "$out/$first/log" \
		"read $out/$first/ and $out/dmesg; lab/guest/ and lab/scenarios/$first.sh are what ran"
fi
say "done: $out"
echo "$out"
