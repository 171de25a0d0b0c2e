// SPDX-License-Identifier: GPL-2.0
/*
 * search - through the executions
 *
 * An execution is a list of decisions: who goes on at a scheduling point or
 * when somebody sleeps, and what the environment does. They are gone through
 * depth first, with no preemption, then with at most one, and so on. A
 * preemption is to take the CPU from a thread that could go on; most races
 * need one or two (Musuvathi and Qadeer, 2007). After that at random.
 *
 * An execution ends early in a state from which all was tried before, with as
 * many preemptions left. States are told apart by a hash of 60 bits.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include "explorer.h"

#define MAX_DECISIONS	100000
#define MAX_STEPS	300000	/* accesses to memory in an execution */
#define STATES		33554432ul
#define BUDGET_MASK	0xful

struct decision {
	uint16_t taken;
	uint16_t of;
};

static struct decision decisions[MAX_DECISIONS];
static int decided;	/* the decisions of the execution before, kept so far */
static int depth;	/* how many of them were taken in this one */

static int budget;	/* preemptions left */
static unsigned int steps;
static enum verdict verdict;
static char why[200];

static bool exploring;
static bool replaying;
static bool walking;
static unsigned int preempt_one_in;

static uint64_t *states;
static unsigned long state_count;
static unsigned long executions, dropped;
static char drop_why[200];
static double began;
static sig_atomic_t interrupted;

/* CPU time, so that a busy machine finds as much. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

bool search_exploring(void)
{
	return exploring;
}

bool search_may_preempt(void)
{
	return budget > 0;
}

int prove_replaying(void)
{
	return replaying;
}

void search_step(void *pc)
{
	if (replaying)
		fibers[running].pc = pc;
	if (++steps > MAX_STEPS)
		prove_fail("P3: livelock: %d accesses and no end", MAX_STEPS);
}

static void end(enum verdict v, const char *format, va_list args)
{
	if (verdict == GOING) {
		verdict = v;
		vsnprintf(why, sizeof(why), format, args);
	}
	fiber_end();
}

void prove_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end(FAILED, format, args);
	va_end(args);
}

static void end_with(enum verdict v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	end(v, format, args);
	va_end(args);
}

void prove_unknown(const char *function)
{
	end_with(UNKNOWN, "%s was used, which is not faked", function);
}

void prove_drop(const char *reason)
{
	end_with(DROPPED, "%s", reason);
}

static void forget_states(void)
{
	if (states)
		munmap(states, STATES * sizeof(*states));
	states = mmap(NULL, STATES * sizeof(*states), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (states == MAP_FAILED) {
		perror("mapping the table of states");
		exit(2);
	}
	state_count = 0;
}

/* Was all that can follow tried from here, with as many preemptions? */
static bool seen(void)
{
	uint64_t h = (memory_hash() & ~BUDGET_MASK) | 1ull << 63;
	unsigned long i = h >> 8 & (STATES - 1);

	while (states[i] && (states[i] & ~BUDGET_MASK) != h)
		i = (i + 1) & (STATES - 1);
	if (states[i]) {
		if ((states[i] & BUDGET_MASK) >= (uint64_t)budget)
			return true;
	} else {
		state_count++;
	}
	states[i] = h | budget;
	return false;
}

static uint64_t draw(void)
{
	static uint64_t x = 88172645463325252ull;

	if (options.seed) {
		x ^= options.seed * 0x9e3779b97f4a7c15ull;
		options.seed = 0;
	}
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x >> 11;
}

static int draw_one(int n, bool preempt)
{
	if (!preempt)
		return draw() % n;
	return draw() % preempt_one_in ? 0 : 1 + draw() % (n - 1);
}

/* One of @n; the first is what happens if nothing special does. */
static int decide(int n, bool preempt)
{
	struct decision *d = &decisions[depth];

	if (n <= 1)
		return 0;
	if (depth == MAX_DECISIONS - 1) {
		end_with(FAILED, "P3: no end: %d decisions", MAX_DECISIONS);
		return 0;
	}
	if (depth++ >= decided) {
		if (!walking && !replaying && !options.stateless && seen()) {
			verdict = SEEN;
			depth--;
			return 0;
		}
		d->taken = walking && !replaying ? draw_one(n, preempt) : 0;
		decided = depth;
	} else if (d->of != n && !replaying) {
		fprintf(stderr, "the execution differs from the one before at decision %d\n",
			depth);
		exit(2);
	}
	d->of = n;
	if (d->taken >= n)
		d->taken = 0;
	return d->taken;
}

int prove_choice(int n, const char *what)
{
	struct fiber *f = &fibers[running];

	if (!exploring)
		return 0;
	f->choices = n;
	fiber_stop(STOP_CHOICE);
	if (f->chosen && what)
		prove_note(NULL, "%s", what);
	return f->chosen;
}

static int runnable(enum prove_class class, int but, int *list)
{
	int i, n = 0;

	for (i = 0; i < fiber_count; i++)
		if (i != but && fibers[i].class == class &&
		    fiber_can_run(&fibers[i]))
			list[n++] = i;
	return n;
}

/* Nobody has to be stopped for this one to run: who is it? -1: nobody. */
static int pick(void)
{
	int list[2 * MAX_FIBERS], n, more = 0, i;

	n = runnable(PROVE_THREAD, -1, list);
	if (n && budget > 0)
		more = runnable(PROVE_EVENT, -1, list + n);
	if (!n)
		n = runnable(PROVE_EVENT, -1, list);
	if (!n)
		n = runnable(PROVE_CLOCK, -1, list);
	if (!n)
		return -1;
	i = decide(n + more, false);
	if (i >= n)
		budget--;
	return list[i];
}

static int preempt(int running_one)
{
	int list[2 * MAX_FIBERS], n, i;

	n = runnable(PROVE_THREAD, running_one, list);
	n += runnable(PROVE_EVENT, running_one, list + n);
	i = decide(n + 1, true);
	if (!i)
		return running_one;
	budget--;
	prove_note(fibers[running_one].pc, "is preempted here by %s",
		   fibers[list[i - 1]].name);
	return list[i - 1];
}

static int go_on(int i)
{
	struct fiber *f = &fibers[i];

	switch (f->stop) {
	case STOP_CHOICE:
		f->chosen = decide(f->choices, false);
		return i;
	case STOP_POINT:
		return preempt(i);
	default:
		return pick();
	}
}

static void execute(int preemptions)
{
	int next;

	memory_restore();
	fiber_reset();
	kernel_begin();
	budget = preemptions;
	depth = 0;
	steps = 0;
	verdict = GOING;
	if (replaying)
		trace_begin();
	next = pick();
	while (verdict == GOING && next >= 0) {
		fiber_resume(next);
		if (verdict == GOING)
			next = go_on(next);
	}
	running = -1;
	if (verdict == GOING)
		kernel_end();
	executions++;
	if (verdict == DROPPED) {
		dropped++;
		memcpy(drop_why, why, sizeof(why));
	}
}

/* The next execution: another turn at the last decision that has one. */
static bool advance(void)
{
	if (decided > depth)
		decided = depth;
	while (decided && decisions[decided - 1].taken + 1 >=
			  decisions[decided - 1].of)
		decided--;
	if (!decided)
		return false;
	decisions[decided - 1].taken++;
	return true;
}

static void progress(const char *how)
{
	static double last;
	double t = now();

	if (options.quiet || t < last + 5)
		return;
	if (last)
		fprintf(stderr, "  ... %s: %lu executions, %lu states, %.0f s\n",
			how, executions, state_count, t - began);
	last = t;
}

/* Does the execution still end like this without one of its decisions? */
static void reduce(int preemptions)
{
	static struct decision kept[MAX_DECISIONS];
	char reason[sizeof(why)];
	int i, kept_count;

	memcpy(reason, why, sizeof(why));
	execute(preemptions);
	decided = depth;
	for (i = decided - 1; i >= 0; i--) {
		if (i >= decided || !decisions[i].taken)
			continue;
		memcpy(kept, decisions, decided * sizeof(*kept));
		kept_count = decided;
		decisions[i].taken = 0;
		execute(preemptions);
		if (verdict == FAILED && !strcmp(why, reason)) {
			decided = depth;
			continue;
		}
		memcpy(decisions, kept, kept_count * sizeof(*kept));
		decided = kept_count;
	}
	execute(preemptions);
}

static int found(const char *how, int preemptions)
{
	bool unknown = verdict == UNKNOWN;
	unsigned long at = executions;

	printf("%s: execution %lu, %.2f s: %s\n", how, at, now() - began, why);
	replaying = true;
	if (unknown)
		execute(preemptions);
	else
		reduce(preemptions);
	trace_show(why);
	return unknown ? 3 : 1;
}

static void say_none(const char *how, const char *end)
{
	printf("%s: %s %lu executions, %.1f s, %u kinds of shared words",
	       how, end, executions, now() - began, points_words());
	if (state_count)
		printf(", %lu states", state_count);
	if (dropped)
		printf("; dropped %lu: %s", dropped, drop_why);
	putchar('\n');
}

/* Returns 0: none, 1, 3: as the program's exit status; -1: not completed. */
static int depth_first(int preemptions, double until)
{
	char how[40];

	snprintf(how, sizeof(how), "%d preemption%s", preemptions,
		 preemptions == 1 ? "" : "s");
	executions = 0;
	dropped = 0;
	decided = 0;
	forget_states();
	do {
		execute(preemptions);
		if (verdict == FAILED || verdict == UNKNOWN)
			return found(how, preemptions);
		if (points_renew()) {
			decided = 0;
			depth = 0;
			forget_states();
			continue;
		}
		progress(how);
		if (interrupted || now() > until ||
		    state_count > STATES / 4 * 3) {
			say_none(how, interrupted ? "interrupted after" :
				 now() > until ?
				 "none so far, out of time after" :
				 "none so far, out of memory after");
			return -1;
		}
		if (!advance())
			break;
	} while (1);
	say_none(how, "none in");
	return 0;
}

static int walk(double until)
{
	static const unsigned int one_in[] = { 8, 32, 128 };
	char how[40];

	snprintf(how, sizeof(how), "at random, up to %d preemptions",
		 options.walk_preemptions);
	walking = true;
	executions = 0;
	dropped = 0;
	state_count = 0;
	began = now();
	while (now() < until && !interrupted) {
		preempt_one_in = one_in[executions % 3];
		decided = 0;
		execute(options.walk_preemptions);
		if (verdict == FAILED || verdict == UNKNOWN)
			return found(how, options.walk_preemptions);
		points_renew();
		progress(how);
	}
	say_none(how, interrupted ? "interrupted after" : "none in");
	return 0;
}

static void setup(void *arg)
{
	(void)arg;
	kernel_setup();
}

/**
 * search - set the kernel up and look for a counterexample
 *
 * Return: the exit status of the program.
 */
int search(void)
{
	double until;
	int b, status = 0;

	signal(SIGINT, interrupt);
	fault_init();
	memory_init();
	fiber_init();
	prove_thread(setup, NULL, "setup", PROVE_THREAD, kernel_boot_task);
	fiber_resume(0);
	if (fibers[0].stop != STOP_DONE) {
		fprintf(stderr, "cannot set up an RPC client: %s\n",
			verdict == GOING ? "that sleeps" : why);
		return 3;
	}
	running = -1;
	exploring = true;
	memory_save();

	began = now();
	until = began + options.seconds;
	for (b = 0; b <= options.preemptions && !status && !interrupted; b++)
		status = depth_first(b, until);
	if (status > 0)
		return status;
	if (!interrupted && options.walk_seconds > 0)
		status = walk(now() + options.walk_seconds);
	if (status > 0)
		return status;
	return interrupted ? 130 : 0;
}
