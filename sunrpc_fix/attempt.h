/* SPDX-License-Identifier: GPL-2.0 */
/* Events applied to transports: view in, connect_state, actions out. */
#ifndef SUNRPC_FIX_ATTEMPT_H
#define SUNRPC_FIX_ATTEMPT_H

#include <linux/types.h>

#include "connect_state.h"

struct inflight;
struct rpc_xprt;
struct sock;

void attempt_init(bool enforce, bool hold);
void attempt_stop(void);
void attempt_enforce(bool enforce);
bool attempt_enforcing(void);

bool attempt_begin(struct rpc_xprt *xprt, struct sock *sk);
unsigned int attempt_event(struct inflight *entry, enum connect_event event);
struct sock *attempt_take_socket(struct inflight *entry);

#endif /* SUNRPC_FIX_ATTEMPT_H */
