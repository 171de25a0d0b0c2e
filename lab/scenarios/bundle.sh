#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bundle, as an operator uses it at night, on a host with a storm and without
# compiler, make and DKMS: installed with one command, the storm is over; loaded
# again with nfs; removed with one command.
#
# Needs: bundle

. /lab/guest/lib.sh

BUNDLE=/tmp/sunrpc-fix-bundle
# Where it puts the commands: in root's PATH on el6 and Debian, not in the lab's.
PATH=$PATH:/usr/local/sbin:/usr/local/bin

# reconnect NAME: one burst after the server has closed the connection; its ISNs
# are the result isns_NAME.
reconnect()
{
	capture_start "$1"
	server_restart
	burst "$1" || :
	capture_stop
	result "isns_$1" "$(capture_measure "$1" | sed -n 's/^isns=//p')"
}

isns()
{
	sed -n "s/^isns_$1=//p" "$RESULTS/result"
}

# left: what is there of it.
left()
{
	find /etc /usr/local /usr/lib /usr/share /lib/modules -iname '*sunrpc[-_]fix*'
}

for tool in gcc cc make dkms; do
	check "there is no $tool" not command -v $tool
done
net_up
server_up
client_up
reconnect before
check "the race is there" [ "$(isns before)" -gt 2 ]

tar -C /tmp -xzf /lab/bundle/bundle.tar.gz
# The race was put back into a kernel that has the fix by its release.
check "where it is not needed nothing is done" $BUNDLE/install.sh
check "... really" [ -z "$(left)" ]
echo x >>$BUNDLE/host.sh
check "a damaged file is noticed" not $BUNDLE/install.sh --force
check "... and nothing is done" [ -z "$(left)" ]
sed -i '$d' $BUNDLE/host.sh
mv "$BUNDLE/modules/$(uname -r)" $BUNDLE/modules/2.6.32-696.el6.x86_64
(cd $BUNDLE && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS)
check "a module of another kernel is not installed" not $BUNDLE/install.sh --force
check "... and nothing is done" [ -z "$(left)" ]
rm -r $BUNDLE
tar -C /tmp -xzf /lab/bundle/bundle.tar.gz

check "installed and loaded, with a mount active" $BUNDLE/install.sh --force
check "... in force" fix_loaded
check "... the command works" sunrpc-fix status
check "... and the reproducer" modinfo sunrpc_repro
check "... and synburst" synburst --version
reconnect installed
check "the storm is over" [ "$(isns installed)" = 1 ]
check "installing again changes nothing" $BUNDLE/install.sh --force
check "... in force" fix_loaded

# As after a boot: a modprobe of nfs loads it too.
client_down
server_down
await 60 requests_have_ended
fix_unload
await 20 modules_gone
check "sunrpc is gone" not test -d /sys/module/sunrpc
modprobe nfs
check "a modprobe of nfs loads it" fix_loaded
server_up
client_up
reconnect again
check "the storm is over" [ "$(isns again)" = 1 ]

check "removed" $BUNDLE/uninstall.sh
check "... unloaded" not fix_loaded
check "... no file is left" [ -z "$(left)" ]
reconnect removed
check "the race is back" [ "$(isns removed)" -gt 2 ]
