/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults for the lab: nothing of this is in a module that was not built with
 * SUNRPC_FIX_FAULTS=y.
 */
#ifndef SUNRPC_FIX_FAULT_H
#define SUNRPC_FIX_FAULT_H

#include <linux/types.h>

/**
 * enum fault_point - where a fault can be put
 * @FAULT_STATE_CHANGE: xs_tcp_state_change() entered
 * @FAULT_XPRT_CONNECT: xprt_connect() entered
 * @FAULT_WORKER: xs_tcp_setup_socket() returned
 * @FAULT_KERNEL_CONNECT: kernel_connect() entered
 * @FAULT_CONNECT: ops->connect() called, verdict not taken yet
 * @FAULT_NATIVE: verdict taken, sunrpc's own method not called yet
 * @FAULT_DESTROY: ops->destroy() called
 * @FAULT_POINTS: how many
 */
enum fault_point {
	FAULT_STATE_CHANGE,
	FAULT_XPRT_CONNECT,
	FAULT_WORKER,
	FAULT_KERNEL_CONNECT,
	FAULT_CONNECT,
	FAULT_NATIVE,
	FAULT_DESTROY,
	FAULT_POINTS,
};

#ifdef SUNRPC_FIX_FAULTS
bool fault_miss(enum fault_point point);
void fault_pause(enum fault_point point);
const char *fault_symbol(const char *symbol);
int fault_max_workers(int max_workers);
#else
static inline bool fault_miss(enum fault_point point)
{
	return false;
}

static inline void fault_pause(enum fault_point point)
{
}

static inline const char *fault_symbol(const char *symbol)
{
	return symbol;
}

static inline int fault_max_workers(int max_workers)
{
	return max_workers;
}
#endif

#endif /* SUNRPC_FIX_FAULT_H */
