# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What NFSv3 needs for locks: lockd at a port of its own, which the client asks
# rpcbind for, and an rpcbind and a statd on either host.

NLM_PORT=304

# Before anything starts lockd.  It grants no new locks for the first ten
# seconds.
nlm_configure()
{
	modprobe lockd
	echo $NLM_PORT >/proc/sys/fs/nfs/nlm_tcpport
	echo 1 >/proc/sys/fs/nfs/nlm_grace_period
}

# nlm_up: once the server is up.  The kernel and statd look for rpcbind at its
# socket in the file system, which both hosts share, before they ask at
# 127.0.0.1: there is none.
nlm_up()
{
	on_server rpc.statd --no-notify
	cp -a /var/lib/nfs /var/lib/nfs-client
	nlm_forget_socket
	on_client rpcbind
	await 20 rpcbind_answers
	on_client rpc.statd --no-notify --state-directory-path /var/lib/nfs-client
	nlm_forget_socket
}

nlm_forget_socket()
{
	rm -f /run/rpcbind.sock /run/rpcbind.lock
}

rpcbind_answers()
{
	on_client rpcinfo -p 127.0.0.1 >/dev/null 2>&1
}

# lock_burst NAME [TASKS]: as burst, and each task wants a lock.
lock_burst()
{
	/lab/burst -l -n "${2:-$TASKS}" -t "$BURST_TIMEOUT" $MNT lock >"$WORK/burst-$1"
}
