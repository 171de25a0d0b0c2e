#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What "make dkms-install", the packages and the hook for new kernels do on a
# host: DKMS, loading and unloading, the initramfs.  All of it can be repeated,
# and none of it takes the module away before the next one is there.
#
# In /usr/src/sunrpc-fix-VERSION, beside the module's source; load, unload and
# initramfs also in the bundle and in kmod-sunrpc_fix.

set -u

usage()
{
	cat <<-'EOT'
	usage: host.sh install [RELEASE...]
	       host.sh remove [--others]
	       host.sh load
	       host.sh unload
	       host.sh initramfs

	  install    have DKMS build and install this version for these kernels;
	             default: the running one, and each other one with headers
	  remove     take this version out of DKMS; --others: every other one
	  load       have this version loaded, if sunrpc is; the mode is kept
	  unload     unload it, or switch it off where the kernel will not
	  initramfs  make those anew that have sunrpc in them
	EOT
}

here=$(cd "$(dirname "$0")" && pwd)
# In the tree it is one of several packagings.
[ -e "$here/dkms.conf" ] || here=$(dirname "$here")
# In the bundle and in kmod-sunrpc_fix, where there is no DKMS, there is none.
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$here/dkms.conf" 2>/dev/null)
package=sunrpc-fix/$version
MODULES=/lib/modules
LOADED=/sys/module/sunrpc_fix

say()
{
	echo "sunrpc-fix: $1"
	logger -t sunrpc-fix "$1" 2>/dev/null || :
}

# dkms_has VERSION [RELEASE]: what is known of it; dkms 2 and 3 agree on little
# of this but the last word.
dkms_has()
{
	dkms status -m sunrpc-fix -v "$1" ${2:+-k "$2"} 2>/dev/null
}

# The versions that DKMS knows: "sunrpc-fix, 0.1.0, ..." and "sunrpc-fix/0.1.0, ..."
dkms_versions()
{
	dkms status -m sunrpc-fix 2>/dev/null |
		sed -n 's/^sunrpc-fix[,/] *\([0-9.]*\)[,:].*/\1/p' | sort -u
}

# installed_file RELEASE: of the module.
installed_file()
{
	find "$MODULES/$1" -name 'sunrpc_fix.ko*' 2>/dev/null | head -n 1
}

# is_stale RELEASE: the source was installed after the module was built: a
# release of the package with the same version.
is_stale()
{
	file=$(installed_file "$1")
	[ -n "$file" ] &&
		[ -n "$(find "$here" -type f -name '*.[ch]' -cnewer "$file" | head -n 1)" ]
}

# verdict RELEASE: sets why; the status is that of sunrpc-fix check.
verdict()
{
	rc=0
	set -- "$1" "$MODULES/$1/build"
	if [ -d "$2" ]; then
		set -- --release "$1" --headers "$2"
	else
		set -- --release "$1"
	fi
	why=$(sh "$here/tools/sunrpc-fix/sunrpc-fix" check "$@" 2>&1) || rc=$?
	why=$(echo "$why" | sed -n '1s/^[A-Z]*: //p')
	return $rc
}

# install_for RELEASE
install_for()
{
	said=
	case $(dkms_has "$version" "$1") in
	*installed*)
		if ! is_stale "$1" || [ ! -e "$MODULES/$1/build/include" ]; then
			say "sunrpc_fix $version is installed for kernel $1"
			return 0
		fi
		said=$(dkms remove "$package" -k "$1" </dev/null 2>&1) ;;
	esac
	if [ ! -e "$MODULES/$1/build/include" ]; then
		say "no headers for kernel $1 (kernel-devel, linux-headers), sunrpc_fix not built"
		return 1
	fi
	dkms_add || return 1
	# By force: another version may be there, a later one as well.
	said=$said$(dkms install --force "$package" -k "$1" </dev/null 2>&1)
	case $? in
	0)	say "sunrpc_fix $version is built for kernel $1"
		return 0 ;;
	# Excluded by dkms.conf: dkms 3, and dkms before, which has the 9 for
	# other things as well.
	77)	excluded "$1" && return 0 ;;
	9)	case $said in
		*BUILD_EXCLUSIVE*) excluded "$1" && return 0 ;;
		esac ;;
	esac
	say "sunrpc_fix could not be built for kernel $1: $said"
	return 1
}

excluded()
{
	verdict "$1"
	case $? in
	0)	say "sunrpc_fix is not needed, and not built: $why" ;;
	3)	say "sunrpc_fix is not built: $why" ;;
	*)	return 1 ;;
	esac
}

dkms_add()
{
	[ -z "$(dkms_has "$version")" ] || return 0
	said=$(dkms add "$package" 2>&1 </dev/null) || {
		say "dkms add $package failed: $said"
		return 1
	}
}

need_dkms()
{
	command -v dkms >/dev/null && return
	say "dkms is not installed, and sunrpc_fix not built"
	exit 1
}

do_install()
{
	need_dkms
	failed=0
	if [ $# = 0 ]; then
		running=$(uname -r)
		set -- "$running"
		for dir in "$MODULES"/*/build/include; do
			dir=${dir%/build/include}
			case ${dir##*/} in
			'*'|"$running")	;;
			*)	# The kernels that need none are many.
				verdict "${dir##*/}"
				[ $? != 2 ] || set -- "$@" "${dir##*/}" ;;
			esac
		done
	fi
	for release in "$@"; do
		install_for "$release" || failed=1
	done
	return $failed
}

do_remove()
{
	command -v dkms >/dev/null || return 0
	if [ "${1:-}" != --others ]; then
		[ -z "$(dkms_has "$version")" ] ||
			dkms remove "$package" --all >/dev/null </dev/null
		return
	fi
	for other in $(dkms_versions); do
		[ "$other" = "$version" ] ||
			dkms remove "sunrpc-fix/$other" --all >/dev/null 2>&1 </dev/null
	done
	return 0
}

do_load()
{
	file=$(installed_file "$(uname -r)")
	[ -n "$file" ] && [ -d /sys/module/sunrpc ] || return 0
	mode=
	if [ -d $LOADED ]; then
		[ "$(cat $LOADED/srcversion 2>/dev/null)" != "$(modinfo -F srcversion "$file")" ] ||
			return 0
		mode=$(cat $LOADED/parameters/mode 2>/dev/null)
		if ! rmmod sunrpc_fix; then
			say "the sunrpc_fix that is loaded cannot be unloaded; the new one comes with the next boot"
			return 0
		fi
	fi
	modprobe sunrpc_fix || {
		say "sunrpc_fix could not be loaded; the kernel log says why: dmesg | grep sunrpc_fix"
		return 1
	}
	# Somebody may have switched it.
	[ "$mode" != observe ] || echo observe >$LOADED/parameters/mode
}

do_unload()
{
	[ -d $LOADED ] || return 0
	rmmod sunrpc_fix && return
	echo observe >$LOADED/parameters/mode
	say "sunrpc_fix cannot be unloaded on this kernel; it observes only, and is gone with the next boot"
}

# A root on NFS: what is in the initramfs is loaded before all else.
do_initramfs()
{
	for image in /boot/initrd.img-* /boot/initramfs-*.img; do
		release=${image#/boot/init*-}
		release=${release%.img}
		[ -e "$image" ] && [ -d "$MODULES/$release" ] || continue
		case $image in
		*/initrd.img-*)
			! has_sunrpc lsinitramfs "$image" ||
				update-initramfs -u -k "$release" ;;
		*)	! has_sunrpc lsinitrd "$image" ||
				dracut -f "$image" "$release" ;;
		esac
	done
}

# has_sunrpc COMMAND IMAGE: what lists the files in it.
has_sunrpc()
{
	command -v "$1" >/dev/null && "$1" "$2" 2>/dev/null | grep -q '/sunrpc\.ko'
}

case ${1:-} in
install|remove|load|unload|initramfs)
	verb=$1
	shift
	"do_$verb" "$@" ;;
-h|--help)
	usage ;;
*)	echo "host.sh: unknown command '${1:-}'; see host.sh --help" >&2
	exit 2 ;;
esac
