# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite operators, 3000 s: the command sunrpc-fix, the packages, the manual pages; loading in a storm

# Other pages need not be installed here.
manuals()
{
	no_output eval "mandoc -Tlint '$TREE/sunrpc_fix/sunrpc_fix.4' \
		'$TREE/tools/sunrpc-fix/sunrpc-fix.8' 2>/dev/null |
		grep -v 'referenced manual not found'"
}

deb()
{
	local files

	files=$("$TREE/packaging/build.sh" deb) || return 1
	echo "$files"
	# shellcheck disable=SC2086
	no_output lintian --allow-root --tag-display-limit 0 -I --pedantic $files \
		"$CACHE/build/deb/sunrpc-fix_$version.dsc"
}

rpm_packages()
{
	local files

	files=$("$TREE/packaging/build.sh" rpm) || return 1
	# shellcheck disable=SC2086
	rpmlint -r "$TREE/packaging/sunrpc-fix.rpmlintrc" \
		"$CACHE/build/rpm/sunrpc-fix.spec" $files |
		tee "$OUT/rpmlint"
	grep -q ' 0 errors, 0 warnings' "$OUT/rpmlint" || return 1
	# Where el6 loads the module before it mounts; and nothing it does not read.
	# shellcheck disable=SC2086
	rpm -qlp $files >"$OUT/rpm-files"
	grep -x /etc/rc.d/init.d/sunrpc-fix "$OUT/rpm-files" &&
		no_output grep -E 'modules-load|bash-completion|/usr/lib/dracut' "$OUT/rpm-files"
}

# kmod-sunrpc_fix for the lab's kernel: what is in it, and that a kernel with
# another symbol, or without one, is not taken for one that it serves.
kmod_package()
{
	local kernel krel symvers tmp package ko

	kernel=$(realpath "$("$LAB/build/kernel.sh" 6.1)")
	krel=$(sed -n 's/^KREL=//p' "$kernel/VERSION")
	symvers=$kernel/headers/Module.symvers
	tmp=$(mktemp -d "$OUT/kmod.XXX")
	KDIR=$kernel/headers KERNELRELEASE=$krel \
		"$TREE/packaging/build.sh" rpm-kmod >"$tmp/built" || return
	package=$(grep -v 'src.rpm$' "$tmp/built")
	rpm -qlp "$package" | tee "$tmp/files"
	ko=/lib/modules/$krel/extra/sunrpc_fix/sunrpc_fix.ko
	grep -x "$ko" "$tmp/files" && grep -x "${ko/_fix.ko/_repro.ko}" "$tmp/files" &&
		grep -x /etc/depmod.d/kmod-sunrpc_fix.conf "$tmp/files" || return
	(cd "$tmp" && rpm2cpio "$package" | cpio -id --quiet)
	gzip -c "$symvers" >"$tmp/same.gz"
	sed '/\trpc_wake_up_queued_task\t/s/^0x......../0x12345678/' "$symvers" >"$tmp/other"
	sed '/\trpc_wake_up_queued_task\t/d' "$symvers" >"$tmp/without"
	sh packaging/crcs.sh "$tmp$ko" "$symvers" "$tmp/same.gz" &&
		! sh packaging/crcs.sh "$tmp$ko" "$tmp/other" &&
		! sh packaging/crcs.sh "$tmp$ko" "$symvers" "$tmp/without"
}

# DKMS excludes the lab's kernel, which has the fix in its headers, and builds
# when told to.  In directories of its own; nothing is installed on this host.
dkms_build()
{
	local tmp kernel krel got=0 ko

	kernel=$("$LAB/build/kernel.sh" 6.1) || return
	kernel=$(realpath "$kernel")
	krel=$(sed -n 's/^KREL=//p' "$kernel/VERSION")
	tmp=$(mktemp -d)
	mkdir "$tmp/tree" "$tmp/modules"
	make -C "$TREE" install-dkms-source DESTDIR="$tmp" || return 1
	set -- --dkmstree "$tmp/tree" --sourcetree "$tmp/usr/src" \
		--installtree "$tmp/modules" -m sunrpc-fix -v "$version"
	dkms add "$@" || return 1
	set -- "$@" -k "$krel" --kernelsourcedir "$kernel/headers"
	# What signs is looked for in the host's own headers, and makes its key in
	# /var/lib/dkms: neither is to be asked for.
	local -x sign_file=$kernel/headers/scripts/sign-file \
		mok_signing_key=$tmp/mok.key mok_certificate=$tmp/mok.pub
	dkms build "$@" || got=$?
	[ $got = 77 ] || { echo "exit status $got, not 77"; return 1; }
	SUNRPC_FIX_FORCE=1 dkms build "$@" >"$tmp/said" 2>&1 || got=1
	cat "$tmp/said"
	[ $got = 77 ] || return 1
	no_output grep 'bad exit status' "$tmp/said" || return 1
	ko=$(find "$tmp/tree" -name 'sunrpc_fix.ko*')
	modinfo "$ko"
	[ "$(modinfo -F version "$ko")" = "$version" ] || return 1
	[ -n "$(modinfo -F signer "$ko")" ] || return 1
	rm -rf "$tmp"
}

# The same version wherever it is written.
versions()
{
	grep -Fq "MODULE_VERSION(\"$version\")" "$TREE/sunrpc_fix/main.c" &&
		grep -Fq "sunrpc-fix ($version)" "$TREE/packaging/debian/changelog" &&
		grep -Fq "global version_ $version}" "$TREE/packaging/sunrpc-fix.spec"
}

suite_operators()
{
	cd "$TREE" || return
	need_packages lintian:lintian dh:debhelper dh_dkms:dh-dkms \
		dkms:dkms openssl:openssl rpmbuild:rpm rpmlint:rpmlint mandoc:mandoc \
		cpio:cpio
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TREE/dkms.conf")
	try "the version is the same everywhere" versions
	try "sunrpc-fix" "$TREE/tools/sunrpc-fix/test.sh"
	try "manual pages" manuals
	try "DKMS excludes, builds and signs" dkms_build
	try "Debian packages, lintian" deb
	try "RPM packages, rpmlint" rpm_packages
	try "kmod-sunrpc_fix, and whom it serves" kmod_package
	try "transactions of RPM, the targets of make, the bundle" packaging/tests/run.sh
	scenarios 6.1 race+fix operator load_in_storm
}
