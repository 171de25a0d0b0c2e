// SPDX-License-Identifier: GPL-2.0
/*
 * server - a listener on 127.0.0.1 that answers every call with success
 */
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/sunrpc/msg_prot.h>
#include <linux/sunrpc/xdr.h>
#include <linux/tcp.h>
#include <linux/uio.h>
#include <net/sock.h>

#include "compat.h"
#include "server.h"

/* A NULL call without credentials has 40 bytes. */
#define MAX_CALL	1024

static struct socket *listener, *connection;

/* A connection is closed by RST: neither side lingers in TIME_WAIT. */
static void close_connection(void)
{
	if (!connection)
		return;
	lock_sock(connection->sk);
	sock_set_flag(connection->sk, SOCK_LINGER);
	connection->sk->sk_lingertime = 0;
	release_sock(connection->sk);
	sock_release(connection);
	connection = NULL;
}

/**
 * server_start - listen
 * @net: in this network namespace
 * @addr: set to the address
 *
 * Context: process, sleeps. One server at a time.
 * Return: 0 or a negative errno.
 */
int server_start(struct net *net, struct sockaddr_in *addr)
{
	struct sockaddr *sa = (struct sockaddr *)addr;
	int err;

	memset(addr, 0, sizeof(*addr));
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	err = __sock_create(net, PF_INET, SOCK_STREAM, IPPROTO_TCP, &listener,
			    1);
	if (err)
		return err;
	err = kernel_bind(listener, sa, sizeof(*addr));
	if (!err)
		err = kernel_listen(listener, 16);
	if (!err)
		err = compat_getsockname(listener, sa);
	if (err < 0) {
		server_stop();
		return err;
	}
	return 0;
}

static int receive(void *buf, size_t len)
{
	struct kvec vec = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_flags = 0 };

	return kernel_recvmsg(connection, &msg, &vec, 1, len, MSG_WAITALL);
}

/* RFC 5531: the call's xid, success, no verifier, no result. */
static bool reply(__be32 xid)
{
	__be32 reply[] = {
		htonl(RPC_LAST_STREAM_FRAGMENT | 6 * sizeof(__be32)),
		xid, htonl(RPC_REPLY), htonl(RPC_MSG_ACCEPTED),
		htonl(RPC_AUTH_NULL), 0, htonl(RPC_SUCCESS),
	};
	struct kvec vec = { .iov_base = reply, .iov_len = sizeof(reply) };
	struct msghdr msg = { .msg_flags = 0 };

	return kernel_sendmsg(connection, &msg, &vec, 1,
			      sizeof(reply)) == sizeof(reply);
}

/**
 * server_answer - answer the next call
 * @timeout: jiffies to wait for a connection, and for the call
 *
 * Context: process, sleeps.
 * Return: true if a call was answered.
 */
bool server_answer(unsigned long timeout)
{
	static __be32 call[MAX_CALL / sizeof(__be32)];
	__be32 marker;
	size_t len;
	int got;

	if (!connection) {
		listener->sk->sk_rcvtimeo = timeout;
		if (kernel_accept(listener, &connection, 0)) {
			connection = NULL;
			return false;
		}
	}
	connection->sk->sk_rcvtimeo = timeout;
	connection->sk->sk_sndtimeo = timeout;

	got = receive(&marker, sizeof(marker));
	if (got == -EAGAIN)
		return false;
	if (got != sizeof(marker))
		goto out_close;
	len = ntohl(marker) & ~RPC_LAST_STREAM_FRAGMENT;
	if (len < sizeof(call[0]) || len > sizeof(call) ||
	    receive(call, len) != (int)len || !reply(call[0]))
		goto out_close;
	return true;

out_close:
	close_connection();
	return false;
}

/**
 * server_stop - stop listening, cut off the client
 *
 * Context: process, sleeps.
 */
void server_stop(void)
{
	close_connection();
	sock_release(listener);
	listener = NULL;
}
