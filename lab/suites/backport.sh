# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite backport, 2000 s: the backport kit on every shape; 6.1 with the race, fixed by it

# Debian's kernels have the fix: nothing is built.
refuses_fixed()
{
	local got=0 said

	said=$("$@" 2>&1) || got=$?
	echo "$said"
	[ $got = 3 ] && grep -q 'has the fix' <<<"$said"
}

# The ready ones, one by one: given several, it complains of their context.
# The sender signs them, and there is no kernel's git here to ask for commits.
mails_are_clean()
{
	local patch status=0

	for patch in "$TREE"/patches/[0-9]*/*.patch; do
		no_output perl "$source/scripts/checkpatch.pl" --no-tree \
			--strict --no-summary --terse --no-signoff \
			--ignore UNKNOWN_COMMIT_ID "$patch" || status=1
	done
	return $status
}

suite_backport()
{
	local series source

	for series in $SERIES_KNOWN; do
		source=$("$LAB/build/kernel.sh" "$series")/source || return
		try "refuses $series, which is fixed" \
			refuses_fixed "$TREE/patches/backport.sh" "$source"
	done
	source=$("$LAB/build/kernel.sh" 6.1)/source || return
	try "and so does verify-backport" \
		refuses_fixed env SRC="$source" "$TREE/patches/verify-backport.sh"
	try "checkpatch" mails_are_clean
	try "misuse, and the ready patches" "$TREE/patches/tests/run.sh" cases
	try "every shape" env CHECKPATCH="$source/scripts/checkpatch.pl" \
		"$TREE/patches/tests/run.sh" shapes

	scenarios 6.1 backport reconnect live
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
	try "one SYN at a time" expect reconnect max_syns_100ms -eq 1
	# A FIN that had to be sent again may end in one; the race has dozens.
	try "no storm of resets" expect reconnect rst -lt "$ROUNDS"
	try "one ISN where tasks are late" expect live isns -eq "$ROUNDS"
}
