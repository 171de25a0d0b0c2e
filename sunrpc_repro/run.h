/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SUNRPC_REPRO_RUN_H
#define SUNRPC_REPRO_RUN_H

#include "handshake.h"

#define RUN_MAX_HOLD_MS	2000u

enum verdict {
	NOT_AFFECTED,
	AFFECTED,
	INCONCLUSIVE,
};

/**
 * struct run - a run, and what came of it
 * @tasks: asynchronous calls
 * @hold_ms: how long to hold the handshake open, RUN_MAX_HOLD_MS at most; that
 *	long if nobody but the first task has its turn before
 * @held_ms: how long it was
 * @seen: during that time
 * @waiting: tasks that waited for the connection, or their turn, at the end
 * @connecting: of these, had their turn to connect
 * @served: tasks that were served
 * @recovery_ms: from letting the handshake go to the last answer
 * @verdict: the verdict
 * @reason: why it is inconclusive
 * @error: errno of what did not work, or 0
 * @private_net: in a network namespace other than the first
 */
struct run {
	unsigned int tasks;
	unsigned int hold_ms;
	unsigned int held_ms;
	struct handshake seen;
	unsigned int waiting;
	unsigned int connecting;
	unsigned int served;
	unsigned int recovery_ms;
	enum verdict verdict;
	const char *reason;
	int error;
	bool private_net;
};

void run(struct run *r);
void run_stop(void);

#endif /* SUNRPC_REPRO_RUN_H */
