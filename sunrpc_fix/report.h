/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an operator sees: counters, tracepoints, the log.
 *
 * For checkpatch's COMPLEX_MACRO and MACRO_ARG_REUSE, see CONNECT_OUTCOMES().
 */
#ifndef SUNRPC_FIX_REPORT_H
#define SUNRPC_FIX_REPORT_H

#include "connect_state.h"
#include "inflight.h"

/* Counters that are no outcome of connect_state: name, none, what is counted */
#define REPORT_EVENTS(X)						\
	X(parked, 0, "suppressed that met the hold")			\
	X(adopted, 0, "transports put behind the gate")			\
	X(pool_exhausted, 0, "connects not followed: max_transports reached") \
	X(foreign_methods, 0, "connects not followed: methods that are not sunrpc's") \
	X(socket_busy, 0, "connects not followed: the last socket was still in use") \
	X(unseen, 0, "connects let through that were not seen at kernel_connect()")

/* Every counter, a file each below /sys/module/sunrpc_fix/counters/ */
#define REPORT_COUNTERS(X)						\
	CONNECT_OUTCOMES(X)						\
	REPORT_EVENTS(X)

#define REPORT_ENUM(_name, _outcome, _help)	REPORT_##_name,
enum report_counter {
	REPORT_COUNTERS(REPORT_ENUM)
	N_REPORT_COUNTERS
};

/**
 * struct report - the outcome of an event, for the tracepoints
 * @seen: CONNECT_IS_* bits; if 0 the rest is not set
 * @state: the state that the event led to
 * @peer: the server
 */
struct report {
	unsigned int seen;
	enum connect_state state;
	union inflight_peer peer;
};

int report_init(void);
void report_exit(void);

void report_count(enum report_counter counter);
long report_value(enum report_counter counter);
void report_attempt(const struct inflight *entry, unsigned int seen,
		    struct report *report);
void report_trace(const struct report *report);
void report_storm(const union inflight_peer *peer, enum inflight_storm storm);
void report_totals(unsigned int left);

#endif /* SUNRPC_FIX_REPORT_H */
