# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two hosts and a cable.  The delay is on the server's end of it: a capture on
# the client's end shows when the client sent its packets.

CLIENT=10.77.0.1
SERVER=10.77.0.2
# The service whose connections count: NFS.
PORT=2049

on_client() { nsenter --net=/run/netns/client "$@"; }
on_server() { nsenter --net=/run/netns/server "$@"; }

net_up()
{
	ip netns add server
	ip -n server link set lo up
	net_client_up
}

# The client's host and the cable.
net_client_up()
{
	ip netns add client
	ip link add name eth-client netns client type veth \
		peer name eth-server netns server

	ip -n client address add $CLIENT/24 dev eth-client
	ip -n server address add $SERVER/24 dev eth-server
	ip -n client link set lo up
	for host in client server; do
		ip -n $host link set eth-$host up
	done
	tc -n server qdisc add dev eth-server root netem \
		delay "${DELAY_MS}ms" limit 100000

	if [ "$FIREWALL" = 1 ]; then
		net_firewall
	fi
}

# The client's own view of /sys: its devices and transports.
CLIENT_SYS=/run/client-sys

client_sysfs()
{
	mkdir -p $CLIENT_SYS
	on_client mount -t sysfs sysfs $CLIENT_SYS
}

# What a host of that time came with: what belongs to no known connection is
# answered "host prohibited".
net_firewall()
{
	on_client iptables-legacy -A INPUT -i lo -j ACCEPT
	on_client iptables-legacy -A INPUT -m conntrack \
		--ctstate ESTABLISHED,RELATED -j ACCEPT
	on_client iptables-legacy -A INPUT -j REJECT \
		--reject-with icmp-host-prohibited
}

net_no_firewall()
{
	on_client iptables-legacy -F INPUT
}

# The server's host is up, but NFS connections to it get no answer at all.
net_silence()
{
	on_server iptables-legacy -t raw -I PREROUTING -p tcp --dport $PORT -j DROP
}

net_unsilence()
{
	[ ! -e /run/netns/server ] || on_server iptables-legacy -t raw -F
}

# net_refuse HOW: the server's host says no, HOW is what --reject-with knows.
net_refuse()
{
	on_server iptables-legacy -I INPUT -p tcp --dport $PORT -j REJECT \
		--reject-with "$1"
}

net_accept()
{
	on_server iptables-legacy -F INPUT
}

# net_address add|delete: an address of the server.
net_address()
{
	ip -n server address "$1" "$SERVER/24" dev eth-server
}

# net_cable [NETEM OPTION...]: what is lost besides the time, on the way to the
# client: so the capture has all that the client sent.
net_cable()
{
	tc -n server qdisc del dev eth-server root
	tc -n server qdisc add dev eth-server root netem \
		delay "${DELAY_MS}ms" "$@" limit 100000
}

# The client's NFS connections in a state: syn-sent, established...
connections()
{
	ss -N client -tnH state "$1" dst "$SERVER" dport = :$PORT
}

has_connection()
{
	[ -n "$(connections "$1")" ]
}

has_no_connection()
{
	[ -z "$(connections "$1")" ]
}

net_down()
{
	ip netns delete client 2>/dev/null
	ip netns delete server 2>/dev/null
}
