// SPDX-License-Identifier: GPL-2.0
/*
 * fiber - the threads of the kernel, one at a time, and where they hand over
 *
 * Each has a stack of the kernel's size and alignment, at whose end the kernel
 * finds current. The scheduler (search.c) has the stack of main().
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "explorer.h"

/* Where the stacks are: the same place in every run of the program. */
#define STACKS	((char *)0x600000000000)

PER_RUN struct fiber fibers[MAX_FIBERS];
PER_RUN int fiber_count;
int running = -1;

static void *scheduler;
static bool on_fiber;

__asm__(".text\n"
	"swap_stacks:\n"
	"	push %rbp\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	push %r13\n"
	"	push %r14\n"
	"	push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15\n"
	"	pop %r14\n"
	"	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	pop %rbp\n"
	"	ret\n");

static void first_call(void)
{
	struct fiber *f = &fibers[running];

	f->fn(f->arg);
	fiber_stop(STOP_DONE);
	abort();
}

/* The first swap to @f pops six registers and returns to first_call(). */
static void prepare(struct fiber *f)
{
	void **sp = (void **)(f->stack + kernel_stack_size - 64);

	memset(f->stack, 0, 128);
	*(void **)f->stack = f->task;	/* thread_info.task, where that is used */
	*--sp = NULL;
	*--sp = (void *)first_call;
	sp -= 6;
	memset(sp, 0, 6 * sizeof(*sp));
	f->sp = sp;
}

/* Below each stack as much is left free: an overflow is a fault. */
static char *stack_of(int i)
{
	return STACKS + (2ul * i + 1) * kernel_stack_size;
}

void fiber_init(void)
{
	int i;

	for (i = 0; i < MAX_FIBERS; i++) {
		void *p = mmap(stack_of(i), kernel_stack_size,
			       PROT_READ | PROT_WRITE, MAP_PRIVATE |
			       MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (p != stack_of(i)) {
			perror("mapping the stacks");
			exit(2);
		}
	}
}

/* Before an execution: those that have not begun are to begin anew. */
void fiber_reset(void)
{
	int i;

	for (i = 0; i < fiber_count; i++)
		if (fibers[i].stop != STOP_DONE)
			prepare(&fibers[i]);
	running = -1;
}

void prove_thread(void (*fn)(void *arg), void *arg, const char *name,
		  enum prove_class class, void *task)
{
	struct fiber *f = &fibers[fiber_count];

	if (fiber_count == MAX_FIBERS) {
		fprintf(stderr, "more than %d threads\n", MAX_FIBERS);
		exit(2);
	}
	f->stack = stack_of(fiber_count);
	f->fn = fn;
	f->arg = arg;
	f->name = name;
	f->class = class;
	f->task = task;
	f->stop = STOP_POINT;
	prepare(f);
	fiber_count++;
}

/*
 * What a fiber does while it is calm is one step, if it does not sleep: there
 * is nothing in it to be looked for.
 */
void prove_calm(int fiber, int calm)
{
	fibers[fiber].calm = calm;
}

/* An event that has begun is a thread like others. */
void prove_become(enum prove_class class)
{
	fibers[running].class = class;
}

int prove_self(void)
{
	return running;
}

bool fiber_on_stack(const void *p)
{
	return (const char *)p >= STACKS &&
	       (const char *)p < stack_of(MAX_FIBERS);
}

bool fiber_can_run(const struct fiber *f)
{
	switch (f->stop) {
	case STOP_DONE:
		return false;
	case STOP_SLEEP:
		return f->awake(f->awake_arg);
	default:
		return true;
	}
}

/* By the scheduler: run @i until it hands over again. */
void fiber_resume(int i)
{
	running = i;
	kernel_run(fibers[i].task);
	on_fiber = true;
	swap_stacks(&scheduler, fibers[i].sp);
	on_fiber = false;
}

/* By a fiber: hand over to the scheduler. */
void fiber_stop(enum stop stop)
{
	struct fiber *f = &fibers[running];

	f->stop = stop;
	swap_stacks(&f->sp, scheduler);
}

/* The execution is over, if it is not the scheduler that finds so. */
void fiber_end(void)
{
	if (on_fiber)
		fiber_stop(STOP_END);
}

void prove_sleep(int (*awake)(void *arg), void *arg)
{
	struct fiber *f = &fibers[running];

	if (awake(arg))
		return;
	f->awake = awake;
	f->awake_arg = arg;
	fiber_stop(STOP_SLEEP);
}

static int always(void *arg)
{
	(void)arg;
	return 1;
}

/* Lets the others run as if this one slept. */
void prove_yield(void)
{
	fibers[running].awake = always;
	fiber_stop(STOP_SLEEP);
}
