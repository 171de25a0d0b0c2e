// SPDX-License-Identifier: GPL-2.0
/*
 * points - which accesses to memory are scheduling points
 *
 * The tree is compiled with -fsanitize=thread, so that each load and store of
 * it is a call of ours. A word is shared if two fibers touch it, one of them
 * writes, and no lock is common to all accesses (the locksets of Eraser,
 * Savage et al. 1997). Where all accesses are under one lock, taking the lock
 * is the scheduling point; a lock is a word itself.
 *
 * What is shared is found while searching. Words are known by where their
 * object was allocated and the offset in it: what is found for one socket
 * holds for all. When there is something new the search begins again.
 */
#include <stdio.h>
#include <stdlib.h>
#include "explorer.h"

#define WORDS	65536u
#define LOCKS	63

/**
 * struct word - what is known of a word of memory, over all executions
 * @key: by address and allocation site
 * @kind: by offset and allocation site
 * @readers: fibers, one bit each
 * @writers: fibers, one bit each
 * @locks: held at every access
 * @shared: is a scheduling point
 * @found: will be one
 */
struct word {
	uint64_t key;
	uint64_t kind;
	uint32_t readers;
	uint32_t writers;
	uint64_t locks;
	bool shared;
	bool found;
};

static struct word words[WORDS];
static unsigned int word_count;
static uint64_t lock_keys[LOCKS];
static unsigned int lock_count;
static uint64_t *kinds;
static unsigned int kind_count;
static bool news;

static bool kind_is_shared(uint64_t kind)
{
	unsigned int i;

	for (i = 0; i < kind_count; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

static struct word *find(uint64_t key, uint64_t kind)
{
	unsigned int i = key * 0x9e3779b97f4a7c15ull >> 48;

	while (words[i].key && words[i].key != key)
		i = (i + 1) % WORDS;
	if (!words[i].key) {
		if (++word_count > WORDS / 4 * 3) {
			fprintf(stderr, "too many words of memory\n");
			exit(2);
		}
		words[i].key = key;
		words[i].kind = kind;
		words[i].locks = ~0ull;
		words[i].shared = kind_is_shared(kind);
	}
	return &words[i];
}

/* The word at @p; NULL if it is nobody's or only this fiber's. */
static struct word *word_at(const void *p)
{
	const struct object *o = memory_object(p);
	uint64_t at = (uintptr_t)p & ~7ull;

	if (o)
		return find(at ^ (uint64_t)o->site << 32,
			    (at - (uintptr_t)o) ^ (uint64_t)o->site << 32);
	return memory_in_world(p) ? find(at, at) : NULL;
}

/* Eraser: may somebody else be at this word at the same time? */
static void note_access(struct word *w, int write, uint64_t locks)
{
	uint32_t both;

	if (write)
		w->writers |= 1u << running;
	else
		w->readers |= 1u << running;
	w->locks &= locks;
	both = w->readers | w->writers;
	if (!w->shared && !w->found && !w->locks && w->writers &&
	    (both & (both - 1))) {
		w->found = true;
		news = true;
	}
}

static void check_address(const void *p, void *pc)
{
	const struct object *o = memory_object(p);
	long offset;

	if (!o)
		return;
	offset = (const char *)p - (const char *)(o + 1);
	if (!o->freed && offset >= 0 && offset < o->size)
		return;
	prove_note(pc, "touches byte %ld of %u that %s", offset, o->size,
		   o->freed ? "have been freed" : "were allocated");
	prove_fail(o->freed ? "use after free" : "access out of bounds");
}

static void access_word(const void *p, int write, uint64_t locks, void *pc)
{
	struct word *w;

	if (running < 0 || !search_exploring())
		return;
	if (memory_text_retired(pc))
		prove_fail("P5: runs in the module after it was unloaded");
	search_step(pc);
	if (fiber_on_stack(p))
		return;
	check_address(p, pc);
	w = word_at(p);
	if (!w)
		return;
	if (w->shared && search_may_preempt() && !fibers[running].calm) {
		fiber_stop(STOP_POINT);
		check_address(p, pc);
	}
	note_access(w, write, locks);
}

void prove_access(const void *p, int write, void *pc)
{
	if (running >= 0)
		access_word(p, write, fibers[running].locks, pc);
}

/**
 * points_renew - take up what was found shared since
 *
 * Return: true if there was something: what was searched has to be searched
 * again, with more scheduling points.
 */
bool points_renew(void)
{
	unsigned int i;

	if (!news)
		return false;
	for (i = 0; i < WORDS; i++) {
		if (!words[i].found)
			continue;
		words[i].found = false;
		if (kind_is_shared(words[i].kind))
			continue;
		kinds = realloc(kinds, (kind_count + 1) * sizeof(*kinds));
		if (!kinds)
			abort();
		kinds[kind_count++] = words[i].kind;
	}
	for (i = 0; i < WORDS; i++)
		words[i].shared = words[i].key && kind_is_shared(words[i].kind);
	news = false;
	return true;
}

unsigned int points_words(void)
{
	return kind_count;
}

/* A lock beyond the 63rd protects nothing: more scheduling points, no fewer. */
static uint64_t lock_bit(const int *lock)
{
	const struct word *w = word_at(lock);
	unsigned int i;

	if (!w)
		return 0;
	for (i = 0; i < lock_count; i++)
		if (lock_keys[i] == w->key)
			return 1ull << i;
	if (lock_count == LOCKS)
		return 0;
	lock_keys[lock_count] = w->key;
	return 1ull << lock_count++;
}

static int is_free(void *lock)
{
	return *(int *)lock < PROVE_LOCK_HELD;
}

void prove_lock(int *lock, void *pc)
{
	access_word(lock, 1, 0, pc);
	if (*lock == PROVE_LOCK_HELD + running)
		prove_fail("waits for a lock that it holds");
	prove_sleep(is_free, lock);
	*lock = PROVE_LOCK_HELD + running;
	fibers[running].locks |= lock_bit(lock);
}

void prove_unlock(int *lock)
{
	if (*lock != PROVE_LOCK_HELD + running)
		prove_fail("gives back a lock that it does not hold");
	*lock = 0;
	fibers[running].locks &= ~lock_bit(lock);
}

/* The compiler's calls. */
#define ACCESSES(size)							\
void __tsan_read##size(void *p)						\
{									\
	prove_access(p, 0, __builtin_return_address(0));		\
}									\
									\
void __tsan_write##size(void *p)					\
{									\
	prove_access(p, 1, __builtin_return_address(0));		\
}									\
									\
void __tsan_unaligned_read##size(void *p)				\
{									\
	prove_access(p, 0, __builtin_return_address(0));		\
}									\
									\
void __tsan_unaligned_write##size(void *p)				\
{									\
	prove_access(p, 1, __builtin_return_address(0));		\
}

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

void __tsan_read_range(void *p, long size)
{
	(void)size;
	prove_access(p, 0, __builtin_return_address(0));
}

void __tsan_write_range(void *p, long size)
{
	(void)size;
	prove_access(p, 1, __builtin_return_address(0));
}

static void check_text(void *pc)
{
	if (running >= 0 && memory_text_retired(pc)) {
		prove_note(pc, "is in the module");
		prove_fail("P5: runs in the module after it was unloaded");
	}
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
	check_text(__builtin_return_address(0));
}

void __tsan_func_exit(void)
{
	check_text(__builtin_return_address(0));
}

void __tsan_init(void)
{
}
