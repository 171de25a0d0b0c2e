// SPDX-License-Identifier: GPL-2.0
/*
 * affected - does this kernel have the defect?
 *
 * Pure, so that the release table can be tested.
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

static bool parse_el6(const char *release, struct el6_build *build)
{
	memset(build, 0, sizeof(*build));
	return strstr(release, ".el6") &&
	       sscanf(release, "2.6.32-%u.%u.%u", &build->n[0], &build->n[1],
		      &build->n[2]) >= 1;
}

static bool is_before(const struct el6_build *a, const struct el6_build *b)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (a->n[i] != b->n[i])
			break;
	return a->n[i] < b->n[i];
}

/**
 * affected - judge a kernel by what is known of it
 * @release: uname -r
 * @header_has_fix: the headers it was built from know XPRT_SOCK_CONNECTING
 * @has_lock_connect: it has a function xprt_lock_connect(), which came with
 *	718ba5b87343, and with its el6 backport in 2.6.32-696
 * @why: set to the evidence
 *
 * el6 keeps the bit private to xprtsock.c, so there the release tells; it is
 * fixed since 2.6.32-696.6.3.el6 (RHSA-2017:1723).
 *
 * Context: any.
 * Return: the verdict.
 */
enum affected affected(const char *release, bool header_has_fix,
		       bool has_lock_connect, const char **why)
{
	static const struct el6_build fixed = { { 696, 6, 3 } };
	struct el6_build build;

	if (header_has_fix) {
		*why = "its headers define XPRT_SOCK_CONNECTING (upstream 0fdea1e8a285)";
		return NOT_AFFECTED_FIXED;
	}
	if (parse_el6(release, &build) && !is_before(&build, &fixed)) {
		*why = "2.6.32-696.6.3.el6 and later have the fix";
		return NOT_AFFECTED_FIXED;
	}
	if (!has_lock_connect) {
		*why = "no xprt_lock_connect(): older than upstream 718ba5b87343";
		return NOT_AFFECTED_NEVER;
	}
	*why = "it has xprt_lock_connect() but not XPRT_SOCK_CONNECTING";
	return AFFECTED;
}
