/* SPDX-License-Identifier: GPL-2.0 */
/* The probes: kernel events handed to the state machine. */
#ifndef SUNRPC_FIX_PROBES_H
#define SUNRPC_FIX_PROBES_H

#include <linux/types.h>

int probes_arm(bool hold);

#endif /* SUNRPC_FIX_PROBES_H */
