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

parameter_is()
{
	[ "$(cat "$FIX"/parameters/"$1")" = "$2" ]
}

# The storm goes on all the while.
rmmod_at()
{
	fix_load pause_at="$1" pause_ms=500
	storm_start
	await 90 parameter_is pauses 1
	within 15 rmmod sunrpc_fix
	echo "ok: rmmod in $1"
	storm_stop
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

for every in 2 3 5 7; do
	lose_every $every
done

for point in state_change xprt_connect worker kernel_connect connect native; do
	rmmod_at $point
done

# The last moment of a transport.
fix_load pause_at=destroy pause_ms=500
server_restart
check "all tasks are served" burst destroy
umount $MNT &
await 30 parameter_is pauses 1
within 15 rmmod sunrpc_fix
wait $! || fail "umount failed"
echo "ok: rmmod in destroy"

# One return probe at a time, and two connects: while the first is made to last,
# the other has no probe at its return.  A pause in a probe keeps a CPU busy, and
# what waits for that CPU may come too late: then once more.
client_up
second_up
fix_load max_workers=1 pause_at=kernel_connect pause_ms=3000
for ((try = 1; try <= 10; try++)); do
	echo 0 >$FIX/parameters/pauses
	server_restart
	burst workers &
	await 30 parameter_is pauses 1
	second_burst ||
		fail "the second mount was not served: $(tail -n 1 "$WORK/burst-second")"
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
capture_start faults
server_restart
check "all tasks are served" burst after
capture_stop
results < <(capture_measure faults)
check "by one connection attempt" [ "$(capture_figure faults isns)" = 1 ]
