#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MOUNTS mounts from as many addresses of the server, and one more with
# NCONNECT connections, lose all of these at the same moment: each transport
# connects again once.
#
# Needs the kernel's nconnect (5.3 and later).

. /lab/guest/lib.sh

MOUNTS=64
NCONNECT=16
MANY=/mnt/many

mount_many()
{
	local i

	for ((i = 1; i <= MOUNTS; i++)); do
		ip -n server address add 10.77.0.$((100 + i))/24 dev eth-server
		mount_nfs 10.77.0.$((100 + i)) $MANY/$i
	done
	mount_nfs $SERVER $MANY/nconnect nconnect=$NCONNECT
}

# Four tasks per mount, and twice as many as connections where there are several,
# which are used in turn; all at once.
burst_many()
{
	local dir pids=() pid tasks status=0

	for dir in $MANY/*; do
		tasks=4
		[[ $dir != */nconnect ]] || tasks=$((2 * NCONNECT))
		/lab/burst -n $tasks -t "$BURST_TIMEOUT" "$dir" "$1" \
			>"$WORK/many-$(basename "$dir")" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return $status
}

# The client's ends, whichever the server's address.
transports()
{
	ss -N client -tnH state established dport = :$PORT | awk '{ print $3, $4 }'
}

# Each has sent SYNs of one kind only.
attempts_per_transport()
{
	tcpdump -r "$WORK/$1.pcap" -nn -S 'tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn' \
		2>/dev/null |
		sed -n 's/.* IP \([^ ]*\) > \([^ ]*\): .* seq \([0-9]*\),.*/\1 \2 \3/p' |
		sort -u | cut -d' ' -f1,2 | sort | uniq -c | sort -n
}

no_more_than_one()
{
	attempts_per_transport "$1" | awk '$1 > 1 { print; more = 1 } END { exit more }'
}

net_up
fix_load
server_up
mount_many
check "all tasks are served" burst_many first
count=$(transports | wc -l)
result transports "$count"
check "a transport per mount, and one more for each of nconnect" \
	[ "$count" = $((MOUNTS + NCONNECT)) ]

for ((round = 1; round <= ROUNDS; round++)); do
	capture_start many-$round "net 10.77.0.0/24 and tcp port $PORT or udp port 9"
	server_restart
	check "round $round: all tasks are served" burst_many round-$round
	capture_stop
	attempts_per_transport many-$round >"$WORK/attempts-$round"
	result "round_${round}_transports" "$(wc -l <"$WORK/attempts-$round")"
	check "round $round: one attempt per transport" no_more_than_one many-$round
done
check "the transports of every mount have connected again" \
	[ "$(wc -l <"$WORK/attempts-$ROUNDS")" -ge $((MOUNTS + 1)) ]
await 10 counter_is in_flight 0
check "the counters add up" counters_add_up
result_counters
umount $MANY/*
within 20 rmmod sunrpc_fix
