// SPDX-License-Identifier: GPL-2.0
/*
 * probes - kernel event -> state machine event
 *
 * The functions are on the paths of a connect and of a close, none of them is
 * run per RPC or per packet. All are exported, global, or have their address
 * taken (socket callback, work item), so that the compiler keeps them.
 *
 * A handler hands over and returns; it never skips the function it is on.
 */
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <net/sock.h>

#include "attempt.h"
#include "compat.h"
#include "fault.h"
#include "gate.h"
#include "hooks.h"
#include "inflight.h"
#include "probes.h"
#include "report.h"

#ifndef CONFIG_KPROBES
#error "sunrpc_fix works by kprobes: it needs a kernel with CONFIG_KPROBES"
#endif

/*
 * Return probes in flight at a time, i.e. connect workers between entry and
 * return. One more is a missed hit: that attempt goes without the hold until
 * the gate takes it.
 */
#define MAX_WORKERS	256

/*
 * The callback runs with the socket locked, which keeps the transport alive.
 * sk_user_data is NULL if xs_reset_transport() was here first; then there is
 * nothing left to wake and the gate has done what there was to do.
 */
static int state_change_entered(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)compat_arg1(regs);
	struct rpc_xprt *xprt = READ_ONCE(sk->sk_user_data);
	struct report report = { 0 };
	struct inflight *entry;
	unsigned long flags;

	if (!xprt || fault_miss(FAULT_STATE_CHANGE))
		return 0;

	flags = inflight_lock();
	entry = inflight_find(xprt);
	if (entry && entry->sk == sk)
		attempt_event(entry, CONNECT_STATE_CHANGE, &report);
	inflight_unlock(flags);
	report_trace(&report);
	return 0;
}

NOKPROBE_SYMBOL(state_change_entered);

static struct hook state_change_hook = {
	.symbol = "xs_tcp_state_change",
	.entered = state_change_entered,
};

/*
 * Before the native code looks at XPRT_CONNECTING: a task that finds it set
 * sleeps until the socket's callback wakes it, so the socket had better be
 * there.
 */
static int xprt_connect_entered(struct kprobe *kp, struct pt_regs *regs)
{
	struct rpc_task *task = (struct rpc_task *)compat_arg1(regs);
	struct report report = { 0 };
	struct inflight *entry;
	unsigned long flags;

	if (fault_miss(FAULT_XPRT_CONNECT))
		return 0;

	flags = inflight_lock();
	entry = inflight_find(compat_task_xprt(task));
	if (entry)
		attempt_meet(entry, &report);
	inflight_unlock(flags);
	report_trace(&report);
	return 0;
}

NOKPROBE_SYMBOL(xprt_connect_entered);

static struct hook xprt_connect_hook = {
	.symbol = "xprt_connect",
	.entered = xprt_connect_entered,
	.hold = true,
};

/*
 * The worker has given up XPRT_LOCKED by now, and with it what kept the
 * transport alive: only an entry that is still in the table may be touched.
 */
static int worker_returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct report report = { 0 };
	struct inflight *entry;
	unsigned long flags;

	if (fault_miss(FAULT_WORKER))
		return 0;

	flags = inflight_lock();
	entry = inflight_find_worker(current);
	if (entry) {
		inflight_worker_done(entry);
		attempt_event(entry, CONNECT_WORKER_DONE, &report);
	}
	inflight_unlock(flags);
	report_trace(&report);
	return 0;
}

NOKPROBE_SYMBOL(worker_returned);

static struct hook worker_hook = {
	.symbol = "xs_tcp_setup_socket",
	.returned = worker_returned,
	.maxactive = MAX_WORKERS,
	.hold = true,
};

/*
 * A sunrpc client's TCP socket is told by its callback; a server's carries a
 * svc_sock in sk_user_data, and RDMA and the backchannel have other callbacks
 * or no socket although their transports say IPPROTO_TCP too.
 */
static int kernel_connect_entered(struct kprobe *kp, struct pt_regs *regs)
{
	struct socket *sock = (struct socket *)compat_arg1(regs);
	struct sockaddr *addr = (struct sockaddr *)compat_arg2(regs);
	struct rpc_xprt *xprt;
	struct sock *sk;

	if (!sock || !sock->sk)
		return 0;
	sk = sock->sk;
	if (!compat_probe_is_at(&state_change_hook.kp, sk->sk_state_change))
		return 0;
	if (fault_miss(FAULT_KERNEL_CONNECT))
		return 0;
	/* AF_UNSPEC dissolves a connection. */
	if (addr->sa_family == AF_UNSPEC)
		return 0;
	xprt = READ_ONCE(sk->sk_user_data);
	if (xprt)
		gate_begin(xprt, sk);
	return 0;
}

NOKPROBE_SYMBOL(kernel_connect_entered);

static struct hook kernel_connect_hook = {
	.symbol = "kernel_connect",
	.entered = kernel_connect_entered,
};

/* Events that end a hold come before those that take one. */
static struct hook *const probes[] = {
	&state_change_hook,
	&xprt_connect_hook,
	&worker_hook,
	&kernel_connect_hook,
};

/**
 * probes_arm - attach everything, or nothing
 * @hold: with the probes that only the hold needs
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno with the reason in the log.
 */
int probes_arm(bool hold)
{
	worker_hook.maxactive = fault_max_workers(MAX_WORKERS);
	return hooks_arm(probes, ARRAY_SIZE(probes), hold);
}
