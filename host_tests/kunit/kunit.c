// SPDX-License-Identifier: GPL-2.0
/* Runs the KUnit suites that it is linked with, and prints what KUnit prints. */
#include "host.h"

#define MAX_SUITES	8

bool host_irqs_off;

static const struct kunit_suite *suites[MAX_SUITES];
static unsigned int n_suites;
static unsigned int n_passed, n_failed;

void kunit_register(const struct kunit_suite *suite)
{
	if (n_suites == MAX_SUITES)
		abort();
	suites[n_suites++] = suite;
}

void kunit_fail(struct kunit *test, const char *file, int line,
		const char *expected, long left, long right)
{
	test->failures++;
	printf("    # EXPECTATION FAILED at %s:%d\n", file, line);
	printf("    # expected %s, but left is %ld (0x%lx) and right is %ld (0x%lx)\n",
	       expected, left, left, right, right);
}

/* Returns true if it passed. */
static bool run_once(const struct kunit_suite *suite,
		     const struct kunit_case *one, const void *param)
{
	struct kunit test = { .param_value = param };

	if (!setjmp(test.leave)) {
		if (suite->init)
			KUNIT_ASSERT_EQ(&test, suite->init(&test), 0);
		one->run_case(&test);
	}
	if (suite->exit)
		suite->exit(&test);

	if (test.failures)
		n_failed++;
	else
		n_passed++;
	return !test.failures;
}

static bool run_case(const struct kunit_suite *suite,
		     const struct kunit_case *one)
{
	char desc[KUNIT_PARAM_DESC_SIZE];
	const void *param = NULL;
	unsigned int n = 0;
	bool all = true, ok;

	if (!one->generate_params)
		return run_once(suite, one, NULL);

	printf("    # Subtest: %s\n", one->name);
	while ((param = one->generate_params(param, desc))) {
		ok = run_once(suite, one, param);
		all &= ok;
		printf("        %sok %u %s\n", ok ? "" : "not ", ++n, desc);
	}
	return all;
}

static bool run_suite(const struct kunit_suite *suite)
{
	unsigned int i;
	bool all = true, ok;

	printf("    # Subtest: %s\n", suite->name);
	for (i = 0; suite->test_cases[i].run_case; i++) {
		ok = run_case(suite, &suite->test_cases[i]);
		all &= ok;
		printf("    %sok %u - %s\n", ok ? "" : "not ", i + 1,
		       suite->test_cases[i].name);
	}
	return all;
}

int main(void)
{
	unsigned int i;

	printf("TAP version 14\n1..%u\n", n_suites);
	for (i = 0; i < n_suites; i++)
		printf("%sok %u - %s\n", run_suite(suites[i]) ? "" : "not ",
		       i + 1, suites[i]->name);
	printf("# Totals: pass:%u fail:%u\n", n_passed, n_failed);
	return n_failed || !n_passed;
}
