// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of sunrpc_fix: its probe handlers, gate, settle timer and exit.
 * What attempt.c, gate.c, hold.c, probes.c and main.c do under one lock is one
 * step here; what they decide is decided by the real connect_state.c.
 */
#include "world.h"

bool module_enforces(const struct world *w)
{
	return w->enforcing && w->module.pc == X_IDLE;
}

static enum connect_sock socket_view(const struct world *w)
{
	if (w->entry_sock == NO_SOCK)
		return CONNECT_SK_CLOSED;
	if (!w->socks[w->entry_sock].attached)
		return CONNECT_SK_CLOSED;
	switch (w->socks[w->entry_sock].state) {
	case SK_SYN_SENT:
		return CONNECT_SK_HANDSHAKE;
	case SK_ESTABLISHED:
		return CONNECT_SK_ESTABLISHED;
	default:
		return CONNECT_SK_CLOSED;
	}
}

/* attempt_event() */
static unsigned int attempt_event(struct world *w, enum connect_event event)
{
	const struct connect_view view = {
		.sk = socket_view(w),
		.connected = w->connected,
		.enforce = w->enforcing,
		.may_hold = w->enforcing && !config->gate_alone &&
			    !w->entry_missed,
		.locked = w->locked,
	};
	enum connect_state state = w->entry_state;
	unsigned int out;

	if (w->freed)
		w->bug = BUG_P5_FREED;

	out = connect_state_next(&state, event, &view).todo;
	w->entry_state = state;

	if (out & CONNECT_DO_SETTLE)
		w->entry_wake = true;
	if (out & CONNECT_DO_SET)
		w->connecting = true;
	if (out & CONNECT_DO_CLEAR)
		w->connecting = false;
	return out;
}

/* attempt_take_socket(), sock_put() */
static void take_socket(struct world *w)
{
	if (w->entry_state == CONNECT_IDLE)
		w->entry_sock = NO_SOCK;
}

/* inflight_remove() */
static void remove_entry(struct world *w)
{
	w->entry = false;
	w->entry_state = CONNECT_IDLE;
	w->entry_sock = NO_SOCK;
	w->entry_worker = 0;
	w->entry_missed = false;
	w->entry_wake = false;
}

/* xprt_connect_entered() */
void probe_xprt_connect(struct world *w)
{
	if (!probe_armed(w, P_XPRT_CONNECT) || !w->entry ||
	    config->fault == FAULT_NO_LOOK)
		return;
	attempt_event(w, CONNECT_LOOK);
	if (config->fault == FAULT_CLEAR_EARLY &&
	    w->entry_state == CONNECT_HELD) {
		w->entry_state = CONNECT_GATED;
		w->connecting = false;
	}
}

/* kernel_connect_entered(), attempt_begin(), gate_adopt() */
void probe_kernel_connect(struct world *w, unsigned int worker)
{
	const unsigned int sock = w->worker[worker].sock;

	if (!probe_armed(w, P_CONNECT) || !w->adopting)
		return;
	if (w->entry && !w->gated) {
		/* Another transport at the address of one that was forgotten. */
		attempt_event(w, CONNECT_DESTROY);
	}
	w->entry = true;
	w->gated = true;
	if (w->entry_sock != NO_SOCK && w->entry_sock != sock)
		return;
	w->entry_sock = sock;
	w->entry_missed = false;
	w->entry_worker = worker + 1;
	attempt_event(w, CONNECT_BEGIN);
	w->socks[sock].known = true;
	w->timer = true;
}

/* state_change_entered() */
void probe_state_change(struct world *w, unsigned int sock)
{
	if (!probe_armed(w, P_STATE_CHANGE) || !w->socks[sock].attached ||
	    !w->entry || w->entry_sock != sock)
		return;
	attempt_event(w, CONNECT_STATE_CHANGE);
}

/* worker_returned() */
void probe_worker_return(struct world *w, unsigned int worker)
{
	bool set = w->connecting;

	if (w->worker[worker].flags & F_RETURN_MISSED ||
	    !probe_armed(w, P_WORKER) || !w->entry ||
	    w->entry_worker != worker + 1)
		return;
	w->entry_worker = 0;
	if (attempt_event(w, CONNECT_WORKER_DONE) & CONNECT_DO_SET &&
	    config->fault == FAULT_NO_TOKEN) {
		w->connecting = set;
		w->worker[worker].pc = W_SET_LATE;
	}
}

/* gate_connect() */
unsigned int gate_ask(struct world *w)
{
	unsigned int out = CONNECT_DO_NATIVE;

	if (!w->entry)
		return out;
	if (config->fault == FAULT_NO_GATE) {
		w->entry_state = CONNECT_IDLE;
		w->entry_sock = NO_SOCK;
		w->connecting = true;
		return out;
	}
	out = attempt_event(w, CONNECT_REQUEST);
	take_socket(w);
	return out;
}

/* gate_destroy() */
void gate_forget(struct world *w)
{
	if (!w->entry || config->fault == FAULT_NO_DESTROY)
		return;
	attempt_event(w, CONNECT_DESTROY);
	remove_entry(w);
	w->gated = false;
}

/* settle(): true if tasks are to be woken */
static bool settle(struct world *w)
{
	bool wake;

	if (!w->entry || (w->entry_sock == NO_SOCK && !w->entry_wake))
		return false;
	attempt_event(w, CONNECT_LOOK);
	take_socket(w);
	wake = w->entry_wake && !connect_state_in_flight(w->entry_state);
	w->entry_wake = false;
	return wake && config->fault != FAULT_NO_SETTLE_WAKE;
}

/* wake_behind_hold() */
static void settle_wake(struct world *w)
{
	if (w->freed)
		w->bug = BUG_P5_FREED;
	if (!w->connected)
		wake_pending(w);
	else if (w->locked && w->snd >= SND_TASK0 && w->snd < SND_CONNECT)
		wake_task(w, w->snd - SND_TASK0);
}

/* settle_work() */
static void settle_steps(const struct world *w)
{
	struct world next = *w, *n = &next;

	if (w->settle.pc == S_WAKE) {
		settle_wake(n);
		n->settle.pc = S_IDLE;
		n->timer = w->timer || (w->entry && w->entry_sock != NO_SOCK);
		found_step(n, false, "settle timer: wakes the tasks on xprt->pending");
	} else if (w->timer && w->module.pc != X_SETTLE_WAKE) {
		n->timer = false;
		if (config->fault == FAULT_NO_LOOK)
			;
		else if (settle(n))
			n->settle.pc = S_WAKE;
		else
			n->timer = n->entry && n->entry_sock != NO_SOCK;
		found_step(n, false, "settle timer: looks at the socket");
	}
}

static bool someone_at(const struct world *w, enum pc a, enum pc b)
{
	unsigned int i;

	for (i = 0; i < config->tasks; i++)
		if (w->task[i].pc == a)
			return true;
	return w->destroy.pc == b;
}

static bool someone_in_gate(const struct world *w)
{
	unsigned int i;

	for (i = 0; i < config->tasks; i++)
		if (w->task[i].flags & F_IN_GATE)
			return true;
	return (w->autoclose.flags | w->destroy.flags) & F_IN_GATE;
}

static bool someone_is_about_to_enter(const struct world *w)
{
	return someone_at(w, T_GATE, D_GATE);
}

static bool someone_is_about_to_leave(const struct world *w)
{
	return someone_at(w, T_GATE_RETURN, D_GATE_RETURN);
}

static void release_holds(struct world *w)
{
	unsigned int i;

	if (w->entry && config->fault != FAULT_NO_RELEASE)
		attempt_event(w, CONNECT_RELEASE);
	for (i = 0; i < config->tasks; i++) {
		struct thread *t = &w->task[i];

		if (t->pc != T_ASLEEP || !(w->module.flags & F_EXIT))
			continue;
		t->flags |= F_WAITED;
		if (config->fault == FAULT_WAKE_AT_EXIT) {
			t->flags &= ~F_QUEUED;
			t->pc = T_CALL;
		}
	}
}

void module_steps(const struct world *w)
{
	struct world next = *w, *n = &next;
	struct thread *m = &n->module;

	if (config->fault == FAULT_NO_MODULE || config->fault == FAULT_UPSTREAM)
		return;
	settle_steps(w);

	if (config->disarm && !w->disarmed && w->armed) {
		n->disarmed = true;
		found_step(n, STEP_SLOW, "kprobes are switched off");
		next = *w;
	}

	switch (w->module.pc) {
	case X_LOAD:
		n->adopting = true;
		n->enforcing = !config->observe;
		m->pc = X_ARM;
		found_step(n, STEP_SLOW, "module: loads");
		break;
	case X_ARM:
		n->armed = w->armed << 1 | 1;
		if (n->armed == (1 << N_PROBES) - 1)
			m->pc = X_IDLE;
		found_step(n, false, "module: arms a probe");
		break;
	case X_IDLE:
		if (config->unload) {
			m->pc = X_STOP;
			m->flags = F_EXIT;
			found_step(n, STEP_SLOW, "module: begins to unload");
			next = *w;
		}
		if (w->switches && w->enforcing) {
			n->switches--;
			n->enforcing = false;
			m->pc = X_RELEASE_HOLD;
			found_step(n, STEP_SLOW, "module: mode=observe");
		}
		break;
	case X_STOP:
		if (config->fault != FAULT_NO_STOP) {
			n->adopting = false;
			n->enforcing = false;
		}
		m->pc = X_RELEASE_HOLD;
		found_step(n, false, "module: adopts and holds nothing any more");
		break;
	case X_SETTLE:
		if (w->settle.pc != S_IDLE)
			break;
		m->pc = settle(n) ? X_SETTLE_WAKE :
			w->module.flags & F_EXIT ? X_DISARM : X_OBSERVED;
		found_step(n, false, "module: looks at the socket");
		break;
	case X_SETTLE_WAKE:
		settle_wake(n);
		m->pc = w->module.flags & F_EXIT ? X_DISARM : X_OBSERVED;
		found_step(n, false, "module: wakes the tasks behind a stale hold");
		break;
	case X_RELEASE_HOLD:
		release_holds(n);
		m->pc = X_SETTLE;
		found_step(n, false, "module: releases the hold");
		break;
	case X_OBSERVED:
		n->enforcing = true;
		m->pc = X_IDLE;
		found_step(n, false, "module: mode=enforce");
		break;
	case X_DISARM:
		n->armed = w->armed >> 1 & w->armed;
		if (config->gate_alone)
			n->armed = w->armed & 1 << P_CONNECT ?
				1 << P_STATE_CHANGE : 0;
		if (!n->armed)
			m->pc = X_TIMER;
		found_step(n, false, "module: detaches a probe");
		break;
	case X_TIMER:
		if (w->settle.pc != S_IDLE)
			break;
		n->timer = false;
		m->pc = X_METHODS;
		found_step(n, false, "module: stops the settle timer");
		break;
	case X_METHODS:
		n->gated = false;
		remove_entry(n);
		m->pc = X_SYNC;
		found_step(n, false, "module: gives the methods back");
		break;
	case X_SYNC:
		if (someone_is_about_to_enter(w) &&
		    config->fault != FAULT_NO_SYNC)
			break;
		m->pc = X_DRAIN;
		found_step(n, false, "module: nobody is about to enter the gate");
		break;
	case X_DRAIN:
		if (someone_in_gate(w) && config->fault != FAULT_NO_DRAIN)
			break;
		m->pc = X_SYNC_AGAIN;
		found_step(n, false, "module: nobody is in the gate");
		break;
	case X_SYNC_AGAIN:
		if (someone_is_about_to_leave(w) &&
		    config->fault != FAULT_NO_SECOND_SYNC)
			break;
		m->pc = X_GONE;
		m->flags = 0;
		found_step(n, false, "module: is gone");
		break;
	}
}

void module_init_world(struct world *w)
{
	w->settle.pc = S_IDLE;
	w->module.pc = X_IDLE;
	if (config->fault == FAULT_NO_MODULE || config->fault == FAULT_UPSTREAM)
		return;
	if (config->load) {
		w->module.pc = X_LOAD;
		return;
	}
	w->adopting = true;
	w->enforcing = !config->observe;
	w->armed = config->gate_alone ? 1 << P_STATE_CHANGE | 1 << P_CONNECT :
					(1 << N_PROBES) - 1;
}

/* Somebody is going to clear XPRT_CONNECTING, or to see that it is cleared. */
static bool bit_has_owner(const struct world *w)
{
	unsigned int i, pc;

	if (w->work_queued)
		return true;
	for (i = 0; i < MAX_WORKERS; i++) {
		pc = w->worker[i].pc;
		if (pc >= W_ENTER && pc <= W_CLEAR &&
		    !(config->clear_first && pc == W_UNLOCK))
			return true;
	}
	for (i = 0; i < config->tasks; i++)
		if (w->task[i].pc >= T_OPS && w->task[i].pc <= T_QUEUE)
			return true;
	if (config->fault == FAULT_UPSTREAM)
		return w->sock != NO_SOCK && w->socks[w->sock].known;

	/* Ours: while the handshake lasts, or until somebody looks. */
	return w->entry && w->entry_state == CONNECT_HELD &&
	       (w->socks[w->entry_sock].state == SK_SYN_SENT ||
		w->softirq.pc != N_IDLE || w->timer ||
		w->settle.pc != S_IDLE);
}

/*
 * Nothing has happened that lets the module fall back to the gate. On 2.6.32
 * an old worker may clear the bit at any time: the gate has to stop the next
 * task, which sets it again.
 */
static bool holds_surely(const struct world *w)
{
	return module_enforces(w) && !w->disarmed && w->destroy.pc == D_IDLE &&
	       !config->gate_alone && !config->two_workers &&
	       !config->misses && !config->load && !config->switches &&
	       config->fault != FAULT_NO_GATE;
}

/* What must hold in every state. */
enum bug module_check(const struct world *w)
{
	if (w->connecting && !w->freed && !bit_has_owner(w))
		return BUG_P3_LEAK;

	if (holds_surely(w) && w->worker[0].pc == W_IDLE &&
	    w->worker[1].pc == W_IDLE && w->softirq.pc == N_IDLE &&
	    w->sock != NO_SOCK && w->socks[w->sock].state == SK_SYN_SENT &&
	    (w->entry_state != CONNECT_HELD || !w->connecting))
		return BUG_P2;

	if (w->module.pc == X_GONE) {
		if (someone_is_about_to_enter(w) || someone_in_gate(w) ||
		    someone_is_about_to_leave(w))
			return BUG_P5_TEXT;
		if (w->entry || w->gated || w->armed || w->timer ||
		    w->settle.pc != S_IDLE)
			return BUG_P5_BIT;
	}
	return BUG_NONE;
}
