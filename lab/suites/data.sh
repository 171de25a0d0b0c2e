# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite data, 1500 s: data, names and locks through a disconnect every 0.5 to 3 s

suite_data()
{
	DATA_SECONDS=15 scenarios 6.1 race+fix data
}
