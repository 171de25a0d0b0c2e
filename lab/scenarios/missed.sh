#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Probe hits are missed (rpc_delay spends the time of the handshake where the
# kernel cannot deliver them on that CPU), and a task goes to sleep behind a
# hold that nothing but the module's own timer releases.  Nobody may sleep for a
# request timeout, which is a minute.
#
# Needs: rpc_delay

. /lab/guest/lib.sh

MOST=100

net_up
fix_load
server_up
client_up
insmod /lab/rpc_delay/rpc_delay.ko in_probe=1 ms=$((2 * DELAY_MS + 100))

# Whether the CPU is that of the interrupt is up to chance: until it was.
for ((round = 1; round <= MOST; round++)); do
	server_restart
	check "round $round: all tasks are served" burst "$round"
	check "round $round: in less than 20 s" \
		awk "BEGIN { exit !($(burst_figure "$round" last_s) < 20) }"
	! counter_above stale_settled 0 || break
done
say "hits missed in round $round, $TASKS tasks served in $(burst_figure "$((round > MOST ? MOST : round))" last_s) s"
result_counters
check "probe hits were missed" counter_above missed_hits 0
check "a hold was settled by the timer" counter_above stale_settled 0
rmmod rpc_delay
