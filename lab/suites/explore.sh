# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite explore, 1200 s: every interleaving of sunrpc_fix, mutants

suite_explore()
{
	try "every interleaving" "$TREE/host_tests/explore/run.sh"
	try "mutants" "$TREE/host_tests/mutants/run.sh"
}
