// SPDX-License-Identifier: GPL-2.0
/*
 * wait - wait queues and wait bits
 *
 * There is one wait queue: a wake-up is for all who sleep, and each looks at
 * its own condition again, as the callers have to do anyway.
 */
#include "fake.h"

static wait_queue_head_t the_queue;

static void wake(void)
{
	int i;

	for (i = 0; i < MAX_THREADS; i++)
		threads[i].woken = true;
}

static int woken(void *thread)
{
	return ((struct thread *)thread)->woken;
}

long fake_prepare_to_wait_event(void *queue, void *wait, int state)
{
	this_thread()->woken = false;
	return 0;
}

void fake_init_wait_entry(void *wait, int flags)
{
}

void fake_init_wait_var_entry(void *wait, void *var, int flags)
{
}

void fake_finish_wait(void *queue, void *wait)
{
}

void fake_schedule(void)
{
	kernel_sleep(woken, this_thread());
}

void fake___wake_up(void *queue, unsigned int mode, int n, void *key)
{
	wake();
}

void fake___wake_up_locked_key(void *queue, unsigned int mode, void *key)
{
	wake();
}

void fake_wake_up_var(void *var)
{
	wake();
}

void fake___init_waitqueue_head(void *queue, const char *name, void *key)
{
}

void *fake___var_waitqueue(void *var)
{
	return &the_queue;
}

void *fake_bit_waitqueue(void *word, int bit)
{
	return &the_queue;
}

void fake_wake_up_bit(void *word, int bit)
{
	wake();
}

struct bit {
	unsigned long *word;
	int number;
};

static int is_clear(void *arg)
{
	struct bit *b = arg;

	return !test_bit(b->number, b->word);
}

int fake_out_of_line_wait_on_bit(void *word, int number, void *action,
				 unsigned int mode)
{
	struct bit b = { word, number };

	kernel_sleep(is_clear, &b);
	return 0;
}

int fake_out_of_line_wait_on_bit_lock(void *word, int number, void *action,
				      unsigned int mode)
{
	struct bit b = { word, number };

	for (;;) {
		prove_access(word, 1, CALLER);
		if (!test_and_set_bit(number, b.word))
			return 0;
		kernel_sleep(is_clear, &b);
	}
}
