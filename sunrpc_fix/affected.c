// SPDX-License-Identifier: GPL-2.0
/*
 * affected - does this kernel have the defect?
 *
 * Pure, so that the table of releases can be tested. The command sunrpc-fix has
 * the same rule for hosts without the module; kunit_tests/affected_test.h is the
 * table that both are held against.
 */
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <stdio.h>
#include <string.h>
#endif

#include "affected.h"

/* The build number of an el6 kernel: 2.6.32-A.B.C.el6 */
struct el6_build {
	unsigned int n[3];
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Of Red Hat's own, and of rebuilds that keep its numbers. A kernel with other
 * numbers (2.6.32-696.18.7.1chaos, -400.el6uek) is none of them.
 */
static bool parse_el6(const char *release, struct el6_build *build)
{
	const char *s = release + strlen("2.6.32");
	unsigned int i;

	memset(build, 0, sizeof(*build));
	if (strncmp(release, "2.6.32-", strlen("2.6.32-")))
		return false;
	for (i = 0; i < 3 && *s == (i ? '.' : '-') && is_digit(s[1]); i++)
		for (s++; is_digit(*s); s++)
			build->n[i] = build->n[i] * 10 + *s - '0';
	if (!i || strncmp(s, ".el6", strlen(".el6")))
		return false;
	s += strlen(".el6");
	return !*s || *s == '.' || *s == '_';
}

static bool is_before(const struct el6_build *a, const struct el6_build *b)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (a->n[i] != b->n[i])
			break;
	return a->n[i] < b->n[i];
}

/* 4.0 to 4.2, where the header tells whether the stable backport is there. */
static bool is_4_0_to_4_2(const char *release)
{
	unsigned int major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       major == 4 && minor <= 2;
}

/**
 * affected - judge a kernel by what is known of it
 * @release: uname -r
 * @header_has_fix: the headers it was built from know XPRT_SOCK_CONNECTING
 * @has_lock_connect: it has a function xprt_lock_connect(), which came with
 *	718ba5b87343, and with its el6 backport in 2.6.32-696
 * @why: set to the evidence
 *
 * Before 4.0 the bit is private to xprtsock.c, so the headers cannot tell that
 * the fix is missing. el6's own kernels are known by their build number: fixed
 * since 2.6.32-696.6.3.el6 (RHSA-2017:1723). Derivatives of el6 rebase sunrpc
 * as they see fit, and 3.x kernels with a backport of 718ba5b87343 may have
 * that of the fix as well: these are not known.
 *
 * Context: any.
 * Return: the verdict.
 */
enum affected affected(const char *release, bool header_has_fix,
		       bool has_lock_connect, const char **why)
{
	static const struct el6_build first = { { 696 } };
	static const struct el6_build fixed = { { 696, 6, 3 } };
	struct el6_build build;
	bool el6 = parse_el6(release, &build);

	if (header_has_fix) {
		*why = "its headers define XPRT_SOCK_CONNECTING (upstream 0fdea1e8a285)";
		return NOT_AFFECTED_FIXED;
	}
	if (el6 && !is_before(&build, &fixed)) {
		*why = "2.6.32-696.6.3.el6 and later have the fix";
		return NOT_AFFECTED_FIXED;
	}
	if (!strncmp(release, "2.6.32-042stab", strlen("2.6.32-042stab"))) {
		*why = "OpenVZ 6 rebases on el6 under numbers of its own";
		return AFFECTED_UNKNOWN;
	}
	if (!has_lock_connect) {
		*why = "no xprt_lock_connect(): older than upstream 718ba5b87343";
		return NOT_AFFECTED_NEVER;
	}
	if (el6 && !is_before(&build, &first)) {
		*why = "2.6.32-696.el6 to 2.6.32-696.6.2.el6 have the defect";
		return AFFECTED;
	}
	if (is_4_0_to_4_2(release)) {
		*why = "it has xprt_lock_connect() but not XPRT_SOCK_CONNECTING";
		return AFFECTED;
	}
	*why = "it has xprt_lock_connect(), but is none of the kernels whose history is known";
	return AFFECTED_UNKNOWN;
}
