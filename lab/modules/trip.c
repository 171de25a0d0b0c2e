// SPDX-License-Identifier: GPL-2.0
/*
 * trip - makes the mistakes that the kernel's checkers are there to find
 *
 * One mistake per load (what=...), so that the lab can show that each checker
 * of its debug kernel reports, and that a run with a report fails. The load
 * itself fails on purpose: nothing of it stays.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *what = "";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "the mistake: kasan, lockdep, sleep, list, object, leak, race");

static void use_after_free(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	if (!p)
		return;
	kfree(p);
	WRITE_ONCE(p[8], 1);
}

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void take_locks_in_both_orders(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static DEFINE_SPINLOCK(spin);

static void sleep_under_spinlock(void)
{
	spin_lock(&spin);
	might_sleep();
	spin_unlock(&spin);
}

static void delete_twice(void)
{
	LIST_HEAD(head);
	LIST_HEAD(entry);
	struct list_head copy;

	list_add(&entry, &head);
	copy = entry;
	list_del(&entry);
	entry = copy;
	list_del(&entry);
}

static void no_function(struct timer_list *unused)
{
}

static void free_active_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, no_function, 0);
	mod_timer(timer, jiffies + HZ / 2);
	/* Reported here; the checker then stops the timer. */
	kfree(timer);
}

static void leak(void)
{
	unsigned int i;

	/* More than one: a stale copy of the last address may be around. */
	for (i = 0; i < 16; i++)
		(void)!kmalloc(1000, GFP_KERNEL);
}

static unsigned int raced;

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		raced++;
		cond_resched();
	}
	return 0;
}

static void count_on_two_cpus(void)
{
	struct task_struct *task[2] = {};
	unsigned int cpu, n = 0;

	for_each_online_cpu(cpu) {
		task[n] = kthread_run_on_cpu(count, NULL, cpu, "trip/%u");
		if (IS_ERR(task[n]) || ++n == ARRAY_SIZE(task))
			break;
	}
	ssleep(5);
	while (n)
		kthread_stop(task[--n]);
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "kasan",	use_after_free },
	{ "lockdep",	take_locks_in_both_orders },
	{ "sleep",	sleep_under_spinlock },
	{ "list",	delete_twice },
	{ "object",	free_active_timer },
	{ "leak",	leak },
	{ "race",	count_on_two_cpus },
};

static int __init trip_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (strcmp(what, mistakes[i].name))
			continue;
		mistakes[i].make();
		/* Not an error of insmod's user: the mistake has been made. */
		return -ECANCELED;
	}
	pr_err("trip: what=%s is not known\n", what);
	return -EINVAL;
}

module_init(trip_init);

MODULE_DESCRIPTION("Trips the kernel's checkers");
MODULE_LICENSE("GPL");
