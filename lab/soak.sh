#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once for hours, in one virtual machine: see scenarios/soak.sh.
# "make soak" calls it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"

usage()
{
	cat <<-EOT
	usage: [NAME=VALUE...] lab/soak.sh [--out DIRECTORY]

	  HOURS=8                how long
	  SOAK_MINUTES=          the same in minutes: 3 at least
	  SERIES=6.1             the kernel: $SERIES_KNOWN $SERIES_DEBUG
	$(parameter_help TASKS)

	Says how far it is after each round, and ends with a verdict.  Ctrl-C ends it
	earlier, without one.  The results are kept in DIRECTORY (a new one in the
	cache); the file soak/samples is written while it runs.
	EOT
}

out=
while [ $# -gt 0 ]; do
	case $1 in
	-h|--help)	usage; exit ;;
	--out)		[ $# -ge 2 ] || usage_error "--out needs a value"
			out=$2; shift ;;
	*)		usage_error "unknown argument '$1'; see lab/soak.sh --help" ;;
	esac
	shift
done
need_number HOURS "${HOURS:=8}" 1 168
need_number SOAK_MINUTES "${SOAK_MINUTES:=$((HOURS * 60))}" 3 10080
series=${SERIES:-6.1}
export DATA_SECONDS=$((SOAK_MINUTES * 60)) SCENARIO_TIMEOUT
# The last round may begin in the last second.
SCENARIO_TIMEOUT=$((DATA_SECONDS + 1200))
"$LAB/run.sh" --check --series "$series"
if [ -z "$out" ]; then
	mkdir -p "$CACHE/results"
	out=$(mktemp -d "$CACHE/results/$(date +%Y%m%d-%H%M%S)-soak.XXX")
fi

say "$SOAK_MINUTES minutes; samples: $out/soak/samples"
status=0
"$LAB/run.sh" --series "$series" --variant race+fix --out "$out" \
	soak >/dev/null || status=$?

# figure NAME
figure()
{
	sed -n "s/^$1=//p" "$out/soak/result" | tail -n 1
}

# The first and the last of each, under the names.
samples()
{
	awk 'NR <= 2 { print } { last = $0 } END { print last }' \
		"$out/soak/samples" | column -t
}

if [ $status != 0 ]; then
	[ ! -s "$out/soak/samples" ] || samples
	echo "FAILED: $(figure failure)"
	echo "results: $out"
	exit 1
fi
printf '%-24s %s\n' \
	seconds "$(figure seconds)" \
	rounds "$(figure rounds)" \
	"times disconnected" "$(figure disconnects)" \
	"connection attempts" "$(figure counter_attempts)" \
	"  completed" "$(figure counter_completed)" \
	"  failed" "$(figure counter_failed)" \
	"  torn down" "$(figure counter_torn_down)" \
	"  let go by rmmod" "$(figure counter_in_flight)" \
	"requests suppressed" "$(figure counter_suppressed)" \
	"tasks served" "$(figure served)" \
	"slowest, seconds" "$(figure slowest_s)" \
	"MB written and read" "$(figure fio_written_mb) $(figure fio_read_mb)" \
	"names changed" "$(($(figure names_1) + $(figure names_2)))" \
	"locks taken" "$(figure locks_taken)" \
	"mounts" "$(figure mounts)" \
	"times loaded" "$(($(figure reloads) + $(figure rounds)))" \
	"times in mode observe" "$(figure watched)"
echo "with nothing mounted and the module unloaded, first and last round (objects; kB):"
samples
echo "PASSED: nothing was lost or left over, nobody was left behind, nothing has grown, and the kernel had nothing to say"
echo "results: $out"
