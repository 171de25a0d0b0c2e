// SPDX-License-Identifier: GPL-2.0
/*
 * rpc_delay - keep a task busy between two steps of xprt_connect()
 *
 * For the lab: widens the window in which a task has found its transport not
 * connected and has not gone to sleep yet, from nanoseconds to @ms.
 *
 * With @in_probe the time is spent in the handler of a kprobe, where the kernel
 * cannot deliver another probe on that CPU: events of sunrpc_fix are missed.
 */
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define SLEEP_ON	"rpc_sleep_on_timeout"
#define CALLER		"xprt_connect+"

static unsigned int ms = 120;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "milliseconds to wait (default: 120)");

static bool in_probe;
module_param(in_probe, bool, 0444);
MODULE_PARM_DESC(in_probe, "wait where probe hits are missed (default: 0)");

static unsigned int hits;
module_param(hits, uint, 0444);
MODULE_PARM_DESC(hits, "read only: how often that was done");

static void delay(unsigned long caller)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, caller);
	if (strncmp(name, CALLER, strlen(CALLER)))
		return;
	hits++;
	mdelay(ms);
}

static int sleep_on_probed(struct kprobe *kp, struct pt_regs *regs)
{
	delay(*(unsigned long *)regs->sp);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = SLEEP_ON,
	.pre_handler = sleep_on_probed,
};

static void sleep_on_traced(unsigned long ip, unsigned long caller,
			    struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	delay(caller);
}

static struct ftrace_ops trace = {
	.func = sleep_on_traced,
};

static int __init rpc_delay_init(void)
{
	int err;

	if (in_probe)
		return register_kprobe(&probe);
	err = ftrace_set_filter(&trace, SLEEP_ON, strlen(SLEEP_ON), 1);
	if (!err)
		err = register_ftrace_function(&trace);
	if (err)
		ftrace_free_filter(&trace);
	return err;
}

static void __exit rpc_delay_exit(void)
{
	if (in_probe) {
		unregister_kprobe(&probe);
		return;
	}
	unregister_ftrace_function(&trace);
	ftrace_free_filter(&trace);
}

module_init(rpc_delay_init);
module_exit(rpc_delay_exit);

MODULE_DESCRIPTION("Delay tasks in xprt_connect(), for tests of sunrpc_fix");
MODULE_LICENSE("GPL");
