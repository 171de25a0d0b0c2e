# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# sunrpc_fix.ko, in the variants that have it.

FIX=/sys/module/sunrpc_fix

# fix_load [PARAMETER...]: the race was put back into a kernel whose headers
# and release say that it has the fix, so the module has to be told.
fix_load()
{
	modprobe sunrpc
	insmod "${FIX_KO:-/lab/sunrpc_fix.ko}" force=1 "$@"
}

fix_loaded()
{
	[ -d $FIX ]
}

fix_unload()
{
	rmmod sunrpc_fix
}

# set_mode enforce|observe: if the module is there at the moment.
set_mode()
{
	until echo "$1" 2>/dev/null >$FIX/parameters/mode; do
		[ -e $FIX/parameters/mode ] || return 0
	done
}

# counter NAME
counter()
{
	cat $FIX/counters/"$1"
}

# counter_is NAME VALUE, counter_above NAME VALUE
counter_is()
{
	[ "$(counter "$1")" -eq "$2" ]
}

counter_above()
{
	[ "$(counter "$1")" -gt "$2" ]
}

counters_add_up()
{
	[ "$(counter attempts)" = $(($(counter completed) + $(counter failed) +
		$(counter torn_down) + $(counter in_flight))) ]
}

# Who uses a module: its reference count.
refcount()
{
	cat /sys/module/"$1"/refcnt
}

# All counters as results; nothing without the module.
result_counters()
{
	local file

	for file in "$FIX"/counters/*; do
		[ ! -e "$file" ] ||
			result "counter_$(basename "$file")" "$(cat "$file")"
	done
}
