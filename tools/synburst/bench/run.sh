#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench/run.sh [PACKETS...]
#
# synburst next to cat, tcpdump and tshark on the same captures, from the page
# cache: of a million and of ten million packets unless told, cut at 68 bytes
# and whole. The best of RUNS=5 turns, wall clock and CPU time. tshark gets the
# captures of up to TSHARK_MAX=1000000 packets, and one turn. SNAPLENS="68 65535".

. "$(dirname "$0")/../../../scripts/lib.sh"

[ $# -gt 0 ] || set -- 1000000 10000000
: "${RUNS:=5}" "${TSHARK_MAX:=1000000}" "${SNAPLENS:=68 65535}"
need_number RUNS "$RUNS" 1 100
need_number TSHARK_MAX "$TSHARK_MAX" 0 100000000
for packets in "$@"; do
	need_number PACKETS "$packets" 1000 100000000
done
need_packages gcc:gcc make:make perl:perl tcpdump:tcpdump tshark:tshark \
	/usr/include/pcap.h:libpcap-dev /usr/include/zlib.h:zlib1g-dev
source=$TREE/tools/synburst
dir=$CACHE/synburst
log=$CACHE/logs/bench-synburst.log
mkdir -p "$dir" "$CACHE/logs"
make -C "$source" O="$dir/gcc" >"$log" 2>&1 || die "building synburst" "$log" "read the compiler's message"
capture=$(mktemp "$dir/bench.XXXXXX")
trap 'rm -f "$capture"' EXIT

# timed COMMAND...: prints wall clock and CPU time, milliseconds
timed()
{
	local TIMEFORMAT='%3R %3U %3S'

	{ time "$@" >/dev/null 2>&1; } 2>&1 |
		awk '{ printf "%d %d\n", $1 * 1000, ($2 + $3) * 1000 }'
}

# best TIMES: the least of each column
best()
{
	awk '!n++ || $1 < wall { wall = $1 }
	     n == 1 || $2 < cpu { cpu = $2 }
	     END { print wall, cpu }' <<<"$1"
}

row()
{
	awk -v name="$1" -v packets="$packets" -v wall="$2" -v cpu="$3" \
	    -v our_wall="${4:-}" -v our_cpu="${5:-}" 'BEGIN {
		printf "  %-10s %8.3f s %8.3f s %9.2f M/s", name, wall / 1000,
			cpu / 1000, packets / wall / 1000
		if (our_wall)
			printf " %8.1f %8.1f", wall / our_wall, cpu / our_cpu
		print ""
	}'
}

for packets in "$@"; do
	for snaplen in $SNAPLENS; do
		# A full frame is 1530 bytes, three of four are.
		mb=$((packets / 1000 * (snaplen == 68 ? 83 : 1170) / 1000))
		free=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
		if [ $((mb * 3 / 2)) -gt "$free" ]; then
			say "left out: $packets packets of snap length $snaplen, $mb MB, do not fit into the page cache ($free MB available)"
			continue
		fi
		need_space $((mb + mb / 10 + 10))
		"$source/tests/makecap" -s $snaplen bench "$packets" >"$capture"
		printf '\n%d packets, snap length %d, %d MB\n' "$packets" \
			$snaplen $(($(stat -c %s "$capture") / 1000000))
		printf '  %-10s %10s %10s %13s %8s %8s\n' "" "wall" "CPU" \
			"rate (wall)" "x wall" "x CPU"
		cat=() ours=() dump=() shark=
		for ((i = 0; i < RUNS; i++)); do
			cat+=("$(timed cat "$capture")")
			ours+=("$(timed "$dir/gcc/synburst" "$capture")")
			dump+=("$(timed tcpdump -nr "$capture" 'tcp[13]=2')")
		done
		[ "$packets" -gt "$TSHARK_MAX" ] ||
			shark=$(timed tshark -n -r "$capture" \
				-Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0')
		read -r wall cpu < <(best "$(printf '%s\n' "${ours[@]}")")
		row synburst "$wall" "$cpu"
		for tool in cat dump shark; do
			case $tool in
			cat)	name=cat times=$(printf '%s\n' "${cat[@]}") ;;
			dump)	name=tcpdump times=$(printf '%s\n' "${dump[@]}") ;;
			shark)	name=tshark times=$shark ;;
			esac
			[ -n "$times" ] || continue
			read -r w c < <(best "$times")
			row $name "$w" "$c" "$wall" "$cpu"
		done
	done
done
printf '\nx: times what synburst takes\n'
