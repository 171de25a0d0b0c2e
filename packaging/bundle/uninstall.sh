#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# uninstall.sh: unloads sunrpc_fix and removes what install.sh has installed.

set -eu

cd "$(dirname "$0")"
PATH=$PATH:/sbin:/usr/sbin
[ "$(id -u)" = 0 ] || { echo "uninstall.sh: this is for root; nothing was changed" >&2; exit 1; }

sh host.sh unload
[ ! -e /etc/rc.d/init.d/sunrpc-fix ] || chkconfig --del sunrpc-fix
(cd files && find . -type f | sed 's,^\./[^/]*/,/,') | while read -r file; do
	rm -f "$file"
done
rm -f /etc/modprobe.d/sunrpc-fix-local.conf
rm -rf /usr/lib/dracut/modules.d/96sunrpc-fix /usr/share/dracut/modules.d/96sunrpc-fix
for directory in /lib/modules/*/extra/sunrpc_fix; do
	[ -e "$directory" ] || continue
	release=${directory#/lib/modules/}
	rm -r "$directory"
	depmod "${release%%/*}"
done
sh host.sh initramfs
if [ -d /sys/module/sunrpc_fix ]; then
	echo "removed; sunrpc_fix itself stays loaded, and observes only, until the next boot"
else
	echo "removed; sunrpc_fix is not loaded"
fi
