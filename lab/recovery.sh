#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Faults around a connect, on the kernel with the race put back and
# sunrpc_fix.ko, and on the kernel as released: how long the share, or its end,
# takes on the one and on the other.  "make recovery" calls it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"

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

	  SERIES=6.1             the kernel: $SERIES_KNOWN
	$(parameter_help TRIES=3 TASKS)
	  SLACK_MS=300           with sunrpc_fix a try may take a tenth longer than the
	                         same as released, at the same moment, and this; a
	                         fault has failed if every try takes longer

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
parameters TRIES=3 SCENARIO_TIMEOUT=3000
need_number SLACK_MS "${SLACK_MS:=300}" 0 60000
series=${SERIES:-6.1}

# Both guests try a fault at the same moment, so that a busy machine is busy for
# both: each says when it is ready, and is told to go when the other is, too.
boot()
{
	mkdir -p "$out/$1/pairs"
	"$LAB/run.sh" --series "$series" --variant "$1" --out "$out/$1" \
		recovery >/dev/null
}

is_running()
{
	kill -0 "$1" 2>/dev/null
}

pair_up()
{
	local ready try

	for ready in "$out"/stock/pairs/*.ready; do
		try=$(basename "$ready" .ready)
		if [ -e "$out/race+fix/pairs/$try.ready" ] &&
		   [ ! -e "$out/stock/pairs/$try.go" ]; then
			touch "$out"/{race+fix,stock}/pairs/"$try.go"
		fi
	done
}

status=0
if [ -z "$print" ]; then
	"$LAB/run.sh" --check --series "$series"
	need_space 500
	: "${out:=$CACHE/results/$(date +%Y%m%d-%H%M%S)-recovery-$series}"
	rm -rf "$out/race+fix" "$out/stock"
	mkdir -p "$out"
	boot stock &
	stock=$!
	boot race+fix &
	fix=$!
	while is_running $stock && is_running $fix; do
		pair_up
		sleep 0.05
	done
	for variant in race+fix stock; do
		touch "$out/$variant/pairs/alone"
	done
	wait $stock || status=1
	wait $fix || status=1
fi
for variant in race+fix stock; do
	[ -r "$out/$variant/recovery/tries" ] || usage_error "no results in $out/$variant"
done

# seconds VARIANT FAULT: of each try.
seconds()
{
	sed -n "s/^fault=$2 seconds=\([0-9.]*\) .*/\1/p" "$out/$1/recovery/tries"
}

# attempts VARIANT FAULT: of the fastest.
attempts()
{
	sed -n "s/^fault=$2 seconds=\([0-9.]*\) attempts=\(.*\)/\1 \2/p" \
		"$out/$1/recovery/tries" | sort -n | sed -n '1s/.* //p'
}

# compare FAULT: fastest and slowest of both; the difference in the pair that is
# in the middle; in how many pairs it is too large, and how many there are.
# Nothing if they were not tried as often as each other.
compare()
{
	paste -d' ' <(seconds race+fix "$1") <(seconds stock "$1") |
		awk -v slack="$SLACK_MS" '
		NF != 2	{ exit bad = 1 }
			{ n++; late += $1 > $2 * 1.1 + slack / 1000
			  for (i = 1; i <= 2; i++) {
				if (n == 1 || $i < least[i]) least[i] = $i
				if ($i > most[i]) most[i] = $i
			  }
			  for (i = n; i > 1 && more[i - 1] > $1 - $2; i--)
				more[i] = more[i - 1]
			  more[i] = $1 - $2 }
		END	{ if (n && !bad)
				printf "%.2f %.2f %.2f %.2f %+.2f %d %d\n",
					least[1], most[1], least[2], most[2],
					more[int((n + 1) / 2)], late, n }'
}

printf '\nLinux %s: race put back, with sunrpc_fix; as released (has the fix). Seconds, connection attempts of the best\n\n' \
	"$(head -n 1 "$out/stock/uname")"
line='%-18s %-49s %6s %6s %8s  %6s %6s %8s  %6s %7s%s\n'
# shellcheck disable=SC2059
{
	printf "$line" fault expected sunrpc_fix "" "" as released "" later "in pairs" ""
	printf "$line" "" "" best worst attempts best worst attempts by late ""
}
while read -r fault judged expected; do
	[[ " $FAULTS " == *" $fault "* ]] || continue
	wrong='' tries=''
	read -r ours worst theirs their_worst later late tries < <(compare "$fault") || :
	if [ -z "$tries" ]; then
		wrong="not done" ours=- worst=- theirs=- their_worst=- later=- late=-
	elif [ "$judged" = time ] && [ "$late" = "$tries" ]; then
		wrong="too late"
	fi
	[ -z "$wrong" ] || status=1
	# shellcheck disable=SC2059
	printf "$line" "$fault" "$expected" "$ours" "$worst" "$(attempts race+fix "$fault")" \
		"$theirs" "$their_worst" "$(attempts stock "$fault")" \
		"$later" "$late of ${tries:--}" "${wrong:+  $wrong}"
done < <(faults)
if [ $status = 0 ]; then
	printf '\nEverything ends. With sunrpc_fix nothing takes longer than as released, a tenth and\n%d ms apart, in each of its pairs; memory_short is not judged by its time.\n' "$SLACK_MS"
else
	printf '\nNot as expected: see above, and %s/VARIANT/recovery/log.\n' "$out"
fi
exit $status
