#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sunrpc_fix is loaded and unloaded CYCLES times while tasks reconnect all the
# time, its mode changes, another mount and the second CPU come and go.  Then
# the module stays, and nfs comes and goes.  It ends with everything answering,
# nobody holding on to the module or to sunrpc, and counters that add up.

. /lab/guest/lib.sh

CPU=/sys/devices/system/cpu/cpu1/online

# An actor: what runs there moves to the other CPU in the middle of whatever it
# does.
cpu_for_a_moment()
{
	echo 0 >$CPU && sleep 0.2 && echo 1 >$CPU && sleep 2
}

mount_now_and_then()
{
	mount_for_a_moment >/dev/null && sleep 1
}

sunrpc_is_used_by()
{
	[ "$(refcount sunrpc)" = "$1" ]
}

net_up
server_up
client_up
sunrpc_users=$(refcount sunrpc)

storm_start
actor modes switch_mode
actor mounts mount_now_and_then
actor cpus cpu_for_a_moment
for ((cycle = 1; cycle <= CYCLES; cycle++)); do
	fix_load
	# Out again at once, or after it had something to do, or in between.
	case $((cycle % 3)) in
	0)	;;
	1)	await 60 counter_above attempts 0 ;;
	2)	await 60 storm_above "$(storm_count)" ;;
	esac
	fix_unload
	[ $((cycle % 10)) != 0 ] || say "$cycle of $CYCLES times loaded and unloaded"
done

# The same with the module always there: what it has counted is whole.
fix_load
await 300 storm_above $(($(storm_count) + 10))
storm_stop
actors_stop
echo enforce >$FIX/parameters/mode
await 10 counter_is in_flight 0
check "the counters add up" counters_add_up
result_counters

# NFS goes, and sunrpc stays because of the module.
client_down
for ((cycle = 1; cycle <= 5; cycle++)); do
	modprobe -r nfsv3 nfs
	check "nfs is gone" not test -d /sys/module/nfs
	client_up
	server_reset
	check "nfs $cycle: all tasks are served" burst nfs-$cycle
	client_down
done

check "nobody holds on to the module" [ "$(refcount sunrpc_fix)" = 0 ]
client_up
fix_unload
# What is deleted in the background.
await 10 sunrpc_is_used_by "$sunrpc_users"
echo "ok: sunrpc has as many users as before"

fix_load
capture_start churn
server_restart
check "all tasks are served" burst after
capture_stop
results < <(capture_measure churn)
check "by one connection attempt" [ "$(capture_figure churn isns)" = 1 ]
result cycles "$CYCLES"
