#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Faults around a connect, on the kernel with the race put back and
# sunrpc_fix.ko, and on the kernel as released: how long the share, or its end,
# takes on the one and on the other.  "make recovery" calls it.

. "$(dirname "$0")/../scripts/lib.sh"

# A fault; whether the time is judged, or only that it ends, as with hardly any
# memory the kernel reads its own programs again and again; and what has to come
# of it.
faults()
{
	cat <<-EOT
	unanswered		time	connects time out; served when the server is back
	no_neighbour		time	connects fail after seconds; served likewise
	no_route		time	connects fail at once; served likewise
	reset_storm		time	each connection is lost; served when that ends
	clock_forward		time	nobody minds the clock
	clock_back		time	nobody minds the clock
	softirq_moves		time	nobody minds the CPU
	memory_short		end	served, later
	tasks_killed		time	tasks end in SYN_SENT
	umount_by_force		time	umount -f ends in SYN_SENT
	umount_lazily		time	SYN_SENT ends with the last task
	namespace_deleted	time	network namespace ends in SYN_SENT
	EOT
}

usage()
{
	cat <<-EOT
	usage: [NAME=VALUE...] lab/recovery.sh [--out DIRECTORY] [FAULT...]
	       lab/recovery.sh --print DIRECTORY [FAULT...]

	  --out      where the results go (a new directory in the cache)
	  --print    boot nothing: the table of an earlier run

	  SERIES=6.1          the kernel: $SERIES_KNOWN
	  TRIES=3             times that each fault is tried; the best counts, as a
	                      busy machine only adds to it
	  SLACK_MS=300        with sunrpc_fix it may take a tenth longer than as
	                      released, and this
	  TASKS=16            tasks that want the connection at once

	faults:
	$(faults | sed 's/\t\(time\|end\)\t/\t/; s/^/  /')
	EOT
}

out=
print=
while [ $# -gt 0 ]; do
	case $1 in
	--out|--print)
		[ $# -ge 2 ] || usage_error "$1 needs a directory"
		out=$2
		[ "$1" = --out ] || print=1
		shift ;;
	-h|--help)
		usage; exit ;;
	-*)	usage_error "unknown option $1; see lab/recovery.sh --help" ;;
	*)	break ;;
	esac
	shift
done
FAULTS=$(faults | cut -f1 | xargs)
for fault in "$@"; do
	[[ " $FAULTS " == *" $fault "* ]] ||
		usage_error "unknown fault '$fault'; see lab/recovery.sh --help"
done
[ $# = 0 ] || FAULTS=$*
export FAULTS TRIES=${TRIES:-3} SCENARIO_TIMEOUT=${SCENARIO_TIMEOUT:-3000}
need_number SLACK_MS "${SLACK_MS:=300}" 0 60000
series=${SERIES:-6.1}

# At the same time, so that a busy machine is busy for both.
boot()
{
	"$LAB/run.sh" --series "$series" --variant "$1" --out "$out/$1" \
		recovery >/dev/null
}

status=0
if [ -z "$print" ]; then
	"$LAB/run.sh" --check --series "$series"
	need_space 500
	: "${out:=$CACHE/results/$(date +%Y%m%d-%H%M%S)-recovery-$series}"
	rm -rf "$out/race+fix" "$out/stock"
	mkdir -p "$out"
	boot stock &
	boot race+fix || status=1
	wait $! || status=1
fi
for variant in race+fix stock; do
	[ -r "$out/$variant/recovery/tries" ] || usage_error "no results in $out/$variant"
done

# best VARIANT FAULT: how often it was tried, seconds and attempts of the fastest,
# seconds of the slowest; nothing if it was not.
best()
{
	sed -n "s/^fault=$2 seconds=\([0-9.]*\) attempts=\(.*\)/\1 \2/p" \
		"$out/$1/recovery/tries" | sort -n |
		awk 'NR == 1 { best = $0 }
		     END { if (NR && split(best, b)) printf "%d %.2f %s %.2f\n", NR, b[1], b[2], $1 }'
}

# columns BEST ATTEMPTS WORST
columns()
{
	printf ' %7s %7s %6s' "${1:--}" "${3:--}" "${2:--}"
}

printf '\nLinux %s: race put back, with sunrpc_fix; as released (has the fix). Seconds, connection attempts of the best\n\n' \
	"$(head -n 1 "$out/stock/uname")"
printf '%-18s %-49s %22s %22s\n' fault expected "sunrpc_fix      " "as released     "
printf '%-18s %-49s' "" ""
columns best attempts worst
columns best attempts worst
echo
while read -r fault judged expected; do
	[[ " $FAULTS " == *" $fault "* ]] || continue
	tries='' theirs=''
	read -r tries ours attempts worst < <(best race+fix "$fault") || :
	read -r theirs their_best their_attempts their_worst < <(best stock "$fault") || :
	wrong=
	if [ -z "$tries" ] || [ -z "$theirs" ]; then
		wrong="not done"
	elif [ "$judged" = time ] && awk -v a="$ours" -v b="$their_best" -v slack="$SLACK_MS" \
		'BEGIN { exit a <= b * 1.1 + slack / 1000 }'; then
		wrong="too late"
	fi
	[ -z "$wrong" ] || status=1
	printf '%-18s %-49s' "$fault" "$expected"
	columns "$ours" "$attempts" "$worst"
	columns "$their_best" "$their_attempts" "$their_worst"
	echo "${wrong:+  $wrong}"
done < <(faults)
if [ $status = 0 ]; then
	printf '\nEverything ends. With sunrpc_fix nothing takes longer than as released, a tenth and\n%d ms apart; memory_short is not judged by its time.\n' "$SLACK_MS"
else
	printf '\nNot as expected: see above, and %s/VARIANT/recovery/log.\n' "$out"
fi
exit $status
