// SPDX-License-Identifier: GPL-2.0
/*
 * memory - what the kernel allocates, and all of its state
 *
 * The state of an execution is the kernel's data and the explorer's PER_RUN
 * data (the section .world), the allocations, and the stacks. It is saved once
 * and restored before each execution.
 *
 * Each fiber allocates from a region of its own, so that an address does not
 * depend on what other fibers allocated before. Nothing is used again after it
 * was freed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "explorer.h"

#define ARENA		((char *)0x500000000000)
#define REGION		(256ul << 10)
#define GRAIN		sizeof(struct object)

/* How much of its region each fiber has used. */
static PER_RUN size_t used[MAX_FIBERS];
static PER_RUN char *retired_from, *retired_to;

/* In which grain of its region the object begins that a grain belongs to. */
static uint16_t (*owners)[REGION / GRAIN];

static char *saved_world;
static char *saved_region[MAX_FIBERS];

static void *map(void *at, size_t size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		       MAP_ANONYMOUS | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);

	if (p == MAP_FAILED || (at && p != at)) {
		perror("mapping memory");
		exit(2);
	}
	return p;
}

void memory_init(void)
{
	map(ARENA, MAX_FIBERS * REGION);
	owners = map(NULL, MAX_FIBERS * sizeof(*owners));
}

static size_t world_size(void)
{
	return world_end - world_start;
}

void memory_save(void)
{
	int i;

	saved_world = map(NULL, world_size());
	memcpy(saved_world, world_start, world_size());
	for (i = 0; i < MAX_FIBERS; i++) {
		if (!used[i])
			continue;
		saved_region[i] = map(NULL, used[i]);
		memcpy(saved_region[i], ARENA + i * REGION, used[i]);
	}
}

void memory_restore(void)
{
	int i;

	memcpy(world_start, saved_world, world_size());
	for (i = 0; i < MAX_FIBERS; i++)
		if (saved_region[i])
			memcpy(ARENA + i * REGION, saved_region[i],
			       used[i]);
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0xff51afd7ed558ccdull;
	return h ^ h >> 32;
}

/* Four chains, since one waits for its own multiplications. */
static uint64_t hash(uint64_t h, const void *p, size_t size)
{
	const uint64_t *w = p, *end = w + size / sizeof(*w);
	uint64_t a = h, b = ~h, c = h ^ 0x9e3779b97f4a7c15ull, d = h * 31;

	for (; w + 4 <= end; w += 4) {
		a = mix(a, w[0]);
		b = mix(b, w[1]);
		c = mix(c, w[2]);
		d = mix(d, w[3]);
	}
	for (; w < end; w++)
		a = mix(a, *w);
	return mix(mix(mix(a, b), c), d);
}

/* By the scheduler: no fiber runs. */
uint64_t memory_hash(void)
{
	uint64_t h = hash(1, world_start, world_size());
	int i;

	for (i = 0; i < fiber_count; i++) {
		struct fiber *f = &fibers[i];

		h = hash(h, ARENA + i * REGION, used[i]);
		if (f->stop != STOP_DONE)
			h = hash(h, f->sp, f->stack + kernel_stack_size -
				 (char *)f->sp);
	}
	return h;
}

bool memory_in_world(const void *p)
{
	const char *c = p;

	return (c >= world_start && c < world_end) ||
	       (c >= ARENA && c < ARENA + MAX_FIBERS * REGION);
}

/*
 * The object that @p points into or just behind, freed or not; NULL if it is
 * none.
 */
const struct object *memory_object(const void *p)
{
	size_t offset = (const char *)p - ARENA;
	size_t i = offset / REGION;

	offset %= REGION;
	if ((const char *)p < ARENA || i >= MAX_FIBERS || offset >= used[i])
		return NULL;
	return (struct object *)(ARENA + i * REGION +
				 owners[i][offset / GRAIN] * GRAIN);
}

void *prove_alloc(unsigned long size, void *pc)
{
	size_t first = used[running] / GRAIN, grains, i;
	struct object *o = (void *)(ARENA + running * REGION + used[running]);

	/* Its header, itself, and a grain that nobody may touch. */
	grains = 1 + (size + GRAIN - 1) / GRAIN + 1;
	if ((first + grains) * GRAIN > REGION) {
		prove_fail("no end of allocations: %s has %zu bytes",
			   fibers[running].name, used[running]);
		fprintf(stderr, "the setup allocates too much\n");
		exit(2);
	}
	memset(o, 0, grains * GRAIN);
	o->size = size;
	o->site = (uint32_t)(uintptr_t)pc * 0x9e3779b1u;
	for (i = 0; i < grains; i++)
		owners[running][first + i] = first;
	used[running] += grains * GRAIN;
	return o + 1;
}

void prove_free(const void *p)
{
	struct object *o = (struct object *)memory_object(p);

	if (!p)
		return;
	if (!o || o + 1 != p) {
		prove_fail("kfree() of what was not allocated");
		return;
	}
	if (o->freed) {
		prove_fail("double free");
		return;
	}
	o->freed = 1;
	memset(o + 1, 0, o->size);
}

/* From now on nobody may be in this code: it belonged to a module. */
void prove_retire_text(char *from, char *to)
{
	retired_from = from;
	retired_to = to;
}

bool memory_text_retired(const void *pc)
{
	return (const char *)pc >= retired_from &&
	       (const char *)pc < retired_to;
}
