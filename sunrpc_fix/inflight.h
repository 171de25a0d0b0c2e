/* SPDX-License-Identifier: GPL-2.0 */
/* The table of adopted transports and of their connect attempts in flight. */
#ifndef SUNRPC_FIX_INFLIGHT_H
#define SUNRPC_FIX_INFLIGHT_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/types.h>

#include "connect_state.h"

struct rpc_xprt;
struct sock;
struct task_struct;

/**
 * struct inflight - one adopted transport and its latest connect attempt
 * @by_xprt: hash chain by @xprt, or the free list
 * @by_worker: hash chain by @worker, empty when the worker is not awaited
 * @xprt: the transport, NULL when the entry is free
 * @worker: the task that runs the connect worker of this attempt
 * @sk: the attempt's socket, referenced; NULL if there is none to look at
 * @state: see connect_state.h; CONNECT_IDLE with @sk set: put @sk when you can
 * @since: jiffies when @state was entered
 * @missed: probe hits missed before the attempt began
 * @peer: the server, for messages
 * @wake: a hold outlived its socket; who sleeps behind it is yet to be woken
 * @storm: a storm began on this transport and the log is yet to say so
 * @suppressed: ... and was suppressed (false: observed)
 * @reported: one storm is enough for the log
 */
struct inflight {
	struct list_head by_xprt;
	struct list_head by_worker;
	struct rpc_xprt *xprt;
	struct task_struct *worker;
	struct sock *sk;
	enum connect_state state;
	unsigned long since;
	unsigned long missed;
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} peer;
	bool wake;
	bool storm;
	bool suppressed;
	bool reported;
};

int inflight_init(unsigned int size);
void inflight_exit(void);

unsigned long inflight_lock(void);
void inflight_unlock(unsigned long flags);

struct inflight *inflight_find(const struct rpc_xprt *xprt);
struct inflight *inflight_find_worker(const struct task_struct *worker);
struct inflight *inflight_add(struct rpc_xprt *xprt);
void inflight_remove(struct inflight *entry);
void inflight_await_worker(struct inflight *entry, struct task_struct *worker);
void inflight_worker_done(struct inflight *entry);

unsigned int inflight_size(void);
struct inflight *inflight_at(unsigned int i);

#endif /* SUNRPC_FIX_INFLIGHT_H */
