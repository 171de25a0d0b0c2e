#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the packages, from a copy of the tree, and prints their files' names.

. "$(dirname "$0")/../scripts/lib.sh"

usage()
{
	cat <<-EOT
	usage: packaging/build.sh [--version VERSION] [--release RELEASE] [--el 6|7]
	                          deb|rpm|rpm-kmod

	  --version   pretend to be another version, to try upgrades
	  --release   of the RPM packages: 1
	  --el        6: for el6 (the default); 7: for el7 and later

	rpm-kmod builds the module, for the kernel whose headers are in KDIR, of the
	release KERNELRELEASE; SYMVERS names the Module.symvers of other kernels that
	it is to serve, which is looked into.

	ISSUES=URL in the environment: where to report, for the documents.
	The packages are left in $CACHE/build/deb or $CACHE/build/rpm.
	EOT
}

here=$TREE/packaging
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")
release=1
el=${EL:-6}
while [ $# -gt 0 ]; do
	case $1 in
	--version|--release|--el)
		[ $# -ge 2 ] || usage_error "$1 needs a value" ;;
	esac
	case $1 in
	--version)	version=$2; shift ;;
	--release)	release=$2; shift ;;
	--el)		el=$2; shift ;;
	-h|--help)	usage; exit ;;
	*)		break ;;
	esac
	shift
done
[ $# = 1 ] || usage_error "deb or rpm; see packaging/build.sh --help"
case $el in
6|7)	;;
*)	usage_error "EL is 6, or 7 for that and later, not '$el'" ;;
esac
need_number --release "$release" 1 999999
case $version in
*[!0-9.]*|'')	usage_error "a version is numbers and dots, not '$version'" ;;
esac
kind=$1
out=$CACHE/build/$kind
log=$CACHE/logs/build-$kind.log

# What is in a release: no lab, no tests.
CONTENTS="Kbuild Makefile dkms.conf LICENSE README.md docs packaging sunrpc_fix sunrpc_repro tools"

# copy_tree DIRECTORY: with nothing that somebody may have built there, and of
# that version throughout.
copy_tree()
{
	mkdir -p "$1"
	# shellcheck disable=SC2086
	tar -C "$TREE" --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='.*.cmd' --exclude=Module.symvers \
		--exclude=synburst/synburst --exclude=synburst/asan \
		-cf - $CONTENTS | tar -C "$1" -xf -
	sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$version\"/" "$1/dkms.conf"
	sed -i "s|@ISSUES@|${ISSUES:-the issue tracker of the project}|" "$1/docs/3am.md"
	sed -i "s/^MODULE_VERSION(.*/MODULE_VERSION(\"$version\");/" \
		"$1/sunrpc_fix/main.c"
}

build_deb()
{
	local source=$tmp/sunrpc-fix-$version

	need_packages dpkg-buildpackage:dpkg-dev dh:debhelper dh_dkms:dh-dkms gcc:gcc \
		/usr/include/pcap/pcap.h:libpcap-dev /usr/include/zlib.h:zlib1g-dev
	copy_tree "$source"
	# Debian wants it there; in the tree it is one of several packagings.
	mv "$source/packaging/debian" "$source/debian"
	sed -i "1s/(.*)/($version)/" "$source/debian/changelog"
	(cd "$source" && dpkg-buildpackage --build=full --no-sign) \
		>"$log" 2>&1 </dev/null ||
		die "building the Debian packages" "$log" "read the log"
	mv "$tmp"/*.deb "$tmp"/*.changes "$tmp"/*.dsc "$tmp"/*.tar.* \
		"$tmp"/*.buildinfo "$out/"
}

# run_rpmbuild SPEC OPTION...
run_rpmbuild()
{
	local source=sunrpc-fix-$version spec=$1
	shift

	need_packages rpmbuild:rpm
	copy_tree "$tmp/$source"
	mkdir -p "$tmp"/rpm/{SOURCES,SPECS}
	tar -C "$tmp" -czf "$tmp/rpm/SOURCES/$source.tar.gz" "$source"
	sed -e "s/%global version_ .*}/%global version_ $version}/" \
		-e "s/%global release_ .*}/%global release_ $release}/" \
		-e "s/%global el .*}/%global el $el}/" \
		"$here/$spec" >"$tmp/rpm/SPECS/$spec"
	# make comes from this host's own packages.
	rpmbuild -ba --nodeps --define "_topdir $tmp/rpm" "$@" \
		"$tmp/rpm/SPECS/$spec" >"$log" 2>&1 </dev/null ||
		die "building the RPM packages" "$log" "read the log"
	mv "$tmp"/rpm/RPMS/*/*.rpm "$tmp"/rpm/SRPMS/*.rpm \
		"$tmp/rpm/SPECS/$spec" "$out/"
}

build_rpm()
{
	run_rpmbuild sunrpc-fix.spec
}

build_rpm-kmod()
{
	local kdir=${KDIR:-/lib/modules/${KERNELRELEASE:-$(uname -r)}/build} ko symvers

	[ -e "$kdir/Makefile" ] || usage_error "no kernel headers in $kdir; set KDIR"
	kdir=$(realpath "$kdir")
	need_packages modprobe:kmod cpio:cpio
	run_rpmbuild kmod-sunrpc_fix.spec --define "ksrc $kdir" \
		--define "kversion ${KERNELRELEASE:-$(uname -r)}"
	(cd "$tmp" && rpm2cpio "$out/kmod-sunrpc_fix-$version-$release".el6.[!s]*.rpm |
		cpio -id --quiet)
	ko=$(find "$tmp/lib" -name sunrpc_fix.ko)
	for symvers in "$kdir/Module.symvers" ${SYMVERS:-}; do
		[ ! -e "$symvers" ] || sh "$here/crcs.sh" "$ko" "$symvers" >&2 || :
	done
}

case $kind in
deb|rpm|rpm-kmod) ;;
*)	usage_error "unknown kind of package '$kind'; known: deb rpm rpm-kmod" ;;
esac
lock "build-$kind"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out" "$CACHE/logs"
case $kind in
deb)	made="*_${version}[_.]*" ;;
rpm)	made="sunrpc-fix*-$version-$release.el$el.*" ;;
rpm-kmod) made="kmod-sunrpc_fix-$version-$release.el6.*" ;;
esac
find "$out" -mindepth 1 -name "$made" -delete
"build_$kind"
find "$out" -name "$made" -name "*.${kind%-kmod}" | sort
