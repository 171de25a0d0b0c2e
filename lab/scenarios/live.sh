#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A live connection is not reset: tasks that have seen "not connected" are kept
# busy (rpc_delay) until the handshake is over, and only then ask for a connect.
# Upstream's race breaker (0a9a4304f361) is for this; 0fdea1e8a285 alone is not
# enough.
#
# Needs: rpc_delay

. /lab/guest/lib.sh

DELAYED=/sys/module/rpc_delay/parameters

net_up
[ "$VARIANT" != race+fix ] || fix_load
modprobe sunrpc
insmod /lab/rpc_delay/rpc_delay.ko ms=$((2 * DELAY_MS + 100))
server_up
client_up
capture_start live
for ((round = 1; round <= ROUNDS; round++)); do
	server_restart
	if ! burst "$round"; then
		say "round $round: $(burst_figure "$round" hung) of $TASKS tasks were not served in $BURST_TIMEOUT s"
		break
	fi
	say "round $round of $ROUNDS: $TASKS tasks served in $(burst_figure "$round" last_s) s"
done
rounds=$((round > ROUNDS ? ROUNDS : round))
capture_stop
results < <(capture_measure live)
result reconnects $rounds
result delayed "$(cat $DELAYED/hits)"
result_counters
check "tasks were delayed" [ "$(cat $DELAYED/hits)" -gt $rounds ]
rmmod rpc_delay

if fix_loaded; then
	check "one attempt per reconnect" [ "$(capture_figure live isns)" = "$rounds" ]
	check "that was the module's doing" counter_above race_broken 0
fi
