// SPDX-License-Identifier: GPL-2.0
/*
 * attempt - one event applied to one transport
 *
 * The only place that reads the socket and changes XPRT_CONNECTING, always
 * under the table's lock: whoever holds an attempt's entry there holds its
 * token. The native code knows nothing of that lock; why its own changes of
 * the bit do no harm is said in connect_state.c.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "attempt.h"
#include "compat.h"
#include "gate.h"
#include "inflight.h"
#include "probes.h"
#include "report.h"

/* All under the table's lock. */
static bool enforcing;
static bool holding;
static bool adopting;

/**
 * attempt_init - start to take events
 * @enforce: change what sunrpc does, or only count
 * @hold: keep XPRT_CONNECTING set, or use the gate alone
 *
 * Context: process; before the probes are armed.
 */
void attempt_init(bool enforce, bool hold)
{
	unsigned long flags = inflight_lock();

	enforcing = enforce;
	holding = hold;
	adopting = true;
	inflight_unlock(flags);
}

/**
 * attempt_stop - let sunrpc go its own way for good
 *
 * No transport is adopted and no hold is taken any more. Those that are held
 * are still held: see hold_release_all().
 *
 * Context: process.
 */
void attempt_stop(void)
{
	unsigned long flags = inflight_lock();

	adopting = false;
	enforcing = false;
	inflight_unlock(flags);
}

/**
 * attempt_enforce - switch between enforcing and observing
 * @enforce: the new mode
 *
 * As with attempt_stop(), what is held stays so.
 *
 * Context: any.
 */
void attempt_enforce(bool enforce)
{
	unsigned long flags = inflight_lock();

	enforcing = enforce;
	inflight_unlock(flags);
}

/**
 * attempt_enforcing - the mode
 *
 * Context: any.
 * Return: true: enforce, false: observe.
 */
bool attempt_enforcing(void)
{
	return READ_ONCE(enforcing);
}

static enum connect_sock attempt_socket(struct sock *sk)
{
	if (!sk)
		return CONNECT_SK_CLOSED;

	switch (READ_ONCE(sk->sk_state)) {
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return CONNECT_SK_HANDSHAKE;
	case TCP_ESTABLISHED:
		return CONNECT_SK_ESTABLISHED;
	default:
		return CONNECT_SK_CLOSED;
	}
}

/*
 * However long it takes the connect worker to send its SYN, that is not the
 * end of the attempt.
 */
static bool attempt_expired(const struct inflight *entry)
{
	return time_after(jiffies, entry->since + HZ) &&
	       !(entry->state == CONNECT_STARTED && entry->worker);
}

/**
 * attempt_event - apply an event to a transport
 * @entry: the transport
 * @event: what happened
 *
 * Changes XPRT_CONNECTING as connect_state demands and counts. What must not
 * be done under the lock is left to the caller: CONNECT_DO_NATIVE,
 * CONNECT_DO_WAKE, and putting the socket (attempt_take_socket()); or to the
 * settle timer: waking who sleeps behind a hold that has outlived its socket.
 *
 * Context: under inflight_lock(); the transport is alive, which it is as long
 * as the entry is in the table, since ops->destroy() removes it first.
 * Return: CONNECT_DO_* and CONNECT_IS_* bits.
 */
unsigned int attempt_event(struct inflight *entry, enum connect_event event)
{
	const struct connect_view view = {
		.sk = attempt_socket(entry->sk),
		.connected = xprt_connected(entry->xprt),
		.enforce = enforcing,
		.may_hold = enforcing && holding &&
			    entry->missed == probes_missed(),
		.expired = attempt_expired(entry),
	};
	enum connect_state old = entry->state;
	unsigned int out;

	out = connect_state_next(&entry->state, event, &view);
	if (entry->state != old)
		entry->since = jiffies;

	if (out & CONNECT_DO_SET)
		set_bit(XPRT_CONNECTING, &entry->xprt->state);
	if (out & CONNECT_DO_CLEAR)
		xprt_clear_connecting(entry->xprt);
	if (out & CONNECT_IS_STALE)
		entry->wake = true;

	report_attempt(entry, out);
	return out;
}

/**
 * attempt_begin - a transport starts to connect
 * @xprt: the transport
 * @sk: its new socket, for which kernel_connect() was entered
 *
 * Adopts the transport if that has not been done. If it cannot be, or there is
 * no room, the transport stays as sunrpc made it, and that is counted.
 *
 * Context: probe handler in the connect worker (process), XPRT_LOCKED held.
 * Return: true if the attempt is known now.
 */
bool attempt_begin(struct rpc_xprt *xprt, struct sock *sk)
{
	unsigned long flags = inflight_lock();
	struct inflight *entry;
	bool known = false;

	if (!adopting)
		goto out;

	entry = gate_adopt(xprt);
	if (!entry)
		goto out;

	/*
	 * The reference on the last socket is given back by the gate, before
	 * a new one can exist, or by the settle timer. If something has come
	 * here past the gate it cannot be done now: a probe handler is no
	 * place for what may be the last put.
	 */
	if (entry->sk && entry->sk != sk) {
		report_count(REPORT_POOL_EXHAUSTED);
		goto out;
	}

	if (!entry->sk) {
		sock_hold(sk);
		entry->sk = sk;
	}
	entry->missed = probes_missed();
	memcpy(&entry->peer, &xprt->addr, sizeof(entry->peer));
	inflight_await_worker(entry, current);
	attempt_event(entry, CONNECT_BEGIN);
	known = true;
out:
	inflight_unlock(flags);
	return known;
}

/**
 * attempt_take_socket - take back the socket of an attempt that is over
 * @entry: the transport
 *
 * Context: under inflight_lock().
 * Return: a socket to be put once the lock is dropped, never in a probe
 * handler; or NULL.
 */
struct sock *attempt_take_socket(struct inflight *entry)
{
	struct sock *sk = entry->sk;

	if (entry->state != CONNECT_IDLE)
		return NULL;
	entry->sk = NULL;
	return sk;
}
