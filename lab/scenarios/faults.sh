#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can go wrong inside the module, to order: events that get lost, return
# probes that run out, and an rmmod at each point of a connect.  Nobody may be
# left behind, and nothing of it may be left.
#
# Needs: faults

. /lab/guest/lib.sh

export FIX_KO=/lab/faults/sunrpc_fix.ko
KPROBES=/sys/kernel/debug/kprobes/list

# rmmod_waits FUNCTION: it sleeps in that function of the module.
rmmod_waits()
{
	local pid

	pid=$(pgrep -x rmmod) && grep -q "$1.*\[sunrpc_fix\]" "/proc/$pid/stack"
}

# rmmod_inside POINT: the pause has begun, and ends once rmmod waits for it, in a
# probe where probes are taken away, in a method where transports get theirs back.
rmmod_inside()
{
	local pid where=hooks_disarm

	case $1 in
	connect|native|destroy) where=gate_remove ;;
	esac
	within 30 rmmod sunrpc_fix &
	pid=$!
	await 15 rmmod_waits $where
	check "$1: rmmod fell inside" parameter_is pause 1
	echo 2 >$FIX/parameters/pause
	wait $pid || fail "rmmod in $1"
}

# The storm goes on all the while.
rmmod_at()
{
	fix_load pause_at="$1"
	storm_start
	await 90 parameter_is pause 1
	rmmod_inside "$1"
	storm_stop
}

# cannot_probe FUNCTION [WHAT ELSE THE LOG SAYS]: in a storm, which goes on as
# before.
cannot_probe()
{
	local line="cannot probe $1(): no such function here, or it was inlined"

	check "$1 cannot be probed: not loaded" not fix_load no_symbol="$1"
	check "$1: nothing is left" not fix_loaded
	check "$1: no probe is left" [ -z "$(cat $KPROBES)" ]
	check "$1: the log says so" log_lines "^$line (error -[0-9]*)${2:-}\$"
	await $BURST_TIMEOUT storm_above "$(storm_count)"
}

# Every event is lost now and then; the attempts end all the same.
lose_every()
{
	fix_load miss_every="$1"
	storm_start
	await 90 storm_above 9
	storm_stop
	result "lost_${1}_slowest_s" "$(storm_slowest)"
	await 10 counter_is in_flight 0
	await 10 counters_add_up
	within 15 rmmod sunrpc_fix
	echo "ok: every event number $1 is lost"
}

net_up
server_up
client_up

# Each probe in turn is refused.
storm_start
await $BURST_TIMEOUT storm_above 0
cannot_probe xs_tcp_state_change
cannot_probe xprt_connect '; hold=0 does without this probe'
cannot_probe xs_tcp_setup_socket '; hold=0 does without this probe'
cannot_probe kernel_connect
fix_load hold=0 no_symbol=xprt_connect
check "without those that it does not need" [ "$(probes_armed)" = 2 ]
fix_unload
fix_load
check "with all" [ "$(probes_armed)" = 4 ]
storm_stop
one_isn_per_reconnect refused-before
fix_unload
check "no probe is left" [ -z "$(cat $KPROBES)" ]

for every in 2 3 5 7; do
	lose_every $every
done

for point in state_change xprt_connect worker kernel_connect connect native; do
	rmmod_at $point
done

# The last moment of a transport.
fix_load pause_at=destroy
server_restart
check "all tasks are served" burst destroy
umount $MNT &
UMOUNT_PID=$!
await 30 parameter_is pause 1
rmmod_inside destroy
wait $UMOUNT_PID || fail "umount failed"

# One return probe at a time, and two connects: while the first is made to last,
# the other has no probe at its return.  A pause in a probe keeps a CPU busy, and
# what waits for that CPU may come too late: then once more.
client_up
second_up
fix_load max_workers=1 pause_at=kernel_connect
for ((try = 1; try <= 10; try++)); do
	echo 0 >$FIX/parameters/pause
	server_restart
	burst workers &
	await 30 parameter_is pause 1
	second_burst ||
		fail "the second mount was not served: $(tail -n 1 "$WORK/burst-second")"
	echo 2 >$FIX/parameters/pause
	wait $! ||
		fail "the first mount was not served: $(tail -n 1 "$WORK/burst-workers")"
	! counter_above missed_hits 0 || break
done
check "a return was missed" counter_above missed_hits 0
result missed_in_tries $try
await 10 counter_is in_flight 0
result_counters
second_down

# It works once more.
within 15 rmmod sunrpc_fix
fix_load
one_isn_per_reconnect after
