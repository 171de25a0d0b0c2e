# SPDX-License-Identifier: GPL-2.0
#
# Reads "tcpdump -nn -tt -S" of a capture made at the client and counts what
# tells the race apart.  An initial sequence number (ISN) is chosen once per
# connection attempt; a retransmitted SYN has the ISN of the first.
#
#   syns=             SYNs sent by the client
#   isns=             different ISNs among them: connection attempts
#   max_syns_100ms=   most SYNs from one port within any 100 ms
#   max_open=         most attempts at a time whose handshake was open: from the
#                     first SYN to the answer (SYN,ACK, RST or ICMP error), or
#                     until the next SYN would have been due and did not come
#   stale_synacks=    SYN,ACKs that answer another SYN than the last one
#   rst=              connection resets, from either side
#   icmp_prohibited=  ICMP "host (or communication) administratively prohibited"
#
# -v port=N: of the connections to that port (2049).
#
# 1700000000.123456 IP 10.77.0.1.798 > 10.77.0.2.2049: Flags [S], seq 123, win ...

BEGIN {
	if (!port)
		port = 2049
	from = "\\." port "$"
	to = "\\." port ":$"
	oldest = 1
}

# A SYN was sent at time now.  Not answered, the second follows after one second,
# the third after two more, and so on.
function handshake(client, seq, now,	id, i, n)
{
	id = client SUBSEP seq
	if (!(id in syns_of))
		queue[++newest] = id
	syns_of[id]++
	open[id] = now
	for (i = oldest; i <= newest; i++) {
		id = queue[i]
		if (id in open && now - open[id] > 1.5 * 2 ^ (syns_of[id] - 1))
			delete open[id]
		n += id in open
	}
	while (oldest < newest && !(queue[oldest] in open))
		oldest++
	if (n > max_open)
		max_open = n
}

/Flags \[S[^.]*\]/ && $5 ~ to {
	seq = $0
	sub(/.* seq /, "", seq)
	sub(/,.*/, "", seq)
	syns++
	if (!seen[$3, seq]++)
		isns++
	isn[$3] = seq

	# Those that left port $3 within the last 100 ms: first to last.
	sent[$3, ++last[$3]] = $1
	if (!first[$3])
		first[$3] = 1
	while ($1 - sent[$3, first[$3]] > 0.1)
		first[$3]++
	if (last[$3] - first[$3] + 1 > most)
		most = last[$3] - first[$3] + 1

	handshake($3, seq, $1)
}

# The answer to a SYN carries its ISN + 1.
/Flags \[[SR][^.]*\.\]/ && $3 ~ from {
	ack = $0
	sub(/.* ack /, "", ack)
	sub(/,.*/, "", ack)
	client = $5
	sub(/:$/, "", client)
	delete open[client, sprintf("%.0f", (ack + 4294967295) % 4294967296)]
}

# An ICMP error is printed without what it is for: that SYN of its receiver that
# has waited longest for an answer.
/ICMP/ && /unreachable/ {
	client = $5
	sub(/:$/, ".", client)
	for (i = oldest; i <= newest; i++)
		if (queue[i] in open && index(queue[i], client) == 1) {
			delete open[queue[i]]
			break
		}
}

/Flags \[S[^.]*\.\]/ && $3 ~ from {
	ack = $0
	sub(/.* ack /, "", ack)
	sub(/,.*/, "", ack)
	client = $5
	sub(/:$/, "", client)
	if ((client in isn) && ack + 0 != (isn[client] + 1) % 4294967296)
		stale++
}

/Flags \[R/ && ($3 ~ from || $5 ~ to) { rst++ }

/ICMP/ && /prohibited/ { prohibited++ }

END {
	printf "syns=%d\nisns=%d\nmax_syns_100ms=%d\n", syns, isns, most
	printf "max_open=%d\n", max_open
	printf "stale_synacks=%d\n", stale
	printf "rst=%d\nicmp_prohibited=%d\n", rst, prohibited
}
