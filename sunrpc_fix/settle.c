// SPDX-License-Identifier: GPL-2.0
/*
 * settle - a bit that is kept set is always released again
 *
 * The bit is set when the connect worker returns and released when the socket
 * leaves the handshake (probes.c). Here is what makes up for an event that was
 * missed: while there is any socket to look at, all are looked at once a
 * second. With that a probe can fail to fire, be disarmed by an administrator
 * or taken away by ftrace, and the price is a second, not a mount.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "attempt.h"
#include "compat.h"
#include "inflight.h"
#include "report.h"
#include "settle.h"

/* Held while a transport may be touched without the table's lock. */
static DEFINE_MUTEX(settle_mutex);

/*
 * A bit has outlived its socket. The native wake-up is long past, and a task
 * may have gone to sleep behind the bit since; it holds XPRT_LOCKED and would
 * sleep for a whole request timeout.
 *
 * Without a connection every sleeper is to try again. With one, the others
 * have been woken by it and sleep for their replies: wake the holder only.
 * xs_tcp_state_change() of the kernels with the defect sets XPRT_CONNECTED and
 * wakes under transport_lock, so that the connection cannot come between the
 * test and the wake-up.
 */
static void wake_behind_bit(struct rpc_xprt *xprt)
{
	struct rpc_task *task;

	spin_lock_bh(&xprt->transport_lock);
	if (!xprt_connected(xprt)) {
		xprt_wake_pending_tasks(xprt, -EAGAIN);
	} else {
		/* It cannot give up XPRT_LOCKED, nor end, without this lock. */
		task = compat_lock_owner(xprt);
		if (task)
			rpc_wake_up_queued_task(&xprt->pending, task);
	}
	spin_unlock_bh(&xprt->transport_lock);
}

/* Returns false if the round is over. */
static bool settle_next(void)
{
	struct attempt_settled settled;
	struct inflight *entry;
	unsigned long flags;

	flags = inflight_lock();
	entry = inflight_next_watched();
	if (entry)
		attempt_settle(entry, &settled);
	inflight_unlock(flags);
	if (!entry)
		return false;

	report_trace(&settled.report);
	if (settled.sk)
		sock_put(settled.sk);
	if (settled.wake)
		wake_behind_bit(settled.wake);
	if (settled.storm != STORM_NONE)
		report_storm(&settled.peer, settled.storm);
	return true;
}

/* Looks at every watched entry. Returns true if there is more to look at. */
static bool settle_all(void)
{
	unsigned long flags;
	bool more;

	mutex_lock(&settle_mutex);
	flags = inflight_lock();
	inflight_start_round();
	inflight_unlock(flags);

	while (settle_next())
		;

	flags = inflight_lock();
	more = inflight_watching();
	inflight_unlock(flags);
	mutex_unlock(&settle_mutex);
	return more;
}

static void settle_work(struct work_struct *work)
{
	if (settle_all())
		settle_arm();
}

static DECLARE_DELAYED_WORK(settle_timer, settle_work);

/*
 * Of its own, with a thread that is there already: with swap over NFS the
 * memory for another may depend on what the timer is to wake.
 */
static struct workqueue_struct *settle_queue;

/**
 * settle_init - get ready to take settle_arm()
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int settle_init(void)
{
	/* On every kernel one that can be relied on under memory pressure. */
	settle_queue = create_singlethread_workqueue("sunrpc_fix");
	return settle_queue ? 0 : -ENOMEM;
}

/**
 * settle_arm - look at every watched attempt a second from now
 *
 * Context: any, also a probe handler, but on PREEMPT_RT, where the queue's lock
 * sleeps.
 */
void settle_arm(void)
{
	queue_delayed_work(settle_queue, &settle_timer, HZ);
}

/**
 * settle_wait - wait until no transport is touched from here
 *
 * For ops->destroy(), after the entry has left the table.
 *
 * Context: process, may sleep.
 */
void settle_wait(void)
{
	mutex_lock(&settle_mutex);
	mutex_unlock(&settle_mutex);
}

/**
 * settle_release_all - release every hold
 *
 * The tasks that sleep behind one are *not* woken while its handshake goes on:
 * the end of that does it, and waking them before starts the storm again.
 *
 * Context: process, may sleep; attempt_enforce(false) was called, so that no
 * new hold is taken.
 */
void settle_release_all(void)
{
	unsigned int i;

	for (i = 0; i < inflight_size(); i++) {
		struct inflight *entry = inflight_at(i);
		struct report report = { 0 };
		unsigned long flags;

		flags = inflight_lock();
		if (entry->xprt)
			attempt_event(entry, CONNECT_RELEASE, &report);
		inflight_unlock(flags);
		report_trace(&report);
	}
	settle_all();
}

/**
 * settle_exit - stop the settle timer
 *
 * Context: process, sleeps; no probe is left that could arm it.
 */
void settle_exit(void)
{
	cancel_delayed_work_sync(&settle_timer);
	destroy_workqueue(settle_queue);
}
