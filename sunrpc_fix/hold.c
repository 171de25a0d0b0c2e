// SPDX-License-Identifier: GPL-2.0
/*
 * hold - XPRT_CONNECTING that is kept set is released again, come what may
 *
 * The bit is set when the connect worker returns and released when the socket
 * leaves the handshake (probes.c). Here is what makes up for an event that was
 * missed: while there is any socket to look at, all are looked at once a
 * second. With that a probe can fail to fire, be disarmed by an administrator
 * or taken away by ftrace, and the price is a second, not a mount.
 */
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "attempt.h"
#include "compat.h"
#include "hold.h"
#include "inflight.h"
#include "report.h"

/* Held while a transport may be touched without the table's lock. */
static DEFINE_MUTEX(settle_mutex);

/*
 * A hold has outlived its socket. The native wake-up is long past, and a task
 * may have gone to sleep behind the bit since; it holds XPRT_LOCKED and would
 * sleep for a whole request timeout.
 *
 * Without a connection every sleeper is to try again. With one, the others
 * have been woken by it and sleep for their replies: wake the holder only.
 */
static void wake_behind_hold(struct rpc_xprt *xprt)
{
	struct rpc_task *task;

	if (!xprt_connected(xprt)) {
		xprt_wake_pending_tasks(xprt, -EAGAIN);
		return;
	}
	/* It cannot give up XPRT_LOCKED, nor end, without this lock. */
	spin_lock_bh(&xprt->transport_lock);
	task = compat_lock_owner(xprt);
	if (task)
		rpc_wake_up_queued_task(&xprt->pending, task);
	spin_unlock_bh(&xprt->transport_lock);
}

/* Returns true if there is something left to look at later. */
static bool settle(struct inflight *entry)
{
	struct rpc_xprt *wake = NULL;
	struct inflight storm = { };
	struct sock *sk;
	unsigned long flags;
	bool busy;

	flags = inflight_lock();
	if (!entry->sk && !entry->storm && !entry->wake) {
		inflight_unlock(flags);
		return false;
	}
	attempt_event(entry, CONNECT_LOOK);
	sk = attempt_take_socket(entry);
	busy = entry->sk;
	/* The end of another attempt wakes everybody by itself. */
	if (entry->wake && !connect_state_in_flight(entry->state))
		wake = entry->xprt;
	entry->wake = false;
	if (entry->storm)
		storm = *entry;
	entry->storm = false;
	inflight_unlock(flags);

	if (sk)
		sock_put(sk);
	if (wake)
		wake_behind_hold(wake);
	if (storm.storm)
		report_storm(&storm);
	return busy;
}

static bool settle_all(void)
{
	bool busy = false;
	unsigned int i;

	mutex_lock(&settle_mutex);
	for (i = 0; i < inflight_size(); i++)
		busy |= settle(inflight_at(i));
	mutex_unlock(&settle_mutex);
	return busy;
}

static void settle_work(struct work_struct *work)
{
	if (settle_all())
		hold_arm_settle();
}

static DECLARE_DELAYED_WORK(settle_timer, settle_work);

/**
 * hold_arm_settle - look at every attempt in flight a second from now
 *
 * Context: any, also a probe handler.
 */
void hold_arm_settle(void)
{
	schedule_delayed_work(&settle_timer, HZ);
}

/**
 * hold_wait_settled - wait until no transport is touched from here
 *
 * For ops->destroy(), after the entry has left the table.
 *
 * Context: process, may sleep.
 */
void hold_wait_settled(void)
{
	mutex_lock(&settle_mutex);
	mutex_unlock(&settle_mutex);
}

/**
 * hold_release_all - release every hold
 *
 * The tasks that sleep behind one are *not* woken while its handshake goes on:
 * the end of that does it, and waking them before starts the storm again.
 *
 * Context: process, may sleep; attempt_stop() or attempt_enforce(false) was
 * called, so that no new hold is taken.
 */
void hold_release_all(void)
{
	unsigned int i;

	for (i = 0; i < inflight_size(); i++) {
		struct inflight *entry = inflight_at(i);
		unsigned long flags = inflight_lock();

		if (entry->xprt)
			attempt_event(entry, CONNECT_RELEASE);
		inflight_unlock(flags);
	}
	settle_all();
}

/**
 * hold_exit - stop the settle timer
 *
 * Context: process, sleeps; no probe is left that could arm it.
 */
void hold_exit(void)
{
	cancel_delayed_work_sync(&settle_timer);
}
