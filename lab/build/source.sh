#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/source.sh
#
# Unpacks Debian's package linux-source-6.1, as much of it as a small kernel
# can be built from, and prints where: $CACHE/source/linux-6.1.

. "$(dirname "$0")/../../scripts/lib.sh"

readonly SERIES=6.1

[ $# = 0 ] || usage_error "usage: source.sh"
need_packages dpkg-deb:dpkg xz:xz-utils flock:util-linux
lock source
work=$CACHE/source
tree=$work/linux-$SERIES
tarball=/usr/src/linux-source-$SERIES.tar.xz
mkdir -p "$work" "$CACHE/logs"

if [ ! -e "$tarball" ]; then
	use_suites bookworm bookworm-security
	version=$(package_field "linux-source-$SERIES" Version)
	[ -n "$version" ] || die "finding linux-source-$SERIES" - \
		"see whether the mirror has it: apt-cache policy linux-source-$SERIES"
	download "linux-source-$SERIES" "$version"
	tarball=$DEB
fi
key=$(basename "$tarball")-$(stat -c %s "$tarball")-$(hash_of "$LAB/build/source.sh")

# The kernel's source out of the tarball, or out of the package that has it.
source_xz()
{
	case $tarball in
	*.deb)	dpkg-deb --fsys-tarfile "$tarball" |
			tar -xO "./usr/src/linux-source-$SERIES.tar.xz" ;;
	*)	cat "$tarball" ;;
	esac
}

if [ "$(cat "$tree/.unpacked" 2>/dev/null)" != "$key" ]; then
	need_space 2500
	say "unpacking linux-source-$SERIES"
	rm -rf "$tree" "$tree.tmp"
	mkdir "$tree.tmp"
	source_xz | tar -C "$tree.tmp" --strip-components=1 \
		--exclude='*/Documentation/*/*' \
		--exclude='*/drivers/gpu/drm/*/*.[ch]' \
		--exclude='*/drivers/net/*/*.[ch]' \
		--exclude='*/sound/*.[ch]' \
		--exclude='*/tools/testing/selftests' \
		--exclude='*/arch/*/boot/dts' \
		-xJf - || die "unpacking $tarball" - \
			"remove that file and run this again"
	printf '%s\n' "$key" >"$tree.tmp/.unpacked"
	mv "$tree.tmp" "$tree"
fi
echo "$tree"
