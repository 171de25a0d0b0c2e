#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# For a root file system on NFS: an initramfs that has sunrpc gets sunrpc_fix, if
# there is one for its kernel.  After 95nfs.

check()
{
	return 0
}

depends()
{
	return 0
}

# shellcheck disable=SC2154 # initdir, kernel and moddir are dracut's
installkernel()
{
	. "$moddir/installkernel"
}

# shellcheck disable=SC2154
install()
{
	. "$moddir/install"
}
