#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the initramfs.  It has the module if its kernel needs that.
modprobe -q sunrpc_fix >/dev/null 2>&1 || :
