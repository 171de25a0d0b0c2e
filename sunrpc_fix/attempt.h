/* SPDX-License-Identifier: GPL-2.0 */
/* Events applied to transports: view in, connect_state, actions out. */
#ifndef SUNRPC_FIX_ATTEMPT_H
#define SUNRPC_FIX_ATTEMPT_H

#include <linux/types.h>

#include "connect_state.h"
#include "inflight.h"
#include "report.h"

struct rpc_xprt;
struct sock;

/**
 * struct attempt_settled - what is left to do once an entry was looked at
 * @sk: socket to be put, or NULL
 * @wake: transport whose tasks may sleep behind a stale bit, or NULL
 * @storm: what the log must be told, or STORM_NONE
 * @peer: the server, with @storm
 * @report: for report_trace()
 */
struct attempt_settled {
	struct sock *sk;
	struct rpc_xprt *wake;
	enum inflight_storm storm;
	union inflight_peer peer;
	struct report report;
};

void attempt_init(bool enforce, bool hold);
void attempt_enforce(bool enforce);
bool attempt_enforcing(void);

bool attempt_begin(struct inflight *entry, struct sock *sk,
		   struct report *report);
struct connect_outcome attempt_event(struct inflight *entry,
				     enum connect_event event,
				     struct report *report);
void attempt_meet(struct inflight *entry, struct report *report);
void attempt_settle(struct inflight *entry, struct attempt_settled *settled);
struct sock *attempt_take_socket(struct inflight *entry);

#endif /* SUNRPC_FIX_ATTEMPT_H */
