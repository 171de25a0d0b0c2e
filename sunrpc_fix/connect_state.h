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
 *	was entered, or the settle timer ran
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
 * @CONNECT_SK_CLOSED: no socket, not connecting yet, past its connection, or
 *	taken off the transport, so that its callback will not be called
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
 * @locked: XPRT_LOCKED is held, by the connect worker as long as it runs
 */
struct connect_view {
	enum connect_sock sk;
	bool connected;
	bool enforce;
	bool may_hold;
	bool locked;
};

/*
 * What to do.
 *
 * DO_SET, DO_CLEAR	change XPRT_CONNECTING
 * DO_NATIVE		call sunrpc's own ops->connect()
 * DO_WAKE		the transport is connected already: wake the task
 * DO_SETTLE		an end was found in place of its event: a task may have
 *			gone to sleep behind the bit since; once no attempt is
 *			in flight any more, wake it
 *
 * Without DO_NATIVE and DO_WAKE, CONNECT_REQUEST leaves the task asleep: the
 * end of the handshake wakes it.
 */
#define CONNECT_DO_SET		0x0001u
#define CONNECT_DO_CLEAR	0x0002u
#define CONNECT_DO_NATIVE	0x0004u
#define CONNECT_DO_WAKE		0x0008u
#define CONNECT_DO_SETTLE	0x0010u

/*
 * What to count. CONNECT_OUTCOMES() has for each the name of its counter, and
 * what that counts; the counters, the tracepoints and the line in the log at
 * unload are made from it. checkpatch would have such lists in parentheses, and X
 * used once (COMPLEX_MACRO, MACRO_ARG_REUSE): they expand to enumerators and
 * initialisers, which cannot have them.
 */
#define CONNECT_IS_BEGUN	0x0100u
#define CONNECT_IS_COMPLETED	0x0200u
#define CONNECT_IS_FAILED	0x0400u
#define CONNECT_IS_TORN_DOWN	0x0800u
#define CONNECT_IS_SUPPRESSED	0x1000u
#define CONNECT_IS_WOULD	0x2000u
#define CONNECT_IS_GATE_ONLY	0x4000u
#define CONNECT_IS_HELD		0x8000u
#define CONNECT_IS_RACE_BROKEN	0x10000u
#define CONNECT_IS_STALE	0x20000u

#define CONNECT_OUTCOMES(X)						\
	X(attempts, CONNECT_IS_BEGUN, "connects begun")			\
	X(completed, CONNECT_IS_COMPLETED, "connects established")	\
	X(failed, CONNECT_IS_FAILED, "connects that failed")		\
	X(torn_down, CONNECT_IS_TORN_DOWN, "connects torn down with their transport") \
	X(suppressed, CONNECT_IS_SUPPRESSED, "visits of requests for another connect") \
	X(would_suppress, CONNECT_IS_WOULD, "the same, in the mode observe") \
	X(gate_only, CONNECT_IS_GATE_ONLY, "suppressed without the hold") \
	X(held, CONNECT_IS_HELD, "times that XPRT_CONNECTING was kept set") \
	X(race_broken, CONNECT_IS_RACE_BROKEN, "live connections kept from a late request") \
	X(stale_settled, CONNECT_IS_STALE, "holds released before their event was seen")

/**
 * struct connect_outcome - what an event leads to
 * @todo: CONNECT_DO_* bits
 * @seen: CONNECT_IS_* bits
 */
struct connect_outcome {
	unsigned int todo;
	unsigned int seen;
};

struct connect_outcome
connect_state_next(enum connect_state *state, enum connect_event event,
		   const struct connect_view *view);
const char *connect_state_name(enum connect_state state);

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
