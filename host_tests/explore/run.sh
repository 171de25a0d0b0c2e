#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/explore/run.sh [-a]
#
# Drives sunrpc_fix, as it is compiled from its own files, through every
# interleaving of the worlds in explore.c; -a: of the large ones too, which takes
# some minutes. All counterexamples, in steps, are in $CACHE/logs/explore.log.

. "$(dirname "$0")/../../scripts/lib.sh"

case ${1:-} in
'')	options="-v -q" limit=600 ;;
-a)	options="-v" limit=3600 ;;
*)	usage_error "usage: host_tests/explore/run.sh [-a]" ;;
esac

dir=$CACHE/kunit/explore
log=$CACHE/logs/explore.log
need_packages gcc:gcc timeout:coreutils
mkdir -p "$CACHE/logs"
lock explore
rm -rf "$dir"

"$TREE/host_tests/explore/build.sh" "$dir" >"$log" 2>&1 ||
	die "building the explorer" "$log" \
		"read the compiler's message in the log"

# Each counterexample goes to the log, the first one to the reader as well.
# shellcheck disable=SC2086
timeout $limit "$dir/explorer" $options | tee "$log" |
	awk '/^ .*=> /	{ print; seen++; next }
	     /^  *[0-9]/ { if (!seen) print; next }
			{ print }' ||
	die "the explorer" - "all steps are in $log; it has $limit seconds"
