/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that prove drives. checkpatch would
 * rather have no version conditions (LINUX_VERSION_CODE): this file is for them.
 */
#ifndef PROVE_COMPAT_H
#define PROVE_COMPAT_H

#include <linux/version.h>
#include <linux/sunrpc/clnt.h>
#include <linux/sunrpc/sched.h>
#include <linux/sunrpc/xprt.h>
#include <linux/sunrpc/xprtsock.h>
#include <linux/timer.h>

/* 4.15: a timer's function is told the timer, and by whom it is set up */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 15, 0)
#define COMPAT_TIMER_INIT_ARGS						\
	struct timer_list *timer, unsigned int flags, const char *name, void *key
#define compat_timer_set_function(timer)	do { } while (0)
#define compat_timer_call(timer)	((timer)->function((timer)->data))
#define compat_delayed_work(arg)	((struct delayed_work *)(arg))
#define COMPAT_TIMER_ARG	unsigned long arg
#else
#define COMPAT_TIMER_INIT_ARGS						\
	struct timer_list *timer, void (*func)(struct timer_list *),	\
	unsigned int flags, const char *name, void *key
#define compat_timer_set_function(timer)	((timer)->function = func)
#define compat_timer_call(timer)	((timer)->function(timer))
#define compat_delayed_work(arg)	container_of(arg, struct delayed_work, timer)
#define COMPAT_TIMER_ARG	struct timer_list *arg
#endif

/* 4.14: how often each procedure was called */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 14, 0)
#define COMPAT_VERSION_COUNTS(array)
#else
#define COMPAT_VERSION_COUNTS(array)	.counts = (array),
#endif

/* 4.14, 4.20: the lock under which a reply finds its request */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 14, 0)
#define compat_reply_lock(xprt)	(&(xprt)->transport_lock)
#elif LINUX_VERSION_CODE < KERNEL_VERSION(4, 20, 0)
#define compat_reply_lock(xprt)	(&(xprt)->recv_lock)
#else
#define compat_reply_lock(xprt)	(&(xprt)->queue_lock)
#endif

/* 5.0: the credentials of a task that has none */
#ifdef RPC_TASK_NULLCREDS
#define COMPAT_TASK_FLAGS	RPC_TASK_NULLCREDS
#else
#define COMPAT_TASK_FLAGS	0
#endif

/* 4.16: the counter of a namespace's sockets is allocated */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 16, 0)
#define compat_net_init(net)	do { } while (0)
#else
#define compat_net_init(net)						\
do {									\
	static struct prot_inuse inuse;					\
									\
	(net)->core.prot_inuse = &inuse;				\
} while (0)
#endif

#endif /* PROVE_COMPAT_H */
