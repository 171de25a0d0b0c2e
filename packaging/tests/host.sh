# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A made-up host, in the overlay of run.sh: kernels whose headers build a small
# file with the right name, and commands that do to /sys and to files what the
# kernel and the distribution would.  Sourced.

set -eu

export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
MODULE=/sys/module/sunrpc_fix
KERNEL=2.6.32-696.3.2.el6.x86_64
OTHER=2.6.32-696.el6.x86_64
FIXED=2.6.32-754.35.1.el6.x86_64
BARE=2.6.32-696.1.1.el6.x86_64
# shellcheck disable=SC2034
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' /tmp/tree/dkms.conf)
. /tmp/tree/lab/guest/transcript.sh

# stand_in FILE: for that command; standard input is the script.
stand_in()
{
	# It may be a link to kmod.
	rm -f "$1"
	{ echo '#!/bin/bash'; cat; } >"$1"
	chmod +x "$1"
}

# What a kernel's build directory is asked for here.  srcversion: of the source.
make_headers()
{
	mkdir -p "$1/include/linux/sunrpc"
	echo '/* el6 has nothing here */' >"$1/include/linux/sunrpc/xprtsock.h"
	cat >"$1/Makefile" <<-'EOT'
	.RECIPEPREFIX := >
	KERNELRELEASE ?= $(shell uname -r)
	AT := $(INSTALL_MOD_PATH)/lib/modules/$(KERNELRELEASE)/$(INSTALL_MOD_DIR)
	KO := $(if $(wildcard $(M)/sunrpc_fix/main.c),sunrpc_fix,sunrpc_repro).ko
	modules:
	> test ! -e /tmp/broken
	> V=$$(sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' $(M)/sunrpc_fix/main.c $(M)/main.c 2>/dev/null); \
	> S=$$(cat $(M)/*.[ch] $(M)/sunrpc_fix/*.[ch] 2>/dev/null | md5sum | cut -c1-24); \
	> for word in version=$$V srcversion=$$S "vermagic=$(notdir $(CURDIR)) SMP"; do \
	> echo "char $${word%%=*}[] __attribute__((section(\".modinfo\"), used)) = \"$$word\";"; \
	> done | gcc -x c -c -o $(M)/$(KO) -
	modules_install:
	> mkdir -p $(AT)
	> cp $(M)/sunrpc_fix.ko $(AT)
	clean:
	> rm -f $(M)/$(KO)
	EOT
}

make_kernels()
{
	local kernel

	rm -rf /lib/modules/*
	for kernel in $KERNEL $OTHER $FIXED $BARE; do
		mkdir -p "/lib/modules/$kernel"
		touch "/lib/modules/$kernel/modules."{order,builtin,builtin.modinfo}
		[ $kernel = $BARE ] || make_headers "/usr/src/kernels/$kernel"
		[ $kernel = $BARE ] || ln -s "/usr/src/kernels/$kernel" "/lib/modules/$kernel/build"
	done
	mkdir -p /sys/module/sunrpc
}

make_commands()
{
	mv /usr/bin/uname /usr/bin/uname.host
	stand_in /usr/bin/uname <<-EOT
	[ "\$*" != -r ] || exec echo $KERNEL
	exec uname.host "\$@"
	EOT
	stand_in /usr/sbin/modprobe <<-EOT
	[ "\$1" != --version ] || { echo "\${MODPROBE_IS:-kmod version 30}"; exit; }
	# dkms 2.4 calls it too.
	[ "\$*" = sunrpc_fix ] || exit 0
	echo "modprobe \$*" >>/tmp/called
	ko=\$(find /lib/modules/$KERNEL -name sunrpc_fix.ko) && [ -n "\$ko" ] || exit 1
	mkdir -p $MODULE/parameters $MODULE/counters
	modinfo -F version "\$ko" >$MODULE/version
	modinfo -F srcversion "\$ko" >$MODULE/srcversion
	echo enforce >$MODULE/parameters/mode
	EOT
	stand_in /usr/sbin/rmmod <<-EOT
	echo "rmmod \$*" >>/tmp/called
	[ ! -e /tmp/busy ] && rm -r "/sys/module/\$1"
	EOT
	stand_in /usr/sbin/chkconfig <<-'EOT'
	echo "chkconfig $*" >>/tmp/called
	EOT
	: >/tmp/called
}

# Of dkms 2.2 to 2.4: 9 for a kernel that dkms.conf excludes, 5 for what is
# installed, and another form of the status.
make_dkms()
{
	rm -rf /var/lib/dkms/sunrpc-fix
	case $DKMS in
	3)	;;
	2)	mv /usr/sbin/dkms /usr/sbin/dkms.host
		stand_in /usr/sbin/dkms <<-'EOT'
		case $1 in
		status)	dkms.host "$@" | sed 's,/,\, ,' ;;
		install) what=$2
			[ "$what" != --force ] || what=$3
			! dkms.host status "$what" -k "${@: -1}" | grep -q installed || exit 5
			dkms.host "$@"
			got=$?
			[ $got = 77 ] && exit 9
			exit $got ;;
		*)	exec dkms.host "$@" ;;
		esac
		EOT
		;;
	*)	cp /tmp/dkms /usr/sbin/dkms
		chmod +x /usr/sbin/dkms ;;
	esac
}

# called COMMANDS: since it was last asked.
called()
{
	[ "$(cat /tmp/called)" = "$1" ] || {
		cat /tmp/called
		return 1
	}
	: >/tmp/called
}

# What is left of it where something was installed.
remains()
{
	find /etc /usr /lib/modules /var/lib/dkms /boot -xdev -iname '*sunrpc[-_]fix*' |
		grep .
}

loaded()
{
	[ -d $MODULE ]
}

# protected VERSION: loaded, and on the disk for both kernels that need it.
protected()
{
	local ko kernel

	[ "$(cat $MODULE/version)" = "$1" ] || return 1
	for kernel in $KERNEL $OTHER; do
		ko=$(find "/lib/modules/$kernel" -name 'sunrpc_fix.ko*')
		[ -n "$ko" ] && [ "$(modinfo -F version "$ko")" = "$1" ] || {
			echo "not on the disk of $kernel: $ko"
			return 1
		}
	done
	[ -z "$(find "/lib/modules/$FIXED" -name 'sunrpc_fix.ko*')" ]
}

# only_in_dkms VERSION: installed for two kernels, and no other version is known.
only_in_dkms()
{
	dkms status
	[ "$(dkms status | grep -c "^sunrpc-fix[,/] *$1, .*: installed")" = 2 ] &&
		[ "$(dkms status | grep -c ^sunrpc-fix)" = 2 ]
}

make_kernels
make_commands
make_dkms
