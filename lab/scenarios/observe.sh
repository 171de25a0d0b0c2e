#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the mode "observe" the module counts what it would prevent and changes
# nothing; the mode can be changed at run time.

. /lab/guest/lib.sh

MODE=$FIX/parameters/mode

# one_round NAME: a reconnect, captured; its attempts become a result.
one_round()
{
	capture_start "$1"
	server_restart
	check "$1: all tasks are served" burst "$1"
	capture_stop
	isns=$(capture_figure "$1" isns)
	result "$1_isns" "$isns"
}

net_up
fix_load mode=observe
server_up
client_up

one_round observe
check "the burst is there" [ "$isns" -gt 1 ]
check "it is counted" counter_above would_suppress 0
check "nothing was prevented" counter_is suppressed 0
storm_logged 'observing only, nothing was changed$'
result would_suppress "$(counter would_suppress)"

echo enforce >"$MODE"
check "the mode can be read" [ "$(cat "$MODE")" = enforce ]
check "the log tells what was observed" eval \
	"dmesg | grep -q 'mode is enforce now; so far suppressed=0 would_suppress=$(counter would_suppress)\$'"
one_round enforce
check "one attempt per reconnect" [ "$isns" = 1 ]

echo observe >"$MODE"
suppressed=$(counter suppressed)
one_round observe-again
check "the burst is back" [ "$isns" -gt 1 ]
check "nothing more was prevented" counter_is suppressed "$suppressed"

check "no other mode is accepted" not eval "echo nonsense >$MODE" 2>/dev/null
result_counters
await 10 counter_is in_flight 0
fix_unload_logged
