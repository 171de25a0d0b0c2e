/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of one TCP connect attempt of an RPC transport, as a pure function.
 *
 * Nothing here knows about kprobes, sockets, locks or time, so that the same
 * source file is compiled into the module, the KUnit suite and user space.
 */
#ifndef SUNRPC_FIX_CONNECT_STATE_H
#define SUNRPC_FIX_CONNECT_STATE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif

/**
 * enum connect_state - what is known of a transport's latest connect attempt
 * @CONNECT_IDLE: no attempt is known; no socket need be looked at
 * @CONNECT_STARTED: the connect worker entered kernel_connect() and has not
 *	returned; XPRT_CONNECTING belongs to it
 * @CONNECT_HELD: the handshake is outstanding and XPRT_CONNECTING is ours: we
 *	set it and nobody else clears it, so we must
 * @CONNECT_GATED: the handshake is outstanding, XPRT_CONNECTING is not ours
 * @CONNECT_ESTABLISHED: the handshake is over; sunrpc sets XPRT_CONNECTED now
 *	or has just done so. Nothing is owned.
 */
enum connect_state {
	CONNECT_IDLE,
	CONNECT_STARTED,
	CONNECT_HELD,
	CONNECT_GATED,
	CONNECT_ESTABLISHED,
};

/**
 * enum connect_event - what happened to the transport
 * @CONNECT_BEGIN: kernel_connect() was entered on a new socket
 * @CONNECT_WORKER_DONE: xs_tcp_setup_socket() returned. On an unfixed kernel
 *	it has cleared XPRT_CONNECTING, whatever became of the attempt.
 * @CONNECT_STATE_CHANGE: xs_tcp_state_change() was entered; it will wake the
 *	waiting tasks if the connection is up or gone
 * @CONNECT_LOOK: somebody looks, nothing need have happened: xprt_connect()
 *	was entered, ops->close() returned, or the settle timer ran
 * @CONNECT_REQUEST: a task called ops->connect(). It holds XPRT_LOCKED, has
 *	set XPRT_CONNECTING, and sleeps on xprt->pending already.
 * @CONNECT_DESTROY: ops->destroy() was called
 * @CONNECT_RELEASE: give back what is ours (module exit, switch to observe)
 */
enum connect_event {
	CONNECT_BEGIN,
	CONNECT_WORKER_DONE,
	CONNECT_STATE_CHANGE,
	CONNECT_LOOK,
	CONNECT_REQUEST,
	CONNECT_DESTROY,
	CONNECT_RELEASE,
};

/**
 * enum connect_sock - the state of the attempt's socket, as far as it matters
 * @CONNECT_SK_CLOSED: no socket, not connecting yet, or past its connection
 * @CONNECT_SK_HANDSHAKE: TCP_SYN_SENT, or TCP_SYN_RECV (simultaneous open)
 * @CONNECT_SK_ESTABLISHED: TCP_ESTABLISHED
 */
enum connect_sock {
	CONNECT_SK_CLOSED,
	CONNECT_SK_HANDSHAKE,
	CONNECT_SK_ESTABLISHED,
};

/**
 * struct connect_view - what an event is judged by, read when it happens
 * @sk: the socket of the latest attempt
 * @connected: XPRT_CONNECTED is set
 * @enforce: the module may change what sunrpc does (false: count only)
 * @may_hold: the hold can be trusted to be released again for this attempt
 * @expired: the state was entered more than a second ago, and no worker is
 *	still at it
 */
struct connect_view {
	enum connect_sock sk;
	bool connected;
	bool enforce;
	bool may_hold;
	bool expired;
};

/*
 * What to do (CONNECT_DO_*) and what to count (CONNECT_IS_*).
 *
 * DO_SET, DO_CLEAR	change XPRT_CONNECTING
 * DO_NATIVE		call sunrpc's own ops->connect()
 * DO_WAKE		the transport is connected already: wake the task
 *
 * Without DO_NATIVE and DO_WAKE, CONNECT_REQUEST leaves the task asleep: the
 * end of the handshake wakes it.
 */
#define CONNECT_DO_SET		0x0001u
#define CONNECT_DO_CLEAR	0x0002u
#define CONNECT_DO_NATIVE	0x0004u
#define CONNECT_DO_WAKE		0x0008u

#define CONNECT_IS_BEGUN	0x0100u	/* a new attempt */
#define CONNECT_IS_COMPLETED	0x0200u	/* it got its connection */
#define CONNECT_IS_FAILED	0x0400u	/* it ended without one */
#define CONNECT_IS_TORN_DOWN	0x0800u	/* the transport went away first */
#define CONNECT_IS_HELD		0x1000u	/* XPRT_CONNECTING became ours */
#define CONNECT_IS_SUPPRESSED	0x2000u	/* a second connect was prevented */
#define CONNECT_IS_GATE_ONLY	0x4000u	/* ... without the hold */
#define CONNECT_IS_RACE_BROKEN	0x8000u	/* a live connection was spared */
#define CONNECT_IS_AWAITED	0x10000u /* ... that was about to be marked so */
#define CONNECT_IS_STALE	0x20000u /* a hold ended before its event */
#define CONNECT_IS_WOULD	0x40000u /* observe: enforce would have acted */

unsigned int connect_state_next(enum connect_state *state,
				enum connect_event event,
				const struct connect_view *view);

/**
 * connect_state_in_flight - is an attempt under way in this state?
 * @state: state of the transport
 */
static inline bool connect_state_in_flight(enum connect_state state)
{
	return state == CONNECT_STARTED || state == CONNECT_HELD ||
	       state == CONNECT_GATED;
}

#endif /* SUNRPC_FIX_CONNECT_STATE_H */
