# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite fixed, 2100 s: 6.1 with the race put back and sunrpc_fix.ko: one attempt per reconnect

suite_fixed()
{
	scenarios 6.1 race+fix first reconnect connecting failopen live missed steady
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
	try "one SYN at a time" expect reconnect max_syns_100ms -eq 1
	try "no reset" expect reconnect rst -eq 0
	CYCLES=${CYCLES:-12} ROUNDS=2 scenarios 6.1 race+fix observe \
		rmmod_midconnect gate_alone churn many
}
