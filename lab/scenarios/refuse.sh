#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that has the fix: the module does not load and says why in one line.
# Forced, it does no harm.

. /lab/guest/lib.sh

check "this is the kernel as released" [ "$VARIANT" = stock ]
modprobe sunrpc

dmesg -C
check "it does not load" not insmod /lab/sunrpc_fix.ko 2>"$WORK/insmod"
check "the reason is ENODEV" grep -q 'No such device' "$WORK/insmod"
check "nothing is left of it" not fix_loaded
dmesg | sed -n 's/.*sunrpc_fix: //p' | grep -v 'taint\|verification failed' \
	>"$WORK/lines" || :
check "the kernel log has one line about it" [ "$(wc -l <"$WORK/lines")" = 1 ]
result line "$(cat "$WORK/lines")"

net_up
check "it loads with force=1" insmod /lab/sunrpc_fix.ko force=1
server_up
client_up
capture_start refuse
for ((round = 1; round <= ROUNDS; round++)); do
	server_restart
	check "round $round: all tasks are served" burst "$round"
done
capture_stop
results < <(capture_measure refuse)
check "one attempt per reconnect" [ "$(capture_figure refuse isns)" = "$ROUNDS" ]
result_counters
within 10 rmmod sunrpc_fix
check "all tasks are served without it" burst after
