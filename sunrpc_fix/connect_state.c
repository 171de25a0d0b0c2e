// SPDX-License-Identifier: GPL-2.0
/*
 * connect_state - (state, event, view) -> (state, what to do, what to count)
 *
 * The rules are those of upstream 0fdea1e8a285 ("SUNRPC: Ensure that we wait
 * for connections to complete before retrying") and of the race breaker of
 * 0a9a4304f361, for a kernel whose own code does neither.
 *
 * XPRT_CONNECTING is changed in two situations only: while we own it
 * (CONNECT_HELD, and the attempt that has just ended), and on behalf of a task
 * that has set it itself and holds XPRT_LOCKED (CONNECT_REQUEST). sunrpc looks
 * at the bit under XPRT_LOCKED, so such a task is the only one that can tell.
 * In the mode observe only a bit that is ours is given back.
 */
#include "connect_state.h"

#define NOTHING		((struct connect_outcome){ 0, 0 })

static struct connect_outcome outcome(unsigned int todo, unsigned int seen)
{
	return (struct connect_outcome){ todo, seen };
}

/* The attempt has its connection. Kept for the moment until sunrpc notes it. */
static unsigned int completed(enum connect_state *state)
{
	*state = CONNECT_ESTABLISHED;
	return CONNECT_IS_COMPLETED;
}

/* Nothing more is expected of this socket. Returns what to count. */
static unsigned int gone(enum connect_state *state)
{
	unsigned int seen = 0;

	if (connect_state_in_flight(*state))
		seen = CONNECT_IS_FAILED;
	*state = CONNECT_IDLE;
	return seen;
}

/*
 * The worker is about to return, or has returned, with its SYN sent. From here
 * on the native code has no hand on XPRT_CONNECTING any more.
 */
static struct connect_outcome worker_done(enum connect_state *state,
					  const struct connect_view *view)
{
	unsigned int settle = view->enforce ? CONNECT_DO_SETTLE : 0;
	bool held = *state == CONNECT_HELD;

	if (*state != CONNECT_STARTED && !held)
		return NOTHING;

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		if (!view->may_hold) {
			*state = CONNECT_GATED;
			return outcome(held ? CONNECT_DO_CLEAR : 0, 0);
		}
		*state = CONNECT_HELD;
		return outcome(CONNECT_DO_SET, held ? 0 : CONNECT_IS_HELD);
	case CONNECT_SK_ESTABLISHED:
		/*
		 * A hold is left to the event that is about to come. Without
		 * one the event may have been missed: then a task that came
		 * between the native wake-up and the native clear has parked
		 * behind the worker's own bit.
		 */
		if (held)
			return NOTHING;
		return outcome(settle, completed(state));
	default:
		/* kernel_connect() failed at once, or the peer refused. */
		if (held)
			return outcome(CONNECT_DO_CLEAR | CONNECT_DO_SETTLE,
				       CONNECT_IS_STALE | gone(state));
		return outcome(settle, gone(state));
	}
}

/*
 * Before the native function marks the transport and wakes the tasks: a task
 * that is woken, or that comes too late to be woken, must find the bit clear,
 * or it parks for a whole request timeout with XPRT_LOCKED held.
 */
static struct connect_outcome state_change(enum connect_state *state,
					   const struct connect_view *view)
{
	unsigned int clear = 0;

	if (*state == CONNECT_HELD ||
	    (*state == CONNECT_STARTED && view->enforce))
		clear = CONNECT_DO_CLEAR;

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		return NOTHING;
	case CONNECT_SK_ESTABLISHED:
		if (!connect_state_in_flight(*state))
			return NOTHING;
		return outcome(clear, completed(state));
	default:
		if (*state == CONNECT_IDLE)
			return NOTHING;
		return outcome(clear, gone(state));
	}
}

/* The socket is the truth: settle what ended without our hearing of it. */
static struct connect_outcome look(enum connect_state *state,
				   const struct connect_view *view)
{
	unsigned int todo = 0, stale = 0;

	/* In the place of the event, which will find nothing to do. */
	if (*state == CONNECT_HELD) {
		todo = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE;
		stale = CONNECT_IS_STALE;
	} else if (*state == CONNECT_STARTED && view->enforce) {
		todo = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE;
	}

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		return NOTHING;
	case CONNECT_SK_ESTABLISHED:
		if (connect_state_in_flight(*state))
			return outcome(todo, stale | completed(state));
		if (*state == CONNECT_ESTABLISHED && view->connected)
			return outcome(0, gone(state));
		return NOTHING;
	default:
		if (*state == CONNECT_IDLE)
			return NOTHING;
		/*
		 * The socket is closed until kernel_connect() sends the SYN,
		 * however long that takes. The worker has XPRT_LOCKED then.
		 */
		if (*state == CONNECT_STARTED && view->locked)
			return NOTHING;
		return outcome(todo, stale | gone(state));
	}
}

/*
 * A task asks for a connection. The native answer is to close whatever socket
 * there is and to start again, right only if that socket is of no use.
 */
static struct connect_outcome request(enum connect_state *state,
				      const struct connect_view *view)
{
	unsigned int seen = 0;

	if (view->connected) {
		if (connect_state_in_flight(*state) &&
		    view->sk == CONNECT_SK_ESTABLISHED)
			seen = completed(state);
		return outcome(CONNECT_DO_CLEAR | CONNECT_DO_WAKE,
			       CONNECT_IS_RACE_BROKEN | seen);
	}

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		if (!connect_state_in_flight(*state))
			break;
		if (view->may_hold) {
			if (*state != CONNECT_HELD)
				seen = CONNECT_IS_HELD;
			*state = CONNECT_HELD;
			return outcome(CONNECT_DO_SET,
				       CONNECT_IS_SUPPRESSED | seen);
		}
		if (*state == CONNECT_HELD)
			*state = CONNECT_GATED;
		return outcome(CONNECT_DO_CLEAR,
			       CONNECT_IS_SUPPRESSED | CONNECT_IS_GATE_ONLY);
	case CONNECT_SK_ESTABLISHED:
		/*
		 * About to be marked connected, and the native wake-up follows,
		 * however long the softirq or the worker is held up: the
		 * callback is still there.
		 */
		if (connect_state_in_flight(*state))
			seen = completed(state);
		else if (*state == CONNECT_IDLE)
			break;
		return outcome(CONNECT_DO_CLEAR, CONNECT_IS_RACE_BROKEN | seen);
	default:
		break;
	}

	/* A late native clear may have taken the bit of this very task. */
	return outcome(CONNECT_DO_SET | CONNECT_DO_NATIVE, gone(state));
}

/* Observe: the task goes on to the native code, which resets the socket. */
static struct connect_outcome observe_request(enum connect_state *state,
					      const struct connect_view *view)
{
	enum connect_state enforced = *state;
	unsigned int seen = 0;

	if (!(request(&enforced, view).todo & CONNECT_DO_NATIVE))
		seen = CONNECT_IS_WOULD;
	return outcome(CONNECT_DO_NATIVE, seen | gone(state));
}

static struct connect_outcome destroy(enum connect_state *state)
{
	unsigned int todo = *state == CONNECT_HELD ? CONNECT_DO_CLEAR : 0;
	unsigned int seen = 0;

	if (connect_state_in_flight(*state))
		seen = CONNECT_IS_TORN_DOWN;
	*state = CONNECT_IDLE;
	return outcome(todo, seen);
}

static struct connect_outcome release(enum connect_state *state,
				      const struct connect_view *view)
{
	if (*state != CONNECT_HELD)
		return NOTHING;
	*state = CONNECT_GATED;
	if (view->sk == CONNECT_SK_HANDSHAKE)
		return outcome(CONNECT_DO_CLEAR, 0);
	return outcome(CONNECT_DO_CLEAR | CONNECT_DO_SETTLE, CONNECT_IS_STALE);
}

/**
 * connect_state_next - advance the state of a transport by one event
 * @state: state of the transport, updated
 * @event: what happened
 * @view: what it is judged by
 *
 * Every combination is legal: an event that comes twice, late or in a state
 * that does not expect it changes nothing.
 *
 * Context: any; the caller serialises the events of one transport.
 * Return: what to do and what to count.
 */
struct connect_outcome
connect_state_next(enum connect_state *state, enum connect_event event,
		   const struct connect_view *view)
{
	switch (event) {
	case CONNECT_BEGIN:
		if (*state != CONNECT_IDLE)
			break;
		*state = CONNECT_STARTED;
		return outcome(0, CONNECT_IS_BEGUN);
	case CONNECT_WORKER_DONE:
		return worker_done(state, view);
	case CONNECT_STATE_CHANGE:
		return state_change(state, view);
	case CONNECT_LOOK:
		return look(state, view);
	case CONNECT_REQUEST:
		return view->enforce ? request(state, view) :
				       observe_request(state, view);
	case CONNECT_DESTROY:
		return destroy(state);
	case CONNECT_RELEASE:
		return release(state, view);
	}
	return NOTHING;
}

/**
 * connect_state_name - the name of a state, for the status file and tracepoints
 * @state: the state
 *
 * Context: any.
 * Return: a word.
 */
const char *connect_state_name(enum connect_state state)
{
	switch (state) {
	case CONNECT_IDLE:
		return "idle";
	case CONNECT_STARTED:
		return "started";
	case CONNECT_HELD:
		return "held";
	case CONNECT_GATED:
		return "gated";
	case CONNECT_ESTABLISHED:
		return "established";
	}
	return "?";
}
