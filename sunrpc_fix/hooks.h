/* SPDX-License-Identifier: GPL-2.0 */
/* The installer of probes. It knows the kernel's functions, and no transport. */
#ifndef SUNRPC_FIX_HOOKS_H
#define SUNRPC_FIX_HOOKS_H

#include <linux/kprobes.h>
#include <linux/types.h>

struct seq_file;

/**
 * struct hook - one probe
 * @symbol: function
 * @entered: handler for its entry, or
 * @returned: for its return
 * @maxactive: with @returned: how many calls can be under way at a time; each
 *	one more is a missed hit
 * @hold: needed by the hold only
 * @armed: is registered
 * @kp: the kernel's, for @entered
 * @rp: the kernel's, for @returned
 */
struct hook {
	const char *symbol;
	kprobe_pre_handler_t entered;
	kretprobe_handler_t returned;
	int maxactive;
	bool hold;
	bool armed;
	struct kprobe kp;
	struct kretprobe rp;
};

int hooks_arm(struct hook *const table[], unsigned int n, bool hold);
void hooks_disarm(void);
unsigned int hooks_armed(void);
unsigned long hooks_missed(void);
bool hooks_check(void);
void hooks_show(struct seq_file *seq);
bool hooks_symbol_exists(const char *symbol);

#endif /* SUNRPC_FIX_HOOKS_H */
