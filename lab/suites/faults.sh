# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite faults, 1500 s: misuse, hostile input, and faults inside the module

suite_faults()
{
	scenarios 6.1 race+fix hostile faults probes_dead
}
