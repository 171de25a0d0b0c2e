#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every way to lose a connection that the lab knows, on the kernel with the race
# put back, the same with sunrpc_fix.ko, and the kernel as released.  "make
# matrix" calls it.

. "$(dirname "$0")/../scripts/lib.sh"
. "$LAB/parameters.sh"

VARIANTS="race race+fix stock"

# A line of the table: its name, whether the race has to show ("shows") or may
# ("may"), how many attempts more than the kernel as released are no fault, and
# how long a burst (1): attempts that are refused follow one another within a
# round trip.  docs/scenarios.md has the reasons.
rows()
{
	cat <<-EOT
	reconnect		shows	0
	nlm			shows	0
	nlm/refused		may	32	3
	idle			shows	0
	3/fin			shows	0
	3/rst			shows	0
	3/silent		shows	1
	3/refused		may	32	3
	3/prohibited		may	32	3
	3/away			shows	0
	3/loss			may	2
	4.0/fin			shows	1
	4.0/rst			may	1
	4.0/silent		shows	1
	4.0/refused		may	32	3
	4.0/prohibited		may	32	3
	4.0/away		shows	1
	4.0/loss		may	2
	4.1/fin			may	1
	4.1/rst			shows	1
	4.1/silent		shows	1
	4.1/refused		may	32	3
	4.1/prohibited		may	32	3
	4.1/away		shows	1
	4.1/loss		may	2
	4.2/fin			may	1
	4.2/rst			shows	1
	4.2/silent		shows	1
	4.2/refused		may	32	3
	4.2/prohibited		may	32	3
	4.2/away		shows	1
	4.2/loss		may	2
	3x4/fin			shows	0
	4.1x4/rst		may	1
	3+firewall/fin		shows	0
	EOT
}

usage()
{
	cat <<-EOT
	usage: [NAME=VALUE...] lab/matrix.sh [--out DIRECTORY] [--only VARIANT] [ROW...]
	       lab/matrix.sh --print DIRECTORY [ROW...]

	  --out      where the results go (a new directory in the cache)
	  --only     race, race+fix or stock: boot this one; what DIRECTORY has of
	             the others is kept
	  --print    boot nothing: the table of an earlier run

	  SERIES=6.1             the kernel: $SERIES_KNOWN
	$(parameter_help TASKS ROUNDS=3 DELAY_MS OUTAGE_S IDLE_S BURST_TIMEOUT=30)

	rows: VERS[xN][+firewall]/CAUSE, N is nconnect (default: all)
	$(rows | awk '{ print $1 }' | fmt -w 72 | sed 's/^/  /')
	EOT
}

out=
print=
only=
while [ $# -gt 0 ]; do
	case $1 in
	--only)
		case " $VARIANTS " in
		*" ${2:-} "*) ;;
		*)	usage_error "unknown variant '${2:-}'; known: $VARIANTS" ;;
		esac
		only=$2
		shift ;;
	--out|--print)
		[ $# -ge 2 ] || usage_error "$1 needs a directory"
		out=$2
		[ "$1" = --out ] || print=1
		shift ;;
	-h|--help)
		usage; exit ;;
	-*)	usage_error "unknown option $1; see lab/matrix.sh --help" ;;
	*)	break ;;
	esac
	shift
done
wanted=${*:-$(rows | awk '{ print $1 }')}
for row in $wanted; do
	rows | grep -q "^$row	" ||
		usage_error "unknown row '$row'; see lab/matrix.sh --help"
done

parameters ROUNDS=3 BURST_TIMEOUT=30 SCENARIO_TIMEOUT=3000
series=${SERIES:-6.1}

# What has to be run for the rows; outage is the last, since in the last one
# nobody minds a mount that cannot be got rid of.
scenarios=()
OUTAGES=
for row in $wanted; do
	case $row in
	reconnect|nlm|idle)
		scenarios+=("$row") ;;
	nlm/refused)
		scenarios+=(unhandled) ;;
	*)	OUTAGES="$OUTAGES $row" ;;
	esac
done
OUTAGES=${OUTAGES# }
[ -z "$OUTAGES" ] || scenarios+=(outage)

# One boot.  Whatever goes wrong in it, the others are of interest too.
run_variant()
{
	"$LAB/run.sh" --series "$series" --variant "$1" --out "$out/$1" \
		"${scenarios[@]}" >/dev/null || {
		say "not everything could be run on $series ($1); see $out/$1"
		touch "$out/$1/failed"
	}
}

if [ -z "$print" ]; then
	"$LAB/run.sh" --check --series "$series"
	need_space 500
	: "${out:=$CACHE/results/$(date +%Y%m%d-%H%M%S)-matrix-$series}"
	mkdir -p "$out"
	for variant in ${only:-$VARIANTS}; do
		rm -rf "${out:?}/$variant"
		mkdir "$out/$variant"
		say "$series ($variant): $(wc -w <<<"$wanted") rows, $TASKS tasks"
		run_variant "$variant"
		cp "$CACHE/kernels/$series/VERSION" "$out/"
	done
fi
[ -r "$out/VERSION" ] || usage_error "no results in $out"

# All rows of all variants, a line each: key=value, blank-separated.
found()
{
	local variant file

	for variant in $VARIANTS; do
		for file in "$out/$variant"/*/rows; do
			[ ! -e "$file" ] || sed "s/^/variant=$variant /" "$file"
		done
	done
}

krel=$(sed -n 's/^KREL=//p' "$out/VERSION")
status=0
{ rows; found; } |
	awk -v wanted="$wanted" -v out="$([ -n "$print" ] || echo "$out")" -v krel="$krel" \
		-f "$LAB/matrix.awk" || status=1
for variant in $VARIANTS; do
	if [ -e "$out/$variant/failed" ]; then
		echo "$variant: not everything could be run, see $out/$variant"
		status=1
	fi
done
echo "captures: $out/VARIANT/SCENARIO/*.pcap; the figures: $out/matrix.tsv, matrix.json"
exit $status
