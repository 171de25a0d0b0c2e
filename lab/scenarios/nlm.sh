#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034
#
# Locks, as in the original report: the connection to the server's lock manager
# is reset while that of NFS stays up, then TASKS tasks want a lock each.  The
# client's firewall rejects what belongs to no connection.  ROUNDS times.
#
# Judges nothing, as the race has to show here without the module.

. /lab/guest/lib.sh

net_up
[ "$VARIANT" != race+fix ] || fix_load
nlm_configure
server_up
nlm_up
net_firewall
client_up lock
nfs=$(connection_ids)

PORT=$NLM_PORT
# Until the server's lockd grants locks.  One task: the race shows in a first
# connect as well.
check "a lock is granted before" lock_burst before 1
check "there is a connection for locks" has_connection established
capture_start nlm
reconnects=0 hung=0
while [ $reconnects -lt "$ROUNDS" ] && [ "$hung" = 0 ]; do
	before=$(connection_ids)
	server_reset
	await 20 connections_are_new "$before"
	reconnects=$((reconnects + 1))
	lock_burst nlm || :
	served nlm
	hung=$(burst_figure nlm hung)
done
capture_stop
row nlm $reconnects nlm
result_counters

net_no_firewall
tasks_kill
PORT=2049
check "the connection of NFS was not touched" [ "$(connection_ids)" = "$nfs" ]
