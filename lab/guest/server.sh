# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel's NFS server, on the server's host.

EXPORT=/srv/export
NFSD=/proc/fs/nfsd
PIPEFS=/run/rpc_pipefs
# How long the server keeps the locks of an NFSv4 client that it does not hear of.
LEASE_S=10

server_up()
{
	mkdir -p $EXPORT $PIPEFS /var/lib/nfs/v4recovery /run/rpcbind
	mount -t tmpfs tmpfs $EXPORT
	chmod 777 $EXPORT
	modprobe nfsd
	# Of the server's network namespace, since they are mounted from there.
	on_server mount -t nfsd nfsd $NFSD
	on_server mount -t rpc_pipefs rpc_pipefs $PIPEFS
	on_server rpcbind
	await 20 listening 111
	# In a namespace of its own NFSv4 keeps its clients with nfsdcld only.
	if [ "${VERS%%.*}" = 4 ]; then
		mkdir -p /var/lib/nfs/nfsdcld
		on_server nfsdcld
	fi
	echo "$LEASE_S" >$NFSD/nfsv4leasetime
	# Nobody is granted a lock until then, of NFSv3 either.
	echo 10 >$NFSD/nfsv4gracetime
	echo "$EXPORT *(rw,no_root_squash,no_subtree_check,insecure,fsid=0)" \
		>/etc/exports
	on_server exportfs -a
	on_server rpc.mountd --port 20048
	await 20 listening 20048
	SERVES=$VERS
	server_start
}

# listening PORT
listening()
{
	[ -n "$(ss -N server -tnlH "sport = :$1")" ]
}

server_start()
{
	local versions="--no-nfs-version 4" serves=${SERVES:-$VERS}

	[ "${serves%%.*}" != 4 ] || versions=
	# shellcheck disable=SC2086
	on_server rpc.nfsd $versions 8
	await 20 listening 2049
}

server_stop()
{
	on_server rpc.nfsd 0
	await 20 not listening 2049
}

# Every connection is closed by the server (FIN), which is back before the
# client asks for anything.
server_restart()
{
	local before

	before=$(connection_ids)
	server_stop
	server_start
	await 20 connections_are_new "$before"
}

# Every connection is reset by the server, whose RST may not arrive.
server_reset()
{
	ss -N server -K state established src "$SERVER" sport = :$PORT >/dev/null
}

# The client's end of every NFS connection, as the kernel numbers sockets: a
# new one may have the old ports.
connection_ids()
{
	ss -N client -tneH state established dport = :$PORT 2>/dev/null |
		sed -n 's/.*\(sk:[0-9a-f]*\).*/\1/p'
}

# NFSv4.1 connects again of its own accord.
connections_are_new()
{
	local id

	for id in $(connection_ids); do
		! grep -qxF "$id" <<<"$1" || return 1
	done
}

server_down()
{
	mountpoint -q $NFSD || return 0
	on_server rpc.nfsd 0
	killall -q rpc.mountd rpc.statd nfsdcld rpcbind
	on_server exportfs -ua
	await 10 has_no_process rpc.mountd rpc.statd nfsdcld rpcbind
	umount $NFSD $PIPEFS $EXPORT
}

has_no_process()
{
	! pidof "$@" >/dev/null
}
