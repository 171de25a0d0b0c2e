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

/* A server's address. */
union inflight_peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/**
 * enum inflight_storm - a storm of connects on a transport, for the log
 * @STORM_NONE: none was seen
 * @STORM_SUPPRESSED: one was suppressed, and the log does not say so yet
 * @STORM_OBSERVED: one was observed, and the log does not say so yet
 * @STORM_REPORTED: the log says so; once is enough
 */
enum inflight_storm {
	STORM_NONE,
	STORM_SUPPRESSED,
	STORM_OBSERVED,
	STORM_REPORTED,
};

/**
 * struct inflight - one adopted transport and its latest connect attempt
 * @by_xprt: hash chain by @xprt, or the free list
 * @by_worker: hash chain by @worker, empty when the worker is not awaited
 * @watched: in the list of entries that the settle timer looks at, or empty
 * @xprt: the transport, NULL when the entry is free
 * @worker: the task that runs the connect worker of this attempt
 * @sk: the attempt's socket, referenced; NULL if there is none to look at
 * @state: see connect_state.h; CONNECT_IDLE with @sk set: put @sk when you can
 * @since: jiffies when @state was entered
 * @missed: probe hits missed before the attempt began
 * @peer: the server, for messages
 * @asked: sunrpc was let through to connect, and kernel_connect() was not seen
 *	since
 * @wake: tasks that sleep behind the bit must be woken (CONNECT_DO_SETTLE)
 * @storm: what the log is told about a storm on this transport
 */
struct inflight {
	struct list_head by_xprt;
	struct list_head by_worker;
	struct list_head watched;
	struct rpc_xprt *xprt;
	struct task_struct *worker;
	struct sock *sk;
	enum connect_state state;
	unsigned long since;
	unsigned long missed;
	union inflight_peer peer;
	bool asked;
	bool wake;
	enum inflight_storm storm;
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
void inflight_set_state(struct inflight *entry, enum connect_state state);
unsigned int inflight_count(void);

void inflight_watch(struct inflight *entry);
bool inflight_watching(void);
void inflight_start_round(void);
struct inflight *inflight_next_watched(void);

unsigned int inflight_size(void);
struct inflight *inflight_at(unsigned int i);

#endif /* SUNRPC_FIX_INFLIGHT_H */
