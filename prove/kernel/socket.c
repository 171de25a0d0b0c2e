// SPDX-License-Identifier: GPL-2.0
/*
 * socket - TCP sockets as sunrpc sees them, and the network behind them
 *
 * A socket has a state, callbacks and a lock. The network answers each SYN,
 * at any time after it was sent; what else it may do is an event.
 */
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include "fake.h"

#define MAX_WAITS	8
#define MAX_CONNECTS	40

/**
 * struct endpoint - a socket, and what the network knows of it
 * @sock: what kernel_connect() takes
 * @file: later trees want one
 * @number: the first one is 1
 * @used: a request was sent on it
 */
struct endpoint {
	struct socket sock;
	struct file file;
	int number;
	bool used;
};

/* They wait for the peer: SYN_SENT, or a FIN was sent. */
static struct endpoint *waits[MAX_WAITS];
static int waiting;

static struct endpoint *connected;
static int sockets, alive, connects;
/* SYNs sent and not answered, also those of sockets closed since */
static int handshakes;

static struct endpoint *endpoint_of(struct socket *sock)
{
	return container_of(sock, struct endpoint, sock);
}

static const char *state_name(int state)
{
	switch (state) {
	case TCP_ESTABLISHED:
		return "ESTABLISHED";
	case TCP_SYN_SENT:
		return "SYN_SENT";
	case TCP_FIN_WAIT1:
		return "FIN_WAIT1";
	case TCP_CLOSE_WAIT:
		return "CLOSE_WAIT";
	case TCP_LAST_ACK:
		return "LAST_ACK";
	case TCP_CLOSE:
		return "CLOSE";
	default:
		return "?";
	}
}

void socket_text(const struct socket *sock, char *text, size_t size)
{
	if (!sock || !sock->sk)
		snprintf(text, size, "no socket");
	else
		snprintf(text, size, "socket %d %s",
			 endpoint_of((struct socket *)sock)->number,
			 state_name(sock->sk->sk_state));
}

static void lock(struct sock *sk, void *pc)
{
	prove_lock(&sk->sk_lock.owned, pc);
}

static void unlock(struct sock *sk)
{
	prove_unlock(&sk->sk_lock.owned);
}

void fake_lock_sock_nested(struct sock *sk, int subclass)
{
	may_sleep("lock_sock()");
	lock(sk, CALLER);
}

void fake_release_sock(struct sock *sk)
{
	unlock(sk);
}

static void set_state(struct sock *sk, int state)
{
	prove_access(&sk->__sk_common.skc_state, 1, CALLER);
	sk->sk_state = state;
}

static void no_callback(struct sock *sk)
{
}

int fake___sock_create(struct net *net, int family, int type, int protocol,
		       struct socket **res, int kern)
{
	struct endpoint *e = prove_alloc(sizeof(*e), CALLER);
	struct sock *sk = prove_alloc(sizeof(struct tcp6_sock), CALLER);

	atomic_set((atomic_t *)&sk->sk_refcnt, 1);
	sk->sk_socket = &e->sock;
	sk->sk_state = TCP_CLOSE;
	sk->sk_family = family;
	sk->sk_protocol = protocol;
	sk->sk_state_change = no_callback;
	sk->sk_data_ready = no_callback;
	sk->sk_write_space = no_callback;
	sk->sk_error_report = no_callback;
	e->sock.sk = sk;
	e->number = ++sockets;
	alive++;
	*res = &e->sock;
	return 0;
}

struct file *fake_sock_alloc_file(struct socket *sock)
{
	struct file *file = &endpoint_of(sock)->file;

	file->private_data = sock;
	sock->file = file;
	return file;
}

void fake_sk_free(struct sock *sk)
{
	if (this_thread()->in_handler)
		prove_fail("the last reference to a socket is put in the handler of a probe");
	alive--;
	prove_free(sk);
}

/* Nobody was served by it, and somebody still waits to be. */
static void check_live(struct endpoint *e)
{
	if (e->sock.sk->sk_state == TCP_ESTABLISHED && !e->used &&
	    !world.umounting && !rpc_all_served())
		prove_fail("P4: a connection that has just come up is dropped, unused");
}

void fake_sock_release(struct socket *sock)
{
	struct endpoint *e = endpoint_of(sock);
	struct sock *sk = sock->sk;
	int i;

	may_sleep("sock_release()");
	lock(sk, CALLER);
	prove_note(CALLER, "sock_release(socket %d)", e->number);
	check_live(e);
	set_state(sk, TCP_CLOSE);
	unlock(sk);
	for (i = 0; i < waiting; i++)
		if (waits[i] == e)
			waits[i] = waits[--waiting];
	if (connected == e)
		connected = NULL;
	sock_put(sk);
	prove_free(e);
}

void fake_fput(struct file *file)
{
	fake_sock_release(file->private_data);
}

void fake___fput_sync(struct file *file)
{
	fake_sock_release(file->private_data);
}

static void wait_for_peer(struct endpoint *e)
{
	if (waiting == MAX_WAITS)
		prove_fail("%d sockets wait for the server", MAX_WAITS);
	else
		waits[waiting++] = e;
}

static const struct {
	int error;
	const char *text;
} immediate_errors[] = {
	{ -ECONNREFUSED, "refused" },
	{ -ENETUNREACH, "unreachable" },
	{ -EADDRNOTAVAIL, "port in use" },
};

int fake_kernel_connect(struct socket *sock, struct sockaddr *addr, int length,
			int flags)
{
	struct endpoint *e = endpoint_of(sock);
	struct sock *sk = sock->sk;
	int error;

	prove_note(CALLER, "kernel_connect(socket %d)", e->number);
	if (++connects > MAX_CONNECTS)
		prove_fail("P3: %d connects and no end", MAX_CONNECTS);
	lock(sk, CALLER);
	set_state(sk, TCP_SYN_SENT);
	if (event_used("error", "the connect fails at once")) {
		error = prove_choice(ARRAY_SIZE(immediate_errors), NULL);
		prove_note(NULL, "%s", immediate_errors[error].text);
		set_state(sk, TCP_CLOSE);
		unlock(sk);
		return immediate_errors[error].error;
	}
	if (handshakes && !world.umounting)
		prove_fail("P1: kernel_connect() in a handshake: a second SYN, another ISN");
	handshakes++;
	wait_for_peer(e);
	unlock(sk);
	return -EINPROGRESS;
}

/* In the order of tcp_reset(): the error, the state, its callback. */
static void peer_resets(struct sock *sk, int error)
{
	if (sk->sk_state == TCP_SYN_SENT)
		handshakes--;
	sk->sk_err = error;
	sk->sk_error_report(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	set_state(sk, TCP_CLOSE);
	sk->sk_state_change(sk);
}

static const struct {
	const char *event;
	const char *text;
	int error;
} bad_answers[] = {
	{ "rst", "RST: the server refuses", ECONNREFUSED },
	{ "icmp", "ICMP: administratively prohibited", EHOSTUNREACH },
	{ "timeout", "no SYN is answered, the last one times out", ETIMEDOUT },
};

static void answer_syn(struct endpoint *e, struct sock *sk)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad_answers); i++) {
		if (!event_used(bad_answers[i].event, bad_answers[i].text))
			continue;
		peer_resets(sk, bad_answers[i].error);
		return;
	}
	prove_note(NULL, "SYN,ACK for socket %d", e->number);
	handshakes--;
	connected = e;
	set_state(sk, TCP_ESTABLISHED);
	sk->sk_state_change(sk);
}

static int packet_there(void *arg)
{
	return waiting > 0;
}

static void network(void *arg)
{
	struct endpoint *e;
	struct sock *sk;

	for (;;) {
		kernel_sleep(packet_there, NULL);
		e = waits[--waiting];
		sk = e->sock.sk;
		sock_hold(sk);
		lock(sk, CALLER);
		switch (sk->sk_state) {
		case TCP_SYN_SENT:
			answer_syn(e, sk);
			break;
		case TCP_FIN_WAIT1:
		case TCP_LAST_ACK:
			prove_note(NULL, "the last ACK for socket %d",
				   e->number);
			set_state(sk, TCP_CLOSE);
			sk->sk_state_change(sk);
			break;
		}
		unlock(sk);
		sock_put(sk);
	}
}

static int is_connected(void *arg)
{
	return connected && connected->sock.sk->sk_state == TCP_ESTABLISHED;
}

static void server_sends_fin(struct sock *sk)
{
	sk->sk_shutdown |= RCV_SHUTDOWN;
	set_state(sk, TCP_CLOSE_WAIT);
	sk->sk_state_change(sk);
}

/* The server ends connections, before or after it has answered requests. */
static void server_closes(void *arg)
{
	struct sock *sk;

	while (event_left("fin") || event_left("reset")) {
		kernel_sleep(is_connected, NULL);
		sk = connected->sock.sk;
		sock_hold(sk);
		lock(sk, CALLER);
		if (sk->sk_state == TCP_ESTABLISHED) {
			if (event_used("fin", "FIN of the server"))
				server_sends_fin(sk);
			else if (event_used("reset", "RST of the server"))
				peer_resets(sk, ECONNRESET);
		}
		unlock(sk);
		sock_put(sk);
		prove_yield();
	}
}

static int reply_there(void *arg)
{
	return is_connected(NULL) && rpc_awaits_answer();
}

static void server_replies(void *arg)
{
	struct sock *sk;

	prove_calm(prove_self(), 1);
	for (;;) {
		kernel_sleep(reply_there, NULL);
		sk = connected->sock.sk;
		sock_hold(sk);
		lock(sk, CALLER);
		if (sk->sk_state == TCP_ESTABLISHED)
			rpc_answer();
		unlock(sk);
		sock_put(sk);
	}
}

void network_init_threads(void)
{
	new_thread(network, NULL, "network", PROVE_EVENT);
	new_thread(server_replies, NULL, "server", PROVE_EVENT);
	if (event_left("fin") || event_left("reset"))
		new_thread(server_closes, NULL, "server", PROVE_EVENT);
}

void network_end(void)
{
	if (world.freed && alive)
		prove_fail("%d sockets are left after the transport was destroyed",
			   alive);
}

/* Sending. A request is known by where its buffer is. */

static int send_vecs(struct socket *sock, const struct kvec *vec, size_t n,
		     size_t size)
{
	struct endpoint *e = endpoint_of(sock);
	struct sock *sk = sock->sk;
	int state;
	size_t i;

	lock(sk, CALLER);
	state = sk->sk_state;
	unlock(sk);
	if (state == TCP_SYN_SENT)
		return -EAGAIN;
	if (state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT)
		return -EPIPE;
	for (i = 0; i < n; i++) {
		if (!request_arrived(vec[i].iov_base))
			continue;
		e->used = true;
		prove_note(CALLER, "sends a request on socket %d", e->number);
	}
	return size;
}

int fake_kernel_sendmsg(struct socket *sock, struct msghdr *msg,
			struct kvec *vec, size_t n, size_t size)
{
	return send_vecs(sock, vec, n, size);
}

void fake_iov_iter_kvec(struct iov_iter *i, unsigned int direction,
			const struct kvec *vec, unsigned long n, size_t count)
{
	this_thread()->vec = vec;
	this_thread()->vecs = n;
	i->count = count;
}

void fake_iov_iter_advance(struct iov_iter *i, size_t size)
{
	i->count -= size;
}

int fake_sock_sendmsg(struct socket *sock, struct msghdr *msg)
{
	return send_vecs(sock, this_thread()->vec, this_thread()->vecs,
			 msg->msg_iter.count);
}

/* Nothing is ever read by these: see rpc_answer(). */
int fake_sock_recvmsg(struct socket *sock, struct msghdr *msg, int flags)
{
	return -EAGAIN;
}

int fake_kernel_setsockopt(void)
{
	return 0;
}

int fake_kernel_bind(void)
{
	return 0;
}

int fake_kernel_getsockname(void)
{
	return 0;
}

/* As inet_shutdown(): the callback is called whatever the state is. */
int fake_kernel_sock_shutdown(struct socket *sock, int how)
{
	struct endpoint *e = endpoint_of(sock);
	struct sock *sk = sock->sk;

	may_sleep("kernel_sock_shutdown()");
	lock(sk, CALLER);
	prove_note(CALLER, "kernel_sock_shutdown(socket %d)", e->number);
	check_live(e);
	switch (sk->sk_state) {
	case TCP_SYN_SENT:
		/* No RST is sent: the server's SYN,ACK is still to come. */
		set_state(sk, TCP_CLOSE);
		sk->sk_err = ECONNRESET;
		sk->sk_error_report(sk);
		break;
	case TCP_ESTABLISHED:
		sk->sk_shutdown |= how + 1;
		set_state(sk, TCP_FIN_WAIT1);
		wait_for_peer(e);
		break;
	case TCP_CLOSE_WAIT:
		sk->sk_shutdown |= how + 1;
		set_state(sk, TCP_LAST_ACK);
		wait_for_peer(e);
		break;
	default:
		sk->sk_shutdown |= how + 1;
	}
	sk->sk_state_change(sk);
	unlock(sk);
	return 0;
}

void fake_sock_set_reuseport(struct sock *sk)
{
}

void fake_sock_set_keepalive(struct sock *sk)
{
}

void fake_tcp_sock_set_keepidle(struct sock *sk, int value)
{
}

void fake_tcp_sock_set_keepintvl(struct sock *sk, int value)
{
}

void fake_tcp_sock_set_keepcnt(struct sock *sk, int value)
{
}

void fake_tcp_sock_set_user_timeout(struct sock *sk, unsigned int value)
{
}

void fake_tcp_sock_set_nodelay(struct sock *sk)
{
}

void fake_tcp_sock_set_cork(struct sock *sk, bool on)
{
}
