/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the explorer (user space, libc's headers) and the stand-ins for the
 * kernel (the tree's headers): what each calls of the other. No types of
 * either.
 */
#ifndef PROVE_H
#define PROVE_H

/*
 * Data of an execution: restored before each one, and part of what makes two
 * states equal. All data of the kernel's side is, by link.ld.
 */
#define PER_RUN		__attribute__((section(".world")))

/* The kernel's data that is neither. */
#define PROVE_NOT_STATE	__attribute__((section(".not_state")))

/**
 * enum prove_class - who may run when
 * @PROVE_THREAD: whenever it is not asleep
 * @PROVE_EVENT: when no thread can, or by a preemption: the network, a user
 * @PROVE_CLOCK: when nothing else can
 */
enum prove_class {
	PROVE_THREAD,
	PROVE_EVENT,
	PROVE_CLOCK,
};

/* A lock is an int; what it holds when it is free is the kernel's affair. */
#define PROVE_LOCK_HELD	0x4c4f0000

/* threads, locks: fiber.c, points.c */
void prove_thread(void (*fn)(void *arg), void *arg, const char *name,
		  enum prove_class class, void *task);
int prove_self(void);
void prove_calm(int fiber, int calm);
void prove_become(enum prove_class class);
void prove_sleep(int (*awake)(void *arg), void *arg);
void prove_yield(void);
void prove_lock(int *lock, void *pc);
void prove_unlock(int *lock);

/* a scheduling point, if another thread may touch the word as well */
void prove_access(const void *p, int write, void *pc);

/* memory: memory.c */
void *prove_alloc(unsigned long size, void *pc);
void prove_free(const void *p);
void prove_retire_text(char *from, char *to);

/* what happens in an execution: search.c, trace.c */
int prove_choice(int n, const char *what);
void prove_note(void *pc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void prove_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void prove_unknown(const char *function);
void prove_drop(const char *why);
int prove_replaying(void);

/* the command line, the symbols of this program: main.c, symbols.c */
int prove_option(const char *name);
void *prove_symbol(const char *name);
const char *prove_symbol_at(const void *pc);

/**
 * struct prove_event - something that the environment may do, as an option
 * @name: of the option
 * @meaning: in a few words
 */
struct prove_event {
	const char *name;
	const char *meaning;
};

/* of the kernel's side */
extern const struct prove_event kernel_events[];
extern void *kernel_boot_task;
extern const int kernel_stack_size;
void kernel_setup(void);
void kernel_begin(void);
void kernel_end(void);
void kernel_state(char *text, unsigned long size);
void kernel_run(void *task);

#endif /* PROVE_H */
