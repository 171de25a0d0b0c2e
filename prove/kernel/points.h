/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before each file of the tree that is driven: the atomic operations
 * are assembly, which the compiler's instrumentation does not see. A macro is
 * not expanded in its own expansion.
 */
#ifndef PROVE_POINTS_H
#define PROVE_POINTS_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/types.h>

void prove_atomic(const void *p, const char *what, const char *bit);

#define set_bit(nr, p)							\
	(prove_atomic((const void *)(p), "set_bit", #nr), set_bit(nr, p))
#define clear_bit(nr, p)						\
	(prove_atomic((const void *)(p), "clear_bit", #nr), clear_bit(nr, p))
#define test_and_set_bit(nr, p)						\
	(prove_atomic((const void *)(p), "test_and_set_bit", #nr), test_and_set_bit(nr, p))
#define test_and_clear_bit(nr, p)					\
	(prove_atomic((const void *)(p), "test_and_clear_bit", #nr), test_and_clear_bit(nr, p))

/* Macros in some trees. */
static inline void prove_atomic_inc(atomic_t *v)
{
	atomic_inc(v);
}

static inline int prove_atomic_dec_and_test(atomic_t *v)
{
	return atomic_dec_and_test(v);
}

#undef atomic_inc
#undef atomic_dec_and_test
#define atomic_inc(v)							\
	(prove_atomic(v, "atomic_inc", #v), prove_atomic_inc(v))
#define atomic_dec_and_test(v)						\
	(prove_atomic(v, "atomic_dec_and_test", #v),			\
	 prove_atomic_dec_and_test(v))

#endif /* PROVE_POINTS_H */
