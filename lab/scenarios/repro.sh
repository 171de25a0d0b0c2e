#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The reproducer: its verdict must be right with the race put back, with
# sunrpc_fix and on the kernel as released; what it counts must be what is on
# the wire; it must say so when it cannot tell; and it must go at any moment
# without a trace.
#
# Needs: sunrpc_repro

. /lab/guest/lib.sh

RESULT=/sys/module/sunrpc_repro/result

# in_net COMMAND...: in a network namespace with nothing but a loopback that is
# down.
in_net() { unshare --net "$@"; }

KO=/lab/sunrpc_repro/sunrpc_repro.ko

# Of the runs so far. In one of a hundred most tasks come at a moment at which
# XPRT_CONNECTING is set, and wait even with the race.
most=0

repro_unload()
{
	rmmod sunrpc_repro
}

repro_loaded()
{
	[ -d /sys/module/sunrpc_repro ]
}

# figure_is NAME VALUE
figure_is()
{
	[ "$(cat $RESULT/"$1")" = "$2" ]
}

verdict_is()
{
	result "verdict_${2:-$1}" "$(cat $RESULT/verdict): $(cat $RESULT/attempts) attempts, $(cat $RESULT/isns) ISNs, $(cat $RESULT/waiting) waiting, $(cat $RESULT/served) served; $(cat $RESULT/reason)"
	check "the verdict is '$1'" figure_is verdict "$1"
}

# judged VERDICT NAME [PREFIX...]: a run comes to it, in less than 5 seconds.
judged()
{
	local verdict=$1 name=$2 start attempts
	shift 2

	start=$(uptime_cs)
	"$@" insmod $KO
	took=$(($(uptime_cs) - start))
	result "took_cs_$name" $took
	verdict_is "$verdict" "$name"
	attempts=$(cat $RESULT/attempts)
	result "attempts_$name" "$attempts"
	[ "$attempts" -le "$most" ] || most=$attempts
	check "all attempts come from one port" figure_is isns "$attempts"
	check "within 5 seconds" [ $took -lt 500 ]
	repro_unload
}

# Hundredths of a second.
uptime_cs()
{
	sed 's/\.\([0-9]*\) .*/\1/' /proc/uptime
}

# What a capture of the loopback has, against what the module counted.
compared_with_the_wire()
{
	local wire port

	ip netns add wire
	ip -n wire link set lo up
	nsenter --net=/run/netns/wire tcpdump -i lo -n -S -tt -U \
		--immediate-mode -Z root -w "$WORK/wire.pcap" \
		2>"$WORK/tcpdump.log" &
	CAPTURE_PID=$!
	await 20 grep -q 'listening on' "$WORK/tcpdump.log"
	nsenter --net=/run/netns/wire insmod $KO
	port=$(cat $RESULT/port)
	# The run ends with a reset, which is the last packet.
	await 20 wire_is_complete
	kill "$CAPTURE_PID"
	wait "$CAPTURE_PID" || :
	CAPTURE_PID=
	# The newest SYN of the handshake is the first that is answered.
	wire=$(tcpdump -r "$WORK/wire.pcap" -n -S -tt 2>/dev/null | awk -v p="$port" '
		/Flags \[S\]/ && $3 == "127.0.0.1." p {
			sub(/.* seq /, ""); sub(/,.*/, "")
			n += !seen[$0]++
		}
		/Flags \[S\.\]/ { exit }
		END { print n + 0 }')
	result isns_on_the_wire "$wire"
	check "the ISNs that it counted are those on the wire" figure_is isns "$wire"
	repro_unload
	ip netns delete wire
}

wire_is_complete()
{
	tcpdump -r "$WORK/wire.pcap" -n 'tcp[tcpflags] & tcp-rst != 0' \
		2>/dev/null | grep -q .
}

# The reproducer leaves no client and no socket, and the loopback as it was.
leaves_nothing()
{
	[ -z "$(ls /sys/kernel/debug/sunrpc/rpc_clnt 2>/dev/null)" ] &&
		[ -z "$(ss -tanH)" ]
}

# Firewalls in a namespace of its own.
cannot_tell()
{
	local expected=$1 name=$2
	shift 2

	in_net bash -c "$1 && insmod $KO ${2:-}"
	verdict_is inconclusive "$name"
	check "the reason is '$expected'" figure_is reason "$expected"
	repro_unload
}

# At a random moment of a run; the operator does not wait for its end.
unloaded_in_mid_run()
{
	local i run

	for i in $(seq "$1"); do
		in_net insmod $KO hold_ms=100
		echo 2000 >/sys/module/sunrpc_repro/parameters/hold_ms
		in_net bash -c "echo 1 >$RESULT/run" 2>/dev/null &
		run=$!
		sleep $((RANDOM % 2)).$((RANDOM % 900 + 100))
		within 5 rmmod sunrpc_repro
		wait $run || :
		check "unload $i" not repro_loaded
	done
	# Most of them were in time; each says how long it went on for.
	run=$(dmesg | sed -n 's/.*sunrpc_repro: .* held open for \([0-9]*\) ms.*/\1/p' |
		tail -n $((2 * $1)) | awk '$1 > 0 && $1 < 2000 && $1 > 200' | wc -l)
	result unloads_while_the_handshake_was_held "$run"
	check "runs were interrupted" [ "$run" -ge $(($1 / 3)) ]
}

# insmod is killed: the module must not stay.
killed_in_mid_run()
{
	local i pid

	for i in $(seq "$1"); do
		# The process itself, which is not that of a function.
		unshare --net insmod $KO hold_ms=2000 2>/dev/null &
		pid=$!
		sleep 0.$((RANDOM % 900 + 100))
		kill -KILL $pid
		wait $pid 2>/dev/null || :
		await 20 not repro_loaded
	done
	echo "ok: killed $1 times"
}

modprobe sunrpc

case $VARIANT in
stock)
	judged "not affected" stock in_net ;;
race)
	judged affected race in_net
	judged affected race_host_loopback env
	result attempts_most "$most"
	;;
race+fix)
	fix_load mode=observe
	judged affected observe in_net
	echo enforce >$FIX/parameters/mode
	judged "not affected" enforce in_net
	;;
esac
await 10 leaves_nothing
compared_with_the_wire

case $VARIANT in
race)
	# Again and again from sysfs, with other parameters.
	in_net insmod $KO
	echo 5 >/sys/module/sunrpc_repro/parameters/tasks
	in_net bash -c "echo 1 >$RESULT/run"
	verdict_is affected five_tasks
	check "five tasks ran" figure_is tasks 5
	check "no more than one attempt each" [ "$(cat $RESULT/attempts)" -le 5 ]
	echo 99 >/sys/module/sunrpc_repro/parameters/hold_ms
	check "a wrong parameter is refused" not in_net bash -c "echo 1 >$RESULT/run"
	repro_unload
	check "a wrong parameter is refused" not insmod $KO tasks=65
	check "the module is not loaded" not repro_loaded
	unloaded_in_mid_run 20
	killed_in_mid_run 10
	await 10 leaves_nothing
	;;
stock)
	# When one task waits, a second cannot show anything.
	cannot_tell "fewer than two tasks waited for the connection" one_task \
		"true" tasks=1
	cannot_tell "no SYN came to 127.0.0.1 within a second" no_syn \
		"iptables-legacy -A INPUT -p tcp --syn -j DROP"
	cannot_tell "the handshake did not complete when it was let go" no_answer \
		"iptables-legacy -A OUTPUT -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP"
	ip link set lo down
	insmod $KO
	verdict_is inconclusive lo_down
	check "the reason is the loopback" figure_is reason "the loopback interface is down"
	repro_unload
	ip link set lo up
	;;
esac
repro_loaded && fail "the module is still loaded"
result_counters
