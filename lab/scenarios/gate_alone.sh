#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The gate closes the race by itself (hold=0, two probes): one connection
# attempt per reconnect, and neither rmmod nor umount -f in SYN_SENT waits for
# the server or leaves anybody behind.

. /lab/guest/lib.sh

net_up
fix_load hold=0
check "the log says so" log_lines '^loaded on .*: mode enforce, gate alone, 2 probes,'
check "two probes are armed" [ "$(probes_armed)" = 2 ]
server_up
client_up

for ((round = 1; round <= ROUNDS; round++)); do
	one_isn_per_reconnect round-$round
done
check "the gate has stopped others" counter_above gate_only 0
check "... all that were stopped" counter_is gate_only "$(counter suppressed)"
check "nothing was held" counter_is held 0
storm_logged 'one was let through, the others wait for it$'

rmmod_in_syn_sent rmmod
fix_load hold=0
umount_in_syn_sent umount

client_up
one_isn_per_reconnect after
await 10 counter_is in_flight 0
result_counters
fix_unload_logged
