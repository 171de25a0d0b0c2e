/* SPDX-License-Identifier: GPL-2.0 */
/* Does a kernel have the defect? */
#ifndef SUNRPC_FIX_AFFECTED_H
#define SUNRPC_FIX_AFFECTED_H

#include <linux/types.h>

/**
 * enum affected - the answer
 * @AFFECTED: clears XPRT_CONNECTING while the handshake is outstanding
 * @NOT_AFFECTED_FIXED: has 0fdea1e8a285
 * @NOT_AFFECTED_NEVER: does not have 718ba5b87343, which brought the defect
 * @AFFECTED_UNKNOWN: a derivative, or a backport, whose history is not known;
 *	the reproducer can tell
 */
enum affected {
	AFFECTED,
	NOT_AFFECTED_FIXED,
	NOT_AFFECTED_NEVER,
	AFFECTED_UNKNOWN,
};

enum affected affected(const char *release, bool header_has_fix,
		       bool has_lock_connect, const char **why);

#endif /* SUNRPC_FIX_AFFECTED_H */
