// SPDX-License-Identifier: GPL-2.0
/*
 * hooks - probes are attached all together or not at all
 *
 * The table of probes is declared in probes.c. Here is what is the same for
 * any of them: arming, disarming, what the kernel says about missed hits, and
 * the reason if it refuses one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "hooks.h"

static struct hook *const *hooks;
static unsigned int n_hooks;

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
		hook->rp.kp.symbol_name = hook->symbol;
		hook->rp.handler = hook->returned;
		hook->rp.maxactive = hook->maxactive;
		err = register_kretprobe(&hook->rp);
	} else {
		hook->kp.symbol_name = hook->symbol;
		hook->kp.pre_handler = hook->entered;
		err = register_kprobe(&hook->kp);
	}
	hook->armed = !err;
	return err;
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
	for (i = 0; i < n; i++) {
		if (table[i]->hold && !hold)
			continue;
		err = arm(table[i]);
		if (err) {
			pr_err("cannot probe %s(): %s (error %d)%s\n",
			       table[i]->symbol, reason(err), err,
			       table[i]->hold ?
			       "; hold=0 does without this probe" : "");
			hooks_disarm();
			return err;
		}
	}
	return 0;
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

	while (i--) {
		if (!hooks[i]->armed)
			continue;
		if (hooks[i]->returned)
			unregister_kretprobe(&hooks[i]->rp);
		else
			unregister_kprobe(&hooks[i]->kp);
		hooks[i]->armed = false;
	}
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
 * A probe is not armed if it is not needed (hold=0), or if somebody has
 * disabled it since.
 *
 * Context: process; the status file is removed before the probes are, so that
 * they stay while this runs.
 */
void hooks_show(struct seq_file *seq)
{
	unsigned int i;

	for (i = 0; i < n_hooks; i++) {
		struct hook *h = hooks[i];
		struct kprobe *kp = h->returned ? &h->rp.kp : &h->kp;

		seq_printf(seq, "probe=%s at=%s armed=%d missed=%lu\n",
			   h->symbol, h->returned ? "return" : "entry",
			   h->armed && !kprobe_disabled(kp),
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
