# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite series, 1800 s: 6.12: race put back, and with sunrpc_fix.ko

suite_series()
{
	scenarios 6.12 race reconnect
	try "the race shows on 6.12" expect reconnect isns -gt $((2 * ROUNDS))
	scenarios 6.12 race+fix reconnect
	try "one ISN per reconnect on 6.12" expect reconnect isns -eq "$ROUNDS"
}
