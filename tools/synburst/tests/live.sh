#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/live.sh SYNBURST
#
# A storm of this host's own kernel, live: on lo, a cable, a tunnel without link
# layer, and on "any". In a network of its own, which takes root.

set -u
[ "$(id -u)" = 0 ] || { echo "capturing needs root"; exit 77; }
[ "${SYNBURST_NET:-}" ] || exec env SYNBURST_NET=1 unshare -n "$0" "$@"
synburst=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 count=0

complain()
{
	echo "$*"
	failed=$((failed + 1))
}

# storm ADDRESS: two SYNs from port 700, of which the first is not answered.
storm()
{
	perl -MSocket=:all -e '
		for (1, 2) {
			socket(my $s, AF_INET, SOCK_STREAM | 04000, 0) or die;
			setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
			bind($s, sockaddr_in(700, INADDR_ANY)) or die "$!";
			connect($s, sockaddr_in(2049, inet_aton($ARGV[0])));
		}' "$1"
}

# live INTERFACE ADDRESS: synburst must see the storm at once, and judge it.
live()
{
	local said pid status=0 seen=

	count=$((count + 1))
	exec {out}< <(exec "$synburst" -i "$1" -t 60 2>&1)
	pid=$!
	while read -r -t 30 said <&"$out"; do
		echo "$said" >>"$tmp/$1"
		case $said in
		*"listening on $1")
			storm "$2" ;;
		*"-> $2:2049: a burst of SYNs begins")
			seen=1
			kill -INT "$pid" ;;
		esac
	done
	exec {out}<&-
	# In vain, unless it did not end.
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" || status=$?
	[ $status = 1 ] && [ "$seen" ] && grep -q "$2:2049 (NFS): SYN storm" "$tmp/$1" ||
		complain "$1: exit status $status: $(cat "$tmp/$1")"
}

# On lo, a server that has no room for another connection says nothing.
ip link set lo up
# A cable without a host at its other end.
ip link add name va type veth peer name vb
ip link set va up
ip link set vb up
ip address add 10.9.9.1/24 dev va
ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev va
# Both are there as long as this is.
perl -MSocket=:all -e '
	open(my $tun, "+<", "/dev/net/tun") or die "$!";
	ioctl($tun, 0x400454ca, my $r = pack("a16S", "tun9", 0x1001)) or die "$!";
	system("ip address add 10.8.8.1/24 dev tun9 && ip link set tun9 up");
	socket(my $l, AF_INET, SOCK_STREAM, 0);
	setsockopt($l, SOL_SOCKET, SO_REUSEADDR, 1);
	bind($l, sockaddr_in(2049, INADDR_LOOPBACK)) && listen($l, 0) or die "$!";
	socket(my $c, AF_INET, SOCK_STREAM, 0);
	connect($c, sockaddr_in(2049, INADDR_LOOPBACK)) or die "$!";
	$| = 1;
	print "ready\n";
	sleep(300)' >"$tmp/ready" &
helper=$!
until grep -q ready "$tmp/ready" || ! kill -0 $helper 2>/dev/null; do :; done

live lo 127.0.0.1
live va 10.9.9.2
live tun9 10.8.8.2
live any 10.9.9.2
kill $helper

# As JSON, and no longer than it was told.
count=$((count + 1))
timeout 20 "$synburst" --json -i lo -t 1 >"$tmp/json" 2>/dev/null
[ $? = 3 ] && jq -e '.file == "lo" and .error == null' "$tmp/json" >/dev/null ||
	complain "one second of nothing: $(cat "$tmp/json")"
"$synburst" --json -i nosuch0 >"$tmp/json" 2>/dev/null
[ $? = 2 ] && jq -e '.error | test("nosuch0|No such")' "$tmp/json" >/dev/null ||
	complain "no such interface: $(cat "$tmp/json")"
echo "$count live captures, $failed complaints"
[ $failed = 0 ]
