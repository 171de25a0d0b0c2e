# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite soak, 2700 s: everything at once for five minutes: nothing grows

# growth PER-ROUND: of the samples of this run, if they grew by that.
growth()
{
	awk -v more="$1" 'NR > 1 { $2 += more * NR } { print }' \
		"$OUT/soak/soak/samples" |
		awk -v name=rpc_tasks -f "$LAB/guest/growth.awk"
}

growth_is_noticed()
{
	growth 0 && growth 40 && [ "$(growth 40)" -gt $(($(growth 0) + 32)) ]
}

suite_soak()
{
	mkdir -p "$OUT/soak"
	try "five minutes" env SOAK_MINUTES=5 "$LAB/soak.sh" --out "$OUT/soak"
	try "growth would be noticed" growth_is_noticed
}
