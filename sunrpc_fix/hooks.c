// SPDX-License-Identifier: GPL-2.0
/*
 * hooks - probes are attached all together or not at all
 *
 * The table of probes is declared in probes.c. Here is what is the same for
 * any of them: arming, disarming, what the kernel says about missed hits,
 * whether probes fire at all, and the reason if the kernel refuses one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "fault.h"
#include "hooks.h"

static struct hook *const *hooks;
static unsigned int n_hooks;

/*
 * A function of our own with a probe like the others. Probes can be switched
 * off without a word, and without a missed hit: all those that sit on ftrace by
 * kernel.ftrace_enabled=0, all by kprobes/enabled in debugfs. Then this one does
 * not fire either.
 */
static noinline void sunrpc_fix_canary(void)
{
	/* Not to be optimised away. */
	asm volatile("");
}

static atomic_t canary_hits = ATOMIC_INIT(0);

static int canary_entered(struct kprobe *kp, struct pt_regs *regs)
{
	atomic_inc(&canary_hits);
	return 0;
}

NOKPROBE_SYMBOL(canary_entered);

static struct hook canary = {
	.symbol = "sunrpc_fix_canary",
	.entered = canary_entered,
};

static int firing = 1;

static bool canary_fires(void)
{
	int before = atomic_read(&canary_hits);

	sunrpc_fix_canary();
	return atomic_read(&canary_hits) != before;
}

/**
 * hooks_check - do the probes fire?
 *
 * Logs a change. Costs a probe hit.
 *
 * Context: process; not in a probe handler, where no probe fires.
 * Return: true if they do.
 */
bool hooks_check(void)
{
	bool fires;

	if (!READ_ONCE(canary.armed))
		return false;
	fires = canary_fires();
	if (!fires && !READ_ONCE(canary.armed))
		return false;
	if (xchg(&firing, fires) == fires)
		return fires;
	if (fires)
		pr_notice("the probes fire again\n");
	else
		pr_warn("the probes do not fire any more, sunrpc connects as without this module: was kernel.ftrace_enabled set to 0, or kprobes/enabled in debugfs?\n");
	return fires;
}

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

static int arm(struct hook *hook)
{
	int err;

	if (hook->returned) {
		hook->rp.kp.symbol_name = fault_symbol(hook->symbol);
		hook->rp.handler = hook->returned;
		hook->rp.maxactive = hook->maxactive;
		err = register_kretprobe(&hook->rp);
	} else {
		hook->kp.symbol_name = fault_symbol(hook->symbol);
		hook->kp.pre_handler = hook->entered;
		err = register_kprobe(&hook->kp);
	}
	WRITE_ONCE(hook->armed, !err);
	if (err)
		pr_err("cannot probe %s(): %s (error %d)%s\n", hook->symbol,
		       reason(err), err,
		       hook->hold ? "; hold=0 does without this probe" : "");
	return err;
}

static void disarm(struct hook *hook)
{
	if (!hook->armed)
		return;
	WRITE_ONCE(hook->armed, false);
	if (hook->returned)
		unregister_kretprobe(&hook->rp);
	else
		unregister_kprobe(&hook->kp);
}

/**
 * hooks_arm - attach every probe of a table, or none
 * @table: the probes, in the order in which they are armed
 * @n: how many
 * @hold: with those that only the hold needs
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno with the reason in the log.
 */
int hooks_arm(struct hook *const table[], unsigned int n, bool hold)
{
	unsigned int i;
	int err;

	hooks = table;
	n_hooks = n;
	err = arm(&canary);
	if (err)
		return err;
	if (!canary_fires()) {
		pr_err("probes do not fire on this host: is kernel.ftrace_enabled 0, or kprobes/enabled in debugfs?\n");
		err = -EOPNOTSUPP;
	}
	for (i = 0; i < n && !err; i++)
		if (hold || !table[i]->hold)
			err = arm(table[i]);
	if (err)
		hooks_disarm();
	return err;
}

/**
 * hooks_disarm - detach what is attached, in the reverse order
 *
 * When it returns no handler is running.
 *
 * Context: process, sleeps.
 */
void hooks_disarm(void)
{
	unsigned int i = n_hooks;

	while (i--)
		disarm(hooks[i]);
	disarm(&canary);
}

/**
 * hooks_armed - how many probes are attached
 *
 * Context: process.
 * Return: the number.
 */
unsigned int hooks_armed(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < n_hooks; i++)
		n += hooks[i]->armed;
	return n;
}

/**
 * hooks_missed - how many events the kernel says were not delivered
 *
 * Context: any.
 * Return: the number since the module was loaded.
 */
unsigned long hooks_missed(void)
{
	unsigned long missed = 0;
	unsigned int i;

	for (i = 0; i < n_hooks; i++)
		missed += hooks[i]->kp.nmissed + hooks[i]->rp.nmissed +
			  hooks[i]->rp.kp.nmissed;
	return missed;
}

NOKPROBE_SYMBOL(hooks_missed);

/**
 * hooks_show - a line per probe, for the status file
 * @seq: the file
 *
 * A probe is shown as not armed if it is not needed (hold=0), if somebody has
 * disabled it since, or if no probe fires (hooks_check()).
 *
 * Context: process; the status file is removed before the probes are, so that
 * they stay while this runs.
 */
void hooks_show(struct seq_file *seq)
{
	bool fires = hooks_check();
	unsigned int i;

	for (i = 0; i < n_hooks; i++) {
		struct hook *h = hooks[i];
		struct kprobe *kp = h->returned ? &h->rp.kp : &h->kp;

		seq_printf(seq, "probe=%s at=%s armed=%d missed=%lu\n",
			   h->symbol, h->returned ? "return" : "entry",
			   fires && h->armed && !kprobe_disabled(kp),
			   kp->nmissed + h->rp.nmissed);
	}
}

/**
 * hooks_symbol_exists - is there a function of this name?
 * @symbol: the name
 *
 * Names can be looked up through kprobes on every kernel, while
 * kallsyms_lookup_name() is exported on few.
 *
 * Context: process, may sleep.
 * Return: false if the kernel says that there is none. Any other error says
 * something of kprobes, and hooks_arm() will have it too.
 */
bool hooks_symbol_exists(const char *symbol)
{
	struct kprobe kp = { .symbol_name = symbol };
	int err = register_kprobe(&kp);

	if (!err)
		unregister_kprobe(&kp);
	return err != -ENOENT && err != -EINVAL;
}
