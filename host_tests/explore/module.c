// SPDX-License-Identifier: GPL-2.0
/*
 * When the threads of sunrpc_fix run, and what must hold of it. What they do is
 * in sunrpc_fix/, on the kernel that fake.c plays.
 */
#include <stdio.h>
#include <string.h>

#include "connect_state.h"
#include "fake_run.h"

bool module_enforces(const struct world *w)
{
	return view_of(w)->enforcing && w->module.pc == X_IDLE;
}

/* What a step has changed, for the reader of the path. */
const char *module_changes(const struct world *w, const struct world *n)
{
	static const char *const names[] = {
		[CONNECT_IDLE] = "idle",
		[CONNECT_STARTED] = "started",
		[CONNECT_HELD] = "held",
		[CONNECT_GATED] = "gated",
		[CONNECT_ESTABLISHED] = "established",
	};
	const struct module_view *a = view_of(w), *b = view_of(n);
	static char text[256];

	text[0] = 0;
	if (!found_is_printed())
		return text;
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s%s%s%s%s%s",
		 n->bug == BUG_P5_FREED ? ": touches freed memory" : "",
		 b->entry && !a->entry ? ": takes up the transport" : "",
		 a->entry && !b->entry ? ": forgets the transport" : "",
		 a->state != b->state ? ": attempt is " : "",
		 a->state != b->state ? names[b->state] : "",
		 n->connecting && !w->connecting ? ", sets XPRT_CONNECTING" : "",
		 w->connecting && !n->connecting ? ", clears XPRT_CONNECTING" : "",
		 n->gated && !w->gated ? ", ops are the gate's" : "",
		 w->gated && !n->gated ? ", ops are sunrpc's" : "",
		 a->enforcing && !b->enforcing ? ": enforces nothing more" : "",
		 a->armed & ~b->armed ? ": detaches a probe" : "",
		 b->armed & ~a->armed ? ": arms a probe" : "");
	return text;
}

/* A hold is only taken if it is sure to be given back. */
static void check_trust(bool was, struct world *n)
{
	if (!was && view_of(n)->state == CONNECT_HELD && !n->bug &&
	    (config->gate_alone || n->missed == MISSED_A_HIT))
		n->bug = BUG_P2_TRUST;
}

/**
 * probe_hit - a probe is hit, or its handler goes on
 * @w: the next world; @t: the thread in it
 * @probe: which
 * @sock: for this socket
 *
 * Return: RAN_BLOCKED: not now; RAN_ON: its handler has not returned; RAN_DONE.
 */
enum ran probe_hit(struct world *w, struct thread *t, enum probe probe,
		   unsigned int sock)
{
	const struct call c = {
		.kind = CALL_PROBE, .probe = probe, .sock = sock, .family = 2,
	};
	const bool was = view_of(w)->state == CONNECT_HELD;
	enum ran ran;

	if (!t->cont && !probe_armed(w, probe))
		return RAN_DONE;
	ran = fake_run(w, t, &c);
	t->flags &= ~F_HANDLER;
	if (ran == RAN_ON)
		t->flags |= F_HANDLER;
	if (ran == RAN_DONE && probe == P_CONNECT && entry_sock(w) == sock) {
		w->socks[sock].known = true;
		w->missed = t->flags & F_RETURN_MISSED ? MISSED_THE_RETURN :
							 MISSED_NOTHING;
	}
	check_trust(was, w);
	return ran;
}

/**
 * gate_run - a thread enters a method of the gate, or goes on there
 * @w: the next world; @t: the thread in it
 * @kind: CALL_CONNECT or CALL_DESTROY
 */
enum ran gate_run(struct world *w, struct thread *t, enum call_kind kind)
{
	const bool was = view_of(w)->state == CONNECT_HELD;
	const struct call c = { .kind = kind };
	enum ran ran = fake_run(w, t, &c);

	check_trust(was, w);
	return ran;
}

/**
 * others_call - something happens that the module has no part in
 * @w: the next world
 * @kind: CALL_ALIEN_CONNECT, CALL_ALIEN_CALLBACK or CALL_DISSOLVE
 *
 * Return: false if the module has no probe there, or cannot be asked now.
 */
bool others_call(struct world *w, enum call_kind kind)
{
	const struct call c = {
		.kind = kind, .sock = kind == CALL_DISSOLVE ? w->sock : NO_SOCK,
		.probe = kind == CALL_ALIEN_CALLBACK ? P_STATE_CHANGE : P_CONNECT,
		.family = kind == CALL_DISSOLVE ? 0 : 2,
	};
	enum ran ran;

	if (!probe_armed(w, c.probe))
		return false;
	ran = fake_run(w, &w->other, &c);
	return ran != RAN_BLOCKED;
}

static void settle_timer(const struct world *w)
{
	const struct call c = { .kind = CALL_SETTLE };
	struct world n = *w;

	if (!w->settle.cont && !view_of(w)->timer)
		return;
	if (fake_run(&n, &n.settle, &c) != RAN_BLOCKED)
		found_step(&n, false, "settle timer%s", module_changes(w, &n));
}

/* Tasks that slept when the exit began to give back what it held. */
static void note_sleepers(const struct world *w, struct world *n)
{
	unsigned int i;

	if (w->module.cont && !(w->connecting && !n->connecting))
		return;
	for (i = 0; i < config->tasks; i++)
		if (w->task[i].pc == T_ASLEEP && n->task[i].pc == T_ASLEEP)
			n->task[i].flags |= F_WAITED;
}

static void module_thread(const struct world *w)
{
	static const struct call load = { .kind = CALL_INIT };
	static const struct call unload = { .kind = CALL_EXIT };
	struct world next = *w, *n = &next;
	struct thread *m = &n->module;
	enum ran ran = RAN_BLOCKED;

	switch (w->module.pc) {
	case X_NEW:
		m->pc = X_LOAD;
		found_step(n, STEP_SLOW, "module: is to be loaded");
		break;
	case X_LOAD:
		ran = fake_run(n, m, &load);
		if (ran != RAN_DONE)
			break;
		m->pc = fake_init_failed() ? X_GONE : X_IDLE;
		if (!n->bug && fake_init_failed() != !!config->refused)
			n->bug = BUG_CRASH;
		break;
	case X_IDLE:
		if (config->unload) {
			m->pc = X_EXIT;
			found_step(n, STEP_SLOW, "module: is to be unloaded");
			next = *w;
		}
		if (w->switches && view_of(w)->enforcing) {
			n->switches--;
			m->pc = X_OBSERVE;
			found_step(n, STEP_SLOW, "module: is to observe");
		}
		break;
	case X_OBSERVE:
		ran = fake_mode(n, m, "observe");
		if (ran == RAN_DONE)
			m->pc = X_ENFORCE;
		break;
	case X_ENFORCE:
		ran = fake_mode(n, m, "enforce");
		if (ran == RAN_DONE)
			m->pc = X_IDLE;
		break;
	case X_EXIT:
		ran = fake_run(n, m, &unload);
		if (ran == RAN_DONE)
			m->pc = X_GONE;
		if (ran != RAN_BLOCKED)
			note_sleepers(w, n);
		break;
	}
	if (ran != RAN_BLOCKED)
		found_step(n, false, "module%s%s", module_changes(w, n),
			   m->pc == X_GONE ? ": is gone" : "");
}

void module_steps(const struct world *w)
{
	struct world n = *w;

	if (config->fault)
		return;
	settle_timer(w);
	mover++;
	module_thread(w);
	if (config->disarm && !w->disarmed && view_of(w)->armed) {
		n.disarmed = true;
		found_step(&n, STEP_SLOW, "kprobes are switched off");
	}
}

void module_init_world(struct world *w)
{
	static const struct call load = { .kind = CALL_INIT };

	w->module.pc = X_IDLE;
	if (config->fault)
		return;
	fake_reset(w, !config->gate_alone);
	w->module.pc = X_NEW;
	if (config->load)
		return;
	while (fake_run(w, &w->module, &load) != RAN_DONE)
		;
	if (fake_init_failed())
		w->bug = BUG_CRASH;
	if (config->observe)
		while (fake_mode(w, &w->module, "observe") != RAN_DONE)
			;
	w->module.pc = X_IDLE;
}

/* Somebody is going to clear XPRT_CONNECTING, or to see that it is cleared. */
static bool bit_has_owner(const struct world *w)
{
	const struct module_view *view = view_of(w);
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
	return view->entry && view->state == CONNECT_HELD &&
	       (in_handshake(&w->socks[entry_sock(w)]) ||
		w->softirq.pc != N_IDLE || view->timer || w->settle.cont);
}

/*
 * Nothing has happened that lets the module fall back to the gate. On 2.6.32
 * an old worker may clear the bit at any time: the gate has to stop the next
 * task, which sets it again.
 */
static bool holds_surely(const struct world *w)
{
	return module_enforces(w) && !w->disarmed && w->destroy.pc == D_IDLE &&
	       !w->foreign && !config->gate_alone && !config->two_workers &&
	       w->missed == MISSED_NOTHING && w->socks[w->sock].known &&
	       !config->load && !config->switches;
}

/* One reference on each socket that it knows, and on no other. */
static bool references_are_right(const struct world *w)
{
	const struct thread *t;
	unsigned int known = 0, i;

	for (i = 0; i < MAX_REFS; i++) {
		known |= 1 << w->refs[i];
		if (w->refs[i] != NO_SOCK && w->socks[w->refs[i]].refs != 1)
			return false;
	}
	for (t = &w->softirq; t < &w->task[MAX_TASKS]; t++)
		known |= 1 << t->held;
	for (i = 1; i < MAX_SOCKS; i++)
		if (w->socks[i].refs && !(known & 1 << i))
			return false;
	return true;
}

/* What must hold in every state. */
enum bug module_check(const struct world *w)
{
	const struct module_view *view = view_of(w);
	const struct thread *t;

	/* Nobody looks at it any more once the last reference is gone. */
	if (w->connecting && w->destroy.pc == D_IDLE && !bit_has_owner(w))
		return BUG_P3_LEAK;

	if (holds_surely(w) && w->worker[0].pc == W_IDLE &&
	    w->worker[1].pc == W_IDLE && w->softirq.pc == N_IDLE &&
	    w->sock != NO_SOCK && in_handshake(&w->socks[w->sock]) &&
	    (view->state != CONNECT_HELD || !w->connecting))
		return BUG_P2;

	if (!references_are_right(w))
		return BUG_REF;

	/* What has been replaced behind its back it may still know. */
	if (w->foreign && (w->gated || (view->entry && !config->overlay)))
		return BUG_ALIEN;

	if (w->module.pc == X_GONE) {
		for (t = &w->softirq; t < &w->task[MAX_TASKS]; t++)
			if (t->cont || about_to_enter(t))
				return BUG_P5_TEXT;
		if (view->entry || w->gated || view->armed || view->timer)
			return BUG_P5_BIT;
	}
	return BUG_NONE;
}
