// SPDX-License-Identifier: GPL-2.0
/* KUnit tests for affected: affected_test.h is the table of releases. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "affected.h"

struct kernel {
	const char *release;
	bool header_has_fix;
	bool has_lock_connect;
	enum affected expect;
};

#define NO		false
#define YES		true
#define NEVER		NOT_AFFECTED_NEVER
#define FIXED		NOT_AFFECTED_FIXED
#define UNKNOWN		AFFECTED_UNKNOWN

/* The module always knows its headers and the symbols. */
#define BY_NAME(release, uname_v, version_signature, verdict, source)
#define KERNEL(release, header_has_fix, has_lock_connect, verdict, source) \
	{ release, header_has_fix, has_lock_connect, verdict },

static const struct kernel kernels[] = {
#include "affected_test.h"
	{ "", NO, NO, NEVER },
	{ "", NO, YES, UNKNOWN },
};

static void kernel_desc(const struct kernel *kernel, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%s'%s%s is %s", kernel->release,
		 kernel->header_has_fix ? ", header with the bit" : "",
		 kernel->has_lock_connect ? ", xprt_lock_connect()" : "",
		 kernel->expect == AFFECTED ? "affected" :
		 kernel->expect == NOT_AFFECTED_FIXED ? "fixed" :
		 kernel->expect == NOT_AFFECTED_NEVER ? "older than the defect" :
		 "unknown");
}

KUNIT_ARRAY_PARAM(kernel, kernels, kernel_desc);

static void verdict_is_right(struct kunit *test)
{
	const struct kernel *kernel = test->param_value;
	const char *why = NULL;

	KUNIT_EXPECT_EQ(test,
			affected(kernel->release, kernel->header_has_fix,
				 kernel->has_lock_connect, &why),
			kernel->expect);
	KUNIT_EXPECT_NOT_NULL(test, why);
}

static void evidence_is_that_of_the_verdict(struct kunit *test)
{
	const char *by_header, *by_release, *never, *yes, *el6, *openvz, *no_idea;

	affected("4.2.8", YES, YES, &by_header);
	affected("2.6.32-754.el6.x86_64", NO, YES, &by_release);
	affected("3.16.0", NO, NO, &never);
	affected("4.1.6", NO, YES, &yes);
	affected("2.6.32-696.el6.x86_64", NO, YES, &el6);
	affected("2.6.32-042stab127.2", NO, YES, &openvz);
	affected("2.6.32-754", NO, YES, &no_idea);

	KUNIT_EXPECT_NOT_NULL(test, strstr(by_header, "0fdea1e8a285"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(by_release, "696.6.3.el6"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(never, "718ba5b87343"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(yes, "not XPRT_SOCK_CONNECTING"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(el6, "to 2.6.32-696.6.2.el6"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(openvz, "OpenVZ"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(no_idea, "none of the kernels"));
}

static struct kunit_case affected_cases[] = {
	KUNIT_CASE_PARAM(verdict_is_right, kernel_gen_params),
	KUNIT_CASE(evidence_is_that_of_the_verdict),
	{}
};

static struct kunit_suite affected_suite = {
	.name = "sunrpc_fix_affected",
	.test_cases = affected_cases,
};

kunit_test_suites(&affected_suite);

MODULE_DESCRIPTION("KUnit tests for the release table of sunrpc_fix");
MODULE_LICENSE("GPL");
