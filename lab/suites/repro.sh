# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# the reproducer's verdict with the race, with sunrpc_fix.ko and as released

suite_repro()
{
	scenarios 6.1 race repro
	try "affected: an attempt per task" expect repro attempts_race -eq 16
	scenarios 6.1 race+fix repro
	scenarios 6.1 stock repro
}
