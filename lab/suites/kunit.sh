# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# the state machine, the table, the release table

suite_kunit()
{
	try "KUnit (UML)" "$TREE/kunit_tests/run.sh" uml
	try "KUnit (host, ASan, UBSan)" "$TREE/kunit_tests/run.sh" host
}
