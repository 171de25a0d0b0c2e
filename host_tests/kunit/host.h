/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tested files and their tests use of the kernel, for user space.
 * Every <linux/...> and <kunit/...> header that they include is this file; it
 * stands in for the module's compat.h as well.
 */
#ifndef HOST_TESTS_KUNIT_HOST_H
#define HOST_TESTS_KUNIT_HOST_H

#include <setjmp.h>

#include "basics.h"

/* What is out of reach of a small kernel is out of reach here too. */
#define compat_vmalloc(size, gfp)	((size) < 1 << 30 ? calloc(1, size) : NULL)

#define vfree(p)		free(p)

/* As in <linux/hash.h>. */
static inline unsigned int hash_ptr(const void *p, unsigned int bits)
{
	return (uint64_t)(uintptr_t)p * 0x61C8864680B583EBull >> (64 - bits);
}

/* One thread: a lock is taken if it is free, and leaves interrupts off. */
typedef struct { bool taken; } raw_spinlock_t;

extern bool host_irqs_off;

#define DEFINE_RAW_SPINLOCK(lock)	raw_spinlock_t lock
#define irqs_disabled()			host_irqs_off

static inline void host_lock(raw_spinlock_t *lock, bool take)
{
	if (lock->taken == take)
		abort();
	lock->taken = take;
}

#define raw_spin_lock_irqsave(lock, flags) do {		\
	flags = host_irqs_off;				\
	host_irqs_off = true;				\
	host_lock(lock, true);				\
} while (0)

#define raw_spin_unlock_irqrestore(lock, flags) do {	\
	host_lock(lock, false);				\
	host_irqs_off = flags;				\
} while (0)

/*
 * KUnit. Tests are run one after the other by kunit.c; a failed assertion
 * leaves its test, a failed expectation does not.
 */
#define KUNIT_PARAM_DESC_SIZE	128

struct kunit {
	const void *param_value;
	unsigned int failures;
	jmp_buf leave;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

void kunit_register(const struct kunit_suite *suite);
void kunit_fail(struct kunit *test, const char *file, int line,
		const char *expected, long left, long right);

#define KUNIT_CASE(fn)			{ .run_case = fn, .name = #fn }
#define KUNIT_CASE_PARAM(fn, gen)	\
	{ .run_case = fn, .name = #fn, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(name, array, get_desc)			\
	static const void *name##_gen_params(const void *prev, char *desc) \
	{								\
		const typeof((array)[0]) *next = prev;			\
									\
		next = next ? next + 1 : (array);			\
		if (next - (array) >= (long)ARRAY_SIZE(array))		\
			return NULL;					\
		get_desc(next, desc);					\
		return next;						\
	}

#define kunit_test_suites(suite)					\
	static void __attribute__((constructor)) register_suite(void)	\
	{								\
		kunit_register(suite);					\
	}

#define KUNIT_CHECK(test, left, op, right, otherwise, fmt, ...) do {	\
	const long left_ = (long)(left), right_ = (long)(right);	\
									\
	if (!(left_ op right_)) {					\
		kunit_fail(test, __FILE__, __LINE__,			\
			   #left " " #op " " #right, left_, right_);	\
		printf(fmt, ##__VA_ARGS__);				\
		otherwise;						\
	}								\
} while (0)

#define KUNIT_EXPECT(test, left, op, right)	\
	KUNIT_CHECK(test, left, op, right, (void)0, "%s", "")

#define KUNIT_EXPECT_EQ(test, l, r)	KUNIT_EXPECT(test, l, ==, r)
#define KUNIT_EXPECT_GT(test, l, r)	KUNIT_EXPECT(test, l, >, r)
#define KUNIT_EXPECT_PTR_EQ(test, l, r)	KUNIT_EXPECT(test, l, ==, r)
#define KUNIT_EXPECT_PTR_NE(test, l, r)	KUNIT_EXPECT(test, l, !=, r)
#define KUNIT_EXPECT_NULL(test, p)	KUNIT_EXPECT(test, p, ==, NULL)
#define KUNIT_EXPECT_NOT_NULL(test, p)	KUNIT_EXPECT(test, p, !=, NULL)
#define KUNIT_EXPECT_TRUE(test, c)	KUNIT_EXPECT(test, !!(c), ==, true)
#define KUNIT_EXPECT_FALSE(test, c)	KUNIT_EXPECT(test, !!(c), ==, false)

#define KUNIT_EXPECT_EQ_MSG(test, l, r, fmt, ...) \
	KUNIT_CHECK(test, l, ==, r, (void)0, "    # " fmt "\n", ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, c, fmt, ...) \
	KUNIT_CHECK(test, !!(c), ==, false, (void)0, "    # " fmt "\n", \
		    ##__VA_ARGS__)

#define KUNIT_ASSERT_EQ(test, l, r) \
	KUNIT_CHECK(test, l, ==, r, longjmp((test)->leave, 1), "%s", "")
#define KUNIT_ASSERT_NOT_NULL(test, p) \
	KUNIT_CHECK(test, p, !=, NULL, longjmp((test)->leave, 1), "%s", "")

#endif /* HOST_TESTS_KUNIT_HOST_H */
