#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/explore/run.sh [-a]
#
# Drives sunrpc_fix/connect_state.c through every interleaving of the worlds in
# explore.c; -a: of those with more than a million states too, which takes some
# minutes. All counterexamples, in steps, are kept in $CACHE/logs/explore.log.

. "$(dirname "$0")/../../scripts/lib.sh"

case ${1:-} in
'')	options="-v -q" ;;
-a)	options="-v" ;;
*)	usage_error "usage: explore/run.sh [-a]" ;;
esac

explore=$TREE/host_tests/explore
dir=$CACHE/kunit/explore
log=$CACHE/logs/explore.log
need_packages gcc:gcc
mkdir -p "$dir" "$CACHE/logs"
lock explore

gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -I"$TREE/sunrpc_fix" \
	-o "$dir/explore" "$explore"/*.c "$TREE/sunrpc_fix/connect_state.c" \
	>"$log" 2>&1 || die "building the explorer" "$log" \
		"read the compiler's message in the log"

# Each counterexample goes to the log, the first one to the reader as well.
# shellcheck disable=SC2086
"$dir/explore" $options | tee "$log" |
	awk '/^ .*=> /	{ print; seen++; next }
	     /^  *[0-9]/ { if (!seen) print; next }
			{ print }' ||
	die "the explorer" - "all steps are in $log"
