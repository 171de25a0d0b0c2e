// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for connect_state: what is done about each event of a transport.
 *
 * Three ways of saying it, each of which can be read by itself:
 *
 *   rules       a table with one line for each thing that can happen; together
 *               the lines cover every combination of state, event and view
 *   promises    what must hold in all of these combinations
 *   stories     connects from beginning to end, also those that go wrong
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "connect_state.h"

#define N_STATES	(CONNECT_ESTABLISHED + 1)
#define N_EVENTS	(CONNECT_RELEASE + 1)
#define N_SOCKS		(CONNECT_SK_ESTABLISHED + 1)
#define N_FLAGS		4

#define DO_MASK		(CONNECT_DO_SET | CONNECT_DO_CLEAR | \
			 CONNECT_DO_NATIVE | CONNECT_DO_WAKE | CONNECT_DO_SETTLE)

static const char *const event_name[N_EVENTS] = {
	[CONNECT_BEGIN] = "BEGIN",
	[CONNECT_WORKER_DONE] = "WORKER_DONE",
	[CONNECT_STATE_CHANGE] = "STATE_CHANGE",
	[CONNECT_LOOK] = "LOOK",
	[CONNECT_REQUEST] = "REQUEST",
	[CONNECT_DESTROY] = "DESTROY",
	[CONNECT_RELEASE] = "RELEASE",
};

static const char *const sock_name[N_SOCKS] = {
	[CONNECT_SK_CLOSED] = "closed",
	[CONNECT_SK_HANDSHAKE] = "in handshake",
	[CONNECT_SK_ESTABLISHED] = "established",
};

/* One of everything that connect_state_next() can be asked, by number. */
struct question {
	enum connect_state state;
	enum connect_event event;
	struct connect_view view;
};

#define N_QUESTIONS	(N_STATES * N_EVENTS * N_SOCKS << N_FLAGS)

/* False: cannot be asked. A mode that changes nothing never allows a hold. */
static bool question_get(unsigned int n, struct question *q)
{
	q->view.connected = n & 1;
	q->view.enforce = n & 2;
	q->view.may_hold = n & 4;
	q->view.locked = n & 8;
	n >>= N_FLAGS;
	q->view.sk = n % N_SOCKS;
	n /= N_SOCKS;
	q->event = n % N_EVENTS;
	q->state = n / N_EVENTS;
	return q->view.enforce || !q->view.may_hold;
}

/* For the arguments of a message; q is a variable (MACRO_ARG_REUSE). */
#define QUESTION_FMT "%s in %s, socket %s,%s%s%s%s"
#define QUESTION_ARGS(q)						\
	event_name[(q)->event], connect_state_name((q)->state),			\
	sock_name[(q)->view.sk],					\
	(q)->view.enforce ? " enforce" : " observe",			\
	(q)->view.may_hold ? ", may hold" : "",				\
	(q)->view.connected ? ", connected" : "",			\
	(q)->view.locked ? ", locked" : ""

/* The bits of both words differ: one word has the whole answer. */
static unsigned int answer(const struct connect_outcome *out)
{
	return (out->todo & DO_MASK) | (out->seen & ~DO_MASK);
}

static unsigned int ask(const struct question *q, enum connect_state *next)
{
	struct connect_outcome out;

	*next = q->state;
	out = connect_state_next(next, q->event, &q->view);
	return answer(&out);
}

/*
 * Rules
 */

/* What a rule does not mention, it holds for all of. */
enum condition { WHATEVER, NO, YES };

#define STAYS		(-1)

#define IDLE		BIT(CONNECT_IDLE)
#define STARTED		BIT(CONNECT_STARTED)
#define HELD		BIT(CONNECT_HELD)
#define GATED		BIT(CONNECT_GATED)
#define ESTABLISHED	BIT(CONNECT_ESTABLISHED)
#define IN_FLIGHT	(STARTED | HELD | GATED)

#define CLOSED		BIT(CONNECT_SK_CLOSED)
#define HANDSHAKE	BIT(CONNECT_SK_HANDSHAKE)
#define UP		BIT(CONNECT_SK_ESTABLISHED)

struct rule {
	const char *name;
	enum connect_event event;
	unsigned int in;
	unsigned int sk;
	enum condition enforce;
	enum condition may_hold;
	enum condition connected;
	enum condition locked;
	int next;
	unsigned int out;
};

static const struct rule rules[] = {
	/* kernel_connect() was entered */
	{
		.name = "begin: an attempt is known from before its SYN",
		.event = CONNECT_BEGIN, .in = IDLE,
		.next = CONNECT_STARTED, .out = CONNECT_IS_BEGUN,
	}, {
		.name = "begin twice: the attempt that is known stays as it is",
		.event = CONNECT_BEGIN, .in = IN_FLIGHT | ESTABLISHED,
		.next = STAYS,
	},

	/* xs_tcp_setup_socket() returned, having cleared XPRT_CONNECTING */
	{
		.name = "worker done, handshake outstanding: the bit is set again and held",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = HANDSHAKE,
		.may_hold = YES,
		.next = CONNECT_HELD, .out = CONNECT_DO_SET | CONNECT_IS_HELD,
	}, {
		.name = "worker done, handshake outstanding, no hold: left to the gate",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = HANDSHAKE,
		.may_hold = NO,
		.next = CONNECT_GATED,
	}, {
		.name = "worker done behind a task that the gate has held: set again, not counted",
		.event = CONNECT_WORKER_DONE, .in = HELD, .sk = HANDSHAKE,
		.may_hold = YES,
		.next = CONNECT_HELD, .out = CONNECT_DO_SET,
	}, {
		.name = "worker done behind a task that the gate has held, no more hold: released",
		.event = CONNECT_WORKER_DONE, .in = HELD, .sk = HANDSHAKE,
		.may_hold = NO,
		.next = CONNECT_GATED, .out = CONNECT_DO_CLEAR,
	}, {
		.name = "worker done, up unheard: a task may sleep behind the worker's bit",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = UP,
		.enforce = YES,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_SETTLE | CONNECT_IS_COMPLETED,
	}, {
		.name = "worker done, up unheard, observing",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = UP,
		.enforce = NO,
		.next = CONNECT_ESTABLISHED, .out = CONNECT_IS_COMPLETED,
	}, {
		.name = "worker done, up already, held by the gate: the callback releases",
		.event = CONNECT_WORKER_DONE, .in = HELD, .sk = UP,
		.next = CONNECT_HELD,
	}, {
		.name = "worker done, failed at once or unheard: likewise",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = CLOSED,
		.enforce = YES,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_SETTLE | CONNECT_IS_FAILED,
	}, {
		.name = "worker done, failed, observing",
		.event = CONNECT_WORKER_DONE, .in = STARTED, .sk = CLOSED,
		.enforce = NO,
		.next = CONNECT_IDLE, .out = CONNECT_IS_FAILED,
	}, {
		.name = "worker done, failed, held by the gate: released",
		.event = CONNECT_WORKER_DONE, .in = HELD, .sk = CLOSED,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE | CONNECT_IS_STALE | CONNECT_IS_FAILED,
	}, {
		.name = "worker done late or twice: nothing",
		.event = CONNECT_WORKER_DONE, .in = IDLE | GATED | ESTABLISHED,
		.next = STAYS,
	},

	/* xs_tcp_state_change() was entered */
	{
		.name = "state change within the handshake: nothing",
		.event = CONNECT_STATE_CHANGE, .sk = HANDSHAKE,
		.next = STAYS,
	}, {
		.name = "up before the worker returns: clear before the tasks wake",
		.event = CONNECT_STATE_CHANGE, .in = STARTED, .sk = UP,
		.enforce = YES,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_COMPLETED,
	}, {
		.name = "up before the worker returns, observed: counted",
		.event = CONNECT_STATE_CHANGE, .in = STARTED, .sk = UP,
		.enforce = NO,
		.next = CONNECT_ESTABLISHED, .out = CONNECT_IS_COMPLETED,
	}, {
		.name = "up: a held bit is released before the tasks wake",
		.event = CONNECT_STATE_CHANGE, .in = HELD, .sk = UP,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_COMPLETED,
	}, {
		.name = "up, not held: the bit is not ours",
		.event = CONNECT_STATE_CHANGE, .in = GATED, .sk = UP,
		.next = CONNECT_ESTABLISHED, .out = CONNECT_IS_COMPLETED,
	}, {
		.name = "up twice, or of an attempt that is not known: nothing",
		.event = CONNECT_STATE_CHANGE, .in = IDLE | ESTABLISHED,
		.sk = UP,
		.next = STAYS,
	}, {
		.name = "refused before the worker returns: clear before the tasks wake",
		.event = CONNECT_STATE_CHANGE, .in = STARTED, .sk = CLOSED,
		.enforce = YES,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_FAILED,
	}, {
		.name = "refused before the worker returns, observed: counted",
		.event = CONNECT_STATE_CHANGE, .in = STARTED, .sk = CLOSED,
		.enforce = NO,
		.next = CONNECT_IDLE, .out = CONNECT_IS_FAILED,
	}, {
		.name = "refused: a held bit is released before the tasks wake",
		.event = CONNECT_STATE_CHANGE, .in = HELD, .sk = CLOSED,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_FAILED,
	}, {
		.name = "refused, not held: the bit is not ours",
		.event = CONNECT_STATE_CHANGE, .in = GATED, .sk = CLOSED,
		.next = CONNECT_IDLE, .out = CONNECT_IS_FAILED,
	}, {
		.name = "the connection ends: no failure of the attempt",
		.event = CONNECT_STATE_CHANGE, .in = ESTABLISHED, .sk = CLOSED,
		.next = CONNECT_IDLE,
	}, {
		.name = "closed twice, or of an attempt that is not known: nothing",
		.event = CONNECT_STATE_CHANGE, .in = IDLE, .sk = CLOSED,
		.next = STAYS,
	},

	/* xprt_connect(), after ops->close(), once a second */
	{
		.name = "look: a handshake is left alone",
		.event = CONNECT_LOOK, .sk = HANDSHAKE,
		.next = STAYS,
	}, {
		.name = "look: up unheard, the stale hold is released",
		.event = CONNECT_LOOK, .in = HELD, .sk = UP,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE | CONNECT_IS_STALE |
		       CONNECT_IS_COMPLETED,
	}, {
		.name = "look: up unheard, the event will not clear any more",
		.event = CONNECT_LOOK, .in = STARTED, .sk = UP, .enforce = YES,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE |
		       CONNECT_IS_COMPLETED,
	}, {
		.name = "look: up unheard, observing",
		.event = CONNECT_LOOK, .in = STARTED, .sk = UP, .enforce = NO,
		.next = CONNECT_ESTABLISHED, .out = CONNECT_IS_COMPLETED,
	}, {
		.name = "look: up unheard, not held",
		.event = CONNECT_LOOK, .in = GATED, .sk = UP,
		.next = CONNECT_ESTABLISHED, .out = CONNECT_IS_COMPLETED,
	}, {
		.name = "look: up and marked so, there is nothing left to watch",
		.event = CONNECT_LOOK, .in = ESTABLISHED, .sk = UP,
		.connected = YES,
		.next = CONNECT_IDLE,
	}, {
		.name = "look: up and about to be marked so, watched",
		.event = CONNECT_LOOK, .in = ESTABLISHED, .sk = UP,
		.connected = NO,
		.next = STAYS,
	}, {
		.name = "look: closed unheard, the stale hold is released",
		.event = CONNECT_LOOK, .in = HELD, .sk = CLOSED,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE | CONNECT_IS_STALE | CONNECT_IS_FAILED,
	}, {
		.name = "look: closed unheard, not held",
		.event = CONNECT_LOOK, .in = GATED, .sk = CLOSED,
		.next = CONNECT_IDLE, .out = CONNECT_IS_FAILED,
	}, {
		.name = "look: the connection is gone",
		.event = CONNECT_LOOK, .in = ESTABLISHED, .sk = CLOSED,
		.next = CONNECT_IDLE,
	}, {
		.name = "look: begun, the worker may not have sent the SYN, waited for",
		.event = CONNECT_LOOK, .in = STARTED, .sk = CLOSED,
		.locked = YES,
		.next = STAYS,
	}, {
		.name = "look: closed unheard, the event will not clear any more",
		.event = CONNECT_LOOK, .in = STARTED, .sk = CLOSED,
		.locked = NO, .enforce = YES,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE | CONNECT_IS_FAILED,
	}, {
		.name = "look: closed unheard, observing",
		.event = CONNECT_LOOK, .in = STARTED, .sk = CLOSED,
		.locked = NO, .enforce = NO,
		.next = CONNECT_IDLE, .out = CONNECT_IS_FAILED,
	}, {
		.name = "look: nothing is known, nothing is done",
		.event = CONNECT_LOOK, .in = IDLE, .sk = CLOSED | UP,
		.next = STAYS,
	},

	/* a task called ops->connect(): the gate's decision */
	{
		.name = "gate: connected meanwhile, the task is woken and nothing reset",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = YES,
		.in = IDLE | ESTABLISHED,
		.next = STAYS,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_WAKE |
		       CONNECT_IS_RACE_BROKEN,
	}, {
		.name = "gate: connected and its event still to come, likewise",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = YES,
		.in = IN_FLIGHT, .sk = UP,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_WAKE |
		       CONNECT_IS_RACE_BROKEN | CONNECT_IS_COMPLETED,
	}, {
		.name = "gate: connected by another socket, likewise",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = YES,
		.in = IN_FLIGHT, .sk = CLOSED | HANDSHAKE,
		.next = STAYS,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_WAKE |
		       CONNECT_IS_RACE_BROKEN,
	}, {
		.name = "gate: handshake outstanding, no second connect, the task's bit is kept",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = STARTED | GATED, .sk = HANDSHAKE, .may_hold = YES,
		.next = CONNECT_HELD,
		.out = CONNECT_DO_SET | CONNECT_IS_SUPPRESSED | CONNECT_IS_HELD,
	}, {
		.name = "gate: handshake outstanding and held, no second connect",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = HELD, .sk = HANDSHAKE, .may_hold = YES,
		.next = CONNECT_HELD,
		.out = CONNECT_DO_SET | CONNECT_IS_SUPPRESSED,
	}, {
		.name = "gate: handshake outstanding, no hold, no second connect, the bit is free",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = STARTED | GATED, .sk = HANDSHAKE, .may_hold = NO,
		.next = STAYS,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_SUPPRESSED |
		       CONNECT_IS_GATE_ONLY,
	}, {
		.name = "gate: handshake outstanding, hold not to be trusted any more, released",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = HELD, .sk = HANDSHAKE, .may_hold = NO,
		.next = CONNECT_GATED,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_SUPPRESSED |
		       CONNECT_IS_GATE_ONLY,
	}, {
		.name = "gate: handshake of an attempt that is over, native",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = IDLE | ESTABLISHED, .sk = HANDSHAKE,
		.next = CONNECT_IDLE, .out = CONNECT_DO_SET | CONNECT_DO_NATIVE,
	}, {
		.name = "gate: up and about to be marked so, the task sleeps until it is",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = IN_FLIGHT, .sk = UP,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_RACE_BROKEN |
		       CONNECT_IS_COMPLETED,
	}, {
		.name = "gate: still about to be marked so, likewise",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = ESTABLISHED, .sk = UP,
		.next = CONNECT_ESTABLISHED,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_RACE_BROKEN,
	}, {
		.name = "gate: up, but nothing is known of it, native",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = IDLE, .sk = UP,
		.next = CONNECT_IDLE, .out = CONNECT_DO_SET | CONNECT_DO_NATIVE,
	}, {
		.name = "gate: the attempt is dead, native, with the task's bit put back",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = IN_FLIGHT, .sk = CLOSED,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_SET | CONNECT_DO_NATIVE | CONNECT_IS_FAILED,
	}, {
		.name = "gate: no attempt, native, with the task's bit put back",
		.event = CONNECT_REQUEST, .enforce = YES, .connected = NO,
		.in = IDLE | ESTABLISHED, .sk = CLOSED,
		.next = CONNECT_IDLE, .out = CONNECT_DO_SET | CONNECT_DO_NATIVE,
	},

	/* the same, in a mode that only counts */
	{
		.name = "observe: a second connect is let through and counted",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = NO,
		.in = IN_FLIGHT, .sk = HANDSHAKE | UP,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_NATIVE | CONNECT_IS_WOULD | CONNECT_IS_FAILED,
	}, {
		.name = "observe: a reset of what came up just now is let through and counted",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = NO,
		.in = ESTABLISHED, .sk = UP,
		.next = CONNECT_IDLE, .out = CONNECT_DO_NATIVE | CONNECT_IS_WOULD,
	}, {
		.name = "observe: a reset of a connection is let through and counted",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = YES,
		.in = IDLE | ESTABLISHED,
		.next = CONNECT_IDLE, .out = CONNECT_DO_NATIVE | CONNECT_IS_WOULD,
	}, {
		.name = "observe: a reset of a connection whose event is still to come, likewise",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = YES,
		.in = IN_FLIGHT,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_NATIVE | CONNECT_IS_WOULD | CONNECT_IS_FAILED,
	}, {
		.name = "observe: after a failure sunrpc is right",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = NO,
		.in = IN_FLIGHT, .sk = CLOSED,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_NATIVE | CONNECT_IS_FAILED,
	}, {
		.name = "observe: with no attempt under way sunrpc is right",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = NO,
		.in = IDLE | ESTABLISHED, .sk = CLOSED | HANDSHAKE,
		.next = CONNECT_IDLE, .out = CONNECT_DO_NATIVE,
	}, {
		.name = "observe: with nothing known sunrpc is right",
		.event = CONNECT_REQUEST, .enforce = NO, .connected = NO,
		.in = IDLE, .sk = UP,
		.next = CONNECT_IDLE, .out = CONNECT_DO_NATIVE,
	},

	/* ops->destroy() was called */
	{
		.name = "teardown of a held attempt: the bit is given back",
		.event = CONNECT_DESTROY, .in = HELD,
		.next = CONNECT_IDLE,
		.out = CONNECT_DO_CLEAR | CONNECT_IS_TORN_DOWN,
	}, {
		.name = "teardown of an attempt: the bit is not ours",
		.event = CONNECT_DESTROY, .in = STARTED | GATED,
		.next = CONNECT_IDLE, .out = CONNECT_IS_TORN_DOWN,
	}, {
		.name = "teardown without an attempt: nothing",
		.event = CONNECT_DESTROY, .in = IDLE | ESTABLISHED,
		.next = CONNECT_IDLE,
	},

	/* module exit, or mode=observe */
	{
		.name = "release: the bit is given back, the gate goes on",
		.event = CONNECT_RELEASE, .in = HELD, .sk = HANDSHAKE,
		.next = CONNECT_GATED, .out = CONNECT_DO_CLEAR,
	}, {
		.name = "release after the handshake: a task that sleeps behind it must be woken",
		.event = CONNECT_RELEASE, .in = HELD, .sk = CLOSED | UP,
		.next = CONNECT_GATED,
		.out = CONNECT_DO_CLEAR | CONNECT_DO_SETTLE | CONNECT_IS_STALE,
	}, {
		.name = "release of what is not held, or twice: nothing",
		.event = CONNECT_RELEASE, .in = IDLE | STARTED | GATED | ESTABLISHED,
		.next = STAYS,
	},
};

static void rule_desc(const struct rule *rule, char *desc)
{
	strscpy(desc, rule->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rule, rules, rule_desc);

static bool meets(enum condition condition, bool flag)
{
	return condition == WHATEVER || (condition == YES) == flag;
}

static bool rule_is_about(const struct rule *rule, const struct question *q)
{
	return rule->event == q->event &&
	       (!rule->in || rule->in & BIT(q->state)) &&
	       (!rule->sk || rule->sk & BIT(q->view.sk)) &&
	       meets(rule->enforce, q->view.enforce) &&
	       meets(rule->may_hold, q->view.may_hold) &&
	       meets(rule->connected, q->view.connected) &&
	       meets(rule->locked, q->view.locked);
}

static void rule_is_kept(struct kunit *test)
{
	const struct rule *rule = test->param_value;
	enum connect_state next;
	struct question q;
	unsigned int n, out, cases = 0;

	for (n = 0; n < N_QUESTIONS; n++) {
		if (!question_get(n, &q) || !rule_is_about(rule, &q))
			continue;
		cases++;
		out = ask(&q, &next);
		KUNIT_EXPECT_EQ_MSG(test, out, rule->out, QUESTION_FMT,
				    QUESTION_ARGS(&q));
		if (rule->next == STAYS)
			KUNIT_EXPECT_EQ_MSG(test, next, q.state, QUESTION_FMT,
					    QUESTION_ARGS(&q));
		else
			KUNIT_EXPECT_EQ_MSG(test, next, rule->next,
					    QUESTION_FMT, QUESTION_ARGS(&q));
	}
	KUNIT_EXPECT_GT(test, cases, 0);
}

static void every_question_has_one_rule(struct kunit *test)
{
	struct question q;
	unsigned int n, i, found;

	for (n = 0; n < N_QUESTIONS; n++) {
		if (!question_get(n, &q))
			continue;
		found = 0;
		for (i = 0; i < ARRAY_SIZE(rules); i++)
			found += rule_is_about(&rules[i], &q);
		KUNIT_EXPECT_EQ_MSG(test, found, 1, QUESTION_FMT,
				    QUESTION_ARGS(&q));
	}
}

/*
 * Promises
 */

struct promise {
	const char *name;
	bool (*broken)(const struct question *q, enum connect_state next,
		       unsigned int out);
};

static bool asks_native_in_handshake(const struct question *q,
				     enum connect_state next, unsigned int out)
{
	return q->view.enforce && connect_state_in_flight(q->state) &&
	       q->view.sk == CONNECT_SK_HANDSHAKE && out & CONNECT_DO_NATIVE;
}

static bool asks_native_if_connected(const struct question *q,
				     enum connect_state next, unsigned int out)
{
	return q->view.enforce && q->view.connected && out & CONNECT_DO_NATIVE;
}

static bool holds_when_over(const struct question *q, enum connect_state next,
			    unsigned int out)
{
	/* A hold may outlive the handshake only until its event comes. */
	return next == CONNECT_HELD && q->view.sk != CONNECT_SK_HANDSHAKE &&
	       (q->state != CONNECT_HELD ||
		q->event == CONNECT_STATE_CHANGE || q->event == CONNECT_LOOK);
}

static bool forgets_its_bit(const struct question *q, enum connect_state next,
			    unsigned int out)
{
	/* With DO_NATIVE it has become the bit of the task that asks. */
	return q->state == CONNECT_HELD && next != CONNECT_HELD &&
	       !(out & (CONNECT_DO_CLEAR | CONNECT_DO_NATIVE));
}

static bool takes_without_leave(const struct question *q,
				enum connect_state next, unsigned int out)
{
	return next == CONNECT_HELD && q->state != CONNECT_HELD &&
	       !q->view.may_hold;
}

static bool holds_without_setting(const struct question *q,
				  enum connect_state next, unsigned int out)
{
	return next == CONNECT_HELD && q->state != CONNECT_HELD &&
	       !(out & CONNECT_DO_SET);
}

static bool sets_without_owner(const struct question *q,
			       enum connect_state next, unsigned int out)
{
	return out & CONNECT_DO_SET && next != CONNECT_HELD &&
	       !(out & CONNECT_DO_NATIVE);
}

static bool sets_and_clears(const struct question *q, enum connect_state next,
			    unsigned int out)
{
	return out & CONNECT_DO_SET && out & CONNECT_DO_CLEAR;
}

static bool touches_in_observe(const struct question *q,
			       enum connect_state next, unsigned int out)
{
	if (q->view.enforce)
		return false;
	return out & (CONNECT_DO_SET | CONNECT_DO_WAKE) ||
	       (out & (CONNECT_DO_CLEAR | CONNECT_DO_SETTLE) &&
		q->state != CONNECT_HELD);
}

static bool answers_unasked(const struct question *q, enum connect_state next,
			    unsigned int out)
{
	return q->event != CONNECT_REQUEST &&
	       out & (CONNECT_DO_NATIVE | CONNECT_DO_WAKE);
}

static bool sleeps_behind_set_bit(const struct question *q,
				  enum connect_state next, unsigned int out)
{
	/* Neither native nor woken: the bit is ours, or it is clear. */
	return q->event == CONNECT_REQUEST &&
	       !(out & (CONNECT_DO_NATIVE | CONNECT_DO_WAKE)) &&
	       next != CONNECT_HELD && !(out & CONNECT_DO_CLEAR);
}

static bool ends_without_count(const struct question *q,
			       enum connect_state next, unsigned int out)
{
	const unsigned int ends = out & (CONNECT_IS_COMPLETED |
					 CONNECT_IS_FAILED |
					 CONNECT_IS_TORN_DOWN);
	bool ended = connect_state_in_flight(q->state) &&
		     !connect_state_in_flight(next);

	/* Exactly one of the three, and only then. */
	return ended ? hweight32(ends) != 1 : ends != 0;
}

static bool differs_on_repeat(const struct question *q,
			      enum connect_state next, unsigned int out)
{
	struct question again = {
		.state = next, .event = q->event, .view = q->view,
	};
	enum connect_state after;
	const unsigned int counts = CONNECT_IS_BEGUN | CONNECT_IS_COMPLETED |
				    CONNECT_IS_FAILED | CONNECT_IS_TORN_DOWN |
				    CONNECT_IS_HELD | CONNECT_IS_STALE;

	out = ask(&again, &after);
	/* Looking again may forget what the first look has completed. */
	if (q->event == CONNECT_LOOK && next == CONNECT_ESTABLISHED)
		return out & counts;
	return after != next || out & counts;
}

static const struct promise promises[] = {
	{ "no native connect in the handshake of an attempt", asks_native_in_handshake },
	{ "no native connect while the transport is connected", asks_native_if_connected },
	{ "no hold is kept, once heard or looked at, when the handshake is over", holds_when_over },
	{ "a held bit is never forgotten", forgets_its_bit },
	{ "no hold is taken that is not allowed", takes_without_leave },
	{ "no hold is taken without setting the bit", holds_without_setting },
	{ "the bit is never set without an owner", sets_without_owner },
	{ "the bit is never both set and cleared", sets_and_clears },
	{ "observe changes nothing but what was held before", touches_in_observe },
	{ "only a request is answered", answers_unasked },
	{ "no task is left asleep behind a bit of nobody", sleeps_behind_set_bit },
	{ "each attempt ends in one count", ends_without_count },
	{ "an event that comes twice changes nothing", differs_on_repeat },
};

static void promise_desc(const struct promise *promise, char *desc)
{
	strscpy(desc, promise->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(promise, promises, promise_desc);

static void promise_is_kept(struct kunit *test)
{
	const struct promise *promise = test->param_value;
	enum connect_state next;
	struct question q;
	unsigned int n, out;

	for (n = 0; n < N_QUESTIONS; n++) {
		if (!question_get(n, &q))
			continue;
		out = ask(&q, &next);
		KUNIT_EXPECT_FALSE_MSG(test, promise->broken(&q, next, out),
				       QUESTION_FMT " -> %s, 0x%x",
				       QUESTION_ARGS(&q), connect_state_name(next),
				       out);
	}
}

/*
 * Stories. In each step: the event, the socket as it finds it, the state and
 * the actions that follow; counts are left to the rules.
 */

#define MAX_STEPS	8

struct step {
	enum connect_event event;
	enum connect_sock sk;
	enum connect_state next;
	unsigned int act;
	bool connected;
	bool gate_alone;
	bool observe;
	bool locked;
};

struct story {
	const char *name;
	unsigned int n;
	struct step steps[MAX_STEPS];
};

static const struct story stories[] = {
	{
		"a connect succeeds, tasks wait behind the bit", 6, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_LOOK, CONNECT_SK_HANDSHAKE, CONNECT_HELD },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_ESTABLISHED },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_IDLE,
		  .connected = true },
		}
	}, {
		"a connect succeeds with the gate alone", 5, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .gate_alone = true },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  .gate_alone = true },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  CONNECT_DO_CLEAR, .gate_alone = true },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, .gate_alone = true },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  .gate_alone = true },
		}
	}, {
		"up before the worker returns: its return sets nothing", 3, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_WORKER_DONE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED },
		}
	}, {
		"refused before the worker returns: its return sets nothing", 3, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_CLEAR },
		{ CONNECT_WORKER_DONE, CONNECT_SK_CLOSED, CONNECT_IDLE },
		}
	}, {
		"failed at once: the next attempt starts from nothing", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_SETTLE },
		{ CONNECT_REQUEST, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_SET | CONNECT_DO_NATIVE },
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		}
	}, {
		"a task comes between the native clear and the worker's return", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		}
	}, {
		"a task comes before the worker's return, then the peer refuses", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_CLEAR },
		{ CONNECT_WORKER_DONE, CONNECT_SK_CLOSED, CONNECT_IDLE },
		}
	}, {
		"reset by the peer, and connected the second time", 7, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_CLEAR },
		{ CONNECT_REQUEST, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_SET | CONNECT_DO_NATIVE },
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		}
	}, {
		"closed by us in the handshake, without a callback", 3, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_LOOK, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_CLEAR | CONNECT_DO_SETTLE },
		}
	}, {
		"the worker's return is missed: the gate holds instead", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_LOOK, CONNECT_SK_HANDSHAKE, CONNECT_STARTED },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		}
	}, {
		"a probe misses while a hold is on: the gate goes on alone", 5, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  CONNECT_DO_CLEAR, .gate_alone = true },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_ESTABLISHED,
		  .gate_alone = true },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_IDLE,
		  .connected = true, .gate_alone = true },
		}
	}, {
		"the callback is missed: the next look releases", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_ESTABLISHED,
		  CONNECT_DO_CLEAR | CONNECT_DO_SETTLE, .connected = true },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_IDLE,
		  .connected = true },
		}
	}, {
		"a task that saw no connection finds one when it gets to the gate", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_REQUEST, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_REQUEST, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR | CONNECT_DO_WAKE,
		  .connected = true },
		}
	}, {
		"up, and the softirq held up: no task resets the connection", 5, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .locked = true },
		{ CONNECT_REQUEST, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_ESTABLISHED },
		{ CONNECT_REQUEST, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_IDLE,
		  .connected = true },
		}
	}, {
		"a worker that takes its time is waited for", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .locked = true },
		{ CONNECT_LOOK, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .locked = true },
		{ CONNECT_LOOK, CONNECT_SK_HANDSHAKE, CONNECT_STARTED,
		  .locked = true },
		{ CONNECT_LOOK, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  CONNECT_DO_CLEAR | CONNECT_DO_SETTLE },
		}
	}, {
		"unmounted in the handshake: what comes later finds nothing", 5, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_DESTROY, CONNECT_SK_HANDSHAKE, CONNECT_IDLE,
		  CONNECT_DO_CLEAR },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_CLOSED, CONNECT_IDLE },
		{ CONNECT_DESTROY, CONNECT_SK_CLOSED, CONNECT_IDLE },
		}
	}, {
		"unmounted before the worker returns: its return finds nothing", 3, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_DESTROY, CONNECT_SK_HANDSHAKE, CONNECT_IDLE },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_IDLE },
		}
	}, {
		"unloaded in the handshake: the bit is given back once", 6, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_RELEASE, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  CONNECT_DO_CLEAR, .observe = true },
		{ CONNECT_RELEASE, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  .observe = true },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_IDLE,
		  CONNECT_DO_NATIVE, .observe = true },
		{ CONNECT_DESTROY, CONNECT_SK_CLOSED, CONNECT_IDLE,
		  .observe = true },
		}
	}, {
		"unloading, and the handshake ends first: given back once", 4, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_HELD,
		  CONNECT_DO_SET },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, CONNECT_DO_CLEAR, .observe = true },
		{ CONNECT_RELEASE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, .observe = true },
		}
	}, {
		"unloading before the worker returns: its return takes no hold", 3, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED },
		{ CONNECT_RELEASE, CONNECT_SK_HANDSHAKE, CONNECT_STARTED,
		  .observe = true },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  .observe = true },
		}
	}, {
		"observed: sunrpc connects twice and nothing is touched", 6, {
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .observe = true },
		{ CONNECT_WORKER_DONE, CONNECT_SK_HANDSHAKE, CONNECT_GATED,
		  .observe = true },
		{ CONNECT_REQUEST, CONNECT_SK_HANDSHAKE, CONNECT_IDLE,
		  CONNECT_DO_NATIVE, .observe = true },
		{ CONNECT_BEGIN, CONNECT_SK_CLOSED, CONNECT_STARTED,
		  .observe = true },
		{ CONNECT_STATE_CHANGE, CONNECT_SK_ESTABLISHED,
		  CONNECT_ESTABLISHED, .observe = true },
		{ CONNECT_LOOK, CONNECT_SK_ESTABLISHED, CONNECT_IDLE,
		  .connected = true, .observe = true },
		}
	},
};

static void story_desc(const struct story *story, char *desc)
{
	strscpy(desc, story->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(story, stories, story_desc);

static void story_ends_well(struct kunit *test)
{
	const struct story *story = test->param_value;
	enum connect_state state = CONNECT_IDLE;
	struct connect_outcome out;
	unsigned int i;

	for (i = 0; i < story->n; i++) {
		const struct step *step = &story->steps[i];
		const struct connect_view view = {
			.sk = step->sk,
			.connected = step->connected,
			.enforce = !step->observe,
			.may_hold = !step->observe && !step->gate_alone,
			.locked = step->locked,
		};

		out = connect_state_next(&state, step->event, &view);
		KUNIT_EXPECT_EQ_MSG(test, out.todo, step->act,
				    "actions of step %u, %s", i + 1,
				    event_name[step->event]);
		KUNIT_EXPECT_EQ_MSG(test, state, step->next,
				    "state after step %u, %s", i + 1,
				    event_name[step->event]);
	}
}

static void unknown_event_changes_nothing(struct kunit *test)
{
	enum connect_state next;
	struct question q;
	unsigned int n;

	for (n = 0; n < N_QUESTIONS; n++) {
		if (!question_get(n, &q))
			continue;
		q.event = N_EVENTS;
		KUNIT_EXPECT_EQ(test, ask(&q, &next), 0);
		KUNIT_EXPECT_EQ(test, next, q.state);
	}
}

static void every_state_has_a_name(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < N_STATES; i++)
		for (j = i + 1; j <= N_STATES; j++)
			KUNIT_EXPECT_TRUE(test,
					  strcmp(connect_state_name(i),
						 connect_state_name(j)) != 0);
}

static void in_flight_is_begun_and_not_over(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, connect_state_in_flight(CONNECT_IDLE));
	KUNIT_EXPECT_TRUE(test, connect_state_in_flight(CONNECT_STARTED));
	KUNIT_EXPECT_TRUE(test, connect_state_in_flight(CONNECT_HELD));
	KUNIT_EXPECT_TRUE(test, connect_state_in_flight(CONNECT_GATED));
	KUNIT_EXPECT_FALSE(test, connect_state_in_flight(CONNECT_ESTABLISHED));
}

static struct kunit_case connect_state_cases[] = {
	KUNIT_CASE_PARAM(rule_is_kept, rule_gen_params),
	KUNIT_CASE(every_question_has_one_rule),
	KUNIT_CASE_PARAM(promise_is_kept, promise_gen_params),
	KUNIT_CASE_PARAM(story_ends_well, story_gen_params),
	KUNIT_CASE(unknown_event_changes_nothing),
	KUNIT_CASE(every_state_has_a_name),
	KUNIT_CASE(in_flight_is_begun_and_not_over),
	{}
};

static struct kunit_suite connect_state_suite = {
	.name = "sunrpc_fix_connect_state",
	.test_cases = connect_state_cases,
};

kunit_test_suites(&connect_state_suite);

MODULE_DESCRIPTION("KUnit tests for the state machine of sunrpc_fix");
MODULE_LICENSE("GPL");
