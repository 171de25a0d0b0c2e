#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The server gives no answer, so that a connect is under way for as long as one
# likes; then the module goes, or the mount.  Neither may wait for the server,
# and nobody may be left behind.

. /lab/guest/lib.sh

# Tasks are waiting for a connection whose SYN was sent and not answered.
wait_in_syn_sent()
{
	server_restart
	attempts=$(counter attempts)
	burst_unanswered "$1"
	await 10 counter_is in_flight 1
	check "it is the only attempt" counter_is attempts $((attempts + 1))
	echo "ok: $1: a SYN is unanswered: $(connections syn-sent)"
}

net_up
fix_load
server_up
client_up

# The module goes.
wait_in_syn_sent rmmod
start=$(uptime_s)
within 10 rmmod sunrpc_fix
result rmmod_s "$(seconds_since "$start")"
check "the module is gone" not fix_loaded
check "the SYN is still unanswered" has_connection syn-sent
net_unsilence
wait "$BURST_PID" || fail "not all tasks were served after rmmod: $(tail -n 1 "$WORK/burst-rmmod")"
result rmmod_last_s "$(burst_figure rmmod last_s)"

# It comes back while the server is silent, and is good for the next attempt.
fix_load
wait_in_syn_sent back
net_unsilence
wait "$BURST_PID" || fail "not all tasks were served: $(tail -n 1 "$WORK/burst-back")"
await 10 counter_is in_flight 0

# The mount goes.
wait_in_syn_sent umount
start=$(uptime_s)
await 30 umount_forced
result umount_s "$(seconds_since "$start")"
wait "$BURST_PID" || :
check "no task hangs after umount -f" [ "$(burst_figure umount hung)" = 0 ]
await 10 has_no_connection syn-sent
await 10 counter_is in_flight 0
net_unsilence

# Everything works afterwards.
client_up
server_restart
check "all tasks are served" burst after
result_counters
within 10 rmmod sunrpc_fix
