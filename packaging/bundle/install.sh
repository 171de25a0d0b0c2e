#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# install.sh [--force]
#
# Installs sunrpc_fix on this host from the bundle: the module, what loads it at
# boot, the command; and loads it.  Needs no compiler, no make and no DKMS.
#
#   --force  on a kernel that does not need it, or that is not known: where the
#            reproducer has seen the race (sunrpc-fix check --reproduce FILE)

set -eu

fail()
{
	echo "install.sh: $1; nothing was changed" >&2
	exit 1
}

force=
case $#-${1:-} in
0-)	;;
1---force) force=1 ;;
1--h|1---help) sed -n '5,11s/^# \{0,1\}//p' "$0"; exit ;;
*)	fail "usage: install.sh [--force]" ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
PATH=$PATH:/sbin:/usr/sbin:/usr/local/sbin:/usr/local/bin
release=$(uname -r)
[ "$(id -u)" = 0 ] || fail "this is for root"
sha256sum -c --status SHA256SUMS || fail "a file is missing or damaged (sha256sum -c SHA256SUMS)"

# Is it needed?
got=0
said=$(sh files/common/usr/local/sbin/sunrpc-fix check 2>&1) || got=$?
said=$(echo "$said" | sed -n 1p)
case $got-$force in
*-1)	;;
0-)	echo "$said"
	echo "sunrpc_fix is not needed here; nothing was changed"
	exit 0 ;;
3-)	fail "$said" ;;
esac

# Which of the modules?  The kernel's own; else one whose symbols it has.
directory=
why="its own"
if [ -e "modules/$release/sunrpc_fix.ko" ]; then
	directory=modules/$release
else
	for symvers in "/boot/symvers-$release.gz" "/lib/modules/$release/build/Module.symvers"; do
		[ -e "$symvers" ] || continue
		for each in modules/*; do
			[ -z "$directory" ] || break
			! why=$(sh crcs.sh "$each/sunrpc_fix.ko" "$symvers") ||
				directory=$each
		done
	done
fi
[ -n "$directory" ] ||
	fail "no module for kernel $release in this bundle: it has $(ls modules | tr '\n' ' ')"
magic=$(modinfo -F vermagic "$directory/sunrpc_fix.ko")
case $magic in
"${directory#modules/} "*) ;;
*)	fail "$directory/sunrpc_fix.ko was built for '$magic'" ;;
esac

if [ -e /etc/debian_version ]; then
	flavour=deb
elif modprobe --version 2>/dev/null | grep -q module-init-tools; then
	flavour=el6
else
	flavour=rpm
fi

target=/lib/modules/$release/extra/sunrpc_fix
mkdir -p "$target"
cp "$directory/sunrpc_fix.ko" "$directory/sunrpc_repro.ko" "$target/"
depmod "$release"
echo "installed  $target/sunrpc_fix.ko, of $directory: $why"
for files in common $flavour; do
	(cd "files/$files" && tar -cf - .) | tar -C / --no-overwrite-dir -xf -
done
[ -z "$force" ] ||
	echo "options sunrpc_fix force=1" >/etc/modprobe.d/sunrpc-fix-local.conf
if synburst --version >/dev/null 2>&1; then
	tools="sunrpc-fix, synburst"
else
	rm -f /usr/local/bin/synburst
	tools="sunrpc-fix (synburst does not run on this kernel: analyse captures elsewhere)"
fi
echo "installed  the commands $tools"
case $flavour in
el6)	chkconfig --add sunrpc-fix
	echo "boot       /etc/rc.d/init.d/sunrpc-fix; and with nfs, /etc/modprobe.d/sunrpc-fix.conf" ;;
*)	echo "boot       with sunrpc: /usr/lib/modules-load.d/ and /etc/modprobe.d/sunrpc-fix.conf" ;;
esac
sh host.sh initramfs

modprobe sunrpc
sh host.sh load
[ -d /sys/module/sunrpc_fix ] || {
	echo "install.sh: sunrpc_fix was not loaded: dmesg | grep sunrpc_fix says why; uninstall.sh takes all of this back" >&2
	exit 1
}
echo "loaded     $(sunrpc-fix status | sed -n 1p)"
