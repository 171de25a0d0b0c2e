// SPDX-License-Identifier: GPL-2.0
/*
 * report - counters, tracepoints and log lines
 *
 * Counters are files of one decimal number each, readable by everybody, in
 * /sys/module/sunrpc_fix/counters/. At any time
 * attempts = completed + failed + torn_down + in_flight.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "inflight.h"
#include "probes.h"
#include "report.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static atomic_long_t counters[REPORT_COUNTERS];

static long counter(enum report_counter i)
{
	return atomic_long_read(&counters[i]);
}

static long in_flight(void)
{
	return counter(REPORT_ATTEMPTS) - counter(REPORT_COMPLETED) -
	       counter(REPORT_FAILED) - counter(REPORT_TORN_DOWN);
}

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

/* Which counters the outcome of an event feeds. */
static const struct {
	unsigned int out;
	enum report_counter counter;
} outcomes[] = {
	{ CONNECT_IS_BEGUN,		REPORT_ATTEMPTS },
	{ CONNECT_IS_SUPPRESSED,	REPORT_SUPPRESSED },
	{ CONNECT_IS_WOULD,		REPORT_WOULD_SUPPRESS },
	{ CONNECT_IS_HELD,		REPORT_HELD },
	{ CONNECT_IS_GATE_ONLY,		REPORT_GATE_ONLY },
	{ CONNECT_IS_COMPLETED,		REPORT_COMPLETED },
	{ CONNECT_IS_FAILED,		REPORT_FAILED },
	{ CONNECT_IS_TORN_DOWN,		REPORT_TORN_DOWN },
	{ CONNECT_IS_RACE_BROKEN |
	  CONNECT_IS_AWAITED,		REPORT_RACE_BROKEN },
	{ CONNECT_IS_STALE,		REPORT_STALE_SETTLED },
};

static void storm_seen(struct inflight *entry, bool suppressed)
{
	if (entry->reported)
		return;
	entry->reported = true;
	entry->suppressed = suppressed;
	entry->storm = true;
}

/**
 * report_attempt - count and trace the outcome of an event
 * @entry: the transport
 * @out: what connect_state made of the event
 *
 * Context: under inflight_lock().
 */
void report_attempt(struct inflight *entry, unsigned int out)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(outcomes); i++)
		if (out & outcomes[i].out)
			report_count(outcomes[i].counter);

	if (out & CONNECT_IS_BEGUN)
		trace_sunrpc_fix_begin(entry, out);
	if (out & (CONNECT_IS_COMPLETED | CONNECT_IS_FAILED |
		   CONNECT_IS_TORN_DOWN))
		trace_sunrpc_fix_end(entry, out);
	if (out & (CONNECT_IS_SUPPRESSED | CONNECT_IS_WOULD)) {
		trace_sunrpc_fix_suppress(entry, out);
		storm_seen(entry, out & CONNECT_IS_SUPPRESSED);
	}
}

/**
 * report_parked - a task came to xprt_connect() while the hold is in place
 * @entry: the transport
 *
 * It goes to sleep there, or waits for one that does. Without the hold it would
 * have come to the gate, hence it counts as suppressed as well.
 *
 * Context: under inflight_lock().
 */
void report_parked(struct inflight *entry)
{
	report_count(REPORT_SUPPRESSED);
	report_count(REPORT_PARKED);
	storm_seen(entry, true);
}

/**
 * report_storm - say that a storm of connects was seen on a transport
 * @entry: a copy of the transport's entry
 *
 * Context: process.
 */
void report_storm(const struct inflight *entry)
{
	pr_notice_ratelimited("server %pISpc: several requests tried to connect at once; %s\n",
			      &entry->peer,
			      entry->suppressed ?
			      "one was let through, the others wait for it" :
			      "observing only, nothing was changed");
}

/**
 * report_totals - say once, at unload, what was done
 *
 * Context: process.
 */
void report_totals(void)
{
	pr_info("unloaded: %ld attempts (%ld completed, %ld failed, %ld torn down, %ld left to sunrpc) on %ld transports; %ld requests for another suppressed, %ld would have been, %ld races broken, %ld stale holds settled, %lu probe hits missed\n",
		counter(REPORT_ATTEMPTS), counter(REPORT_COMPLETED),
		counter(REPORT_FAILED), counter(REPORT_TORN_DOWN),
		in_flight(), counter(REPORT_ADOPTED), counter(REPORT_SUPPRESSED),
		counter(REPORT_WOULD_SUPPRESS), counter(REPORT_RACE_BROKEN),
		counter(REPORT_STALE_SETTLED), probes_missed());
}

struct counter_attribute {
	struct kobj_attribute attr;
	enum report_counter counter;
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct counter_attribute *c =
		container_of(attr, struct counter_attribute, attr);

	return sprintf(buf, "%ld\n", counter(c->counter));
}

static ssize_t missed_hits_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%lu\n", probes_missed());
}

static ssize_t in_flight_show(struct kobject *kobj,
			      struct kobj_attribute *attr, char *buf)
{
	unsigned long flags = inflight_lock();
	long n = in_flight();

	inflight_unlock(flags);
	return sprintf(buf, "%ld\n", n);
}

#define COUNTER(_name, _counter)					\
	static struct counter_attribute counter_##_name = {		\
		.attr = __ATTR(_name, 0444, counter_show, NULL),	\
		.counter = _counter,					\
	}

COUNTER(attempts, REPORT_ATTEMPTS);		/* connects begun */
COUNTER(suppressed, REPORT_SUPPRESSED);		/* requests for another */
COUNTER(would_suppress, REPORT_WOULD_SUPPRESS);	/* ... if not observing */
COUNTER(parked, REPORT_PARKED);			/* ... that met the hold */
COUNTER(held, REPORT_HELD);			/* holds taken */
COUNTER(gate_only, REPORT_GATE_ONLY);		/* ... without a hold */
COUNTER(completed, REPORT_COMPLETED);		/* attempts that connected */
COUNTER(failed, REPORT_FAILED);			/* ... that did not */
COUNTER(torn_down, REPORT_TORN_DOWN);		/* ... whose transport went */
COUNTER(race_broken, REPORT_RACE_BROKEN);	/* live connections spared */
COUNTER(stale_settled, REPORT_STALE_SETTLED);	/* holds that missed their end */
COUNTER(pool_exhausted, REPORT_POOL_EXHAUSTED);	/* attempts not followed */
COUNTER(adopted, REPORT_ADOPTED);		/* transports behind the gate */

static struct kobj_attribute counter_missed_hits = __ATTR_RO(missed_hits);
static struct kobj_attribute counter_in_flight = __ATTR_RO(in_flight);

static struct attribute *counter_attrs[] = {
	&counter_attempts.attr.attr,
	&counter_suppressed.attr.attr,
	&counter_would_suppress.attr.attr,
	&counter_parked.attr.attr,
	&counter_held.attr.attr,
	&counter_gate_only.attr.attr,
	&counter_completed.attr.attr,
	&counter_failed.attr.attr,
	&counter_torn_down.attr.attr,
	&counter_race_broken.attr.attr,
	&counter_stale_settled.attr.attr,
	&counter_pool_exhausted.attr.attr,
	&counter_adopted.attr.attr,
	&counter_missed_hits.attr,
	&counter_in_flight.attr,
	NULL
};

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
	int err;

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
