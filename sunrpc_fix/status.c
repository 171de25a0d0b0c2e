// SPDX-License-Identifier: GPL-2.0
/*
 * status - /proc/fs/sunrpc_fix: what is attached, and every transport
 *
 * A line per probe and a line per adopted transport, in words of the form
 * name=value. No address of the kernel is shown. For root, since it tells
 * with whom this host talks.
 *
 * In procfs and not in debugfs: el6 does not mount that, and before 4.7 who
 * opens a file there while its module is unloaded runs into freed memory.
 * remove_proc_entry() has always waited for the readers, and an open file
 * does not keep the module from going.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/sock.h>

#include "compat.h"
#include "hooks.h"
#include "inflight.h"
#include "status.h"

#define STATUS_PATH	"fs/sunrpc_fix"

static struct proc_dir_entry *status_file;

static void show_transport(struct seq_file *seq, unsigned int i)
{
	struct inflight *entry = inflight_at(i);
	unsigned int port = 0;
	struct inflight copy;
	unsigned long flags;

	/* The socket is referenced by the entry only under the lock. */
	flags = inflight_lock();
	copy = *entry;
	if (copy.sk)
		port = compat_sk_port(copy.sk);
	inflight_unlock(flags);

	if (!copy.xprt)
		return;
	seq_printf(seq, "transport=%pISpc port=%u state=%s in_flight=%d age_ms=%u\n",
		   &copy.peer, port, connect_state_name(copy.state),
		   connect_state_in_flight(copy.state),
		   jiffies_to_msecs(jiffies - copy.since));
}

/* Position 0 is the probes, position n the entry n - 1 of the table. */
static void *status_start(struct seq_file *seq, loff_t *pos)
{
	return *pos <= inflight_size() ? pos : NULL;
}

static void *status_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return status_start(seq, pos);
}

static void status_stop(struct seq_file *seq, void *v)
{
}

static int status_show(struct seq_file *seq, void *v)
{
	loff_t pos = *(loff_t *)v;

	if (pos == 0)
		hooks_show(seq);
	else
		show_transport(seq, pos - 1);
	return 0;
}

static const struct seq_operations status_seq_ops = {
	.start = status_start,
	.next = status_next,
	.stop = status_stop,
	.show = status_show,
};

COMPAT_PROC_SEQ(status, status_seq_ops);

/**
 * status_init - make the status readable
 *
 * The module works without it: a failure is logged and is no error.
 *
 * Context: process, may sleep; after inflight_init().
 */
void status_init(void)
{
	status_file = compat_proc_create_seq(STATUS_PATH, 0400, status);
	if (!status_file)
		pr_warn("cannot create /proc/%s, going on without\n",
			STATUS_PATH);
}

/**
 * status_exit - remove the file, after the last reader has left
 *
 * Context: process, sleeps; before inflight_exit().
 */
void status_exit(void)
{
	if (status_file)
		remove_proc_entry(STATUS_PATH, NULL);
}
