// SPDX-License-Identifier: GPL-2.0
/* memory - the allocator, as much of it as sunrpc uses */
#include <linux/mempool.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "fake.h"

/* A slab cache is known by the size of its objects only. */
struct cache {
	unsigned long size;
};

#define SIZES	(KMALLOC_SHIFT_HIGH + 1)

static struct cache sizes[SIZES];

/* kmalloc() of a constant size has this inlined. One row for each type. */
void *fake_kmalloc_caches[16 * SIZES];

void memory_setup(void)
{
	int i;

	for (i = 0; i < SIZES; i++)
		sizes[i].size = i == 1 ? 96 : i == 2 ? 192 : 1ul << i;
	for (i = 0; i < ARRAY_SIZE(fake_kmalloc_caches); i++)
		fake_kmalloc_caches[i] = &sizes[i % SIZES];
}

void *fake___kmalloc(size_t size, gfp_t flags)
{
	return prove_alloc(size, CALLER);
}

void *fake_kmalloc_trace(void *cache, gfp_t flags, size_t size)
{
	return prove_alloc(size, CALLER);
}

void fake_kfree(const void *p)
{
	memory_is_freed(p);
	prove_free(p);
}

void fake_kvfree(const void *p)
{
	memory_is_freed(p);
	prove_free(p);
}

void *fake___vmalloc(unsigned long size, gfp_t flags)
{
	return prove_alloc(size, CALLER);
}

void fake_vfree(const void *p)
{
	prove_free(p);
}

void *fake_kmemdup(const void *from, size_t size, gfp_t flags)
{
	return memcpy(prove_alloc(size, CALLER), from, size);
}

char *fake_kstrdup(const char *s, gfp_t flags)
{
	return strcpy(prove_alloc(strlen(s) + 1, CALLER), s);
}

char *fake_kstrndup(const char *s, size_t max, gfp_t flags)
{
	return strncpy(prove_alloc(max + 1, CALLER), s, max);
}

char *fake_kmemdup_nul(const char *s, size_t size, gfp_t flags)
{
	return memcpy(prove_alloc(size + 1, CALLER), s, size);
}

void *fake_kmem_cache_create(const char *name, size_t size)
{
	struct cache *c = prove_alloc(sizeof(*c), CALLER);

	c->size = size;
	return c;
}

void *fake_kmem_cache_alloc(struct cache *c, gfp_t flags)
{
	return prove_alloc(c->size, CALLER);
}

/* A pool of a cache or, in a few places, of memory of a size. */
void *fake_mempool_create(int n, void *alloc, void *free, void *data)
{
	static struct cache plain[4];
	static int count;
	struct cache *c = data;

	if ((unsigned long)data >= 4096)
		return data;
	c = &plain[count++ % ARRAY_SIZE(plain)];
	c->size = (unsigned long)data;
	return c;
}

void *fake_mempool_alloc(struct cache *c, gfp_t flags)
{
	return prove_alloc(c->size, CALLER);
}

/*
 * Kept by the pool, hence not freed: rpc_make_runnable() lets a synchronous
 * task go and looks at its tk_flags then, in all trees that were seen.
 */
void fake_mempool_free(void *p, struct cache *c)
{
}
