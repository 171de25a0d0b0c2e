/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions and architectures. The rest of the
 * module reads as if written for one kernel. Names are those of newer kernels
 * where these have the thing; what has no such name is called compat_*.
 *
 * checkpatch would rather have no version conditions and nothing deprecated
 * (LINUX_VERSION_CODE, CONSTANT_COMPARISON, DEPRECATED_API): this file is for
 * them. Registers are named by macros, whose argument is always a variable
 * (MACRO_ARG_REUSE).
 */
#ifndef SUNRPC_FIX_COMPAT_H
#define SUNRPC_FIX_COMPAT_H

#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/sunrpc/clnt.h>
#include <linux/sunrpc/xprt.h>
#include <linux/sunrpc/xprtsock.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <net/inet_sock.h>

/*
 * 0fdea1e8a285 put its bit into a header that modules see (4.3 and stable
 * 4.0.y to 4.2.y). el6 keeps it private to xprtsock.c: see affected.c.
 */
#ifdef XPRT_SOCK_CONNECTING
#define COMPAT_HEADER_HAS_FIX	true
#else
#define COMPAT_HEADER_HAS_FIX	false
#endif

/* 2.6.33: the spin lock that stays one under PREEMPT_RT */
#ifndef DEFINE_RAW_SPINLOCK
#define DEFINE_RAW_SPINLOCK(lock)		DEFINE_SPINLOCK(lock)
#define raw_spin_lock_irqsave(lock, flags)	spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags)	\
	spin_unlock_irqrestore(lock, flags)
#endif

/* 3.16: functions that kprobes must keep out of */
#ifndef NOKPROBE_SYMBOL
#define NOKPROBE_SYMBOL(fname)
#endif

/* 3.x: the transport of a task is that of its request */
#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 0, 0)
#define compat_task_xprt(task)	((task)->tk_xprt)
#else
#define compat_task_xprt(task)	((task)->tk_rqstp->rq_xprt)
#endif

/* 4.9: the transport's reference count is a kref; 4.11: kref_read() */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 9, 0)
#define compat_xprt_refs(xprt)	atomic_read(&(xprt)->count)
#elif LINUX_VERSION_CODE < KERNEL_VERSION(4, 11, 0)
#define compat_xprt_refs(xprt)	atomic_read(&(xprt)->kref.refcount)
#else
#define compat_xprt_refs(xprt)	kref_read(&(xprt)->kref)
#endif

/*
 * The task that holds XPRT_LOCKED, if it is a task and not the connect worker,
 * which puts its struct sock_xprt there (5.0 has a bit that says so); that
 * begins with the rpc_xprt. Under transport_lock.
 */
static inline struct rpc_task *compat_lock_owner(struct rpc_xprt *xprt)
{
#ifdef XPRT_SND_IS_COOKIE
	if (test_bit(XPRT_SND_IS_COOKIE, &xprt->state))
		return NULL;
#endif
	return (void *)xprt->snd_task == xprt ? NULL : xprt->snd_task;
}

/* 2.6.33: the local port of a socket, in host byte order */
#if LINUX_VERSION_CODE < KERNEL_VERSION(2, 6, 33)
#define compat_sk_port(sk)	(inet_sk(sk)->num)
#else
#define compat_sk_port(sk)	(inet_sk(sk)->inet_num)
#endif

/*
 * 2.6.33 or so: the state of a socket is not volatile any more, which
 * READ_ONCE() would warn of.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 0, 0)
#define compat_sk_state(sk)	((sk)->sk_state)
#else
#define compat_sk_state(sk)	READ_ONCE((sk)->sk_state)
#endif

/* 4.14: a transport's methods are const */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 14, 0)
#define compat_ops_const
#else
#define compat_ops_const	const
#endif

/*
 * 4.15: module_param_call() takes functions with a const argument.
 *
 * Before 4.1 (seen in 4.0.4) a module whose parameter is refused leaves its
 * trace events registered in freed memory, and the next module that has any
 * crashes. So parameters take anything until init, which refuses (main.c), and
 * there a parameter without a value must get as far as its function too.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 0, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(4, 1, 0)
#define compat_param_const	const
#define compat_param_call(_name, _set, _get, _arg, _perm)		\
static const struct kernel_param_ops _name##_ops = {			\
	.flags = KERNEL_PARAM_OPS_FL_NOARG,				\
	.set = _set,							\
	.get = _get,							\
};									\
									\
module_param_cb(_name, &_name##_ops, _arg, _perm)
#else
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 15, 0)
#define compat_param_const
#else
#define compat_param_const	const
#endif
#define compat_param_call(name, set, get, arg, perm)			\
	module_param_call(name, set, get, arg, perm)
#endif

/* A probe handler must not sleep, which queue_delayed_work() does with this. */
#define COMPAT_PREEMPT_RT	(IS_ENABLED(CONFIG_PREEMPT_RT) || \
				 IS_ENABLED(CONFIG_PREEMPT_RT_FULL))

/* 5.1: the flavours of RCU are one. Both wait for code that cannot sleep. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 1, 0)
#define compat_synchronize()	synchronize_sched()
#else
#define compat_synchronize()	synchronize_rcu()
#endif

/* 5.8: __vmalloc() maps what it allocates as all kernel memory is mapped */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
#define compat_vmalloc(size, gfp)	__vmalloc(size, gfp, PAGE_KERNEL)
#else
#define compat_vmalloc(size, gfp)	__vmalloc(size, gfp)
#endif

/* 4.18: proc_create_seq(); before, such a file needs methods of its own */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 18, 0)
#define COMPAT_PROC_SEQ(_name, _seq_ops)				\
static int _name##_open(struct inode *inode, struct file *file)	\
{									\
	return seq_open(file, &(_seq_ops));				\
}									\
									\
static const struct file_operations _name##_fops = {			\
	.open = _name##_open,						\
	.read = seq_read,						\
	.llseek = seq_lseek,						\
	.release = seq_release,						\
}

#define compat_proc_create_seq(path, mode, name)			\
	proc_create(path, mode, NULL, &name##_fops)
#else
#define COMPAT_PROC_SEQ(_name, _seq_ops)				\
static const struct seq_operations *const _name##_ops = &(_seq_ops)

#define compat_proc_create_seq(path, mode, name)			\
	proc_create_seq(path, mode, NULL, name##_ops)
#endif

/*
 * Where the kernel can preempt a task at any instruction of ours, only
 * RCU-tasks knows when none is left in the few that no counter covers.
 */
#if defined(CONFIG_TASKS_RCU)
#define compat_synchronize_tasks()	synchronize_rcu_tasks()
#define COMPAT_CAN_UNLOAD		true
#else
#define compat_synchronize_tasks()	compat_synchronize()
#define COMPAT_CAN_UNLOAD		(!IS_ENABLED(CONFIG_PREEMPT) && \
					 !IS_ENABLED(CONFIG_PREEMPTION))
#endif

/*
 * The first two arguments and the address of a probed function.
 * 4.20 has regs_get_kernel_argument(), on some architectures.
 */
#if defined(CONFIG_X86_64)
#define compat_arg1(regs)	((regs)->di)
#define compat_arg2(regs)	((regs)->si)
#elif defined(CONFIG_X86_32)
#define compat_arg1(regs)	((regs)->ax)
#define compat_arg2(regs)	((regs)->dx)
#elif defined(CONFIG_ARM64)
#define compat_arg1(regs)	((regs)->regs[0])
#define compat_arg2(regs)	((regs)->regs[1])
#else
#error "sunrpc_fix: the argument registers of this architecture are not known; add them to compat.h"
#endif

/*
 * A probe by name may sit behind the landing pad at a function's entry (IBT on
 * x86, BTI on arm64: 4 bytes); no other function starts within it.
 */
static inline bool compat_probe_is_at(const struct kprobe *kp, const void *fn)
{
	return (unsigned long)kp->addr - (unsigned long)fn <= 4;
}

#endif /* SUNRPC_FIX_COMPAT_H */
