// SPDX-License-Identifier: GPL-2.0
/*
 * locks - spin locks, mutexes, socket locks, sleeping, grace periods
 *
 * One CPU is enough: a thread can be preempted at every scheduling point, also
 * with a spin lock held, which then stops the others as on another CPU.
 * Where the owner of a lock is kept, see prove_lock().
 */
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include "fake.h"

struct thread threads[MAX_THREADS];

struct thread *this_thread(void)
{
	return &threads[prove_self()];
}

void may_sleep(const char *what)
{
	struct thread *t = this_thread();

	if (t->spins)
		prove_fail("%s sleeps with a spin lock held", what);
	if (t->in_handler)
		prove_fail("%s sleeps in the handler of a probe", what);
}

/* Spin locks. CONFIG_DEBUG_SPINLOCK gives them a word for the owner. */

static void spin(void *owner, void *pc)
{
	prove_lock(owner, pc);
	this_thread()->spins++;
}

static void unspin(void *owner)
{
	prove_unlock(owner);
	this_thread()->spins--;
}

void fake___raw_spin_lock_init(raw_spinlock_t *lock)
{
	lock->owner_cpu = 0;
}

void fake___rwlock_init(rwlock_t *lock)
{
	lock->owner_cpu = 0;
}

void fake__raw_spin_lock(raw_spinlock_t *lock)
{
	spin(&lock->owner_cpu, CALLER);
}

void fake__raw_spin_lock_bh(raw_spinlock_t *lock)
{
	spin(&lock->owner_cpu, CALLER);
}

unsigned long fake__raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	spin(&lock->owner_cpu, CALLER);
	return 0;
}

void fake__raw_spin_unlock(raw_spinlock_t *lock)
{
	unspin(&lock->owner_cpu);
}

void fake__raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	unspin(&lock->owner_cpu);
}

void fake__raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	unspin(&lock->owner_cpu);
}

/* No reader meets another one here: readers exclude each other. */
void fake__raw_read_lock_bh(rwlock_t *lock)
{
	spin(&lock->owner_cpu, CALLER);
}

void fake__raw_read_unlock_bh(rwlock_t *lock)
{
	unspin(&lock->owner_cpu);
}

void fake__raw_write_lock_bh(rwlock_t *lock)
{
	spin(&lock->owner_cpu, CALLER);
}

void fake__raw_write_unlock_bh(rwlock_t *lock)
{
	unspin(&lock->owner_cpu);
}

int fake__atomic_dec_and_lock(atomic_t *count, spinlock_t *lock)
{
	spin(&lock->rlock.owner_cpu, CALLER);
	if (atomic_dec_and_test(count))
		return 1;
	unspin(&lock->rlock.owner_cpu);
	return 0;
}

/* Interrupts are threads. */
int fake_get_signals(void)
{
	return 0;
}

int fake_set_signals(int enable)
{
	return 0;
}

int fake_um_set_signals(int enable)
{
	return 0;
}

int fake_um_get_signals(void)
{
	return 0;
}

void fake_block_signals(void)
{
}

void fake_unblock_signals(void)
{
}

int fake_signals_enabled;

/* Mutexes: their first word is the owner. */

void fake___mutex_init(struct mutex *lock, const char *name, void *key)
{
	*(int *)lock = 0;
}

void fake_mutex_lock(struct mutex *lock)
{
	may_sleep("mutex_lock()");
	prove_lock((int *)lock, CALLER);
}

void fake_mutex_unlock(struct mutex *lock)
{
	prove_unlock((int *)lock);
}

/* Grace periods: until each thread has slept, or does. */

static unsigned int waiting_for[MAX_THREADS];	/* by who waits: a mask */
static unsigned int asleep;

static void quiescent(void)
{
	int i;

	for (i = 0; i < MAX_THREADS; i++)
		waiting_for[i] &= ~(1u << prove_self());
}

/* Every place at which a thread of the kernel can sleep. */
void kernel_sleep(int (*awake)(void *arg), void *arg)
{
	unsigned int me = 1u << prove_self();

	may_sleep("this");
	quiescent();
	asleep |= me;
	prove_sleep(awake, arg);
	asleep &= ~me;
}

/* A thread that has not begun, or has returned, is in nobody's way. */
static void begin(void *arg)
{
	struct thread *t = arg;

	asleep &= ~(1u << prove_self());
	t->fn(t->arg);
	quiescent();
	asleep |= 1u << prove_self();
}

void new_thread(void (*fn)(void *arg), void *arg, const char *name,
		enum prove_class class)
{
	new_thread_flags(fn, arg, name, class, 0);
}

void new_thread_flags(void (*fn)(void *arg), void *arg, const char *name,
		      enum prove_class class, unsigned int flags)
{
	static int count = 1;	/* 0 is the setup */
	struct thread *t = &threads[count];

	t->fn = fn;
	t->arg = arg;
	t->flags = flags;
	t->task = &tasks[count];
	t->task->cred = tasks[0].cred;
	t->task->nsproxy = tasks[0].nsproxy;
	asleep |= 1u << count;
	count++;
	prove_thread(begin, t, name, class, t->task);
}

static int is_over(void *arg)
{
	return !(*(unsigned int *)arg & ~asleep);
}

void grace_period(void)
{
	unsigned int *mask = &waiting_for[prove_self()];
	int i;

	*mask = 0;
	for (i = 0; i < MAX_THREADS; i++)
		if (threads[i].task && i != prove_self())
			*mask |= 1u << i;
	kernel_sleep(is_over, mask);
}

void fake_synchronize_rcu(void)
{
	grace_period();
}

void fake_synchronize_sched(void)
{
	grace_period();
}

#define MAX_CALLBACKS	32

static struct callback {
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);
} callbacks[MAX_CALLBACKS];

static int callback_count;

static int callback_there(void *arg)
{
	return callback_count > 0;
}

static void rcu_thread(void *arg)
{
	struct callback c;

	prove_calm(prove_self(), 1);
	for (;;) {
		kernel_sleep(callback_there, NULL);
		grace_period();
		c = callbacks[0];
		memmove(callbacks, callbacks + 1,
			--callback_count * sizeof(*callbacks));
		/* kfree_rcu() has the offset of the head for a function. */
		if ((unsigned long)c.func < 4096)
			kfree((void *)c.head - (unsigned long)c.func);
		else
			c.func(c.head);
	}
}

void fake_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	if (!threads[prove_self()].task || callback_count == MAX_CALLBACKS) {
		prove_fail("too many RCU callbacks");
		return;
	}
	callbacks[callback_count].head = head;
	callbacks[callback_count++].func = func;
}

void fake_call_rcu_sched(struct rcu_head *head,
			 void (*func)(struct rcu_head *head))
{
	fake_call_rcu(head, func);
}

void fake_kfree_call_rcu(struct rcu_head *head,
			 void (*func)(struct rcu_head *head))
{
	fake_call_rcu(head, func);
}

void rcu_init_threads(void)
{
	new_thread(rcu_thread, NULL, "rcu", PROVE_EVENT);
}

/* Atomic operations of the tree come here first: points.h. */
void prove_atomic(const void *p, const char *what, const char *bit)
{
	if (the_xprt && p == &the_xprt->state &&
	    !test_and_set_bit(0, &this_thread()->seen_transport))
		prove_calm(prove_self(), 0);
	prove_access(p, 1, CALLER);
	if (!strncmp(bit, "XPRT_", 5))
		prove_note(CALLER, "%s(%s)", what, bit);
}
