# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite scenarios, 2400 s: lines of make matrix: locks, idle, restart, reset

# Not 3/silent: once in some twenty runs the kernel with the race makes one attempt.
MATRIX_ROWS="nlm idle 3/fin 4.1/rst 4.2/refused"

# Boots each variant once; what came of the rows is judged afterwards.
run_matrix()
{
	local variant

	# shellcheck disable=SC2086
	ROUNDS=2 "$LAB/matrix.sh" --out "$1" $MATRIX_ROWS || :
	for variant in race race+fix stock; do
		[ -d "$1/$variant" ] && [ ! -e "$1/$variant/failed" ] || return 1
	done
}

# The kernel with the race, given out for the one with sunrpc_fix.
race_is_noticed()
{
	local dir row fooled=0

	dir=$(mktemp -d)
	cp "$1/VERSION" "$dir/"
	cp -r "$1/race" "$1/stock" "$dir/"
	cp -r "$1/race" "$dir/race+fix"
	for row in $MATRIX_ROWS; do
		! "$LAB/matrix.sh" --print "$1" "$row" | grep 'proves nothing' ||
			continue
		! "$LAB/matrix.sh" --print "$dir" "$row" || fooled=1
	done
	rm -rf "$dir"
	[ $fooled = 0 ]
}

suite_scenarios()
{
	local row dir=$OUT/scenarios

	try "boots of 6.1 (race, race+fix, stock)" run_matrix "$dir"
	for row in $MATRIX_ROWS; do
		try "$row" "$LAB/matrix.sh" --print "$dir" "$row"
	done
	try "the race would be noticed in every row that claims it" race_is_noticed "$dir"
}
