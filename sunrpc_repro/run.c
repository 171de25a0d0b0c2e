// SPDX-License-Identifier: GPL-2.0
/*
 * run - hold a handshake open, let tasks ask for it, and judge
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "client.h"
#include "compat.h"
#include "run.h"
#include "server.h"

/* With the longest hold they make 4.5 s. */
#define SYN_TIMEOUT	HZ
#define SERVE_TIMEOUT	(3 * HZ / 2)

/* How long nobody looks up. */
#define SLICE		DIV_ROUND_UP(HZ, 50)

static DECLARE_WAIT_QUEUE_HEAD(wait);
static bool stopping;

static unsigned int ms_since(ktime_t start)
{
	return (unsigned int)ktime_to_us(ktime_sub(ktime_get(), start)) / 1000;
}

/* The first namespace's loopback is its owner's business. */
static bool loopback_up(struct net *net, bool *opened)
{
	struct net_device *lo = net->loopback_dev;

	rtnl_lock();
	if (!(lo->flags & IFF_UP) && net != &init_net)
		*opened = !compat_dev_open(lo);
	rtnl_unlock();
	return lo->flags & IFF_UP;
}

static void loopback_down(struct net *net)
{
	rtnl_lock();
	dev_close(net->loopback_dev);
	rtnl_unlock();
}

static void serve(struct run *r)
{
	unsigned long deadline = jiffies + SERVE_TIMEOUT;
	ktime_t start = ktime_get();

	while (client_busy() && time_before(jiffies, deadline) &&
	       !READ_ONCE(stopping) && !signal_pending(current))
		if (server_answer(SLICE))
			r->recovery_ms = ms_since(start);
}

/* On a busy host it takes longer until a second task has its turn. */
static bool held(const struct run *r)
{
	if (r->held_ms < r->hold_ms)
		return false;
	return r->connecting > 1 || r->tasks < 2 ||
	       r->held_ms >= RUN_MAX_HOLD_MS;
}

/*
 * One more task at a time, and only while XPRT_CONNECTING is clear, as it is
 * with the race once the SYN is out. The worker lets go of the transport's lock
 * a moment before it clears the flag: a task that comes in between waits, with
 * the lock, and no task can make another attempt, as without the race. Where
 * the flag stays set until half of the time is over, all come then.
 */
static unsigned int tasks_due(const struct run *r)
{
	if (client_in_connect() && 2 * r->held_ms < r->hold_ms)
		return 1;
	return min(r->tasks, 1 + 2 * r->tasks * r->held_ms / r->hold_ms);
}

static const char *hold(struct run *r)
{
	ktime_t start;

	r->error = client_call(1);
	if (r->error)
		return "cannot start the tasks";
	wait_event_interruptible_timeout(wait, handshake_begun() ||
					 READ_ONCE(stopping), SYN_TIMEOUT);
	if (!handshake_begun())
		return "no SYN came to 127.0.0.1 within a second";

	start = ktime_get();
	do {
		wait_event_interruptible_timeout(wait, READ_ONCE(stopping),
						 SLICE);
		r->held_ms = ms_since(start);
		r->error = client_call(tasks_due(r));
		if (r->error)
			return "cannot start the tasks";
		r->connecting = client_connecting();
	} while (!held(r) && !READ_ONCE(stopping) && !signal_pending(current));
	r->waiting = client_waiting();
	handshake_count(&r->seen);
	handshake_let_go();
	serve(r);
	return NULL;
}

static const char *run_in(struct net *net, struct run *r)
{
	struct sockaddr_in addr;
	bool opened = false;
	const char *reason;

	if (!loopback_up(net, &opened))
		return "the loopback interface is down";

	reason = "cannot listen on 127.0.0.1";
	r->error = server_start(net, &addr);
	if (r->error)
		goto out_loopback;
	reason = "cannot register a netfilter hook";
	r->error = handshake_hold(net, addr.sin_port, &wait);
	if (r->error)
		goto out_server;
	reason = "cannot make an RPC client";
	r->error = client_start(net, &addr);
	if (r->error)
		goto out_handshake;

	reason = hold(r);
	r->served = client_stop();

out_handshake:
	handshake_end();
out_server:
	server_stop();
out_loopback:
	if (opened)
		loopback_down(net);
	return reason;
}

/* One attempt says something if a second task could have made another. */
static const char *doubt(const struct run *r)
{
	if (READ_ONCE(stopping) || signal_pending(current))
		return "interrupted";
	if (r->held_ms < r->hold_ms)
		return "the handshake was not held open for long enough";
	if (r->waiting < 2)
		return "fewer than two tasks waited for the connection";
	if (r->connecting < 2)
		return "no second task had its turn to connect";
	if (!r->served)
		return "the handshake did not complete when it was let go";
	return NULL;
}

/**
 * run - find out whether this kernel has the race
 * @r: what to do; set to what came of it
 *
 * In the network namespace of the caller. Nothing of it is left afterwards.
 *
 * Context: process, sleeps, for up to five seconds. One at a time.
 */
void run(struct run *r)
{
	struct net *net = get_net(current->nsproxy->net_ns);

	r->private_net = net != &init_net;
	r->reason = run_in(net, r);
	if (r->seen.attempts > 1) {
		r->verdict = AFFECTED;
		r->reason = NULL;
		r->error = 0;
	} else {
		if (!r->reason)
			r->reason = doubt(r);
		r->verdict = r->reason ? INCONCLUSIVE : NOT_AFFECTED;
	}
	put_net(net);
}

/**
 * run_stop - end a run that is going on, and all to come, early
 *
 * Context: any. Does not wait.
 */
void run_stop(void)
{
	WRITE_ONCE(stopping, true);
	wake_up(&wait);
}
