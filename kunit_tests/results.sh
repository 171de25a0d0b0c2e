# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which units of sunrpc_fix have a KUnit suite, and what its output says.
# Sourced by run.sh here and by host_tests/kunit/run.sh.

# shellcheck disable=SC2034
readonly TESTED="connect_state inflight affected"

# show_tests KTAP: what failed, and the counts.
show_tests()
{
	awk '
	{ sub(/^(\[[ 0-9.]*\])? */, "") }
	/^# Subtest: /	{ suite = $3 }
	/^# EXPECT|^# ASSERT|^# .*FAILED|^not ok /	{ print "  " $0 }
	/^not ok /	{ failed++ }
	/^ok [0-9]+ /	{ passed++ }
	END {
		printf "%d results ok, %d not ok\n", passed, failed
		exit failed || !passed
	}' "$1" || die "a test" - "the whole output is in $1"
}
