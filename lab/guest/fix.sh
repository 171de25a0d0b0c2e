# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# sunrpc_fix.ko, in the variants that have it.

FIX=/sys/module/sunrpc_fix
FIX_STATUS=/proc/fs/sunrpc_fix

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

# The kernel's two switches for all probes.
FTRACE_ENABLED=/proc/sys/kernel/ftrace_enabled
KPROBES_ENABLED=/sys/kernel/debug/kprobes/enabled

probes_on()
{
	echo 1 >$FTRACE_ENABLED
	echo 1 >$KPROBES_ENABLED
}

# set_mode enforce|observe: if the module is there at the moment.
set_mode()
{
	until echo "$1" 2>/dev/null >$FIX/parameters/mode; do
		[ -e $FIX/parameters/mode ] || return 0
	done
}

# parameter_is NAME VALUE
parameter_is()
{
	[ "$(cat $FIX/parameters/"$1")" = "$2" ]
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

# log_lines PATTERN: what the module has said since it was loaded last.
log_lines()
{
	dmesg | awk '/sunrpc_fix: loaded on / { said = "" }
		     sub(/.*sunrpc_fix: /, "") { said = said $0 "\n" }
		     END { printf "%s", said }' | grep -e "$1"
}

# storm_logged WHAT: once for the one transport that there is.
storm_logged()
{
	local line="^server $SERVER:$PORT: several requests tried to connect at once; $1"

	await 5 eval "log_lines '$line' >/dev/null"
	check "the storm is logged once" [ "$(log_lines "$line" | wc -l)" = 1 ]
}

# fix_unload_logged: with nothing to do meanwhile, so that the counters and the
# last line in the log are the same.
fix_unload_logged()
{
	local totals total

	totals=$(grep . $FIX/counters/* |
		 sed 's|.*/||; s/:/=/; s/^in_flight=/left_to_sunrpc=/')
	within 10 rmmod sunrpc_fix
	log_lines '^unloaded:'
	for total in $totals; do
		check "the log has $total" log_lines "^unloaded:.* $total\b"
	done >/dev/null
	echo "ok: the log has the counters at unload"
}

# transport_state: of the one that is adopted.
transport_state()
{
	sed -n 's/^transport=.* state=\([a-z]*\) .*/\1/p' $FIX_STATUS
}

probes_armed()
{
	grep -c '^probe=.* armed=1 ' $FIX_STATUS
}

# wait_in_syn_sent NAME: tasks wait for a connection whose SYN was sent and not
# answered; the burst is BURST_PID.
wait_in_syn_sent()
{
	local attempts

	server_restart
	attempts=$(counter attempts)
	burst_unanswered "$1"
	await 10 counter_is in_flight 1
	check "$1: it is the only attempt" counter_is attempts $((attempts + 1))
	echo "ok: $1: a SYN is unanswered: $(connections syn-sent)"
}

# all_served NAME: those tasks.
all_served()
{
	wait "$BURST_PID" || fail "$1: $(tail -n 1 "$WORK/burst-$1")"
	say "$1: all tasks served in $(burst_figure "$1" last_s) s"
}

# rmmod_in_syn_sent NAME: it does not wait for the server, and leaves the connect
# to sunrpc.
rmmod_in_syn_sent()
{
	local start

	wait_in_syn_sent "$1"
	start=$(uptime_s)
	fix_unload_logged
	result "$1_s" "$(seconds_since "$start")"
	check "$1: the SYN is still unanswered" has_connection syn-sent
	net_unsilence
	all_served "$1"
}

# umount_in_syn_sent NAME: the mount goes, and nobody is left behind.
umount_in_syn_sent()
{
	local start

	wait_in_syn_sent "$1"
	start=$(uptime_s)
	await 30 umount_forced
	result "$1_s" "$(seconds_since "$start")"
	wait "$BURST_PID" || :
	check "$1: no task hangs" [ "$(burst_figure "$1" hung)" = 0 ]
	await 10 has_no_connection syn-sent
	await 10 counter_is in_flight 0
	net_unsilence
}
