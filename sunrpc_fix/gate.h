/* SPDX-License-Identifier: GPL-2.0 */
/* The gate: one connect attempt at a time, by the transport's methods. */
#ifndef SUNRPC_FIX_GATE_H
#define SUNRPC_FIX_GATE_H

struct inflight;
struct rpc_xprt;

struct inflight *gate_adopt(struct rpc_xprt *xprt);
void gate_remove(void);

#endif /* SUNRPC_FIX_GATE_H */
