#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two switches of the kernel take all probes out of service, and no error and no
# missed hit says so: the module does not load then, and notices it later.

. /lab/guest/lib.sh

NAMES="kernel.ftrace_enabled .*, or kprobes/enabled in debugfs"

logged_once()
{
	[ "$(log_lines "$1" | wc -l)" = 1 ]
}

command_says()
{
	/lab/sunrpc-fix status | grep "^probes  *$1"
}

# refuses SWITCH
refuses()
{
	echo 0 >"$1"
	check "$1=0: not loaded" not fix_load
	check "$1=0: nothing is left" not fix_loaded
	check "$1=0: the log has the reason" log_lines "^probes do not fire on this host: .*$NAMES"
	echo 1 >"$1"
}

# notices SWITCH: by itself, before anybody reads the status.
notices()
{
	echo 0 >"$1"
	server_restart
	check "$1=0: all tasks are served" burst dead
	await 5 logged_once "^the probes do not fire any more.*$NAMES"
	check "$1=0: connects went by unseen" counter_above unseen 0
	check "$1=0: no probe counts as armed" [ "$(probes_armed)" = 0 ]
	check "$1=0: the command says so" command_says '0 of 4 armed'
	echo 1 >"$1"
}

# again SWITCH
again()
{
	one_isn_per_reconnect "again-${1##*/}"
	check "$1=1: the log says so" logged_once '^the probes fire again$'
	check "$1=1: all probes are armed" [ "$(probes_armed)" = 4 ]
	check "$1=1: the command says so" command_says '4 of 4 armed'
}

net_up
server_up
client_up
for switch in $FTRACE_ENABLED $KPROBES_ENABLED; do
	refuses $switch
	fix_load
	one_isn_per_reconnect "before-${switch##*/}"
	notices $switch
	again $switch
	result "${switch##*/}_unseen" "$(counter unseen)"
	fix_unload
done
