// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of sunrpc, of the network, and of those who kill tasks and tear
 * transports down. After net/sunrpc/xprt.c and xprtsock.c of 4.1.6; what is
 * different elsewhere is in struct config.
 */
#include <stdio.h>
#include <string.h>

#include "connect_state.h"
#include "fake_run.h"

#define THREAD(n, t)	((struct thread *)((char *)(n) + ((char *)(t) - (char *)w)))

static const char *who(const struct world *w, const struct thread *t)
{
	static char name[24];

	if (t == &w->autoclose)
		return "xprt_autoclose";
	if (t == &w->destroy)
		return "xprt_destroy";
	snprintf(name, sizeof(name), "task %d", (int)(t - w->task) + 1);
	return name;
}

static unsigned int snd_of(const struct world *w, const struct thread *t)
{
	if (t < w->task || t >= w->task + MAX_TASKS)
		return SND_NONE;
	return SND_TASK0 + (t - w->task);
}

/*
 * Helpers: what sunrpc does in one critical section
 */

static void wake(struct thread *t)
{
	t->flags &= ~(F_QUEUED | F_WAITED | F_NATIVE);
	if (t->pc == T_ASLEEP)
		t->pc = T_CALL;
}

/* rpc_wake_up_queued_task() */
void wake_task(struct world *w, unsigned int i)
{
	wake(&w->task[i]);
}

/* xprt_wake_pending_tasks() */
void wake_pending(struct world *w)
{
	unsigned int i;

	for (i = 0; i < config->tasks; i++)
		wake(&w->task[i]);
}

/* xprt_clear_locked(), __xprt_lock_write_next() */
void release_write(struct world *w)
{
	unsigned int i;

	w->snd = SND_NONE;
	if (w->close_wait) {
		if (w->autoclose.pc == A_IDLE)
			w->autoclose.pc = C_OPS;
		return;
	}
	w->locked = false;
	for (i = 0; i < config->tasks; i++) {
		if (w->task[i].pc != T_SENDING)
			continue;
		w->locked = true;
		w->snd = SND_TASK0 + i;
		w->task[i].pc = T_CALL;
		return;
	}
}

static void force_disconnect(struct world *w)
{
	w->close_wait = true;
	if (!w->locked) {
		w->locked = true;
		w->snd = SND_NONE;
		if (w->autoclose.pc == A_IDLE)
			w->autoclose.pc = C_OPS;
	}
	wake_pending(w);
}

/* xs_sock_reset_connection_flags(), xprt_disconnect_done() */
static void disconnect_done(struct world *w)
{
	w->closing = false;
	w->close_wait = false;
	w->connected = false;
	wake_pending(w);
}

/* xs_tcp_state_change() behind its entry */
static void state_change(struct world *w, unsigned int sock)
{
	struct conn *sk = &w->socks[sock];

	if (!sk->attached)
		return;
	switch (sk->state) {
	case SK_ESTABLISHED:
		if (w->connected)
			break;
		w->connected = true;
		if (config->fault == FAULT_UPSTREAM) {
			sk->known = false;
			w->connecting = false;
		}
		wake_pending(w);
		break;
	case SK_FIN_WAIT:
		w->closing = true;
		w->connected = false;
		w->close_wait = false;
		break;
	case SK_CLOSE_WAIT:
		w->connected = false;
		force_disconnect(w);
		break;
	case SK_CLOSED:
		if (config->fault == FAULT_UPSTREAM && sk->known)
			w->connecting = false;
		sk->known = false;
		disconnect_done(w);
		break;
	}
}

static void detach(struct world *n, struct thread *t)
{
	t->sock = n->sock;
	if (n->sock == NO_SOCK)
		return;
	n->socks[n->sock].attached = false;
	n->sock = NO_SOCK;
	n->closing = false;
	n->close_wait = false;
}

static void release_sock(struct world *n, struct thread *t)
{
	if (t->sock != NO_SOCK && config->release_late)
		n->socks[t->sock].late = true;
	else if (t->sock != NO_SOCK)
		n->socks[t->sock].state = SK_CLOSED;
	t->sock = NO_SOCK;
}

/* sock_release() waits for a softirq that has the socket. */
static bool sock_busy(const struct world *w, unsigned int sock)
{
	return sock != NO_SOCK && w->softirq.pc != N_IDLE &&
	       w->softirq.sock == sock;
}

static bool worker_in_connect(const struct world *w)
{
	unsigned int i;

	for (i = 0; i < MAX_WORKERS; i++)
		if (w->worker[i].pc == W_CONNECT || w->worker[i].pc == W_SYN)
			return true;
	return false;
}

static bool can_miss(const struct world *w, enum probe probe)
{
	return w->misses && probe_armed(w, probe);
}

static void miss(struct world *n, enum probe probe)
{
	n->misses--;
	n->missed = MISSED_A_HIT;
	fake_miss(n, probe);
}

/*
 * A probe is hit, or missed, or its handler goes on. What missed means to a
 * thread that is in its handler already: nothing.
 */
static enum ran hit(struct world *n, struct thread *t, enum probe probe,
		    unsigned int sock, bool missed)
{
	if (!missed)
		return probe_hit(n, t, probe, sock);
	if (t->cont)
		return RAN_BLOCKED;
	miss(n, probe);
	return RAN_DONE;
}

/*
 * ops->close()
 */

static void close_done(struct world *n, struct thread *t)
{
	t->pc = t == &n->autoclose ? A_CLEAR : T_CONNECTED;
}

static void close_steps(const struct world *w, const struct thread *t)
{
	const char *name = who(w, t);
	struct world next = *w, *n = &next;
	struct thread *u = THREAD(n, t);
	unsigned int missed;
	enum ran ran;

	switch (t->pc) {
	case C_OPS:
		u->pc = config->close_resets ? C_DETACH : C_SHUTDOWN;
		found_step(n, false, "%s: calls ops->close()", name);
		break;
	case C_SHUTDOWN:
		if (w->sock == NO_SOCK) {
			close_done(n, u);
			found_step(n, false, "%s: xs_tcp_shutdown(): no socket",
				   name);
			break;
		}
		if (w->softirq.pc != N_IDLE || worker_in_connect(w))
			break;
		u->sock = w->sock;
		switch (w->socks[w->sock].state) {
		case SK_ESTABLISHED:
		case SK_CLOSE_WAIT:
			n->socks[w->sock].state = SK_FIN_WAIT;
			break;
		case SK_SYN_SENT:
		case SK_SYN_RECV:
			n->socks[w->sock].state = SK_CLOSED;
			break;
		}
		u->pc = C_CALLBACK;
		/* The socket lock is held up to the end of the callback. */
		n->softirq.pc = N_CALLBACK;
		n->softirq.sock = w->sock;
		found_step(n, false, "%s: xs_tcp_shutdown(): the socket is closed",
			   name);
		break;
	case C_CALLBACK:
		for (missed = 0; missed <= can_miss(w, P_STATE_CHANGE); missed++) {
			next = *w;
			ran = hit(n, &n->softirq, P_STATE_CHANGE, u->sock, missed);
			if (ran == RAN_DONE) {
				u->pc = C_CALLBACK_NATIVE;
				n->softirq.pc = N_CALLBACK_NATIVE;
			}
			if (ran != RAN_BLOCKED)
				found_step(n, missed, "%s: xs_tcp_state_change() entered%s%s",
					   name, missed ? ", the probe is missed" : "",
					   module_changes(w, n));
		}
		break;
	case C_CALLBACK_NATIVE:
		state_change(n, u->sock);
		n->softirq.pc = N_IDLE;
		n->softirq.sock = NO_SOCK;
		u->sock = NO_SOCK;
		close_done(n, u);
		found_step(n, false, "%s: xs_tcp_state_change() notes the close",
			   name);
		break;
	case C_DETACH:
		detach(n, u);
		u->pc = C_RELEASE_SOCK;
		found_step(n, false, "%s: xs_close(): takes the callbacks off",
			   name);
		break;
	case C_RELEASE_SOCK:
		if (sock_busy(w, t->sock) || worker_in_connect(w))
			break;
		release_sock(n, u);
		u->pc = C_DISCONNECT_DONE;
		found_step(n, false, "%s: xs_close(): closes the socket", name);
		break;
	case C_DISCONNECT_DONE:
		n->connected = false;
		wake_pending(n);
		close_done(n, u);
		found_step(n, false, "%s: xs_close(): xprt_disconnect_done()",
			   name);
		break;
	}
}

/*
 * A task: call_connect(), xprt_connect(), xs_connect()
 */

/* What a connect does to the transport's socket is what all this is about. */
static void check_connect(struct world *n, const struct thread *t)
{
	const struct conn *sk = &n->socks[n->sock];

	if (n->sock == NO_SOCK || n->bug || config->storm)
		return;
	if (config->fault == FAULT_NO_MODULE || config->fault == FAULT_UPSTREAM ||
	    (module_enforces(n) && sk->known && !n->foreign &&
	     !(t->flags & F_OBSERVED))) {
		if (in_handshake(sk))
			n->bug = BUG_P1;
		else if (sk->state == SK_ESTABLISHED)
			n->bug = BUG_P4;
	}
	if (in_handshake(sk) && t->flags & F_WAITED)
		n->bug = BUG_P5_STORM;
}

/*
 * sunrpc by itself can leave a task to its timeout: one that gets XPRT_LOCKED
 * from xprt_unlock_connect() and sees XPRT_CONNECTING before the worker clears
 * it. That may happen again when the module is out of the way, or did not see
 * kernel_connect(), or the socket is gone and will never have an event; and not
 * otherwise.
 */
static bool behind_worker(const struct world *w)
{
	unsigned int i;

	if (module_enforces(w) && !w->disarmed && !config->unload &&
	    !config->switches && w->sock != NO_SOCK && w->socks[w->sock].known)
		return false;
	if (view_of(w)->state == CONNECT_HELD)
		return false;
	for (i = 0; i < MAX_WORKERS; i++)
		if (w->worker[i].pc == W_CLEAR)
			return true;
	return false;
}

static void task_step(const struct world *w, const struct thread *t)
{
	const unsigned int me = snd_of(w, t);
	const char *name = who(w, t);
	struct world next = *w, *n = &next;
	struct thread *u = THREAD(n, t);
	unsigned int missed;
	enum ran ran;

	switch (t->pc) {
	case T_NEW:
		u->pc = T_CALL;
		found_step(n, false, "%s: has a request to send", name);
		break;
	case T_CALL:
		if (!w->connected) {
			u->pc = T_ENTER;
			found_step(n, false, "%s: call_connect(): not connected",
				   name);
			break;
		}
		/* xprt_transmit(), with XPRT_LOCKED */
		if (w->locked && w->snd != me) {
			u->pc = T_SENDING;
			found_step(n, false, "%s: connected, waits for XPRT_LOCKED",
				   name);
			break;
		}
		u->pc = T_DONE;
		u->flags = 0;
		n->locked = true;
		release_write(n);
		found_step(n, false, "%s: connected, sends its request", name);
		break;
	case T_ENTER:
		for (missed = 0; missed <= can_miss(w, P_XPRT_CONNECT); missed++) {
			next = *w;
			ran = hit(n, u, P_XPRT_CONNECT, NO_SOCK, missed);
			if (ran == RAN_DONE)
				u->pc = T_LOCK;
			if (ran != RAN_BLOCKED)
				found_step(n, missed, "%s: enters xprt_connect()%s%s",
					   name, missed ? ", the probe is missed" : "",
					   module_changes(w, n));
		}
		break;
	case T_LOCK:
		if (w->locked && w->snd != me) {
			u->pc = T_SENDING;
			found_step(n, false, "%s: XPRT_LOCKED is taken, sleeps on xprt->sending",
				   name);
			break;
		}
		n->locked = true;
		n->snd = me;
		u->pc = T_CLOSE_WAIT;
		found_step(n, false, "%s: takes XPRT_LOCKED", name);
		break;
	case T_CLOSE_WAIT:
		n->close_wait = false;
		u->pc = w->close_wait ? C_OPS : T_CONNECTED;
		found_step(n, false, "%s: XPRT_CLOSE_WAIT is %s", name,
			   w->close_wait ? "set" : "clear");
		break;
	case T_CONNECTED:
		u->pc = w->connected ? T_RELEASE : T_SLEEP;
		found_step(n, false, "%s: XPRT_CONNECTED is %s", name,
			   w->connected ? "set" : "clear");
		break;
	case T_SLEEP:
		u->flags |= F_QUEUED;
		u->pc = T_CLOSING;
		found_step(n, false, "%s: rpc_sleep_on(&xprt->pending)", name);
		break;
	case T_CLOSING:
		u->pc = w->closing ? T_RETURN : T_CONNECTING;
		found_step(n, false, "%s: XPRT_CLOSING is %s", name,
			   w->closing ? "set, keeps XPRT_LOCKED" : "clear");
		break;
	case T_CONNECTING:
		if (w->connecting) {
			u->pc = T_RETURN;
			if (behind_worker(w))
				u->flags |= F_NATIVE;
			found_step(n, false, "%s: XPRT_CONNECTING is set, keeps XPRT_LOCKED",
				   name);
			break;
		}
		n->connecting = true;
		u->pc = T_OPS;
		found_step(n, false, "%s: XPRT_CONNECTING was clear, sets it", name);
		break;
	case T_OPS:
		if ((config->breaker || config->fault == FAULT_UPSTREAM) &&
		    w->connected) {
			n->connecting = false;
			wake(u);
			u->pc = T_RELEASE;
			found_step(n, false, "%s: race breaker: connected", name);
			break;
		}
		u->pc = w->gated ? T_GATE : T_LOCK_CONNECT;
		found_step(n, false, "%s: loads ops->connect, %s", name,
			   w->gated ? "the gate's" : "sunrpc's own");
		break;
	case T_GATE:
		if (!t->cont) {
			u->flags &= ~F_OBSERVED;
			if (!module_enforces(w))
				u->flags |= F_OBSERVED;
		}
		ran = gate_run(n, u, CALL_CONNECT);
		if (ran == RAN_BLOCKED)
			break;
		if (ran == RAN_CONNECT) {
			u->pc = T_LOCK_CONNECT;
			if (module_enforces(w) && !n->connecting && !n->bug)
				n->bug = BUG_P2_NATIVE;
		} else if (ran == RAN_DONE) {
			u->pc = T_RELEASE;
		}
		found_step(n, false, "%s: gate_connect()%s%s%s", name,
			   ran == RAN_CONNECT ? ": go on to sunrpc's own" :
			   ran == RAN_DONE ? " returns" : "",
			   t->flags & F_QUEUED && !(u->flags & F_QUEUED) ?
			   ": wakes the task" : "", module_changes(w, n));
		break;
	case T_LOCK_CONNECT:
		n->snd = SND_CONNECT;
		u->pc = T_DETACH;
		found_step(n, false, "%s: xs_connect(): XPRT_LOCKED is the worker's",
			   name);
		break;
	case T_DETACH:
		check_connect(n, u);
		u->flags &= ~F_OBSERVED;
		detach(n, u);
		u->pc = T_RELEASE_SOCK;
		found_step(n, false, "%s: xs_connect(): takes the callbacks off %s",
			   name,
			   w->sock == NO_SOCK ? "no socket" :
			   in_handshake(&w->socks[w->sock]) ?
				"a socket in SYN_SENT" :
			   w->socks[w->sock].state == SK_ESTABLISHED ?
				"an ESTABLISHED socket" : "a closed socket");
		break;
	case T_RELEASE_SOCK:
		if (sock_busy(w, t->sock) || worker_in_connect(w))
			break;
		release_sock(n, u);
		u->pc = T_QUEUE;
		found_step(n, false, "%s: xs_connect(): closes the socket", name);
		break;
	case T_QUEUE:
		n->work_queued = true;
		u->pc = t->cont ? T_GATE : T_RELEASE;
		found_step(n, false, "%s: xs_connect(): queues xs_tcp_setup_socket()",
			   name);
		break;
	case T_RELEASE:
		if (w->snd == me)
			release_write(n);
		u->pc = T_RETURN;
		found_step(n, false, "%s: xprt_release_write()%s", name,
			   w->snd == me ? ": XPRT_LOCKED is free" : "");
		break;
	case T_RETURN:
		u->pc = t->flags & F_QUEUED ? T_ASLEEP : T_CALL;
		found_step(n, false, "%s: leaves xprt_connect(), %s", name,
			   t->flags & F_QUEUED ? "asleep" : "was woken meanwhile");
		break;
	case T_ASLEEP:
		/* rq_timeout, a minute: XPRT_LOCKED is kept */
		u->flags = 0;
		u->pc = T_CALL;
		found_step(n, !(t->flags & F_NATIVE),
			   "%s: times out on xprt->pending", name);
		break;
	case T_SENDING:
	case T_DONE:
		break;
	default:
		close_steps(w, t);
		break;
	}

	/* umount -f, a signal: wakes it wherever it sleeps */
	if (w->kills && (t->pc == T_ASLEEP || t->pc == T_SENDING ||
			 t->pc == T_CALL || t->pc == T_NEW)) {
		next = *w;
		n->kills--;
		u->pc = T_DONE;
		u->flags = 0;
		if (w->snd == me)
			release_write(n);
		found_step(n, STEP_SLOW, "%s: is killed", name);
	}
}

/*
 * xprt_autoclose()
 */

static void autoclose_step(const struct world *w)
{
	struct world next = *w, *n = &next;

	switch (w->autoclose.pc) {
	case A_IDLE:
		break;
	case A_CLEAR:
		n->close_wait = false;
		n->autoclose.pc = A_RELEASE;
		found_step(n, false, "xprt_autoclose: clears XPRT_CLOSE_WAIT");
		break;
	case A_RELEASE:
		n->autoclose.pc = A_IDLE;
		if (w->snd == SND_NONE)
			release_write(n);
		found_step(n, false, "xprt_autoclose: xprt_release_write()");
		break;
	default:
		close_steps(w, &w->autoclose);
		break;
	}

	/* xprt_init_autodisconnect() */
	if (w->idles && !w->locked && !w->freed && w->destroy.pc == D_IDLE) {
		next = *w;
		n->idles--;
		n->locked = true;
		n->snd = SND_NONE;
		n->close_wait = true;
		if (w->autoclose.pc == A_IDLE)
			n->autoclose.pc = C_OPS;
		found_step(n, STEP_SLOW, "the idle timer closes the connection");
	}
}

/*
 * The connect worker: xs_tcp_setup_socket()
 */

static unsigned int new_sock(struct world *n)
{
	unsigned int i;

	for (i = 1; i < MAX_SOCKS; i++) {
		if (n->socks[i].used)
			continue;
		n->socks[i].used = true;
		n->socks[i].state = SK_CLOSED;
		n->socks[i].attached = true;
		n->socks[i].known = false;
		n->socks[i].late = false;
		return i;
	}
	n->bug = BUG_MODEL;
	return NO_SOCK;
}

static bool worker_may_start(const struct world *w, unsigned int i)
{
	if (w->worker[i].pc != W_IDLE)
		return false;
	if (i > 0)
		return config->two_workers && w->worker[0].pc != W_IDLE;
	return config->two_workers || w->worker[1].pc == W_IDLE;
}

static void worker_step(const struct world *w, unsigned int i)
{
	struct world next = *w, *n = &next;
	struct thread *u = &n->worker[i];
	unsigned int missed;
	bool failed = w->worker[i].flags & F_FAILED;
	enum ran ran;
	char name[24];

	snprintf(name, sizeof(name), "worker%s", i ? " 2" : "");
	switch (w->worker[i].pc) {
	case W_IDLE:
		if (!w->work_queued || !worker_may_start(w, i))
			break;
		for (missed = 0; missed <= can_miss(w, P_WORKER); missed++) {
			next = *w;
			n->work_queued = false;
			u->pc = W_ENTER;
			u->flags = 0;
			if (missed) {
				miss(n, P_WORKER);
				u->flags = F_RETURN_MISSED;
			}
			/* Armed later than this, its return is not seen. */
			if (!probe_armed(w, P_WORKER))
				u->flags = F_RETURN_MISSED;
			found_step(n, missed, "%s: xs_tcp_setup_socket() starts%s",
				   name, missed ? ", its return probe is missed" : "");
		}
		break;
	case W_ENTER:
		n->sock = new_sock(n);
		n->connected = false;
		u->sock = n->sock;
		u->pc = W_CONNECT;
		found_step(n, false, "%s: makes a socket", name);
		break;
	case W_CONNECT:
		for (missed = 0; missed <= can_miss(w, P_CONNECT); missed++) {
			next = *w;
			/* XPRT_SOCK_CONNECTING */
			if (config->fault == FAULT_UPSTREAM)
				n->socks[u->sock].known = true;
			ran = hit(n, u, P_CONNECT, u->sock, missed);
			if (ran == RAN_DONE)
				u->pc = W_SYN;
			if (ran != RAN_BLOCKED)
				found_step(n, missed, "%s: enters kernel_connect()%s%s",
					   name, missed ? ", the probe is missed" : "",
					   module_changes(w, n));
		}
		break;
	case W_SYN:
		n->socks[u->sock].state = SK_SYN_SENT;
		u->pc = config->clear_first && config->fault != FAULT_UPSTREAM ?
			W_CLEAR : W_UNLOCK;
		u->sock = NO_SOCK;
		found_step(n, false, "%s: the SYN is sent, -EINPROGRESS", name);
		if (w->refusals) {
			next = *w;
			n->refusals--;
			u->flags |= F_FAILED;
			u->sock = NO_SOCK;
			u->pc = W_FAILED;
			found_step(n, STEP_SLOW, "%s: kernel_connect() fails at once",
				   name);
		}
		break;
	case W_FAILED:
		force_disconnect(n);
		u->pc = config->clear_first ? W_CLEAR : W_UNLOCK;
		found_step(n, false, "%s: xs_tcp_force_close()", name);
		break;
	case W_UNLOCK:
		if (w->locked && w->snd == SND_CONNECT)
			release_write(n);
		if (config->clear_first)
			u->pc = failed ? W_WAKE : W_RETURN;
		else
			u->pc = W_CLEAR;
		if (config->fault == FAULT_UPSTREAM && !failed)
			u->pc = W_IDLE;
		found_step(n, false, "%s: xprt_unlock_connect()", name);
		break;
	case W_CLEAR:
		n->connecting = false;
		if (config->clear_first)
			u->pc = W_UNLOCK;
		else
			u->pc = failed ? W_WAKE : W_RETURN;
		found_step(n, false, "%s: xprt_clear_connecting()", name);
		break;
	case W_WAKE:
		wake_pending(n);
		u->pc = W_RETURN;
		found_step(n, false, "%s: xprt_wake_pending_tasks()", name);
		break;
	case W_RETURN:
		ran = RAN_DONE;
		if (!(u->flags & F_RETURN_MISSED))
			ran = probe_hit(n, u, P_WORKER, NO_SOCK);
		if (ran == RAN_BLOCKED)
			break;
		if (ran == RAN_DONE) {
			u->pc = W_IDLE;
			u->flags = 0;
		}
		found_step(n, false, "%s: xs_tcp_setup_socket() returns%s", name,
			   module_changes(w, n));
		break;
	}
}

/*
 * The network
 */

static void network_starts(const struct world *w)
{
	const struct conn *sk = &w->socks[w->sock];
	struct world next = *w, *n = &next;
	unsigned int i;

	/* One that is being released may still answer, to nobody. */
	for (i = 1; i < MAX_SOCKS; i++) {
		if (!w->socks[i].used || w->socks[i].attached)
			continue;
		if (w->socks[i].state == SK_SYN_SENT) {
			next = *w;
			n->socks[i].state = SK_ESTABLISHED;
			found_step(n, false, "network: SYN-ACK for a socket that is being released");
		}
		if (w->socks[i].late) {
			next = *w;
			n->socks[i].late = false;
			n->socks[i].state = SK_CLOSED;
			found_step(n, false, "delayed fput(): the old socket is closed");
		}
	}

	if (w->sock == NO_SOCK)
		return;
	if (sk->state == SK_SYN_SENT && w->crossings) {
		next = *w;
		n->crossings--;
		n->socks[w->sock].state = SK_SYN_RECV;
		found_step(n, false, "network: SYN, the socket is in SYN_RECV");
	}
	next = *w;
	n->softirq.sock = w->sock;
	switch (sk->state) {
	case SK_SYN_SENT:
	case SK_SYN_RECV:
		n->softirq.pc = N_CALLBACK;
		n->socks[w->sock].state = SK_ESTABLISHED;
		found_step(n, false, "network: SYN-ACK, the socket is ESTABLISHED");
		if (!w->refusals)
			break;
		next = *w;
		n->softirq.sock = w->sock;
		n->refusals--;
		n->softirq.pc = N_ERROR;
		found_step(n, STEP_SLOW, "network: RST for the SYN, or it timed out");
		break;
	case SK_ESTABLISHED:
		if (!w->losses)
			break;
		n->losses--;
		n->softirq.pc = N_CALLBACK;
		n->socks[w->sock].state = SK_CLOSE_WAIT;
		found_step(n, STEP_SLOW, "network: FIN from the server");
		next = *w;
		n->softirq.sock = w->sock;
		n->losses--;
		n->softirq.pc = N_ERROR;
		found_step(n, STEP_SLOW, "network: RST from the server");
		break;
	case SK_FIN_WAIT:
		n->softirq.pc = N_CALLBACK;
		n->socks[w->sock].state = SK_CLOSED;
		found_step(n, false, "network: the socket is closed for good");
		break;
	}
}

static void network_step(const struct world *w)
{
	struct world next = *w, *n = &next;
	const unsigned int sock = w->softirq.sock;
	unsigned int missed;
	enum ran ran;

	/* xs_tcp_shutdown() runs the callback itself. */
	if (w->autoclose.pc == C_CALLBACK ||
	    w->autoclose.pc == C_CALLBACK_NATIVE)
		return;
	for (missed = 0; missed < config->tasks; missed++)
		if (w->task[missed].pc == C_CALLBACK ||
		    w->task[missed].pc == C_CALLBACK_NATIVE)
			return;

	switch (w->softirq.pc) {
	case N_IDLE:
		network_starts(w);
		break;
	case N_ERROR:
		if (w->socks[sock].attached)
			wake_pending(n);
		n->socks[sock].state = SK_CLOSED;
		n->softirq.pc = N_CALLBACK;
		found_step(n, false, "network: xs_error_report() wakes all, the socket is CLOSED");
		break;
	case N_CALLBACK:
		for (missed = 0; missed <= can_miss(w, P_STATE_CHANGE); missed++) {
			next = *w;
			ran = hit(n, &n->softirq, P_STATE_CHANGE, sock, missed);
			if (ran == RAN_DONE)
				n->softirq.pc = N_CALLBACK_NATIVE;
			if (ran != RAN_BLOCKED)
				found_step(n, missed, "network: xs_tcp_state_change() entered%s%s",
					   missed ? ", the probe is missed" : "",
					   module_changes(w, n));
		}
		break;
	case N_CALLBACK_NATIVE:
		state_change(n, sock);
		n->softirq.pc = N_IDLE;
		n->softirq.sock = NO_SOCK;
		found_step(n, false, "network: xs_tcp_state_change() marks it, wakes all");
		break;
	}
}

/*
 * xprt_destroy(): nobody has a reference any more. Whether that waits for
 * XPRT_LOCKED, and whether xs_destroy() cancels the worker, is different from
 * tree to tree.
 */

static bool tasks_are_done(const struct world *w)
{
	unsigned int i;

	for (i = 0; i < config->tasks; i++)
		if (w->task[i].pc != T_DONE)
			return false;
	return true;
}

static bool worker_runs(const struct world *w, bool returning)
{
	unsigned int i;

	for (i = 0; i < MAX_WORKERS; i++)
		if (w->worker[i].pc != W_IDLE &&
		    (returning || w->worker[i].pc != W_RETURN))
			return true;
	return false;
}

/*
 * sunrpc itself is going to use the transport after it is freed: 4.0 and 4.1
 * can. What the module does then says nothing of it, this way is not followed.
 */
static bool native_is_hurt(const struct world *w)
{
	return w->work_queued || worker_runs(w, false) || w->sock != NO_SOCK ||
	       w->autoclose.pc != A_IDLE;
}

/* Another transport, at the same address. */
static void live_again(struct world *n)
{
	unsigned int i;

	n->freed = false;
	n->lives--;
	n->locked = false;
	n->snd = SND_NONE;
	n->connected = false;
	n->connecting = false;
	n->close_wait = false;
	n->closing = false;
	n->gated = false;
	n->foreign = config->foreign;
	n->destroy.pc = D_IDLE;
	for (i = 0; i < config->tasks; i++)
		n->task[i].pc = T_NEW;
}

static void destroy_step(const struct world *w)
{
	struct world next = *w, *n = &next;
	enum ran ran;

	switch (w->destroy.pc) {
	case D_IDLE:
		if (!config->destroy || !tasks_are_done(w))
			break;
		n->destroy.pc = D_WAIT;
		found_step(n, STEP_SLOW, "xprt_put: the last reference is gone");
		break;
	case D_WAIT:
		if ((config->destroy_waits && w->locked) ||
		    w->autoclose.pc != A_IDLE)
			break;
		if (config->destroy_waits)
			n->locked = true;
		n->destroy.pc = D_OPS;
		found_step(n, false, "xprt_destroy: goes on%s",
			   config->destroy_waits ? ", takes XPRT_LOCKED" : "");
		break;
	case D_OPS:
		n->destroy.pc = w->gated ? D_GATE : D_CANCEL;
		/* Which methods are sunrpc's is known by the first transport. */
		if (config->foreign && !w->gated)
			n->lives = 0;
		found_step(n, false, "xprt_destroy: loads ops->destroy, %s",
			   w->gated ? "the gate's" : "sunrpc's own");
		break;
	case D_GATE:
		ran = gate_run(n, &n->destroy, CALL_DESTROY);
		if (ran == RAN_BLOCKED)
			break;
		if (ran == RAN_DESTROY)
			n->destroy.pc = D_CANCEL;
		else if (ran == RAN_DONE)
			n->destroy.pc = D_FREED;
		found_step(n, false, "xprt_destroy: in gate_destroy()%s",
			   module_changes(w, n));
		break;
	case D_CANCEL:
		if (config->destroy_cancels) {
			if (worker_runs(w, true))
				break;
			n->work_queued = false;
		}
		n->destroy.pc = C_DETACH;
		found_step(n, false, "xprt_destroy: xs_destroy()%s",
			   config->destroy_cancels ? ": cancels the worker" : "");
		break;
	case C_DETACH:
		detach(n, &n->destroy);
		n->destroy.pc = C_RELEASE_SOCK;
		found_step(n, false, "xprt_destroy: xs_close(): takes the callbacks off");
		break;
	case C_RELEASE_SOCK:
		if (sock_busy(w, w->destroy.sock) || worker_in_connect(w) ||
		    native_is_hurt(w))
			break;
		release_sock(n, &n->destroy);
		n->connected = false;
		n->freed = true;
		n->destroy.pc = w->destroy.cont ? D_GATE : D_FREED;
		found_step(n, false, "xprt_destroy: closes the socket, frees the transport");
		break;
	case D_FREED:
		if (!w->lives || w->softirq.pc != N_IDLE || worker_runs(w, true))
			break;
		live_again(n);
		found_step(n, STEP_SLOW, "another transport at the same address");
		break;
	}
}

/*
 * Sockets and methods that are none of the module's business. It must not even
 * notice.
 */
static void others_step(const struct world *w)
{
	static const char *const names[] = {
		[CALL_ALIEN_CONNECT] = "a server's socket connects",
		[CALL_ALIEN_CALLBACK] = "a socket that the transport no longer uses is closed",
		[CALL_DISSOLVE] = "kernel_connect() with AF_UNSPEC",
	};
	struct world next = *w, *n = &next;
	unsigned int kind;

	if (config->overlay && w->gated && !w->foreign &&
	    w->destroy.pc == D_IDLE && !(w->worker[0].flags & F_HANDLER)) {
		n->gated = false;
		n->foreign = true;
		found_step(n, STEP_SLOW, "another module replaces the methods");
	}
	if (!config->others || w->freed)
		return;
	for (kind = CALL_ALIEN_CONNECT; kind <= CALL_DISSOLVE; kind++) {
		next = *w;
		if (kind == CALL_DISSOLVE && w->sock == NO_SOCK)
			continue;
		if (!others_call(n, kind))
			continue;
		if (!n->bug && memcmp(n, w, sizeof(*n)))
			n->bug = BUG_ALIEN;
		found_step(n, false, "%s", names[kind]);
	}
}

void native_init(struct world *w)
{
	unsigned int i;

	w->softirq.pc = N_IDLE;
	w->autoclose.pc = A_IDLE;
	w->destroy.pc = D_IDLE;
	for (i = 0; i < MAX_WORKERS; i++)
		w->worker[i].pc = W_IDLE;
	for (i = 0; i < MAX_TASKS; i++)
		w->task[i].pc = i < config->tasks ? T_NEW : T_DONE;
	w->refusals = config->refusals;
	w->crossings = config->crossings;
	w->lives = config->lives;
	w->losses = config->losses;
	w->kills = config->kills;
	w->idles = config->idles;
	w->misses = config->misses;
	w->switches = config->switches;
}

void native_steps(const struct world *w)
{
	unsigned int i;

	mover = 0;
	for (i = 0; i < config->tasks; i++, mover++)
		task_step(w, &w->task[i]);
	for (i = 0; i < MAX_WORKERS; i++, mover++)
		worker_step(w, i);
	autoclose_step(w);
	mover++;
	network_step(w);
	mover++;
	destroy_step(w);
	others_step(w);
	mover++;
}
