#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/debug-kernel.sh SERIES
#
# Builds a small 6.1 with some of the kernel's own checkers (6.1-debug, 6.1-kcsan:
# lab/config/) from Debian's source, laid out as kernel.sh lays out a released
# one, and prints where.  kernel.sh calls it.

. "$(dirname "$0")/../../scripts/lib.sh"

[ $# = 1 ] || usage_error "usage: debug-kernel.sh SERIES ($SERIES_DEBUG)"
series=$1
known_series "$series"
config=${series#6.1-}.config
need_packages gcc:gcc make:make flex:flex bison:bison bc:bc perl:perl \
	/usr/include/libelf.h:libelf-dev /usr/include/openssl/opensslv.h:libssl-dev
tree=$("$LAB/build/source.sh")
lock "$series"
dir=$CACHE/kernels/$series-$(hash_of "$tree/.unpacked" "$LAB/config/guest.config" \
	"$LAB/config/$config" "$LAB/build/debug-kernel.sh")
log=$CACHE/logs/$series.log
tmp=$CACHE/kernels/.tmp.$series

# For modules to be built against it: the build directory stays.
if [ ! -e "$dir/VERSION" ]; then
	need_space 4000
	mkdir -p "$tmp/build"
	say "building $series, with checkers (ten minutes on two cores, once)"
	cat "$LAB/config/guest.config" "$LAB/config/$config" >"$tmp/wanted"
	run_make()
	{
		make -C "$tree" O="$tmp/build" ARCH=x86_64 "$@" >>"$log" 2>&1 9>&- ||
			die "building the kernel with checkers" "$log" \
				"read the compiler's message in the log"
	}
	: >"$log"
	run_make KCONFIG_ALLCONFIG="$tmp/wanted" allnoconfig
	missing=$(grep '^CONFIG_' "$tmp/wanted" | grep -vxFf "$tmp/build/.config" || :)
	[ -z "$missing" ] || die "configuring the kernel: $missing" "$log" \
		"these options are not to be had together: see lab/config/"
	run_make -j"$(nproc)" bzImage modules
	krel=$(cat "$tmp/build/include/config/kernel.release")
	run_make INSTALL_MOD_PATH="$tmp/root" INSTALL_MOD_STRIP=1 modules_install
	cp "$tmp/build/arch/x86/boot/bzImage" "$tmp/vmlinuz"
	ln -sfn "root/lib/modules/$krel" "$tmp/modules"
	ln -sfn "build" "$tmp/headers"
	ln -sfn "$tree" "$tmp/source"
	printf 'KREL=%s\nPACKAGE_VERSION=%s\nSUITES=\n' "$krel" \
		"$(cat "$tree/.unpacked")" >"$tmp/VERSION"
	# What is linked into vmlinux is not needed any more.
	find "$tmp/build" -name '*.o' ! -path '*/scripts/*' ! -path '*/tools/*' -delete
	find "$tmp/build" -name '*.a' -delete
	# Kbuild notes the directory in generated files.
	mv "$tmp" "$dir"
fi
prune "$CACHE/kernels" "$series-*" "$(basename "$dir")"
echo "$dir"
