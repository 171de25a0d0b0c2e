// SPDX-License-Identifier: GPL-2.0
/*
 * connect_state - (state, event, view) -> (state, what to do and to count)
 *
 * The rules are those of upstream 0fdea1e8a285 ("SUNRPC: Ensure that we wait
 * for connections to complete before retrying") and of the race breaker of
 * 0a9a4304f361, for a kernel whose own code does neither.
 *
 * XPRT_CONNECTING is changed in two situations only: while we own it
 * (CONNECT_HELD, and the attempt that has just ended), and on behalf of a task
 * that has set it itself and holds XPRT_LOCKED (CONNECT_REQUEST). sunrpc looks
 * at the bit under XPRT_LOCKED, so such a task is the only one that can tell.
 */
#include "connect_state.h"

/* The attempt has its connection. Kept for the moment until sunrpc says so. */
static unsigned int completed(enum connect_state *state)
{
	*state = CONNECT_ESTABLISHED;
	return CONNECT_IS_COMPLETED;
}

/* Nothing more is expected of this socket. */
static unsigned int gone(enum connect_state *state)
{
	unsigned int out = 0;

	if (connect_state_in_flight(*state))
		out = CONNECT_IS_FAILED;
	*state = CONNECT_IDLE;
	return out;
}

/*
 * The worker is about to return, or has returned, with its SYN sent. From here
 * on the native code has no hand on XPRT_CONNECTING any more.
 */
static unsigned int worker_done(enum connect_state *state,
				const struct connect_view *view)
{
	bool held = *state == CONNECT_HELD;
	unsigned int stale = 0;

	if (*state != CONNECT_STARTED && !held)
		return 0;

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		if (!view->may_hold) {
			*state = CONNECT_GATED;
			return held ? CONNECT_DO_CLEAR : 0;
		}
		*state = CONNECT_HELD;
		return CONNECT_DO_SET | (held ? 0 : CONNECT_IS_HELD);
	case CONNECT_SK_ESTABLISHED:
		/* A hold is left to the event that is about to come. */
		return held ? 0 : completed(state);
	default:
		/* kernel_connect() failed at once, or the peer refused. */
		if (held)
			stale = CONNECT_DO_CLEAR | CONNECT_IS_STALE;
		return stale | gone(state);
	}
}

/*
 * Before the native function marks the transport and wakes the tasks: a task
 * that is woken, or that comes too late to be woken, must find the bit clear,
 * or it parks for a whole request timeout with XPRT_LOCKED held.
 */
static unsigned int state_change(enum connect_state *state,
				 const struct connect_view *view)
{
	unsigned int clear = 0;

	if (*state == CONNECT_STARTED || *state == CONNECT_HELD)
		clear = CONNECT_DO_CLEAR;

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		return 0;
	case CONNECT_SK_ESTABLISHED:
		if (!connect_state_in_flight(*state))
			return 0;
		return clear | completed(state);
	default:
		if (*state == CONNECT_IDLE)
			return 0;
		return clear | gone(state);
	}
}

/* The socket is the truth: settle whatever ended without our hearing of it. */
static unsigned int look(enum connect_state *state,
			 const struct connect_view *view)
{
	unsigned int stale = 0;

	if (*state == CONNECT_HELD)
		stale = CONNECT_DO_CLEAR | CONNECT_IS_STALE;

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		return 0;
	case CONNECT_SK_ESTABLISHED:
		/* In the place of the event, which will find nothing to do. */
		if (*state == CONNECT_STARTED)
			stale = CONNECT_DO_CLEAR;
		if (connect_state_in_flight(*state))
			return stale | completed(state);
		if (*state == CONNECT_ESTABLISHED &&
		    (view->connected || view->expired))
			return gone(state);
		return 0;
	default:
		if (*state == CONNECT_IDLE)
			return 0;
		/* The socket is closed until kernel_connect() sends the SYN. */
		if (*state == CONNECT_STARTED && !view->expired)
			return 0;
		return stale | gone(state);
	}
}

/*
 * A task asks for a connection. The native answer is to close whatever socket
 * there is and to start again, right only if that socket is of no use.
 */
static unsigned int request(enum connect_state *state,
			    const struct connect_view *view)
{
	unsigned int out = 0;

	if (view->connected) {
		if (connect_state_in_flight(*state) &&
		    view->sk == CONNECT_SK_ESTABLISHED)
			out = completed(state);
		return out | CONNECT_DO_CLEAR | CONNECT_DO_WAKE |
		       CONNECT_IS_RACE_BROKEN;
	}

	switch (view->sk) {
	case CONNECT_SK_HANDSHAKE:
		if (!connect_state_in_flight(*state))
			break;
		if (view->may_hold) {
			if (*state != CONNECT_HELD)
				out = CONNECT_IS_HELD;
			*state = CONNECT_HELD;
			return out | CONNECT_DO_SET | CONNECT_IS_SUPPRESSED;
		}
		if (*state == CONNECT_HELD)
			*state = CONNECT_GATED;
		return CONNECT_DO_CLEAR | CONNECT_IS_SUPPRESSED |
		       CONNECT_IS_GATE_ONLY;
	case CONNECT_SK_ESTABLISHED:
		if (connect_state_in_flight(*state))
			out = completed(state);
		else if (*state == CONNECT_IDLE || view->expired)
			break;
		return out | CONNECT_DO_CLEAR | CONNECT_IS_AWAITED;
	default:
		break;
	}

	/* A late native clear may have taken the bit of this very task. */
	return CONNECT_DO_SET | CONNECT_DO_NATIVE | gone(state);
}

/* Observe: the task goes on to the native code, which resets the socket. */
static unsigned int observe_request(enum connect_state *state,
				    const struct connect_view *view)
{
	enum connect_state enforced = *state;
	unsigned int out = CONNECT_DO_NATIVE;

	if (!(request(&enforced, view) & CONNECT_DO_NATIVE))
		out |= CONNECT_IS_WOULD;
	return out | gone(state);
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
 * Return: CONNECT_DO_* and CONNECT_IS_* bits.
 */
unsigned int connect_state_next(enum connect_state *state,
				enum connect_event event,
				const struct connect_view *view)
{
	bool ours = *state == CONNECT_HELD;
	unsigned int out = 0;

	switch (event) {
	case CONNECT_BEGIN:
		if (*state != CONNECT_IDLE)
			break;
		*state = CONNECT_STARTED;
		out = CONNECT_IS_BEGUN;
		break;
	case CONNECT_WORKER_DONE:
		out = worker_done(state, view);
		break;
	case CONNECT_STATE_CHANGE:
		out = state_change(state, view);
		break;
	case CONNECT_LOOK:
		out = look(state, view);
		break;
	case CONNECT_REQUEST:
		if (!view->enforce)
			return observe_request(state, view);
		out = request(state, view);
		break;
	case CONNECT_DESTROY:
		if (ours)
			out = CONNECT_DO_CLEAR;
		if (connect_state_in_flight(*state))
			out |= CONNECT_IS_TORN_DOWN;
		*state = CONNECT_IDLE;
		break;
	case CONNECT_RELEASE:
		if (!ours)
			break;
		out = CONNECT_DO_CLEAR;
		if (view->sk != CONNECT_SK_HANDSHAKE)
			out |= CONNECT_IS_STALE;
		*state = CONNECT_GATED;
		break;
	}

	/* What is ours is given back whatever the mode has become. */
	if (!view->enforce && !ours)
		out &= ~(CONNECT_DO_SET | CONNECT_DO_CLEAR);
	return out;
}
