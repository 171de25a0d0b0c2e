#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever the module does not get to hear of, no task is left behind: probes
# disarmed in mid-connect, a socket that dies meanwhile, no room for a
# transport.

. /lab/guest/lib.sh

KPROBES=/sys/kernel/debug/kprobes/enabled

# Tasks wait for a connection whose SYN was not answered; the hold is in place.
connect_begins()
{
	local held

	held=$(counter held)
	server_restart
	burst_unanswered "$1"
	await 10 counter_above held "$held"
}

# The module catches up with what it has missed.
settles()
{
	await 5 counter_above stale_settled "$1"
	await 5 counter_is in_flight 0
}

net_up
fix_load
server_up
client_up

# The handshake ends and nobody tells the module.
connect_begins missed-established
echo 0 >$KPROBES
net_unsilence
all_served missed-established
settles 0

# Not even the beginning is seen: as without the module.
server_restart
check "disarmed: all tasks are served" burst disarmed
check "disarmed: nothing is held" counter_is in_flight 0
echo 1 >$KPROBES
one_isn_per_reconnect armed-again

# The socket dies, its callback unseen: the tasks that it wakes go to sleep
# behind the bit again, until the module has looked.
connect_begins missed-close
echo 0 >$KPROBES
net_unsilence
on_client ss -K state syn-sent dport = :2049 >/dev/null
all_served missed-close
settles 1
result missed_close_s "$(burst_figure missed-close last_s)"
echo 1 >$KPROBES
one_isn_per_reconnect armed-at-last

# Killed tasks leave nothing behind either.
connect_begins killed
pkill -KILL -x burst
wait "$BURST_PID" || :
net_unsilence
await 70 counter_is in_flight 0
one_isn_per_reconnect after-the-kill
result_counters
within 10 rmmod sunrpc_fix

# Room for one transport, of which there are two by now.
fix_load max_transports=1
second_up
server_restart
check "no room: the first mount answers" burst first
check "no room: the second mount answers" second_burst
check "no room: counted" counter_above pool_exhausted 0
second_down
