# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the client's end of the cable sees of the server's port PORT, and of
# rpcbind's, as $RESULTS/NAME.pcap.

# capture_start NAME [FILTER]
capture_start()
{
	CAPTURE=$WORK/$1.pcap
	# Not through on_client, whose process would be the shell's.
	nsenter --net=/run/netns/client \
		tcpdump -i eth-client -s 128 -U --immediate-mode -B 16384 \
		-Z root -w "$CAPTURE" \
		"${2:-host $SERVER and (tcp port $PORT or tcp port 111 or icmp)} or udp port 9" \
		2>"$WORK/tcpdump.log" &
	CAPTURE_PID=$!
	await 20 grep -q 'listening on' "$WORK/tcpdump.log"
}

# The capture is complete once a packet that is sent now is in it.
capture_stop()
{
	await 20 capture_has_marker
	kill -TERM "$CAPTURE_PID"
	wait "$CAPTURE_PID" || :
	CAPTURE_PID=
	check "no packet is missing in the capture" \
		grep -q '^0 packets dropped by kernel' "$WORK/tcpdump.log"
}

# Sent again and again, as it may be that it cannot be sent.
capture_has_marker()
{
	on_client bash -c "echo >/dev/udp/$SERVER/9" 2>/dev/null || :
	[ -n "$(tcpdump -r "$CAPTURE" -c 1 'udp port 9' 2>/dev/null)" ]
}

capture_kill()
{
	[ -z "${CAPTURE_PID:-}" ] || kill "$CAPTURE_PID"
}

# The figures of a finished capture, as in measure.awk.
capture_measure()
{
	tcpdump -r "$WORK/$1.pcap" -nn -tt -S 2>/dev/null |
		awk -v port=$PORT -f /lab/guest/measure.awk
}

# capture_figure CAPTURE FIGURE
capture_figure()
{
	capture_measure "$1" | sed -n "s/^$2=//p"
}

# one_isn_per_reconnect NAME: what the module is for.
one_isn_per_reconnect()
{
	capture_start "$1"
	server_restart
	check "$1: all tasks are served" burst "$1"
	capture_stop
	check "$1: by one attempt" [ "$(capture_figure "$1" isns)" = 1 ]
}
