#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/kernel.sh SERIES
#
# Makes a Debian kernel of that series ready for the lab, or one that was built
# with the kernel's own checkers (debug-kernel.sh), and prints where:
#
#   $CACHE/kernels/SERIES/
#     vmlinuz           the kernel image, as released
#     modules/          all of its modules, as released
#     headers/          for "make -C headers M=..."; nothing is installed
#     source/           net/sunrpc and checkpatch out of linux-source
#     race/sunrpc.ko    net/sunrpc rebuilt with the connect race put back
#     VERSION           KREL= PACKAGE_VERSION= SUITES=
#
# The stock sunrpc.ko in modules/ is the natively fixed control.

. "$(dirname "$0")/../../scripts/lib.sh"

# Where Debian keeps each series.
kernel_suites()
{
	local glibc

	case $1 in
	6.1)	echo bookworm bookworm-security ;;
	5.10)	echo bullseye bullseye-security ;;
	6.12)	# Its build tools run on this host: trixie's need a newer libc.
		glibc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
		if dpkg --compare-versions "$glibc" ge 2.41; then
			echo trixie trixie-security
		else
			echo bookworm-backports
		fi ;;
	esac
}

# The newest kernel release of the series, by the package that follows it.
find_release()
{
	local depends found=$APT_DIR/release-$series

	if [ "$found" -nt "$APT_DIR/fetched" ]; then
		read -r krel version <"$found"
		return
	fi
	depends=$(package_field linux-headers-amd64 Depends "$series.")
	krel=$(sed -n 's/^linux-headers-\([^ ,]*\).*/\1/p' <<<"$depends")
	[ -n "$krel" ] || die "finding a $series kernel in: $suites" - \
		"see which kernels these suites have: apt-cache policy linux-headers-amd64; kernel_suites() in lab/build/kernel.sh says where to look"
	version=$(package_field "linux-headers-$krel" Version)
	echo "$krel $version" >"$found"
}

# The build tools and the common headers are named by what they depend on.
headers_packages()
{
	package_field "linux-headers-$krel" Depends | tr ',' '\n' |
		sed -n 's/^ *\(linux-\(headers\|kbuild\)-[^ ]*\).*/\1/p'
}

unpack_packages()
{
	local package

	# The source is that of the headers; a newer one may be there already.
	for package in "linux-image-$krel" "linux-headers-$krel" \
		       $(headers_packages) "linux-source-$series"; do
		case $package in
		linux-source-*)	download "$package" "$version" ;;
		*)		download "$package" "$(package_field "$package" Version)" ;;
		esac
		say "unpacking $package"
		dpkg-deb -x "$DEB" "$tmp/root" || die "unpacking $DEB" - \
			"remove that file and run this again"
	done
	# trixie's packages have everything below /usr.
	if [ ! -d "$tmp/root/lib/modules" ]; then
		mkdir -p "$tmp/root/lib"
		ln -s ../usr/lib/modules "$tmp/root/lib/modules"
	fi
}

# The packages expect to be installed in /usr/src; make them work from where
# they are, with the compiler that is here.
relocate_headers()
{
	local headers=$tmp/root/usr/src/linux-headers-$krel cc

	# shellcheck disable=SC2016
	sed -i 's|/usr/src/|$(dir $(abspath $(lastword $(MAKEFILE_LIST))))../|' \
		"$headers/Makefile"
	cc=$(sed -n 's/^CC *=.*\(gcc-[0-9]*\)$/\1/p' "$headers/.kernelvariables")
	if [ -n "$cc" ] && ! command -v "$cc" >/dev/null; then
		say "$cc is not installed; $series is built with $(gcc --version | head -n 1)"
		sed -i "s/$cc\$/gcc/" "$headers/.kernelvariables"
	fi
	"$headers/scripts/mod/modpost" </dev/null >"$log" 2>&1 ||
		[ $? -lt 126 ] ||
		die "running the build tools of $krel on this host" "$log" \
			"use a series whose packages fit this release of Debian, for example 6.1"
}

unpack_source()
{
	local tarball=$tmp/root/usr/src/linux-source-$series.tar.xz

	say "unpacking net/sunrpc out of linux-source-$series"
	mkdir "$tmp/source"
	tar -C "$tmp/source" --strip-components=1 --wildcards -xJf "$tarball" \
		'*/net/sunrpc' '*/include/linux/sunrpc' \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' ||
		die "unpacking $tarball" - "remove $CACHE/packages/linux-source-* and run this again"
	rm "$tarball"
}

make_kernel()
{
	tmp=$CACHE/kernels/.tmp.$series
	rm -rf "$tmp"
	mkdir -p "$tmp/root"
	unpack_packages
	relocate_headers
	unpack_source
	ln -s "root/boot/vmlinuz-$krel" "$tmp/vmlinuz"
	ln -s "root/lib/modules/$krel" "$tmp/modules"
	ln -s "root/usr/src/linux-headers-$krel" "$tmp/headers"
	printf 'KREL=%s\nPACKAGE_VERSION=%s\nSUITES="%s"\n' \
		"$krel" "$version" "$suites" >"$tmp/VERSION"
	mv "$tmp" "$dir"
}

# net/sunrpc as an external module of the stock kernel.  Nothing that it
# exports changes, so the stock nfs, nfsd and lockd load on top of it.  Type
# information (BTF) is left out, it would take pahole.
make_race()
{
	local build=$dir/.tmp.race

	rm -rf "$build"
	mkdir -p "$build/net"
	cp -a "$dir/source/net/sunrpc" "$build/net/"
	if [ -x "$TREE/patches/reintroduce.sh" ]; then
		say "putting the connect race back into net/sunrpc of $krel"
		"$TREE/patches/reintroduce.sh" "$build" >"$log" 2>&1 ||
			die "putting the connect race back" "$log" \
				"the kernel's connect code has changed: adapt patches/reintroduce/ to $dir/source/net/sunrpc/xprtsock.c"
	fi
	say "building sunrpc.ko for $krel (a minute or so)"
	make -C "$dir/headers" M="$build/net/sunrpc" -j"$(nproc)" \
		CONFIG_SUNRPC_GSS= CONFIG_SUNRPC_XPRT_RDMA= \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules \
		>"$log" 2>&1 9>&- ||
		die "building net/sunrpc" "$log" "read the compiler's message in the log"
	strip --strip-debug "$build/net/sunrpc/sunrpc.ko"
	mkdir "$build/done"
	mv "$build/net/sunrpc/sunrpc.ko" "$build/net/sunrpc/xprtsock.c" "$build/done/"
	mv "$build/done" "$dir/race-$race_key"
	rm -rf "$build"
}

[ $# = 1 ] || usage_error "usage: kernel.sh SERIES ($SERIES_KNOWN $SERIES_DEBUG)"
series=$1
known_series "$series"
case $series in
own-*)	# verify.sh has made it.
	echo "$CACHE/kernels/$series"
	exit ;;
esac
need_packages dpkg-deb:dpkg gcc:gcc make:make xz:xz-utils flock:util-linux \
	/usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring \
	/usr/lib/x86_64-linux-gnu/libelf.so.1:libelf1 \
	/usr/lib/x86_64-linux-gnu/libc.so:libc6-dev spatch:coccinelle
lock "kernel-$series"
log=$CACHE/logs/kernel-$series.log
case $series in
6.1-*)
	dir=$("$LAB/build/debug-kernel.sh" "$series")
	# shellcheck disable=SC1091
	. "$dir/VERSION"
	krel=$KREL ;;
*)
	suites=$(kernel_suites "$series")
	# shellcheck disable=SC2086
	use_suites $suites
	find_release
	dir=$CACHE/kernels/$krel-$version-$(hash_of "$LAB/build/kernel.sh") ;;
esac
race_key=$(hash_of "$LAB/build/kernel.sh" "$TREE/patches/reintroduce.sh" "$TREE/patches/rules.sh" \
	"$TREE"/patches/reintroduce/*)

if [ ! -e "$dir/VERSION" ]; then
	need_space 2500
	make_kernel
fi
[ -e "$dir/race-$race_key/sunrpc.ko" ] || make_race
ln -sfn "race-$race_key" "$dir/race"
prune "$dir" 'race-*' "race-$race_key"
prune "$CACHE/kernels" "$series.*" "$(basename "$dir")"
ln -sfn "$(basename "$dir")" "$CACHE/kernels/$series"
echo "$CACHE/kernels/$series"
