// SPDX-License-Identifier: GPL-2.0
/*
 * attempt - one event applied to one transport
 *
 * The only place that reads the socket and changes XPRT_CONNECTING, always
 * under the table's lock: the holder of an attempt's entry there holds its
 * token. The native code knows nothing of that lock; connect_state.c has the
 * reason why its own changes of the bit do no harm.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "attempt.h"
#include "compat.h"
#include "hooks.h"
#include "inflight.h"
#include "report.h"

/* All under the table's lock. */
static bool enforcing;
static bool holding;

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
	inflight_unlock(flags);
}

/**
 * attempt_enforce - switch between enforcing and observing
 * @enforce: the new mode
 *
 * Without it no new hold is taken. What is held stays so: see
 * settle_release_all().
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

/*
 * A socket that xs_reset_transport() took off its transport may still be in
 * any state, and nobody will hear of its end: it is as good as closed.
 */
static enum connect_sock attempt_socket(const struct inflight *entry)
{
	struct sock *sk = entry->sk;

	if (!sk || READ_ONCE(sk->sk_user_data) != entry->xprt)
		return CONNECT_SK_CLOSED;

	switch (compat_sk_state(sk)) {
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return CONNECT_SK_HANDSHAKE;
	case TCP_ESTABLISHED:
		return CONNECT_SK_ESTABLISHED;
	default:
		return CONNECT_SK_CLOSED;
	}
}

static void attempt_storm(struct inflight *entry, enum inflight_storm storm)
{
	if (entry->storm == STORM_NONE)
		entry->storm = storm;
}

/**
 * attempt_event - apply an event to a transport
 * @entry: the transport
 * @event: what happened
 * @report: for report_trace(), once the lock is dropped
 *
 * Changes XPRT_CONNECTING as connect_state demands and counts. What must not
 * be done under the lock is left to the caller: CONNECT_DO_NATIVE,
 * CONNECT_DO_WAKE, and putting the socket (attempt_take_socket()).
 * CONNECT_DO_SETTLE is noted for attempt_settle().
 *
 * Context: under inflight_lock(); the transport is alive, which it is as long
 * as the entry is in the table, since ops->destroy() removes it first.
 * Return: what was done, and what is left to do.
 */
struct connect_outcome attempt_event(struct inflight *entry,
				     enum connect_event event,
				     struct report *report)
{
	struct connect_view view = {
		.connected = xprt_connected(entry->xprt),
		.enforce = enforcing,
		.may_hold = enforcing && holding &&
			    entry->missed == hooks_missed(),
		.locked = test_bit(XPRT_LOCKED, &entry->xprt->state),
	};
	enum connect_state state = entry->state;
	struct connect_outcome out;

	/*
	 * After XPRT_LOCKED: a worker that has given that up has sent its SYN.
	 * The other way round a socket that was closed a moment ago, without the
	 * lock, looks like an attempt that has failed.
	 */
	smp_rmb();
	view.sk = attempt_socket(entry);

	out = connect_state_next(&state, event, &view);
	if (state != entry->state) {
		inflight_set_state(entry, state);
		entry->since = jiffies;
	}

	if (out.todo & CONNECT_DO_SET)
		set_bit(XPRT_CONNECTING, &entry->xprt->state);
	if (out.todo & CONNECT_DO_CLEAR)
		xprt_clear_connecting(entry->xprt);
	if (out.todo & CONNECT_DO_SETTLE)
		entry->wake = true;

	if (out.seen & CONNECT_IS_SUPPRESSED)
		attempt_storm(entry, STORM_SUPPRESSED);
	if (out.seen & CONNECT_IS_WOULD)
		attempt_storm(entry, STORM_OBSERVED);
	report_attempt(entry, out.seen, report);
	return out;
}

NOKPROBE_SYMBOL(attempt_event);
NOKPROBE_SYMBOL(connect_state_next);

/**
 * attempt_begin - a transport starts to connect
 * @entry: the transport
 * @sk: its new socket, for which kernel_connect() was entered
 * @report: for report_trace(), set if the attempt is known
 *
 * Context: under inflight_lock(); probe handler in the connect worker
 * (process), XPRT_LOCKED held.
 * Return: true if the attempt is known now.
 */
bool attempt_begin(struct inflight *entry, struct sock *sk,
		   struct report *report)
{
	/*
	 * The reference on the last socket is given back by the gate, before
	 * a new one can exist, or by the settle timer. If something has come
	 * here past the gate it cannot be done now: a probe handler is no
	 * place for what may be the last put.
	 */
	if (entry->sk && entry->sk != sk) {
		report_count(REPORT_socket_busy);
		return false;
	}

	if (!entry->sk) {
		sock_hold(sk);
		entry->sk = sk;
	}
	entry->asked = false;
	entry->missed = hooks_missed();
	memcpy(&entry->peer, &entry->xprt->addr, sizeof(entry->peer));
	/* With the gate alone no probe hears of its return. */
	if (holding)
		inflight_await_worker(entry, current);
	inflight_watch(entry);
	attempt_event(entry, CONNECT_BEGIN, report);
	return true;
}

NOKPROBE_SYMBOL(attempt_begin);

/**
 * attempt_meet - a task has come to xprt_connect()
 * @entry: the transport
 * @report: for report_trace(), once the lock is dropped
 *
 * If the hold is in place, the task goes to sleep there, or waits for one that
 * does. Without the hold it would have come to the gate, hence it counts as
 * suppressed as well.
 *
 * Context: under inflight_lock().
 */
void attempt_meet(struct inflight *entry, struct report *report)
{
	attempt_event(entry, CONNECT_LOOK, report);
	if (entry->state != CONNECT_HELD)
		return;
	report_count(REPORT_parked);
	report_attempt(entry, CONNECT_IS_SUPPRESSED, report);
	attempt_storm(entry, STORM_SUPPRESSED);
}

NOKPROBE_SYMBOL(attempt_meet);

/**
 * attempt_settle - look at an attempt whose events may have been missed
 * @entry: the transport, taken from the round (inflight_next_watched())
 * @settled: set to what the caller has to do once the lock is dropped
 *
 * An entry that still has a socket is watched again.
 *
 * Context: under inflight_lock().
 */
void attempt_settle(struct inflight *entry, struct attempt_settled *settled)
{
	memset(settled, 0, sizeof(*settled));
	attempt_event(entry, CONNECT_LOOK, &settled->report);
	settled->sk = attempt_take_socket(entry);
	if (entry->sk)
		inflight_watch(entry);

	/* The end of another attempt wakes everybody by itself. */
	if (entry->wake && !connect_state_in_flight(entry->state))
		settled->wake = entry->xprt;
	entry->wake = false;

	if (entry->storm == STORM_SUPPRESSED ||
	    entry->storm == STORM_OBSERVED) {
		settled->storm = entry->storm;
		settled->peer = entry->peer;
		entry->storm = STORM_REPORTED;
	}
}

NOKPROBE_SYMBOL(attempt_settle);

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

NOKPROBE_SYMBOL(attempt_take_socket);
