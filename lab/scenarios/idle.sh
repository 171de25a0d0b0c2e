#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Needs: rpc_idle
#
# Nobody uses the mount, the client closes the connection (after IDLE_S seconds,
# rpc_idle; 0: after the kernel's own five minutes), and then TASKS tasks come
# back at once.  ROUNDS times.
#
# Judges nothing, as the race has to show here without the module.

. /lab/guest/lib.sh

modprobe sunrpc
[ "$IDLE_S" = 0 ] || insmod /lab/rpc_idle/rpc_idle.ko seconds="$IDLE_S"
# The first to say that it is over.
client_closed_it()
{
	tcpdump -r "$WORK/idle.pcap" -nn -c 1 'tcp[tcpflags] & tcp-fin != 0' \
		2>/dev/null | grep -q "IP $CLIENT\."
}

net_up
[ "$VARIANT" != race+fix ] || fix_load
server_up
client_up
capture_start idle
reconnects=0 hung=0
while [ $reconnects -lt "$ROUNDS" ] && [ "$hung" = 0 ]; do
	await $((IDLE_S + 320)) has_no_connection established
	reconnects=$((reconnects + 1))
	burst idle || :
	served idle
	hung=$(burst_figure idle hung)
done
capture_stop
tasks_kill
row idle $reconnects idle
check "it was the client who closed the connection" client_closed_it
result_counters
[ "$IDLE_S" = 0 ] || rmmod rpc_idle
