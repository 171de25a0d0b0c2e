// SPDX-License-Identifier: GPL-2.0
/*
 * kprobes - probes at the entry and at the return of functions
 *
 * A handler runs as it would on an old kernel: it must not sleep, and nobody
 * unregisters a probe whose handler runs. A hit may be missed (event miss).
 */
#include <linux/kprobes.h>
#include "fake.h"

#define MAX_PROBES	8
#define MAX_RETURNS	4	/* for a thread, one in the other */

/* Looked at by __fentry__ (entry.S): is there anything to do? */
int kernel_looks_at_entries;

static struct kprobe *probes[MAX_PROBES];
static struct kretprobe *return_probes[MAX_PROBES];

/* A call whose return is waited for. Without @probe: that has gone meanwhile. */
struct pending_return {
	void *return_to;
	struct kretprobe *probe;
};

static struct pending_return returns[MAX_THREADS][MAX_RETURNS];
static int return_count[MAX_THREADS];

static void **free_slot(void *table)
{
	void **slots = table;
	int i;

	for (i = 0; i < MAX_PROBES; i++)
		if (!slots[i])
			return &slots[i];
	prove_fail("more than %d probes", MAX_PROBES);
	return slots;
}

int fake_register_kprobe(struct kprobe *kp)
{
	kp->addr = prove_symbol(kp->symbol_name);
	if (!kp->addr)
		return -ENOENT;
	*free_slot(probes) = kp;
	kernel_looks_at_entries = 1;
	return 0;
}

int fake_register_kretprobe(struct kretprobe *rp)
{
	rp->kp.addr = prove_symbol(rp->kp.symbol_name);
	if (!rp->kp.addr)
		return -ENOENT;
	*free_slot(return_probes) = rp;
	kernel_looks_at_entries = 1;
	return 0;
}

static int no_handler_runs(void *arg)
{
	int i;

	for (i = 0; i < MAX_THREADS; i++)
		if (threads[i].in_handler)
			return 0;
	return 1;
}

static void unregister(void *table, void *probe)
{
	void **slots = table;
	int i;

	for (i = 0; i < MAX_PROBES; i++)
		if (slots[i] == probe)
			slots[i] = NULL;
	kernel_sleep(no_handler_runs, NULL);
}

/* needed() of the module asks for names by registering, also in the setup. */
void fake_unregister_kprobe(struct kprobe *kp)
{
	unregister(probes, kp);
}

void fake_unregister_kretprobe(struct kretprobe *rp)
{
	int i, j;

	for (i = 0; i < MAX_THREADS; i++)
		for (j = 0; j < return_count[i]; j++)
			if (returns[i][j].probe == rp)
				returns[i][j].probe = NULL;
	unregister(return_probes, rp);
}

/* With or without the kernel noticing. */
static bool missed(const char *symbol, bool *counted)
{
	int only = prove_option("missonly");

	if (only && strcmp(symbol, only == 1 ? "xs_tcp_state_change" :
			   only == 2 ? "xprt_connect" :
			   only == 3 ? "xs_tcp_setup_socket" :
			   "kernel_connect"))
		return false;
	if (!event_used("miss", "this hit is missed"))
		return false;
	*counted = prove_choice(2, "and the kernel counts it");
	return true;
}

static void call_handler(struct kprobe *kp, struct pt_regs *regs)
{
	bool counted = false;

	prove_note(NULL, "probe on %s()", kp->symbol_name);
	if (missed(kp->symbol_name, &counted)) {
		kp->nmissed += counted;
		return;
	}
	this_thread()->in_handler++;
	kp->pre_handler(kp, regs);
	this_thread()->in_handler--;
}

/*
 * Every function comes here first. @behind is the instruction after the call
 * of __fentry__, which is 5 bytes long.
 */
void kernel_entered(char *behind, void **return_to, unsigned long arg1,
		    unsigned long arg2)
{
	struct pt_regs regs = { .di = arg1, .si = arg2 };
	const void *ip = behind - 5;
	int i, me = prove_self();
	struct pending_return *r;
	struct kretprobe *rp;

	if (me < 0)
		return;
	module_function_entered(ip, arg1, arg2);
	for (i = 0; i < MAX_PROBES; i++)
		if (probes[i] && probes[i]->addr == ip)
			call_handler(probes[i], &regs);
	for (i = 0; i < MAX_PROBES; i++) {
		bool counted = false;

		rp = return_probes[i];
		if (!rp || rp->kp.addr != ip)
			continue;
		if (missed(rp->kp.symbol_name, &counted)) {
			rp->nmissed += counted;
			continue;
		}
		if (return_count[me] == MAX_RETURNS) {
			prove_fail("more than %d return probes in one another",
				   MAX_RETURNS);
			return;
		}
		r = &returns[me][return_count[me]++];
		r->return_to = *return_to;
		r->probe = rp;
		*return_to = kernel_return_trampoline;
	}
}

/* Where the function would have returned to. */
void *kernel_returned(void)
{
	struct pt_regs regs = { };
	int me = prove_self();
	struct pending_return r = returns[me][--return_count[me]];
	struct kretprobe_instance instance = { r.probe };

	if (!r.probe)
		return r.return_to;
	prove_note(NULL, "return probe on %s()", r.probe->kp.symbol_name);
	this_thread()->in_handler++;
	r.probe->handler(&instance, &regs);
	this_thread()->in_handler--;
	return r.return_to;
}
