#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The race, the module that closes it, and a kernel that has the fix, side by
# side on the same kernel.  "make demo" calls it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"

usage()
{
	cat <<-EOT
	usage: [NAME=VALUE...] lab/demo.sh

	  SERIES=6.1             the kernel: $SERIES_KNOWN
	$(parameter_help TASKS ROUNDS DELAY_MS VERS FIREWALL BURST_TIMEOUT=30)
	EOT
}

case ${1:-} in
'')	;;
-h|--help)
	usage; exit ;;
*)	usage_error "unknown argument '$1'; see lab/demo.sh --help" ;;
esac

parameters BURST_TIMEOUT=30
series=${SERIES:-6.1}
variants="race race+fix stock"
"$LAB/run.sh" --check --series "$series"

# figure VARIANT NAME: of that variant's run; "-" when it has none.
figure()
{
	local value

	value=$(sed -n "s/^$2=//p" "$out/$1/reconnect/result")
	echo "${value:--}"
}

label()
{
	case $1 in
	race)		echo "race put back" ;;
	race+fix)	echo "race put back, sunrpc_fix" ;;
	stock)		echo "as released (has the fix)" ;;
	esac
}

# Two lines of heading, then one line per variant.
table()
{
	local format="%-26s %10s %6s %10s %5s %12s %10s %9s %9s\n" v

	# shellcheck disable=SC2059
	{
	printf "$format" "" "" "" "most SYNs" "" ICMP requests \
		"mean time" worst
	printf "$format" "$krel" reconnects SYNs "in 100 ms" RSTs unreachable \
		suppressed "to serve" "time"
	for v in $variants; do
		printf "$format" "$(label "$v")" "$(figure "$v" reconnects)" \
			"$(figure "$v" syns)" "$(figure "$v" max_syns_100ms)" \
			"$(figure "$v" rst)" "$(figure "$v" icmp_prohibited)" \
			"$(figure "$v" counter_suppressed)" \
			"$(served_in "$v" mean)" "$(served_in "$v" max)"
	done
	}
}

# served_in VARIANT mean|max: a task that was given up tells only how long it
# was waited for.
served_in()
{
	local more=""

	[ "$(figure "$1" hung)" = 0 ] || more=">"
	echo "$more$(figure "$1" "recovery_$2_s") s"
}

json()
{
	local v name value comma=

	printf '{\n  "series": "%s",\n  "kernel": "%s",\n' "$series" "$krel"
	printf '  "tasks": %d,\n  "rounds": %d,\n  "delay_ms": %d,\n' \
		"$TASKS" "$ROUNDS" "$DELAY_MS"
	printf '  "vers": "%s",\n  "firewall": %d,\n  "variants": [' \
		"$VERS" "$FIREWALL"
	for v in $variants; do
		printf '%s\n    { "name": "%s"' "$comma" "$v"
		for name in reconnects syns isns max_syns_100ms rst icmp_prohibited \
			    counter_suppressed hung recovery_mean_s recovery_max_s; do
			value=$(figure "$v" $name)
			printf ', "%s": %s' "${name#counter_}" "${value/#-/0}"
		done
		printf ' }'
		comma=,
	done
	printf '\n  ]\n}\n'
}

# one_attempt_each VARIANT: every reconnect is one connection attempt.
one_attempt_each()
{
	[ "$(figure "$1" isns)" = "$ROUNDS" ] && [ "$(figure "$1" hung)" = 0 ]
}

# In one sentence, from the figures; fails when they are not as they should be.
verdict()
{
	local each

	each=$(awk -v isns="$(figure race isns)" -v n="$(figure race reconnects)" \
		'BEGIN { printf "%.0f", isns / n }')
	if [ "$(figure race isns)" -lt $((2 * $(figure race reconnects))) ] ||
	   [ "$(figure race max_syns_100ms)" -lt 2 ]; then
		echo "The lab did not show the race: with the race put back there were $(figure race isns) connection attempts in $(figure race reconnects) reconnects; nothing is proven (try more TASKS or a longer DELAY_MS)."
		return 1
	fi
	if ! one_attempt_each stock; then
		echo "The control failed: the kernel as released made $(figure stock isns) connection attempts in $ROUNDS reconnects, $(figure stock hung) tasks were not served."
		return 1
	fi
	if ! one_attempt_each race+fix; then
		echo "sunrpc_fix did not close the race: $(figure race+fix isns) connection attempts in $ROUNDS reconnects with it, $(figure race isns) without it, $(figure race+fix hung) tasks not served."
		return 1
	fi
	echo "With the race about $each connection attempts per reconnect (${TASKS} tasks); with sunrpc_fix exactly one, as on the kernel that has the fix."
}

need_space 200
out=$CACHE/results/$(date +%Y%m%d-%H%M%S)-demo-$series
mkdir -p "$out"
started=$SECONDS
"$LAB/build/module.sh" "$series" >/dev/null
krel=$(sed -n 's/^KREL=//p' "$CACHE/kernels/$series/VERSION")

for variant in $variants; do
	say "$(label "$variant"): $TASKS tasks, $ROUNDS reconnects, $DELAY_MS ms, NFSv$VERS"
	"$LAB/run.sh" --series "$series" --variant "$variant" \
		--out "$out/$variant" reconnect >/dev/null
done
json >"$out/results.json"

echo
table
echo
status=0
verdict || status=1
echo
echo "took $((SECONDS - started)) s; captures: $out/*/reconnect/reconnect.pcap"
echo "results: $out/results.json"
exit $status
