/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the explorer share. */
#ifndef EXPLORER_H
#define EXPLORER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../prove.h"

#define MAX_FIBERS	24

/**
 * enum stop - why a fiber has handed over to the scheduler
 * @STOP_POINT: it is about to touch what others touch
 * @STOP_SLEEP: it waits for @awake
 * @STOP_CHOICE: it asks for one of @choices
 * @STOP_DONE: it has returned
 * @STOP_END: the execution is over
 */
enum stop {
	STOP_POINT,
	STOP_SLEEP,
	STOP_CHOICE,
	STOP_DONE,
	STOP_END,
};

/**
 * struct fiber - a thread of the kernel
 * @sp: its stack pointer while it does not run
 * @stack: the lowest address of its stack, aligned to its size
 * @fn: what it runs
 * @arg: and with what
 * @name: for the trace
 * @task: the struct task_struct that is current in it
 * @class: when it may run
 * @stop: why it does not run
 * @awake: it sleeps until this is true
 * @awake_arg: of that
 * @choices: how many there are
 * @chosen: the answer
 * @calm: is not preempted, see prove_calm()
 * @locks: those it holds, one bit each (points.c)
 * @pc: where it touched memory last; in a replay only
 */
struct fiber {
	void *sp;
	char *stack;
	void (*fn)(void *arg);
	void *arg;
	const char *name;
	void *task;
	enum prove_class class;
	enum stop stop;
	int (*awake)(void *arg);
	void *awake_arg;
	int choices;
	int chosen;
	bool calm;
	uint64_t locks;
	void *pc;
};

/* Saves what a C function must keep and goes on with another stack. */
void swap_stacks(void **save, void *to);

extern struct fiber fibers[MAX_FIBERS];
extern int fiber_count;
extern int running;

void fiber_init(void);
void fiber_reset(void);
bool fiber_can_run(const struct fiber *f);
void fiber_resume(int i);
void fiber_stop(enum stop stop);
void fiber_end(void);
bool fiber_on_stack(const void *p);

/**
 * struct object - an allocation; its memory follows
 * @size: of that, in bytes
 * @site: where it was allocated, hashed
 * @freed: has been given back
 * @unused: makes it 16 bytes, to which allocations are aligned
 */
struct object {
	uint32_t size;
	uint32_t site;
	uint32_t freed;
	uint32_t unused;
};

/**
 * enum verdict - of an execution
 * @GOING: it goes on
 * @FAILED: a property broke
 * @UNKNOWN: something was called that has no stand-in
 * @DROPPED: it is not of interest
 * @SEEN: it has come to a state from which all was tried before
 */
enum verdict {
	GOING,
	FAILED,
	UNKNOWN,
	DROPPED,
	SEEN,
};

/* link.ld: PER_RUN data, and all data of the kernel */
extern char world_start[], world_end[];

void memory_init(void);
void memory_save(void);
void memory_restore(void);
uint64_t memory_hash(void);
bool memory_in_world(const void *p);
const struct object *memory_object(const void *p);
bool memory_text_retired(const void *pc);

bool points_renew(void);
unsigned int points_words(void);

/* main.c: options */
extern struct options {
	int preemptions;
	double seconds;
	double walk_seconds;
	int walk_preemptions;
	uint64_t seed;
	bool stateless;
	bool quiet;
} options;

/* search.c */
bool search_exploring(void);
bool search_may_preempt(void);
void search_step(void *pc);
int search(void);

void trace_begin(void);
void trace_show(const char *why);

/* "function() file:line" */
struct line {
	char text[120];
};

void symbols_init(void);
const char *symbols_unfaked(const void *address);
void fault_init(void);
void symbols_lines(void *const *pcs, int n, struct line *lines);

#endif /* EXPLORER_H */
