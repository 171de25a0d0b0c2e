#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sunrpc_fix is loaded and unloaded CYCLES times while tasks reconnect all the
# time.  It ends with the module loaded, everything answering, and nobody
# holding on to the module or to sunrpc.

. /lab/guest/lib.sh

net_up
server_up
client_up
sunrpc_users=$(refcount sunrpc)

storm_start
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
fix_load
await 60 storm_above "$(storm_count)"
storm_stop

check "nobody holds on to the module" [ "$(refcount sunrpc_fix)" = 0 ]
await 10 counter_is in_flight 0
fix_unload
check "sunrpc has as many users as before" [ "$(refcount sunrpc)" = "$sunrpc_users" ]

fix_load
capture_start churn
server_restart
check "all tasks are served" burst after
capture_stop
results < <(capture_measure churn)
check "by one connection attempt" [ "$(capture_figure churn isns)" = 1 ]
result cycles "$CYCLES"
result_counters
