#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034
#
# One line of the table per name in OUTAGES: VERS[xN][+firewall]/CAUSE mounts
# that version of NFS, with nconnect=N, behind a firewall that rejects what
# belongs to no connection, takes the connection away as guest/outage.sh knows,
# and lets TASKS tasks ask for something at once.
#
# Judges nothing, as the race has to show here without the module; but where it
# is loaded, everybody has to be served.

. /lab/guest/lib.sh

all_of_them()
{
	local vers cause

	for vers in 3 4.0 4.1 4.2; do
		for cause in $CAUSES; do
			echo "$vers/$cause"
		done
	done
	echo 3x4/fin 4.1x4/rst 3+firewall/fin
}

# Of the mount's connections, all there are.
connected()
{
	[ "$(connections established | wc -l)" -ge "$1" ]
}

# outage NAME: see above.  In a process of its own: what goes wrong here is no
# reason to leave out the others.
outage()
{
	local spec=${1%/*} cause=${1#*/} file=${1//\//-} nconnect=1 options=

	[[ " $CAUSES " == *" $cause "* ]] || fail "unknown cause '$cause'; known: $CAUSES"
	VERS=${spec%%[x+]*}
	case $spec in
	*x*)	nconnect=${spec#*x}
		nconnect=${nconnect%+*}
		options=nconnect=$nconnect ;;
	esac
	[[ $spec != *+firewall ]] || net_firewall
	client_up $options
	# The first to ask make the connections.
	check "$1: all tasks are served before" burst before
	await 20 connected "$nconnect"

	capture_start "$file"
	outage_begin "$cause"
	burst "$file" &
	if outage_passes "$cause"; then
		sleep "$OUTAGE_S"
		outage_end "$cause"
		wait $! || :
	else
		wait $! || :
		outage_end "$cause"
	fi
	served "$file"
	capture_stop
	row "$1" "$nconnect" "$file"
}

# Whatever state it is in.
clean_up()
{
	pkill -x tcpdump
	net_no_firewall
	net_unsilence
	net_accept
	net_cable
	pkill -KILL -x burst
	client_down
	rm -f "$WORK/recovery"
}

[ -n "$OUTAGES" ] || OUTAGES=$(all_of_them)
VERS=4.2
net_up
[ "$VARIANT" != race+fix ] || fix_load
server_up
failed=
host=10
for name in $OUTAGES; do
	# An address per row, so that a mount that is stuck is not in the way.
	host=$((host + 1))
	SERVER=10.77.0.$host
	net_address add
	set +e
	(set -e; outage "$name")
	[ $? = 0 ] || failed="$failed $name"
	clean_up
	set -e
done
result_counters
[ -z "$failed" ] || fail "not done:$failed"
