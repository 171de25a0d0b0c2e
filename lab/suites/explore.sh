# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# every interleaving of the state machine, a formal model, mutants

suite_explore()
{
	try "every interleaving" "$TREE/kunit_tests/explore/run.sh"
	try "formal model" "$TREE/kunit_tests/model/run.sh"
	try "mutants" "$TREE/kunit_tests/mutants/run.sh"
}
