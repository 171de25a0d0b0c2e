// SPDX-License-Identifier: GPL-2.0
/*
 * report - counters, tracepoints and log lines
 *
 * Counters are files of one decimal number each, readable by everybody, in
 * /sys/module/sunrpc_fix/counters/. They and the line in the log at unload are
 * made from one list, REPORT_COUNTERS(). At any time
 * attempts = completed + failed + torn_down + in_flight, where in_flight is
 * counted by the table and the others here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "hooks.h"
#include "inflight.h"
#include "report.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static atomic_long_t counters[N_REPORT_COUNTERS];

static const struct {
	const char *name;
	unsigned int outcome;
} table[N_REPORT_COUNTERS] = {
#define TABLE_ROW(_name, _outcome, _help)	{ #_name, _outcome },
	REPORT_COUNTERS(TABLE_ROW)
};

/**
 * report_count - count one
 * @i: what happened
 *
 * Context: any, also a probe handler.
 */
void report_count(enum report_counter i)
{
	atomic_long_inc(&counters[i]);
}

NOKPROBE_SYMBOL(report_count);

/**
 * report_value - read a counter
 * @i: which
 *
 * Context: any.
 * Return: what was counted since the module was loaded.
 */
long report_value(enum report_counter i)
{
	return atomic_long_read(&counters[i]);
}

/**
 * report_attempt - count the outcome of an event
 * @entry: the transport
 * @seen: what connect_state made of the event, CONNECT_IS_* bits
 * @report: set to what report_trace() needs once the lock is dropped
 *
 * Context: under inflight_lock().
 */
void report_attempt(const struct inflight *entry, unsigned int seen,
		    struct report *report)
{
	unsigned int i;

	report->seen = seen;
	if (!seen)
		return;
	report->state = entry->state;
	report->peer = entry->peer;
	for (i = 0; i < N_REPORT_COUNTERS; i++)
		if (seen & table[i].outcome)
			report_count(i);
}

NOKPROBE_SYMBOL(report_attempt);

/**
 * report_trace - pass the outcome of an event to the tracepoints
 * @report: from report_attempt()
 *
 * What is attached to a tracepoint may call anything, hence without the lock.
 *
 * Context: any, also a probe handler; not under inflight_lock().
 */
void report_trace(const struct report *report)
{
	if (report->seen & CONNECT_IS_BEGUN)
		trace_sunrpc_fix_begin(report);
	if (report->seen & (CONNECT_IS_COMPLETED | CONNECT_IS_FAILED |
			    CONNECT_IS_TORN_DOWN))
		trace_sunrpc_fix_end(report);
	if (report->seen & (CONNECT_IS_SUPPRESSED | CONNECT_IS_WOULD))
		trace_sunrpc_fix_suppress(report);
}

/**
 * report_storm - log that a storm of connects was seen on a transport
 * @peer: the server
 * @storm: suppressed or observed
 *
 * Context: process.
 */
void report_storm(const union inflight_peer *peer, enum inflight_storm storm)
{
	pr_notice_ratelimited("server %pISpc: several requests tried to connect at once; %s\n",
			      peer,
			      storm == STORM_SUPPRESSED ?
			      "one was let through, the others wait for it" :
			      "observing only, nothing was changed");
}

/**
 * report_totals - log every counter, once, at unload
 * @left: attempts in flight that were left to sunrpc
 *
 * attempts = completed + failed + torn_down + left.
 *
 * Context: process, module exit.
 */
void report_totals(unsigned int left)
{
	static char text[640];
	unsigned int i;
	int n = 0;

	for (i = 0; i < N_REPORT_COUNTERS; i++)
		n += scnprintf(text + n, sizeof(text) - n, "%s=%ld ",
			       table[i].name, report_value(i));
	pr_info("unloaded: %sleft_to_sunrpc=%u missed_hits=%lu\n", text, left,
		hooks_missed());
}

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf);

static struct kobj_attribute counter_files[N_REPORT_COUNTERS] = {
#define COUNTER_FILE(_name, _outcome, _help)	\
	__ATTR(_name, 0444, counter_show, NULL),
	REPORT_COUNTERS(COUNTER_FILE)
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sprintf(buf, "%ld\n", report_value(attr - counter_files));
}

static ssize_t missed_hits_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%lu\n", hooks_missed());
}

static ssize_t in_flight_show(struct kobject *kobj,
			      struct kobj_attribute *attr, char *buf)
{
	unsigned long flags = inflight_lock();
	unsigned int n = inflight_count();

	inflight_unlock(flags);
	return sprintf(buf, "%u\n", n);
}

static struct kobj_attribute counter_missed_hits = __ATTR_RO(missed_hits);
static struct kobj_attribute counter_in_flight = __ATTR_RO(in_flight);

/* Filled in by report_init(). */
static struct attribute *counter_attrs[N_REPORT_COUNTERS + 3];

static struct attribute_group counter_group = {
	.attrs = counter_attrs,
};

/* Under the module's own kobject, whose files would be module_attributes. */
static struct kobject *counter_dir;

/**
 * report_init - make the counters readable
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int report_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < N_REPORT_COUNTERS; i++)
		counter_attrs[i] = &counter_files[i].attr;
	counter_attrs[i++] = &counter_missed_hits.attr;
	counter_attrs[i] = &counter_in_flight.attr;

	counter_dir = kobject_create_and_add("counters",
					     &THIS_MODULE->mkobj.kobj);
	if (!counter_dir)
		return -ENOMEM;
	err = sysfs_create_group(counter_dir, &counter_group);
	if (err)
		kobject_put(counter_dir);
	return err;
}

/**
 * report_exit - remove the counters' files, after the last reader has left
 *
 * Context: process, sleeps.
 */
void report_exit(void)
{
	sysfs_remove_group(counter_dir, &counter_group);
	kobject_put(counter_dir);
	tracepoint_synchronize_unregister();
}
