# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite kunit, 1800 s: the state machine, the table, the release table

suite_kunit()
{
	try "KUnit (UML)" "$TREE/kunit_tests/run.sh"
	try "KUnit (host, ASan, UBSan)" "$TREE/host_tests/kunit/run.sh"
}
