#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Faults around a connect: the connection is lost, TASKS tasks want it back, and
# before they have it something else goes wrong.  For each of FAULTS, TRIES
# times: how long it takes from the end of the fault until all tasks have been
# served; or, where the tasks or the mount are given up, until they are gone.
#
# Judges only that it ends: lab/recovery.sh compares it with the kernel as
# released.

. /lab/guest/lib.sh

connection_is_lost()
{
	local before

	before=$(connection_ids)
	server_reset
	await 20 connections_are_new "$before"
}

# connect_begins [COMMAND...]: the connection is lost, what the command does goes
# wrong, and tasks ask.
connect_begins()
{
	connection_is_lost
	[ $# = 0 ] || "$@"
	burst "$FAULT" &
	BURST_PID=$!
}

syn_is_lost()
{
	connection_is_lost
	burst_unanswered "$FAULT"
}

# passes [COMMAND...]: it ends the fault, and the share has to answer.
passes()
{
	local start

	start=$(uptime_s)
	[ $# = 0 ] || "$@"
	wait "$BURST_PID" || fail "$FAULT: $(tail -n 1 "$WORK/burst-$FAULT")"
	TOOK=$(seconds_since "$start")
}

# given_up COMMAND...: nobody is to be served any more; gone once it succeeds.
given_up()
{
	local start

	start=$(uptime_s)
	await 150 "$@"
	TOOK=$(seconds_since "$start")
	wait "$BURST_PID" || :
}

# Nobody answers for longer than TCP tries (3 s): the connect fails, and those
# that follow it too.
unanswered()
{
	on_client sysctl -qw net.ipv4.tcp_syn_retries=1
	syn_is_lost
	sleep 8
	passes net_unsilence
	on_client sysctl -qw net.ipv4.tcp_syn_retries=6
}

# The server's host is off: nobody has its address.
no_neighbour()
{
	connect_begins no_neighbour_from_now
	sleep 5
	passes ip -n server link set eth-server arp on
}

no_neighbour_from_now()
{
	ip -n server link set eth-server arp off
	ip -n client neighbour flush dev eth-client
}

# The connect fails at once, without a packet.
no_route()
{
	connect_begins ip -n client route add unreachable "$SERVER/32"
	sleep 4
	passes ip -n client route del unreachable "$SERVER/32"
}

# For four seconds each connection is reset as soon as it is there.
reset_storm()
{
	local end=$((SECONDS + 4))

	connect_begins
	while [ $SECONDS -lt $end ]; do
		server_reset
	done
	passes
}

clock_forward()
{
	clock_jumps "1 hour" "1 hour ago"
}

clock_back()
{
	clock_jumps "1 hour ago" "1 hour"
}

clock_jumps()
{
	syn_is_lost
	date -s "$1" >/dev/null
	sleep 1
	passes net_unsilence
	date -s "$2" >/dev/null
}

# What arrives at the client is dealt with on the one CPU, then on the other.
softirq_moves()
{
	syn_is_lost
	actor softirq_moves softirq_to_the_other_cpu
	passes net_unsilence
	actors_stop
}

softirq_to_the_other_cpu()
{
	local rps=$CLIENT_SYS/class/net/eth-client/queues/rx-0/rps_cpus

	echo 1 >"$rps"
	echo 2 >"$rps"
}

# There is hardly a page left that is free.
memory_short()
{
	local fill=/mnt/fill

	syn_is_lost
	mkdir -p $fill
	mount -t tmpfs -o size=100% fill $fill
	dd if=/dev/zero of=$fill/fill bs=1M count=$(($(mb_available) - 64)) \
		2>/dev/null
	check "there is no memory left" [ "$(mb_available)" -lt 96 ]
	passes net_unsilence
	umount $fill
}

mb_available()
{
	awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo
}

tasks_killed()
{
	syn_is_lost
	pkill -KILL -x burst
	given_up has_no_process burst
	net_unsilence
}

umount_by_force()
{
	syn_is_lost
	given_up umount_forced
	net_unsilence
}

# The connection is given up when the last task is.
umount_lazily()
{
	syn_is_lost
	umount -l $MNT
	pkill -KILL -x burst
	given_up has_no_connection syn-sent
	net_unsilence
}

# The client's network namespace goes; with its last user.
namespace_deleted()
{
	syn_is_lost
	umount $CLIENT_SYS
	ip netns delete client
	umount -l $MNT
	pkill -KILL -x burst
	given_up no_cable
	net_unsilence
	net_client_up
	client_sysfs
}

no_cable()
{
	! ip -n server link show dev eth-server 2>/dev/null >&2
}

# together NAME: the other kernel's guest is about to do the same, if the host
# has asked for that.
together()
{
	[ -d /results/pairs ] || return 0
	: >"/results/pairs/$1.ready"
	await 300 go "$1"
}

go()
{
	[ -e "/results/pairs/$1.go" ] || [ -e /results/pairs/alone ]
}

# try_fault NUMBER
try_fault()
{
	local capture=$FAULT-$1 attempts=-

	mounted || client_up
	check "$FAULT: all tasks are served before" burst before
	together "$FAULT-$1"
	if [ "$FAULT" = namespace_deleted ]; then
		namespace_deleted
	else
		capture_start "$capture"
		"$FAULT"
		capture_stop
		attempts=$(capture_figure "$capture" isns)
	fi
	say "$FAULT: $TOOK s, $attempts connection attempts"
	echo "fault=$FAULT seconds=$TOOK attempts=$attempts" >>"$RESULTS/tries"
	mounted || client_up
	check "$FAULT: all tasks are served after" burst after
}

[ -n "$FAULTS" ] || FAULTS="unanswered no_neighbour no_route reset_storm
	clock_forward clock_back softirq_moves memory_short
	tasks_killed umount_by_force umount_lazily namespace_deleted"
net_up
client_sysfs
[ "$VARIANT" != race+fix ] || fix_load
server_up
rm -f "$RESULTS/tries"
for FAULT in $FAULTS; do
	[ "$(type -t "$FAULT")" = function ] || fail "unknown fault '$FAULT'"
	for ((try = 1; try <= TRIES; try++)); do
		try_fault $try
	done
done

if [ "$VARIANT" = race+fix ]; then
	await 10 counter_is in_flight 0
	check "attempts = completed + failed + torn down" counters_add_up
	result_counters
	client_down
	within 20 rmmod sunrpc_fix
fi
