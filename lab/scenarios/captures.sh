#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Captures for synburst's judge, of what this kernel does: NFS reconnects, seen on
# a trunk of two VLANs, on the interface "any" of the client, on that of a router
# which translates addresses, and in a VXLAN mirror; and programs that connect from
# one port again and again, to a server that rejects, refuses, accepts and closes.
#
# Judges nothing: tools/synburst/tests/captures/make.sh picks, and says what is
# right.

. /lab/guest/lib.sh

SERVER=10.78.0.2
ROUNDS=2

# client, VLAN 10 on a trunk, router that masquerades, server.  VLAN 20 of the
# same trunk has two hosts with the same addresses.
topology()
{
	local host

	for host in client router server client2 server2 collector; do
		ip netns add $host
		ip -n $host link set lo up
	done
	ip link add name trunk netns client type veth peer name trunk netns router
	ip link add name r-server netns router type veth \
		peer name eth-server netns server
	ip link add name mirror netns client type veth peer name mirror netns collector
	ip -n client link set trunk up
	ip -n router link set trunk up
	ip -n client link add link trunk name eth-client type vlan id 10
	ip -n router link add link trunk name r-client type vlan id 10
	ip -n client link add link trunk name c20 type vlan id 20
	ip -n router link add link trunk name s20 type vlan id 20
	ip -n client link set c20 netns client2
	ip -n router link set s20 netns server2

	address client eth-client $CLIENT/24
	address router r-client 10.77.0.254/24
	address router r-server 10.78.0.254/24
	address server eth-server $SERVER/24
	address client2 c20 $CLIENT/24
	address server2 s20 $SERVER/24
	address client mirror 10.79.0.1/24
	address collector mirror 10.79.0.2/24
	ip -n client route add default via 10.77.0.254
	ip -n client2 route add $SERVER dev c20
	ip -n server2 route add $CLIENT dev s20
	in_net router sysctl -qw net.ipv4.ip_forward=1
	in_net router iptables-legacy -t nat -A POSTROUTING -o r-server \
		-j MASQUERADE
	tc -n server qdisc add dev eth-server root netem delay "${DELAY_MS}ms"

	ip -n client link add vx type vxlan id 77 local 10.79.0.1 \
		remote 10.79.0.2 dstport 4789 dev mirror
	ip -n client link set vx up
	tc -n client qdisc add dev trunk clsact
	for host in ingress egress; do
		tc -n client filter add dev trunk $host matchall \
			action mirred egress mirror dev vx
	done
}

address()
{
	ip -n "$1" address add "$3" dev "$2"
	ip -n "$1" link set "$2" up
}

in_net()
{
	local net=$1
	shift

	nsenter --net="/run/netns/$net" "$@"
}

# tap HOST INTERFACE NAME [FILTER]
TAPS=
tap()
{
	nsenter --net="/run/netns/$1" tcpdump -i "$2" -s 200 -U --immediate-mode \
		-Z root -w "$WORK/$3.pcap" "${@:4}" 2>"$WORK/tcpdump-$3.log" &
	TAPS="$TAPS $!:$3"
	await 20 grep -q 'listening on' "$WORK/tcpdump-$3.log"
}

has_marker()
{
	in_net client bash -c "echo end-of-capture >/dev/udp/$SERVER/9" 2>/dev/null || :
	grep -aq end-of-capture "$WORK/$1.pcap"
}

# The captures are complete once a packet that is sent now is in them.
untap()
{
	local one

	for one in $TAPS; do
		await 20 has_marker "${one#*:}"
		kill -TERM "${one%:*}"
		wait "${one%:*}" || :
	done
	TAPS=
}

# program TIMES HOW PORT: connects from port 777 that often, after 0.4 s again;
# HOW: check (reset at once), or talk until the server closes.
program()
{
	in_net "${NET:-client}" perl -MIO::Socket::INET -MSocket=:all -e '
		my ($times, $how, $port, $server, $from) = @ARGV;
		while ($times--) {
			my $s = IO::Socket::INET->new(ReuseAddr => 1,
				LocalPort => $from, PeerAddr => "$server:$port");
			print $s ? "connected\n" : "$!\n";
			if ($s && $how eq "check") {
				setsockopt($s, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0));
			} elsif ($s && $how eq "talk") {
				my $all = join("", <$s>);
			}
			close($s) if $s;
			select(undef, undef, undef, 0.4);
		}' "$1" "$2" "$3" "$SERVER" "${FROM:-777}"
}

# listener HOST PORT TEXT: accepts, says something, and closes.
listener()
{
	nsenter --net="/run/netns/$1" perl -MIO::Socket::INET -e '
		my $l = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 5,
					      ReuseAddr => 1) or die;
		while (my $s = $l->accept) {
			print $s $ARGV[1];
			close($s);
		}' "$2" "$3" &
	LISTENERS="$LISTENERS $!"
	await 20 listens "$1" "$2"
}
LISTENERS=

listens()
{
	[ -n "$(ss -N "$1" -tnlH "sport = :$2")" ]
}

topology
[ "$VARIANT" != race+fix ] || fix_load
server_up
client_up

# NFS, and in the other VLAN a program with the same ends, which reconnects, too.
port=$(connections established | awk '{ sub(/.*:/, "", $3); print $3; exit }')
listener server2 2049 hello
tap client any nfs-any "not udp port 4789"
tap router any nfs-router-any
tap collector mirror nfs-vxlan
tap router trunk nfs-vlans
for ((round = 0; round < ROUNDS; round++)); do
	server_restart
	NET=client2 FROM=$port program 2 talk 2049 &
	burst $round || :
	wait $!
	say "round $round: $(burst_figure $round served) of $TASKS tasks served"
done
tasks_kill
untap

# Programs.
for cause in icmp-host-prohibited icmp-port-unreachable tcp-reset; do
	on_server iptables-legacy -A INPUT -p tcp --dport 3049 -j REJECT \
		--reject-with $cause
	tap client eth-client program-$cause
	program 4 talk 3049
	untap
	on_server iptables-legacy -F INPUT
done
in_net router iptables-legacy -A FORWARD -p tcp --dport 3049 -j REJECT \
	--reject-with icmp-host-unreachable
tap client eth-client program-icmp-host-unreachable
program 4 talk 3049
untap
listener server 4049 hello
listener server 4050 ""
tap client eth-client program-served
program 4 talk 4049
untap
tap client eth-client program-closed
program 6 talk 4050
untap
tap client eth-client program-check
program 6 check 4049
untap
# shellcheck disable=SC2086
kill $LISTENERS
client_down
for host in router client2 server2 collector; do
	ip netns delete $host
done
