/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stand-ins share. A function fake_NAME stands in for the kernel's
 * NAME: the build renames it.
 */
#ifndef PROVE_FAKE_H
#define PROVE_FAKE_H

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/net.h>
#include <net/sock.h>
#include <net/tcp_states.h>
#include "compat.h"
#include "prove.h"

#define CALLER	__builtin_return_address(0)

#define MAX_THREADS	24

/**
 * struct thread - what the kernel would know of a running thread
 * @fn: what it runs
 * @arg: and with what
 * @task: its current
 * @flags: of that, at first
 * @spins: spin locks held
 * @in_handler: runs a probe's handler, which must not sleep
 * @woken: somebody has called wake_up() since prepare_to_wait()
 * @seen_transport: has changed a bit of the transport
 * @vec: what it is about to send
 * @vecs: how many of them
 */
struct thread {
	void (*fn)(void *arg);
	void *arg;
	struct task_struct *task;
	unsigned int flags;
	int spins;
	int in_handler;
	bool woken;
	unsigned long seen_transport;
	const struct kvec *vec;
	unsigned long vecs;
};

extern struct thread threads[MAX_THREADS];
extern struct task_struct tasks[MAX_THREADS];
struct thread *this_thread(void);
void new_thread(void (*fn)(void *arg), void *arg, const char *name,
		enum prove_class class);
void new_thread_flags(void (*fn)(void *arg), void *arg, const char *name,
		      enum prove_class class, unsigned int flags);

/* locks.c */
void may_sleep(const char *what);
void kernel_sleep(int (*awake)(void *arg), void *arg);
void grace_period(void);

void rcu_init_threads(void);

/* memory.c */
void memory_setup(void);

/* time.c */
void time_init_threads(void);
bool timer_is_pending(const struct timer_list *timer);
bool timer_fire(struct timer_list *timer);
extern unsigned long fake_jiffies;
struct timer_list *find_timer(bool (*match)(struct timer_list *timer));

/* work.c */
void work_init_threads(void);
bool work_is_known(const struct work_struct *work);
struct work_struct *find_work(bool (*match)(struct work_struct *work));
bool is_delayed_work_timer(const struct timer_list *timer);

/* entry.S: where a function with a return probe returns to */
extern char kernel_return_trampoline[];

/* socket.c */
void network_init_threads(void);
void network_end(void);
bool request_arrived(const void *buffer);
void socket_text(const struct socket *sock, char *text, size_t size);

/* rpc.c: the client, its tasks */
extern struct rpc_xprt *the_xprt;
void rpc_setup(void);
void rpc_end(void);
void rpc_init_threads(void);
bool rpc_all_served(void);
bool rpc_awaits_answer(void);
void rpc_answer(void);

/**
 * struct world - what has happened in this execution
 * @adverse: the environment did something that excuses a longer way
 * @umounting: the tasks are being killed, the transport will be destroyed
 * @freed: it has been
 * @module_loaded: sunrpc_fix is there
 * @module_gone: it was and is not any more
 */
struct world {
	int adverse;
	bool umounting;
	bool freed;
	bool module_loaded;
	bool module_gone;
};

extern struct world world;
void memory_is_freed(const void *p);
bool event_left(const char *name);
bool event_used(const char *name, const char *text);

/* link.ld, and what the compiler makes of module_init() */
extern char module_text_start[], module_text_end[];
extern const struct kernel_param __start___param[], __stop___param[];
int init_module(void);
void cleanup_module(void);

/* module.c: sunrpc_fix; a tree without it: no_module.c */
void module_setup(void);
void module_end(void);
bool module_owns(const void *pc);
bool module_guards(void);
void module_function_entered(const void *ip, unsigned long arg1,
			     unsigned long arg2);

#endif /* PROVE_FAKE_H */
