#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# XPRT_CONNECTING tells the truth: it is set while a SYN is unanswered, be there
# one task or many, and clear as soon as the connect is over, the module is told
# to observe, or the module goes.  Read where sunrpc shows it (6.1 and later).

. /lab/guest/lib.sh

# The state bits of the client's NFS transport.
xprt_state()
{
	cat $CLIENT_SYS/kernel/sunrpc/xprt-switches/*/xprt-*-tcp/xprt_state
}

has_bit()
{
	xprt_state | grep -qw "$1"
}

# In the handshake for two seconds, and the bit never missing.  The connection
# is looked at last: if it is still there, it was there before.
connecting_throughout()
{
	local end=$((SECONDS + 2))

	while [ $SECONDS -le $end ]; do
		has_bit CONNECTING || return 1
		has_connection syn-sent || return 1
	done
}

# connect_begins NAME TASKS
connect_begins()
{
	server_restart
	burst_unanswered "$1" "$2"
	await 10 has_bit CONNECTING
	check "$1: set as long as the SYN is unanswered" connecting_throughout
}

connect_ends()
{
	net_unsilence
	wait "$BURST_PID" || fail "$1: not all tasks were served"
	check "$1: connected" has_bit CONNECTED
	check "$1: clear when the tasks have been served" not has_bit CONNECTING
}

net_up
fix_load
server_up
check "AF_LOCAL and UDP transports are left alone" counter_is adopted 0
client_up
client_sysfs
check "the state of the transport can be read" has_bit CONNECTED

connect_begins one-task 1
connect_ends one-task

connect_begins many-tasks "$TASKS"
check "many-tasks: others have met the hold" counter_above parked 0
check "many-tasks: nobody needed the gate" counter_is gate_only 0
connect_ends many-tasks

# Refused: each attempt fails, and the bit with it.
server_stop
failed=$(counter failed)
burst refused "$TASKS" &
BURST_PID=$!
await 30 counter_above failed "$failed"
server_start
connect_ends refused

connect_begins observe "$TASKS"
check "observe: held before" [ "$(transport_state)" = held ]
echo observe >"$FIX"/parameters/mode
check "observe: clear at once" not has_bit CONNECTING
check "observe: the SYN is still unanswered" has_connection syn-sent
check "observe: still followed" [ "$(transport_state)" = gated ]
echo enforce >"$FIX"/parameters/mode
connect_ends observe

connect_begins rmmod "$TASKS"
within 10 rmmod sunrpc_fix
check "rmmod: clear at once" not has_bit CONNECTING
connect_ends rmmod
