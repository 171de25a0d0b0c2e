/* SPDX-License-Identifier: GPL-2.0 */
/* Threads inside the module, and the module inside worlds: see fake.c. */
#ifndef HOST_TESTS_EXPLORE_FAKE_RUN_H
#define HOST_TESTS_EXPLORE_FAKE_RUN_H

#include "world.h"

/**
 * enum ran - how far a thread has come in the module
 * @RAN_BLOCKED: nowhere: it has to wait
 * @RAN_ON: it is left inside, to go on later
 * @RAN_CONNECT: it calls sunrpc's ops->connect(), and is to go on thereafter
 * @RAN_DESTROY: ... ops->destroy()
 * @RAN_DONE: it has left the module
 */
enum ran {
	RAN_BLOCKED,
	RAN_ON,
	RAN_CONNECT,
	RAN_DESTROY,
	RAN_DONE,
};

enum call_kind {
	CALL_CONNECT,
	CALL_DESTROY,
	CALL_PROBE,
	CALL_ALIEN_CONNECT,
	CALL_ALIEN_CALLBACK,
	CALL_DISSOLVE,
	CALL_SETTLE,
	CALL_MODE,
	CALL_INIT,
	CALL_EXIT,
};

struct kernel_param;
struct rpc_xprt_ops;

struct call {
	enum call_kind kind;
	enum probe probe;
	unsigned int sock, family;
	struct rpc_xprt_ops *ops;
	int (*set)(const char *val, struct kernel_param *kp);
	const char *value;
};

/* The module's variables, see build.sh; its functions that are noinline */
extern unsigned long __start_module_data[], __stop_module_data[];
extern const char __start_probed[], __stop_probed[];

void fiber_switch(unsigned long **save, unsigned long *to);
enum ran fake_run(struct world *w, struct thread *t, const struct call *c);
enum ran fake_mode(struct world *w, struct thread *t, const char *mode);
bool fake_init_failed(void);
void fake_miss(struct world *w, enum probe probe);
void fake_reset(struct world *w, bool hold);
bool fake_again(void);

/* module.c */
enum ran probe_hit(struct world *w, struct thread *t, enum probe probe,
		   unsigned int sock);
const char *module_changes(const struct world *w, const struct world *n);
bool others_call(struct world *w, enum call_kind kind);
enum ran gate_run(struct world *w, struct thread *t, enum call_kind kind);

#endif /* HOST_TESTS_EXPLORE_FAKE_RUN_H */
