/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world that the explorer walks through: one transport, the tasks that
 * want it connected, the kernel's threads that touch it, and the module.
 *
 * A thread's next step is its program counter; one step is what happens
 * without anybody else being able to look, e.g. one atomic bit operation or one
 * critical section. native.c has the steps of sunrpc and of the network, each
 * named after the function it stands for. sunrpc_fix is the real one, on a
 * kernel that fake.c plays; module.c says when its threads run.
 */
#ifndef HOST_TESTS_EXPLORE_WORLD_H
#define HOST_TESTS_EXPLORE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "connect_state.h"

#define MAX_TASKS	3
#define MAX_WORKERS	2
#define MAX_SOCKS	4
#define MAX_REFS	3	/* sockets that the module knows at a time */
#define NO_SOCK		0	/* socks[0] is nobody's */

/* Who holds XPRT_LOCKED, as in xprt->snd_task. */
enum { SND_NONE, SND_TASK0, SND_CONNECT = SND_TASK0 + MAX_TASKS };

enum sock_state {
	SK_CLOSED,
	SK_SYN_SENT,
	SK_ESTABLISHED,
	SK_FIN_WAIT,	/* closed by us: FIN_WAIT1 to TIME_WAIT, LAST_ACK */
	SK_CLOSE_WAIT,	/* closed by the server */
	SK_SYN_RECV,	/* both ends have sent a SYN */
};

struct conn {
	uint8_t used;
	uint8_t state;
	uint8_t attached;	/* callbacks and sk_user_data are sunrpc's */
	uint8_t known;		/* the module saw kernel_connect() */
	uint8_t refs;		/* the module's references */
	uint8_t late;		/* taken off the transport, and closed later */
};

enum pc {
	/* a task */
	T_NEW,			/* has not come yet */
	T_CALL,			/* call_connect() */
	T_ENTER,		/* xprt_connect(), its probe */
	T_LOCK,			/*   xprt_lock_write() */
	T_SENDING,		/*     asleep on xprt->sending */
	T_CLOSE_WAIT,		/*   XPRT_CLOSE_WAIT? */
	T_CONNECTED,		/*   xprt_connected()? */
	T_SLEEP,		/*   rpc_sleep_on(&xprt->pending) */
	T_CLOSING,		/*   XPRT_CLOSING? */
	T_CONNECTING,		/*   xprt_test_and_set_connecting() */
	T_OPS,			/*   ops->connect is loaded */
	T_GATE,			/*     and is gate_connect() */
	T_LOCK_CONNECT,		/*     xs_connect(): xprt_lock_connect() */
	T_DETACH,		/*       xs_reset_transport(): callbacks off */
	T_RELEASE_SOCK,		/*         sock_release() */
	T_QUEUE,		/*       queue_delayed_work() */
	T_RELEASE,		/*   xprt_release_write() */
	T_RETURN,		/*   back in __rpc_execute() */
	T_ASLEEP,		/* asleep on xprt->pending */
	T_DONE,

	/* ops->close(), called by a task, by xprt_autoclose(), by xs_destroy() */
	C_OPS,			/* ops->close is loaded */
	C_SHUTDOWN,		/* xs_tcp_shutdown(): the socket changes state */
	C_CALLBACK,		/*   its callback, entry */
	C_CALLBACK_NATIVE,	/*   its callback, sunrpc's part */
	C_DETACH,		/* xs_close(): xs_reset_transport(): callbacks off */
	C_RELEASE_SOCK,		/*   sock_release() */
	C_DISCONNECT_DONE,	/*   xprt_disconnect_done() */

	/* xprt_autoclose() */
	A_IDLE,
	A_CLEAR,		/* XPRT_CLOSE_WAIT */
	A_RELEASE,		/* xprt_release_write() */

	/* xs_tcp_setup_socket() */
	W_IDLE,
	W_ENTER,		/* a socket, with callbacks */
	W_CONNECT,		/* kernel_connect(), its probe */
	W_SYN,			/*   the SYN is sent, or it fails */
	W_FAILED,		/* xs_tcp_force_close() */
	W_UNLOCK,		/* xprt_unlock_connect() */
	W_CLEAR,		/* xprt_clear_connecting() */
	W_WAKE,			/* xprt_wake_pending_tasks() */
	W_RETURN,		/* its return probe */

	/* softirq: a segment for the socket */
	N_IDLE,
	N_ERROR,		/* xs_error_report() */
	N_CALLBACK,		/* xs_tcp_state_change(), its probe */
	N_CALLBACK_NATIVE,	/*   sunrpc's part */

	/* sunrpc_fix */
	X_NEW,			/* to be loaded */
	X_LOAD,			/* sunrpc_fix_init() */
	X_IDLE,
	X_OBSERVE,		/* mode=observe */
	X_ENFORCE,		/* mode=enforce */
	X_EXIT,			/* sunrpc_fix_exit() */
	X_GONE,

	/* xprt_destroy() */
	D_IDLE,
	D_OPS,			/* ops->destroy is loaded */
	D_GATE,			/*   and is gate_destroy() */
	D_WAIT,			/* the last reference is gone */
	D_CANCEL,		/* xs_destroy(): cancels the worker, or not */
	D_FREED,
};

struct thread {
	uint8_t pc;
	uint8_t sock;		/* being released, or called back for */
	uint8_t held;		/* known to the module's part of its stack */
	uint8_t unused;
	uint16_t flags;
	uint16_t cont;		/* where it is in the module, see fake.c */
};

/* thread.flags */
#define F_QUEUED	0x001	/* task: on xprt->pending */
#define F_WAITED	0x002	/* task: was asleep when the holds were released */
#define F_FAILED	0x004	/* worker: kernel_connect() failed */
#define F_RETURN_MISSED	0x008	/* worker: has no return probe */
#define F_OBSERVED	0x010	/* task: was let through by mode=observe */
#define F_NATIVE	0x020	/* task: sunrpc itself left it to its timeout */
#define F_HANDLER	0x040	/* in a probe handler */
#define F_LEAVING	0x080	/* about to return from a method of the gate */
#define F_SYNC		0x100	/* the module waits for it to come or to go */

enum probe { P_STATE_CHANGE, P_XPRT_CONNECT, P_WORKER, P_CONNECT, N_PROBES };

struct world {
	/* struct rpc_xprt */
	uint8_t locked, snd;
	uint8_t connected, connecting, close_wait, closing;
	uint8_t gated;		/* xprt->ops is the gate's */
	uint8_t foreign;	/* ... is neither the gate's nor sunrpc's */
	uint8_t freed;
	/* struct sock_xprt */
	uint8_t sock;
	uint8_t work_queued;
	/* sunrpc_fix */
	uint16_t image;		/* its variables, see fake.c */
	uint8_t refs[MAX_REFS];	/* the sockets in them */
	uint8_t disarmed;	/* kprobes were switched off behind our back */
	uint8_t missed;		/* a probe, since the attempt began, or its return */
	/* how often more the environment may do it */
	uint8_t refusals, crossings, losses, kills, idles, misses, switches;
	uint8_t lives;		/* ... a transport at this address */
	uint8_t bug;		/* what was found wrong in the last step */

	struct conn socks[MAX_SOCKS];
	struct thread softirq, autoclose, settle, module, destroy, other;
	struct thread worker[MAX_WORKERS];
	struct thread task[MAX_TASKS];
} __attribute__((aligned(8)));

/* What there is instead of the module. */
enum fault {
	FAULT_NONE,
	FAULT_NO_MODULE,	/* sunrpc as it is */
	FAULT_UPSTREAM,		/* 0fdea1e8a285 and the race breaker */
};

struct config {
	const char *name;
	unsigned int tasks;
	/* the kernel */
	bool clear_first;	/* the worker clears before it unlocks (6.1) */
	bool close_resets;	/* ops->close() calls nobody back (4.2.8, 6.1) */
	bool two_workers;	/* one work item can run twice at a time (2.6.32) */
	bool release_late;	/* a socket is closed by a delayed fput() (6.1) */
	bool breaker;		/* xprt_connect() has the race breaker (6.1) */
	bool destroy_waits;	/* for XPRT_LOCKED (4.2.8, 6.1, 2.6.32-754) */
	bool destroy_cancels;	/* the worker (6.1, 2.6.32) */
	/* the module */
	bool observe, gate_alone;
	enum fault fault;
	/* the environment */
	unsigned int refusals;	/* RST, or a connect() that fails at once */
	unsigned int crossings;	/* both ends send a SYN: SYN_RECV */
	unsigned int losses;	/* of an established connection */
	unsigned int kills;	/* of a task */
	unsigned int idles;	/* idle timer closes the connection */
	unsigned int misses;	/* of a probe */
	unsigned int switches;	/* mode=observe, mode=enforce */
	bool disarm;		/* kprobes are switched off at run time */
	bool load, unload;
	unsigned int refused;	/* a probe that cannot be armed, plus one */
	bool destroy;
	unsigned int lives;	/* of further transports at the same address */
	bool foreign;		/* ... whose methods are not sunrpc's TCP */
	bool overlay;		/* another module replaces the methods */
	bool others;		/* sockets that are none of our business */
	bool storm;		/* do not ask for P1 and P4 */
	bool fair;		/* ask whether all are served in the end */
	bool fine;		/* others can run within a round of the settle timer */
};

enum bug {
	BUG_NONE,
	BUG_P1,
	BUG_P2,
	BUG_P2_NATIVE,
	BUG_P2_TRUST,
	BUG_P3_LEAK,
	BUG_P3_STUCK,
	BUG_P3_UNFAIR,
	BUG_P4,
	BUG_P5_TEXT,
	BUG_P5_BIT,
	BUG_P5_STORM,
	BUG_P5_FREED,
	BUG_ALIEN,
	BUG_REF,
	BUG_COUNT,
	BUG_CRASH,
	BUG_MODEL,
	N_BUGS
};

/* world.missed */
enum { MISSED_NOTHING, MISSED_A_HIT, MISSED_THE_RETURN };

/* A step that no progress may be built on: a timeout, a failure, a kill. */
#define STEP_SLOW	true

extern const struct config *config;

/* search.c: called for each successor of a state. */
void found_step(struct world *next, bool slow, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool found_is_printed(void);

/* Who takes the steps that are found, for config.fair: a number below 32. */
extern unsigned int mover;

/* native.c */
void native_steps(const struct world *w);
void native_init(struct world *w);
void wake_pending(struct world *w);
void wake_task(struct world *w, unsigned int i);

/**
 * struct module_view - what is to be known of the module's variables
 * @enforcing: the mode
 * @timer: the settle timer is pending
 * @armed: its probes, a bit each
 * @entry: it knows the transport
 * @state: of the transport's attempt
 * @in_flight: attempts, as the table counts them
 * @sock_ref: which one of world.refs is the attempt's socket, plus one
 */
struct module_view {
	uint8_t enforcing, timer, armed, entry, state, in_flight, sock_ref;
};

/* fake.c */
const struct module_view *view_of(const struct world *w);
unsigned int entry_sock(const struct world *w);

/* module.c */
void module_init_world(struct world *w);
void module_steps(const struct world *w);
bool module_enforces(const struct world *w);
enum bug module_check(const struct world *w);

static inline bool probe_armed(const struct world *w, enum probe probe)
{
	return view_of(w)->armed & 1u << probe && !w->disarmed;
}

static inline struct thread *first_thread(struct world *w)
{
	return &w->softirq;
}

static inline struct thread *end_thread(struct world *w)
{
	return &w->task[MAX_TASKS];
}

static inline bool in_handshake(const struct conn *conn)
{
	return conn->state == SK_SYN_SENT || conn->state == SK_SYN_RECV;
}

/* It has loaded one of the gate's methods, and not entered it. */
static inline bool about_to_enter(const struct thread *t)
{
	return !t->cont && (t->pc == T_GATE || t->pc == D_GATE);
}

#endif /* HOST_TESTS_EXPLORE_WORLD_H */
