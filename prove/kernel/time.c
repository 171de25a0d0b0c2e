// SPDX-License-Identifier: GPL-2.0
/*
 * time - jiffies, timers
 *
 * Time passes when nothing else can happen: then the timer that is due next
 * fires. A thread of its own runs it, as the softirq would.
 */
#include <linux/ktime.h>
#include "fake.h"

#define MAX_TIMERS	32
#define AFTERWARDS	6	/* timers that fire after all tasks were served */

/* No request has to wait as long as its timeout of 60 seconds. */
#define PATIENCE	(50 * HZ)

unsigned long fake_jiffies = 100000;
static unsigned long boot_jiffies = 100000;

static struct timer_list *timers[MAX_TIMERS];
static int timer_count;
static int fired_afterwards;

static int index_of(const struct timer_list *timer)
{
	int i;

	for (i = 0; i < timer_count; i++)
		if (timers[i] == timer)
			return i;
	return -1;
}

bool timer_is_pending(const struct timer_list *timer)
{
	return index_of(timer) >= 0;
}

/* timer_pending() looks at one of two pointers, whichever the version is. */
static void mark(struct timer_list *timer, void *pending)
{
	void **entry = (void **)&timer->entry;

	entry[0] = pending;
	entry[1] = pending;
}

static bool stop(struct timer_list *timer, void *pc)
{
	int i;

	prove_access(&timer->entry, 1, pc);
	i = index_of(timer);
	if (i < 0)
		return false;
	memmove(timers + i, timers + i + 1,
		(--timer_count - i) * sizeof(*timers));
	mark(timer, NULL);
	return true;
}

static int start(struct timer_list *timer, unsigned long expires, void *pc)
{
	bool was = stop(timer, pc);

	if (timer_count == MAX_TIMERS) {
		prove_fail("more than %d timers", MAX_TIMERS);
		return 0;
	}
	timer->expires = expires;
	timers[timer_count++] = timer;
	mark(timer, timer);
	return was;
}

void fake_init_timer_key(COMPAT_TIMER_INIT_ARGS)
{
	compat_timer_set_function(timer);
	mark(timer, NULL);
}

int fake_mod_timer(struct timer_list *timer, unsigned long expires)
{
	return start(timer, expires, CALLER);
}

void fake_add_timer(struct timer_list *timer)
{
	start(timer, timer->expires, CALLER);
}

int fake_del_timer(struct timer_list *timer)
{
	return stop(timer, CALLER);
}

/* A timer that runs is in the clock's thread, which is not waited for. */
int fake_del_timer_sync(struct timer_list *timer)
{
	return stop(timer, CALLER);
}

int fake_timer_delete(struct timer_list *timer)
{
	return stop(timer, CALLER);
}

int fake_timer_delete_sync(struct timer_list *timer)
{
	return stop(timer, CALLER);
}

/* Runs a timer now, by an event or by the clock. */
bool timer_fire(struct timer_list *timer)
{
	if (!stop(timer, NULL))
		return false;
	if (time_after(timer->expires, fake_jiffies))
		fake_jiffies = timer->expires;
	prove_note(NULL, "timer: %s() after %lu ms",
		   prove_symbol_at(timer->function),
		   (fake_jiffies - boot_jiffies) * (1000 / HZ));
	compat_timer_call(timer);
	return true;
}

struct timer_list *find_timer(bool (*match)(struct timer_list *timer))
{
	int i;

	for (i = 0; i < timer_count; i++)
		if (match(timers[i]))
			return timers[i];
	return NULL;
}

static int timer_there(void *arg)
{
	return timer_count && fired_afterwards < AFTERWARDS;
}

static void clock(void *arg)
{
	struct timer_list *next;
	int i;

	for (;;) {
		/* What a timer has set off comes before the next one. */
		kernel_sleep(timer_there, NULL);
		prove_yield();
		if (!timer_there(NULL))
			continue;
		next = timers[0];
		for (i = 1; i < timer_count; i++)
			if (time_before(timers[i]->expires, next->expires))
				next = timers[i];
		if (rpc_all_served())
			fired_afterwards++;
		else if (time_after(next->expires, boot_jiffies + PATIENCE))
			prove_fail("P3: a task sleeps for its whole timeout");
		timer_fire(next);
	}
}

void time_init_threads(void)
{
	new_thread(clock, NULL, "clock", PROVE_CLOCK);
}

/* Sleeping for a time. */

static void nothing(COMPAT_TIMER_ARG)
{
}

struct timed_sleep {
	struct thread *thread;
	struct timer_list timer;
};

static int timed_sleep_over(void *arg)
{
	struct timed_sleep *s = arg;

	return s->thread->woken || !timer_is_pending(&s->timer);
}

long fake_schedule_timeout(long timeout)
{
	struct timed_sleep s = { .thread = this_thread() };
	unsigned long until = fake_jiffies + timeout;

	s.timer.function = (void *)nothing;
	start(&s.timer, until, CALLER);
	kernel_sleep(timed_sleep_over, &s);
	stop(&s.timer, CALLER);
	return time_after(until, fake_jiffies) ? until - fake_jiffies : 0;
}

ktime_t fake_ktime_get(void)
{
	return ktime_set(fake_jiffies / HZ, 0);
}

unsigned long fake_usecs_to_jiffies(unsigned int us)
{
	return us / (1000000 / HZ);
}

unsigned long fake___usecs_to_jiffies(unsigned int us)
{
	return us / (1000000 / HZ);
}

unsigned long fake___msecs_to_jiffies(unsigned int ms)
{
	return ms / (1000 / HZ);
}

unsigned int fake_jiffies_to_msecs(unsigned long j)
{
	return j * (1000 / HZ);
}

unsigned long fake_nsecs_to_jiffies(u64 ns)
{
	return ns / (1000000000 / HZ);
}
