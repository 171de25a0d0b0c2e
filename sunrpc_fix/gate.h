/* SPDX-License-Identifier: GPL-2.0 */
/* The gate: one connect attempt at a time, by the transport's methods. */
#ifndef SUNRPC_FIX_GATE_H
#define SUNRPC_FIX_GATE_H

struct rpc_xprt;
struct sock;

void gate_start(void);
void gate_stop(void);
void gate_begin(struct rpc_xprt *xprt, struct sock *sk);
unsigned int gate_remove(void);

#endif /* SUNRPC_FIX_GATE_H */
