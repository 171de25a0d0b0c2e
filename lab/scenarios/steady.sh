#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module costs nothing while a connection is up: of the functions that it
# probes, none is run for an RPC or a packet.  Counted by the kernel's own
# kprobe events beside the module's probes.

. /lab/guest/lib.sh

TRACING=/sys/kernel/tracing
RPCS=500

hits()
{
	grep -c ': lab_' $TRACING/trace
}

rpcs_sent()
{
	awk '$1 == "xprt:" && $2 == "tcp" { print $8 }' \
		/proc/self/mountstats
}

net_up
fix_load
server_up
client_up
mountpoint -q $TRACING || mount -t tracefs tracefs $TRACING
for function in kernel_connect xs_tcp_state_change xs_tcp_setup_socket \
		xprt_connect; do
	echo "p:lab_$function $function" >>$TRACING/kprobe_events
done
echo 1 >$TRACING/events/kprobes/enable

before=$(rpcs_sent)
for ((i = 0; i < RPCS; i++)); do
	[ ! -e "$MNT/no-such-file-$i" ]
done
sent=$(($(rpcs_sent) - before))
check "$RPCS look-ups were $sent RPCs" [ $sent -ge $RPCS ]
result rpcs $sent
result hits "$(hits || :)"
check "no probed function was run" [ "$(hits)" = 0 ]

server_restart
check "all tasks are served" burst reconnect
check "a reconnect does run them" [ "$(hits)" -gt 0 ]
result hits_reconnect "$(hits)"

echo 0 >$TRACING/events/kprobes/enable
echo >$TRACING/kprobe_events
fix_unload
