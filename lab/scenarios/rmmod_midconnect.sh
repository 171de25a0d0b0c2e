#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The server gives no answer, so that a connect is under way for as long as one
# likes; then the module goes, or the mount.  Neither may wait for the server,
# and nobody may be left behind.

. /lab/guest/lib.sh

net_up
fix_load
server_up
client_up

rmmod_in_syn_sent rmmod

# It comes back while the server is silent, and is good for the next attempt.
fix_load
wait_in_syn_sent back
net_unsilence
all_served back
await 10 counter_is in_flight 0

umount_in_syn_sent umount

# Everything works afterwards.
client_up
server_restart
check "all tasks are served" burst after
result_counters
await 10 counter_is in_flight 0
fix_unload_logged
