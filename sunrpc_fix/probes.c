// SPDX-License-Identifier: GPL-2.0
/*
 * probes - kernel event -> state machine event
 *
 * A declared table and one installer. The functions are on the paths of a
 * connect and of a close, none of them is run per RPC or per packet. All are
 * exported, global, or have their address taken (socket callback, work item),
 * so that the compiler keeps them.
 *
 * A handler hands over and returns; it never skips the function it is on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/seq_file.h>
#include <linux/socket.h>
#include <net/sock.h>

#include "attempt.h"
#include "compat.h"
#include "fault.h"
#include "hold.h"
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

static int kernel_connect_entered(struct kprobe *kp, struct pt_regs *regs);
static int state_change_entered(struct kprobe *kp, struct pt_regs *regs);
static int xprt_connect_entered(struct kprobe *kp, struct pt_regs *regs);
static int worker_returned(struct kretprobe_instance *ri, struct pt_regs *regs);

/**
 * struct probe - one probe
 * @symbol: function
 * @entered: handler for its entry, or
 * @returned: for its return
 * @hold: needed by the hold only
 * @armed: is registered
 * @kp: the kernel's, for @entered
 * @rp: the kernel's, for @returned
 */
struct probe {
	const char *symbol;
	kprobe_pre_handler_t entered;
	kretprobe_handler_t returned;
	bool hold;
	bool armed;
	struct kprobe kp;
	struct kretprobe rp;
};

/* Events that end a hold come before those that take one. */
static struct probe probes[] = {
	{ .symbol = "xs_tcp_state_change", .entered = state_change_entered },
	{ .symbol = "xprt_connect", .entered = xprt_connect_entered,
	  .hold = true },
	{ .symbol = "xs_tcp_setup_socket", .returned = worker_returned,
	  .hold = true },
	{ .symbol = "kernel_connect", .entered = kernel_connect_entered },
};

static const struct kprobe *const state_change = &probes[0].kp;

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
	if (!compat_probe_is_at(state_change, sk->sk_state_change))
		return 0;
	if (fault_miss(FAULT_KERNEL_CONNECT))
		return 0;
	/* AF_UNSPEC dissolves a connection. */
	if (addr->sa_family == AF_UNSPEC)
		return 0;
	xprt = READ_ONCE(sk->sk_user_data);
	if (xprt && attempt_begin(xprt, sk))
		hold_arm_settle();
	return 0;
}

NOKPROBE_SYMBOL(kernel_connect_entered);

/*
 * The callback runs with the socket locked, which keeps the transport alive.
 * sk_user_data is NULL if xs_reset_transport() was here first; then there is
 * nothing left to wake and the gate has done what there was to do.
 */
static int state_change_entered(struct kprobe *kp, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)compat_arg1(regs);
	struct rpc_xprt *xprt = READ_ONCE(sk->sk_user_data);
	struct inflight *entry;
	unsigned long flags;

	if (!xprt || fault_miss(FAULT_STATE_CHANGE))
		return 0;

	flags = inflight_lock();
	entry = inflight_find(xprt);
	if (entry && entry->sk == sk)
		attempt_event(entry, CONNECT_STATE_CHANGE);
	inflight_unlock(flags);
	return 0;
}

NOKPROBE_SYMBOL(state_change_entered);

/*
 * Before the native code looks at XPRT_CONNECTING: a task that finds it set
 * sleeps until the socket's callback wakes it, so the socket had better be
 * there.
 */
static int xprt_connect_entered(struct kprobe *kp, struct pt_regs *regs)
{
	struct rpc_task *task = (struct rpc_task *)compat_arg1(regs);
	struct inflight *entry;
	unsigned long flags;

	if (fault_miss(FAULT_XPRT_CONNECT))
		return 0;

	flags = inflight_lock();
	entry = inflight_find(compat_task_xprt(task));
	if (entry) {
		attempt_event(entry, CONNECT_LOOK);
		if (entry->state == CONNECT_HELD)
			report_parked(entry);
	}
	inflight_unlock(flags);
	return 0;
}

NOKPROBE_SYMBOL(xprt_connect_entered);

/*
 * The worker has given up XPRT_LOCKED by now, and with it what kept the
 * transport alive: only an entry that is still in the table may be touched.
 */
static int worker_returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct inflight *entry;
	unsigned long flags;

	if (fault_miss(FAULT_WORKER))
		return 0;

	flags = inflight_lock();
	entry = inflight_find_worker(current);
	if (entry) {
		inflight_worker_done(entry);
		attempt_event(entry, CONNECT_WORKER_DONE);
	}
	inflight_unlock(flags);
	return 0;
}

NOKPROBE_SYMBOL(worker_returned);

static const char *reason(int err)
{
	switch (err) {
	case -ENOENT:
		return "no such function here, or it was inlined";
	case -EINVAL:
		return "no such function here, or inlined, or not to be probed";
	case -EBUSY:
		return "a livepatch or another user of ftrace holds it";
	case -EOPNOTSUPP:
		return "kprobes cannot be used here";
	default:
		return "the kernel refused the probe";
	}
}

static int arm(struct probe *probe)
{
	int err;

	if (probe->returned) {
		probe->rp.kp.symbol_name = probe->symbol;
		probe->rp.handler = probe->returned;
		probe->rp.maxactive = fault_max_workers(MAX_WORKERS);
		err = register_kretprobe(&probe->rp);
	} else {
		probe->kp.symbol_name = probe->symbol;
		probe->kp.pre_handler = probe->entered;
		err = register_kprobe(&probe->kp);
	}
	probe->armed = !err;
	return err;
}

/**
 * probes_arm - attach everything, or nothing
 * @hold: with the probes that only the hold needs
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno with the reason in the log.
 */
int probes_arm(bool hold)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (probes[i].hold && !hold)
			continue;
		err = arm(&probes[i]);
		if (err) {
			pr_err("cannot probe %s(): %s (error %d)%s\n",
			       probes[i].symbol, reason(err), err,
			       probes[i].hold ?
			       "; hold=0 does without this probe" : "");
			probes_disarm();
			return err;
		}
	}
	return 0;
}

/**
 * probes_disarm - detach what is attached
 *
 * When it returns no handler is running.
 *
 * Context: process, sleeps.
 */
void probes_disarm(void)
{
	unsigned int i = ARRAY_SIZE(probes);

	while (i--) {
		if (!probes[i].armed)
			continue;
		if (probes[i].returned)
			unregister_kretprobe(&probes[i].rp);
		else
			unregister_kprobe(&probes[i].kp);
		probes[i].armed = false;
	}
}

/**
 * probes_armed - how many probes are attached
 *
 * Context: process.
 * Return: the number.
 */
unsigned int probes_armed(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		n += probes[i].armed;
	return n;
}

/**
 * probes_missed - how many events the kernel says were not delivered
 *
 * Context: any.
 * Return: the number since the module was loaded.
 */
unsigned long probes_missed(void)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		missed += probes[i].kp.nmissed + probes[i].rp.nmissed +
			  probes[i].rp.kp.nmissed;
	return missed;
}

/**
 * probes_show - a line per probe, for the status file
 * @seq: the file
 *
 * A probe is not armed if it is not needed (hold=0), or if somebody has
 * disabled it since. That all kprobes are disarmed by debugfs shows in
 * kprobes/enabled there and not here.
 *
 * Context: process; the probes may go away meanwhile.
 */
void probes_show(struct seq_file *seq)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		struct probe *p = &probes[i];
		struct kprobe *kp = p->returned ? &p->rp.kp : &p->kp;

		seq_printf(seq, "probe=%s at=%s armed=%d missed=%lu\n",
			   p->symbol, p->returned ? "return" : "entry",
			   p->armed && !kprobe_disabled(kp),
			   kp->nmissed + p->rp.nmissed);
	}
}

/**
 * probes_symbol_exists - is there a function of this name?
 * @symbol: the name
 *
 * Names can be looked up through kprobes on every kernel, while
 * kallsyms_lookup_name() is exported on few.
 *
 * Context: process, may sleep.
 * Return: false if the kernel says that there is none. Any other error says
 * something of kprobes, and probes_arm() will have it too.
 */
bool probes_symbol_exists(const char *symbol)
{
	struct kprobe kp = { .symbol_name = symbol };
	int err = register_kprobe(&kp);

	if (!err)
		unregister_kprobe(&kp);
	return err != -ENOENT && err != -EINVAL;
}
