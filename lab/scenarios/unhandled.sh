#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034
#
# The message "xs_tcp_setup_socket: connect returned unhandled error -107" of
# the original report.  The connect worker gives up with ENOTCONN when it finds
# that the transport has no port (XPRT_BOUND is clear): a task that was refused
# has cleared it, to ask rpcbind again, while another had asked for a connect.
# That takes a client that asks rpcbind, such as lockd's.  This kernel expects
# the error and says nothing; its tracepoint does.
#
# The server's lock manager refuses connections for OUTAGE_S seconds while TASKS
# tasks want a lock each.  Judges nothing.

. /lab/guest/lib.sh

TRACING=/sys/kernel/tracing
EVENT=$TRACING/events/sunrpc/rpc_socket_connect

# The worker's results that were ERROR.
connect_errors()
{
	grep -c "rpc_socket_connect: .*error=$1\\b" $TRACING/trace || :
}

net_up
[ "$VARIANT" != race+fix ] || fix_load
nlm_configure
server_up
nlm_up
client_up lock
PORT=$NLM_PORT
check "a lock is granted before" lock_burst before 1
mountpoint -q $TRACING || mount -t tracefs tracefs $TRACING
echo 1 >$EVENT/enable

capture_start unhandled
outage_begin refused
lock_burst unhandled &
sleep "$OUTAGE_S"
outage_end refused
wait $! || :
served unhandled
capture_stop
tasks_kill
echo 0 >$EVENT/enable
cp $TRACING/trace "$WORK/trace"
row nlm/refused 1 unhandled
result enotconn "$(connect_errors -107)"
result begun "$(connect_errors -115)"
result unhandled "$(dmesg | grep -c 'returned unhandled error' || :)"
result_counters
