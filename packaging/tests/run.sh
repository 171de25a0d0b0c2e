#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# packaging/tests/run.sh [TEST...]: transactions-3, transactions-2, targets-3,
# bundle-3
#
# What the packages, the hook and the targets of the Makefile do to a host, on a
# copy of this one: an overlay, in which nothing reaches this host's files, and
# with neither a network nor the right to load a module.  Needs root.
#
# 3 is Debian's own dkms, 2 the same with the exit statuses and the status lines
# of dkms 2; transactions-/FILE tries that one.

. "$(dirname "$0")/../../scripts/lib.sh"

here=$TREE/packaging/tests
tests=${*:-transactions-3 transactions-2 targets-3 bundle-3}
[ "$(id -u)" = 0 ] || die "making a copy of this host" - "run it as root"
need_packages rpmbuild:rpm dkms:dkms gcc:gcc make:make modinfo:kmod cpio:cpio
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The first package of this version, with the scriptlets that it had.
build_first()
{
	local dir=$tmp/first

	mkdir -p "$dir/rpm"
	(cd "$dir" && rpm2cpio "$CACHE/build/rpm/sunrpc-fix-$version-1.el6.src.rpm" |
		cpio -id --quiet)
	awk '/^%(post|preun|posttrans) dkms/ { out = 1; next }
	     /^%/ && !/^%(if|else|endif|{)/ { out = 0 }
	     /^%files$/ { while (getline line <scriptlets > 0) print line }
	     !out' scriptlets="$here/first-scriptlets" "$dir/sunrpc-fix.spec" \
		>"$dir/first.spec"
	rpmbuild -bb --nodeps --define "_sourcedir $dir" --define "_topdir $dir/rpm" \
		"$dir/first.spec" >"$dir/log" 2>&1 ||
		die "building the first package" "$dir/log" "read the log"
	cp "$dir"/rpm/RPMS/noarch/*dkms* "$tmp/packages/"
}

build_packages()
{
	local build=$TREE/packaging/build.sh options

	mkdir -p "$tmp/packages"
	"$build" rpm >"$tmp/built"
	build_first
	for options in "--release 2" "--version 0.0.9" "--version 99.0"; do
		# shellcheck disable=SC2086
		"$build" $options rpm >"$tmp/built"
		cp "$(grep dkms "$tmp/built")" "$tmp/packages/"
	done
}

# in_copy DKMS TEST: in an overlay of its own.
in_copy()
{
	local dir

	dir=$(mktemp -d "$tmp/copy.XXX")
	mkdir -p "$dir"/{upper,work,root}
	# shellcheck disable=SC2016
	DKMS=$1 unshare --mount --pid --net --fork sh -c '
		mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
		cd "$1/root" && mount -t proc proc proc && mount --rbind /dev dev &&
		mount -t tmpfs tmpfs sys &&
		mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp &&
		mkdir tmp/packages tmp/tree && { [ ! -e "$DKMS" ] || cp "$DKMS" tmp/dkms; } &&
		mount --bind "$2/packages" tmp/packages && mount --bind "$3" tmp/tree &&
		exec setpriv --bounding-set=-sys_module,-sys_boot chroot . \
			/tmp/tree/packaging/tests/"$4"' \
		sh "$dir" "$tmp" "$TREE" "$2" </dev/null
}

build_packages
failed=0
for test in $tests; do
	echo "== $test"
	in_copy "${test#*-}" "${test%%-*}" || failed=1
done
exit $failed
