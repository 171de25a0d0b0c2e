/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um has no kprobes: what sunrpc_fix uses of them. kernel/kprobes.c fires
 * them, from the call at the beginning of every function (-pg -mfentry).
 */
#ifndef _LINUX_KPROBES_H
#define _LINUX_KPROBES_H

/* Those that look into the real struct pt_regs come before the define below. */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sunrpc/clnt.h>
#include <linux/vmalloc.h>
#include <net/inet_sock.h>
#include <net/sock.h>

/* um keeps registers elsewhere than x86, for which the module is built here. */
struct prove_regs {
	unsigned long di;
	unsigned long si;
	unsigned long ax;
};

#define pt_regs prove_regs

struct kprobe;
struct kretprobe_instance;

typedef int (*kprobe_pre_handler_t)(struct kprobe *kp, struct pt_regs *regs);
typedef int (*kretprobe_handler_t)(struct kretprobe_instance *ri,
				   struct pt_regs *regs);

struct kprobe {
	const char *symbol_name;
	void *addr;
	kprobe_pre_handler_t pre_handler;
	unsigned long nmissed;
};

struct kretprobe {
	struct kprobe kp;
	kretprobe_handler_t handler;
	int maxactive;
	int nmissed;
};

struct kretprobe_instance {
	struct kretprobe *rp;
};

int register_kprobe(struct kprobe *kp);
void unregister_kprobe(struct kprobe *kp);
int register_kretprobe(struct kretprobe *rp);
void unregister_kretprobe(struct kretprobe *rp);

static inline bool kprobe_disabled(struct kprobe *kp)
{
	return false;
}

#undef NOKPROBE_SYMBOL
#define NOKPROBE_SYMBOL(fname)

#endif /* _LINUX_KPROBES_H */
