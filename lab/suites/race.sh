# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite race, 1300 s: 6.1 with the race put back: the race must show

suite_race()
{
	scenarios 6.1 race reconnect
	# A lab that cannot show the race proves nothing.
	try "the race shows: bursts" expect reconnect max_syns_100ms -ge 3
	try "the race shows: several ISNs per reconnect" \
		expect reconnect isns -gt $((2 * ROUNDS))
}
