// SPDX-License-Identifier: GPL-2.0
/*
 * sunrpc_repro - does this kernel's NFS client have the connect race?
 *
 * Holds a TCP handshake on loopback open for a moment while several tasks of
 * an RPC client want the connection, and counts how often the client tries to
 * connect. A kernel with the race (upstream 0fdea1e8a285 has the fix) does so
 * once for each task, from the same port with another ISN; any other once.
 * No mount is touched.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/utsname.h>

#include "client.h"
#include "compat.h"
#include "run.h"

/* A shorter one could be over before a second task has had its turn. */
#define MIN_HOLD_MS	100u

static unsigned int tasks = 16;
module_param(tasks, uint, 0644);
MODULE_PARM_DESC(tasks, "tasks that want the connection, 1 to 64 (default: 16)");

static unsigned int hold_ms = 500;
module_param(hold_ms, uint, 0644);
MODULE_PARM_DESC(hold_ms, "milliseconds that the handshake is held open, 100 to 2000 (default: 500)");

static DEFINE_MUTEX(last_mutex);	/* also: one run at a time */
static struct run last;

static const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case AFFECTED:
		return "affected";
	case NOT_AFFECTED:
		return "not affected";
	default:
		return "inconclusive";
	}
}

/* Modules are the directories of /sys/module. */
static bool module_loaded(const char *name)
{
	struct kset *modules = THIS_MODULE->mkobj.kobj.kset;
	struct kobject *k;
	bool found = false;

	spin_lock(&modules->list_lock);
	list_for_each_entry(k, &modules->list, entry)
		found |= !strcmp(kobject_name(k), name);
	spin_unlock(&modules->list_lock);
	return found;
}

static void report(const struct run *r)
{
	const char *release = init_utsname()->release;

	pr_info("%s: %s: connect attempts %u, ISNs %u (port %u), SYNs %u in a handshake held open for %u ms; tasks %u, waiting %u, served %u within %u ms after it%s%s\n",
		release, verdict_name(r->verdict), r->seen.attempts,
		r->seen.isns, r->seen.port, r->seen.syns, r->held_ms,
		r->tasks, r->waiting, r->served, r->recovery_ms,
		r->private_net ? "" : "; on the host's own loopback",
		module_loaded("sunrpc_fix") ? "; sunrpc_fix is loaded" : "");
	if (r->error)
		pr_info("inconclusive because: %s (error %d)\n", r->reason,
			r->error);
	else if (r->reason)
		pr_info("inconclusive because: %s\n", r->reason);
}

static int run_now(void)
{
	struct run *r = &last;
	unsigned int n = READ_ONCE(tasks), ms = READ_ONCE(hold_ms);

	if (n < 1 || n > CLIENT_MAX_TASKS) {
		pr_err("tasks=%u: must be 1 to %u\n", n, CLIENT_MAX_TASKS);
		return -EINVAL;
	}
	if (ms < MIN_HOLD_MS || ms > RUN_MAX_HOLD_MS) {
		pr_err("hold_ms=%u: must be %u to %u\n", ms, MIN_HOLD_MS,
		       RUN_MAX_HOLD_MS);
		return -EINVAL;
	}
	memset(r, 0, sizeof(*r));
	r->tasks = n;
	r->hold_ms = ms;
	run(r);
	report(r);
	return signal_pending(current) ? -EINTR : 0;
}

static ssize_t run_store(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count)
{
	int err;

	if (!mutex_trylock(&last_mutex))
		return -EBUSY;
	err = run_now();
	mutex_unlock(&last_mutex);
	return err ? err : count;
}

static ssize_t verdict_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	ssize_t len;

	mutex_lock(&last_mutex);
	len = sprintf(buf, "%s\n", verdict_name(last.verdict));
	mutex_unlock(&last_mutex);
	return len;
}

static ssize_t reason_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	ssize_t len;

	mutex_lock(&last_mutex);
	len = sprintf(buf, "%s\n", last.reason ? last.reason : "");
	mutex_unlock(&last_mutex);
	return len;
}

struct figure_attribute {
	struct kobj_attribute attr;
	const unsigned int *figure;
};

static ssize_t figure_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	struct figure_attribute *f =
		container_of(attr, struct figure_attribute, attr);
	ssize_t len;

	mutex_lock(&last_mutex);
	len = sprintf(buf, "%u\n", *f->figure);
	mutex_unlock(&last_mutex);
	return len;
}

#define FIGURE(_name, _figure)						\
	static struct figure_attribute figure_##_name = {		\
		.attr = __ATTR(_name, 0444, figure_show, NULL),		\
		.figure = &last._figure,				\
	}

FIGURE(tasks, tasks);
FIGURE(held_ms, held_ms);
FIGURE(attempts, seen.attempts);
FIGURE(isns, seen.isns);
FIGURE(port, seen.port);
FIGURE(syns, seen.syns);
FIGURE(waiting, waiting);
FIGURE(served, served);
FIGURE(recovery_ms, recovery_ms);

static struct kobj_attribute run_attr = __ATTR(run, 0200, NULL, run_store);
static struct kobj_attribute verdict_attr = __ATTR_RO(verdict);
static struct kobj_attribute reason_attr = __ATTR_RO(reason);

static struct attribute *attrs[] = {
	&run_attr.attr,
	&verdict_attr.attr,
	&reason_attr.attr,
	&figure_tasks.attr.attr,
	&figure_held_ms.attr.attr,
	&figure_attempts.attr.attr,
	&figure_isns.attr.attr,
	&figure_port.attr.attr,
	&figure_syns.attr.attr,
	&figure_waiting.attr.attr,
	&figure_served.attr.attr,
	&figure_recovery_ms.attr.attr,
	NULL
};

static struct attribute_group group = {
	.attrs = attrs,
};

/* Under the module's own kobject, whose files would be module_attributes. */
static struct kobject *dir;

/* Whatever the verdict, the module stays, so that it can be read. */
static int __init sunrpc_repro_init(void)
{
	int err = run_now();

	if (err)
		return err;
	dir = kobject_create_and_add("result", &THIS_MODULE->mkobj.kobj);
	if (!dir)
		return -ENOMEM;
	err = sysfs_create_group(dir, &group);
	if (err)
		kobject_put(dir);
	return err;
}

static void __exit sunrpc_repro_exit(void)
{
	run_stop();
	/* Waits for those who are in a file, and so for a run. */
	sysfs_remove_group(dir, &group);
	kobject_put(dir);
}

module_init(sunrpc_repro_init);
module_exit(sunrpc_repro_exit);

MODULE_DESCRIPTION("Reproduces the connect race of sunrpc clients (upstream 0fdea1e8a285)");
MODULE_AUTHOR("The sunrpc-fix authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
