// SPDX-License-Identifier: GPL-2.0
/* KUnit tests for affected: the table of releases with and without the fix. */
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

#define FIX_IN_HEADER	true
#define NO_FIX_IN_HEADER	false
#define LOCK_CONNECT	true
#define NO_LOCK_CONNECT	false

static const struct kernel kernels[] = {
	/* el6 before 718ba5b87343 was backported */
	{ "2.6.32-573.el6.x86_64", NO_FIX_IN_HEADER, NO_LOCK_CONNECT,
	  NOT_AFFECTED_NEVER },
	{ "2.6.32-642.15.1.el6.x86_64", NO_FIX_IN_HEADER, NO_LOCK_CONNECT,
	  NOT_AFFECTED_NEVER },
	/* el6 with the defect */
	{ "2.6.32-696.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT, AFFECTED },
	{ "2.6.32-696.el6.i686", NO_FIX_IN_HEADER, LOCK_CONNECT, AFFECTED },
	{ "2.6.32-696.1.1.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.32-696.3.2.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.32-696.6.2.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.32-696.6.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.32-696.5.9.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.32-695.10.10.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	/* el6 with the fix: 2.6.32-696.6.3.el6 and later */
	{ "2.6.32-696.6.3.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "2.6.32-696.6.3.el6.centos.plus.x86_64", NO_FIX_IN_HEADER,
	  LOCK_CONNECT, NOT_AFFECTED_FIXED },
	{ "2.6.32-696.6.4.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "2.6.32-696.10.1.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "2.6.32-696.30.1.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "2.6.32-754.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "2.6.32-754.35.1.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	/* 2.6.32 of others, which count differently */
	{ "2.6.32", NO_FIX_IN_HEADER, NO_LOCK_CONNECT, NOT_AFFECTED_NEVER },
	{ "2.6.32-5-amd64", NO_FIX_IN_HEADER, NO_LOCK_CONNECT,
	  NOT_AFFECTED_NEVER },
	{ "2.6.32-754-custom", NO_FIX_IN_HEADER, LOCK_CONNECT, AFFECTED },
	{ "2.6.32-custom.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
	  AFFECTED },
	{ "2.6.39-400.294.3.el6uek.x86_64", NO_FIX_IN_HEADER, NO_LOCK_CONNECT,
	  NOT_AFFECTED_NEVER },
	/* the header tells */
	{ "3.16.0-4-amd64", NO_FIX_IN_HEADER, NO_LOCK_CONNECT,
	  NOT_AFFECTED_NEVER },
	{ "4.0.5", NO_FIX_IN_HEADER, LOCK_CONNECT, AFFECTED },
	{ "4.1.6", NO_FIX_IN_HEADER, LOCK_CONNECT, AFFECTED },
	{ "4.2.8", FIX_IN_HEADER, LOCK_CONNECT, NOT_AFFECTED_FIXED },
	{ "4.18.0-553.el8_10.x86_64", FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "6.1.0-1-amd64", FIX_IN_HEADER, LOCK_CONNECT, NOT_AFFECTED_FIXED },
	/* the header, if it knows, is believed before all else */
	{ "2.6.32-696.el6.x86_64", FIX_IN_HEADER, LOCK_CONNECT,
	  NOT_AFFECTED_FIXED },
	{ "4.1.6", FIX_IN_HEADER, NO_LOCK_CONNECT, NOT_AFFECTED_FIXED },
	{ "", NO_FIX_IN_HEADER, NO_LOCK_CONNECT, NOT_AFFECTED_NEVER },
};

static void kernel_desc(const struct kernel *kernel, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%s'%s%s is %s", kernel->release,
		 kernel->header_has_fix ? ", header with the bit" : "",
		 kernel->has_lock_connect ? ", xprt_lock_connect()" : "",
		 kernel->expect == AFFECTED ? "affected" :
		 kernel->expect == NOT_AFFECTED_FIXED ? "fixed" :
		 "older than the defect");
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
	const char *by_header, *by_release, *never, *yes;

	affected("4.2.8", FIX_IN_HEADER, LOCK_CONNECT, &by_header);
	affected("2.6.32-754.el6.x86_64", NO_FIX_IN_HEADER, LOCK_CONNECT,
		 &by_release);
	affected("3.16.0", NO_FIX_IN_HEADER, NO_LOCK_CONNECT, &never);
	affected("4.1.6", NO_FIX_IN_HEADER, LOCK_CONNECT, &yes);

	KUNIT_EXPECT_NOT_NULL(test, strstr(by_header, "0fdea1e8a285"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(by_release, "696.6.3.el6"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(never, "718ba5b87343"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(yes, "not XPRT_SOCK_CONNECTING"));
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
