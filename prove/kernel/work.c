// SPDX-License-Identifier: GPL-2.0
/*
 * work - work queues: two workers for all of them
 *
 * An item is not run by both at a time. (On 2.6.32 it can be; option
 * reentrant.)
 */
#include "fake.h"

#define MAX_QUEUED	16
#define WORKERS		2

static struct work_struct *queue[MAX_QUEUED], *running[WORKERS];
static bool busy[WORKERS];
static int queued;
static int reentrant;

static bool is_running(const struct work_struct *work)
{
	return running[0] == work || running[1] == work;
}

static int index_of(const struct work_struct *work)
{
	int i;

	for (i = 0; i < queued; i++)
		if (queue[i] == work)
			return i;
	return -1;
}

static void take(int i)
{
	memmove(queue + i, queue + i + 1, (--queued - i) * sizeof(*queue));
}

/* Is this item queued, delayed or running? */
bool work_is_known(const struct work_struct *work)
{
	const struct delayed_work *d =
		container_of(work, struct delayed_work, work);

	return index_of(work) >= 0 || is_running(work) ||
	       timer_is_pending(&d->timer);
}

struct work_struct *find_work(bool (*match)(struct work_struct *work))
{
	int i;

	for (i = 0; i < queued; i++)
		if (match(queue[i]))
			return queue[i];
	for (i = 0; i < WORKERS; i++)
		if (running[i] && match(running[i]))
			return running[i];
	return NULL;
}

static bool set_pending(struct work_struct *work, void *pc)
{
	prove_access(work_data_bits(work), 1, pc);
	return !test_and_set_bit(WORK_STRUCT_PENDING_BIT,
				 work_data_bits(work));
}

static void insert(struct work_struct *work)
{
	if (queued == MAX_QUEUED) {
		prove_fail("more than %d work items", MAX_QUEUED);
		return;
	}
	queue[queued++] = work;
	prove_note(NULL, "%s() is queued", prove_symbol_at(work->func));
}

bool fake_queue_work_on(int cpu, void *wq, struct work_struct *work)
{
	if (!set_pending(work, CALLER))
		return false;
	insert(work);
	return true;
}

void fake_delayed_work_timer_fn(COMPAT_TIMER_ARG)
{
	insert(&compat_delayed_work(arg)->work);
}

bool is_delayed_work_timer(const struct timer_list *timer)
{
	return timer->function == (void *)fake_delayed_work_timer_fn;
}

bool fake_queue_delayed_work_on(int cpu, void *wq, struct delayed_work *dwork,
				unsigned long delay)
{
	if (!set_pending(&dwork->work, CALLER))
		return false;
	if (delay)
		mod_timer(&dwork->timer, jiffies + delay);
	else
		insert(&dwork->work);
	return true;
}

static bool cancel(struct work_struct *work)
{
	int i = index_of(work);

	prove_access(work_data_bits(work), 1, CALLER);
	clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
	if (i < 0)
		return false;
	take(i);
	return true;
}

static bool cancel_delayed(struct delayed_work *dwork)
{
	return del_timer(&dwork->timer) | cancel(&dwork->work);
}

bool fake_mod_delayed_work_on(int cpu, void *wq, struct delayed_work *dwork,
			      unsigned long delay)
{
	bool was = cancel_delayed(dwork);

	fake_queue_delayed_work_on(cpu, wq, dwork, delay);
	return was;
}

static int is_idle(void *work)
{
	return !is_running(work);
}

/* While it is waited for it looks pending, so that it cannot queue itself. */
static void wait_until_idle(struct work_struct *work)
{
	set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
	kernel_sleep(is_idle, work);
	clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
}

bool fake_cancel_work_sync(struct work_struct *work)
{
	bool was = cancel(work);

	wait_until_idle(work);
	return was;
}

bool fake_cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel_delayed(dwork);
}

bool fake_cancel_delayed_work_sync(struct delayed_work *dwork)
{
	bool was = cancel_delayed(dwork);

	wait_until_idle(&dwork->work);
	return was;
}

static int runnable(void)
{
	int i;

	for (i = 0; i < queued; i++)
		if (reentrant || !is_running(queue[i]))
			return i;
	return -1;
}

/* The workers are alike: only the first that is idle is worth a try. */
static int work_there(void *arg)
{
	struct work_struct **mine = arg;

	return runnable() >= 0 && (mine == running || busy[0]);
}

static void worker(void *arg)
{
	struct work_struct **mine = arg, *work;
	int i;

	for (;;) {
		kernel_sleep(work_there, mine);
		busy[mine - running] = true;
		i = runnable();
		work = queue[i];
		take(i);
		*mine = work;
		prove_access(&work->func, 0, CALLER);
		clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
		prove_note(NULL, "runs %s()", prove_symbol_at(work->func));
		work->func(work);
		*mine = NULL;
		busy[mine - running] = false;
	}
}

void work_init_threads(void)
{
	reentrant = prove_option("reentrant");
	new_thread_flags(worker, &running[0], "kworker/1", PROVE_THREAD,
			 PF_WQ_WORKER);
	new_thread_flags(worker, &running[1], "kworker/2", PROVE_THREAD,
			 PF_WQ_WORKER);
}

static struct workqueue_struct *new_queue(void)
{
	return prove_alloc(64, CALLER);
}

void *fake___alloc_workqueue_key(void)
{
	return new_queue();
}

void *fake_alloc_workqueue(void)
{
	return new_queue();
}

static int all_done(void *arg)
{
	return !queued && !running[0] && !running[1];
}

/* Waits for more than it has to: all queues are one here. */
void fake_destroy_workqueue(void *wq)
{
	kernel_sleep(all_done, NULL);
	kfree(wq);
}

void *fake_system_wq;
void *fake_system_power_efficient_wq;
