// SPDX-License-Identifier: GPL-2.0
/*
 * gate - the methods of an adopted transport
 *
 * A transport's method table is the seam that sunrpc itself provides. An
 * adopted transport uses a copy of xs_tcp_ops in which two methods are ours;
 * they run in ordinary context, which a probe handler does not.
 *
 *   connect  asks connect_state before the native method closes the socket
 *   destroy  is the last moment at which the transport may be touched
 *
 * The gate closes the race by itself: besides xprt->ops it leaves nothing in
 * the transport.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/wait.h>
#include <net/sock.h>

#include "attempt.h"
#include "compat.h"
#include "fault.h"
#include "gate.h"
#include "hooks.h"
#include "inflight.h"
#include "report.h"
#include "settle.h"

/* xs_tcp_ops, once it was seen */
static compat_ops_const struct rpc_xprt_ops *native;
static struct rpc_xprt_ops gate_ops;
/* Under the table's lock. */
static bool adopting;

/* Tasks inside our methods: the module's text is in use. */
static atomic_t callers = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(no_callers);

static void gate_enter(void)
{
	atomic_inc(&callers);
}

static void gate_leave(void)
{
	if (atomic_dec_and_test(&callers))
		wake_up(&no_callers);
}

/*
 * A task asks for a connection. A transport that is not known any more is left
 * to sunrpc. Returns what is left to do.
 *
 * The last connect that was let through has had its worker, which holds
 * XPRT_LOCKED as the task does now. If it was not seen at kernel_connect(), it
 * did not get there (no socket, no port), or the probe there is dead: on 4.0 to
 * 4.2 the kernel cannot say that a livepatch holds the function.
 */
static unsigned int request(struct rpc_xprt *xprt)
{
	unsigned int todo = CONNECT_DO_NATIVE;
	struct report report = { 0 };
	struct inflight *entry;
	struct sock *sk = NULL;
	unsigned long flags;

	flags = inflight_lock();
	entry = inflight_find(xprt);
	if (entry) {
		todo = attempt_event(entry, CONNECT_REQUEST, &report).todo;
		sk = attempt_take_socket(entry);
		if (todo & CONNECT_DO_NATIVE) {
			if (entry->asked)
				report_count(REPORT_unseen);
			entry->asked = true;
		}
	}
	inflight_unlock(flags);

	report_trace(&report);
	if (sk)
		sock_put(sk);
	return todo;
}

/*
 * The caller is xprt_connect(): @task holds XPRT_LOCKED, has set
 * XPRT_CONNECTING and is on xprt->pending already, so that whatever happens to
 * the socket from now on wakes it. If we return without xprt_lock_connect(),
 * xprt_connect() releases XPRT_LOCKED itself.
 */
static void gate_connect(struct rpc_xprt *xprt, struct rpc_task *task)
{
	unsigned int todo;

	gate_enter();
	fault_pause(FAULT_CONNECT);
	todo = request(xprt);
	if (todo & CONNECT_DO_NATIVE) {
		hooks_check();
		fault_pause(FAULT_NATIVE);
		native->connect(xprt, task);
	} else if (todo & CONNECT_DO_WAKE) {
		/* As the race breaker of upstream 0a9a4304f361 does. */
		task->tk_status = 0;
		rpc_wake_up_queued_task(&xprt->pending, task);
	}
	gate_leave();
}

/* The transport has no task and no reference left. */
static void gate_destroy(struct rpc_xprt *xprt)
{
	struct report report = { 0 };
	struct inflight *entry;
	struct sock *sk = NULL;
	unsigned long flags;

	gate_enter();
	fault_pause(FAULT_DESTROY);

	flags = inflight_lock();
	entry = inflight_find(xprt);
	if (entry) {
		attempt_event(entry, CONNECT_DESTROY, &report);
		sk = attempt_take_socket(entry);
		inflight_remove(entry);
		WRITE_ONCE(xprt->ops, native);
	}
	inflight_unlock(flags);

	report_trace(&report);
	if (sk)
		sock_put(sk);
	settle_wait();
	native->destroy(xprt);
	gate_leave();
}

/*
 * A transport that lost its last reference is or will be in xprt_destroy(),
 * which 4.0 and 4.1 do not let wait for a connect worker that is still queued
 * or running (nor does xs_destroy() cancel it there). If xprt_destroy() has read
 * xprt->ops before we changed it, gate_destroy() is never called.
 */
static bool is_dying(const struct rpc_xprt *xprt)
{
	/*
	 * ops was written, now the count is read. xprt_put() decrements with a
	 * barrier, then reads ops: one of the two sees the other.
	 */
	smp_mb();
	return !compat_xprt_refs(xprt);
}

/*
 * Puts a transport's methods behind the gate. Under the table's lock; the
 * transport holds XPRT_LOCKED, so that no task is about to call
 * ops->connect(). Returns its entry, old or new; or NULL.
 */
static struct inflight *adopt(struct rpc_xprt *xprt, bool *foreign,
			      struct report *report)
{
	struct inflight *entry = inflight_find(xprt);

	if (entry && xprt->ops == &gate_ops)
		return entry;

	if (!native) {
		gate_ops = *xprt->ops;
		gate_ops.connect = gate_connect;
		gate_ops.destroy = gate_destroy;
		native = xprt->ops;
	}
	/*
	 * Not the methods that were seen first. An entry says that they were
	 * ours and that another module has replaced them since: gate_destroy()
	 * may never be called, so nothing more is done with this transport.
	 */
	if (xprt->ops != native || entry) {
		if (entry)
			attempt_event(entry, CONNECT_DESTROY, report);
		report_count(REPORT_foreign_methods);
		*foreign = true;
		return NULL;
	}

	entry = inflight_add(xprt);
	if (!entry) {
		report_count(REPORT_pool_exhausted);
		return NULL;
	}

	/* A reader of the pointer finds the table behind it filled in. */
	smp_wmb();
	WRITE_ONCE(xprt->ops, &gate_ops);
	if (is_dying(xprt)) {
		WRITE_ONCE(xprt->ops, native);
		inflight_remove(entry);
		return NULL;
	}
	report_count(REPORT_adopted);
	return entry;
}

NOKPROBE_SYMBOL(adopt);

/**
 * gate_start - adopt transports from now on
 *
 * Context: process; attempt_init() was called.
 */
void gate_start(void)
{
	unsigned long flags = inflight_lock();

	adopting = true;
	inflight_unlock(flags);
}

/**
 * gate_stop - adopt no transport any more
 *
 * Those that are adopted stay so: see gate_remove().
 *
 * Context: process.
 */
void gate_stop(void)
{
	unsigned long flags = inflight_lock();

	adopting = false;
	inflight_unlock(flags);
}

/**
 * gate_begin - a transport starts to connect
 * @xprt: a client TCP transport
 * @sk: its new socket, for which kernel_connect() was entered
 *
 * Adopts the transport if that has not been done. If it cannot be, or there is
 * no room, the transport stays as sunrpc made it, and that is counted. One that
 * is being destroyed is left alone.
 *
 * Context: probe handler in the connect worker (process), XPRT_LOCKED held.
 */
void gate_begin(struct rpc_xprt *xprt, struct sock *sk)
{
	struct inflight *entry = NULL;
	struct report report = { 0 };
	bool known, foreign = false;
	unsigned long flags;

	flags = inflight_lock();
	if (adopting)
		entry = adopt(xprt, &foreign, &report);
	known = entry && attempt_begin(entry, sk, &report);
	inflight_unlock(flags);

	report_trace(&report);
	if (known)
		settle_arm();
	if (foreign)
		pr_warn_once("a transport has other methods than the first one (did another module change them?): it is not followed, see the counter foreign_methods\n");
}

/**
 * gate_remove - give every transport its own methods back
 *
 * When it returns, no task is in our methods or about to enter them.
 *
 * Context: process, sleeps; gate_stop() was called and the probes are gone.
 * Return: the number of attempts in flight that are left to sunrpc.
 */
unsigned int gate_remove(void)
{
	unsigned int i, left = 0;

	for (i = 0; i < inflight_size(); i++) {
		struct inflight *entry = inflight_at(i);
		struct sock *sk = NULL;
		unsigned long flags;

		flags = inflight_lock();
		if (entry->xprt) {
			if (entry->xprt->ops == &gate_ops)
				WRITE_ONCE(entry->xprt->ops, native);
			left += connect_state_in_flight(entry->state);
			sk = entry->sk;
			entry->sk = NULL;
			inflight_remove(entry);
		}
		inflight_unlock(flags);
		if (sk)
			sock_put(sk);
	}

	/*
	 * First those that have read the pointer but are not counted yet, then
	 * the counted ones, who may sleep, then those that are past the count
	 * with their return still to come.
	 */
	compat_synchronize_tasks();
	wait_event(no_callers, !atomic_read(&callers));
	compat_synchronize_tasks();
	return left;
}
