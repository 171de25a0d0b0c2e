// SPDX-License-Identifier: GPL-2.0
/*
 * world - what is set up once, what may happen, what must hold
 *
 * P1  no second SYN with another ISN while a handshake goes on
 * P2  a hold that is in force keeps tasks from asking for a connect (module)
 * P3  every task is served, none sleeps for its whole timeout, nothing is left
 *     that says that somebody connects
 * P4  a connection that has just come up is not reset by our own side
 * P5  what is unloaded or freed is not touched any more
 */
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/utsname.h>
#include "fake.h"

#ifndef PROVE_STACK_ORDER
#define PROVE_STACK_ORDER 1
#endif

const int kernel_stack_size = 4096 << PROVE_STACK_ORDER;

/*
 * Large, and not part of the state: of them only the flags change, with the
 * place at which the thread is.
 */
struct task_struct tasks[MAX_THREADS] PROVE_NOT_STATE;
void *kernel_boot_task = &tasks[0];
struct world world;

const struct prove_event kernel_events[] = {
	{ "tasks", "how many RPC tasks (2)" },
	{ "rst", "the server refuses a SYN" },
	{ "icmp", "a SYN is answered by an ICMP error" },
	{ "timeout", "no SYN is answered" },
	{ "error", "kernel_connect() fails at once" },
	{ "fin", "the server closes a connection" },
	{ "reset", "the server resets a connection" },
	{ "idle", "the idle timer closes the connection" },
	{ "kill", "umount -f: tasks killed, transport destroyed" },
	{ "reentrant", "a work item may run twice at a time (2.6.32)" },
	{ "miss", "a probe misses a hit (with FIX)" },
	{ "mode", "the module's mode is switched (with FIX)" },
	{ "missonly",
	  "... of one only: 1 xs_tcp_state_change, 2 xprt_connect, 3 worker, 4 kernel_connect" },
	{ "nohold", "the module's parameter hold=0 (with FIX)" },
	{ "tick", "the settle timer fires early (with FIX)" },
	{ "stall", "more than a second passes at any time (with FIX)" },
	{ "load", "the module is loaded at any time (with FIX)" },
	{ "unload", "the module is unloaded at any time (with FIX)" },
	{ "native", "report also what the tree does without help (with FIX)" },
	{ }
};

static int used[ARRAY_SIZE(kernel_events)];

static int event_index(const char *name)
{
	int i;

	for (i = 0; kernel_events[i].name; i++)
		if (!strcmp(kernel_events[i].name, name))
			return i;
	return 0;
}

/* May it happen, once more? */
bool event_left(const char *name)
{
	return prove_option(name) > used[event_index(name)];
}

/* Lets it happen or not. */
bool event_used(const char *name, const char *text)
{
	if (!event_left(name) || !prove_choice(2, text))
		return false;
	used[event_index(name)]++;
	world.adverse++;
	return true;
}

/*
 * What the tree does wrong without the module's help: it frees a transport
 * whose connect worker is still to run, or runs, or whose socket has its
 * callbacks still. With the module only what it does is of interest, so such
 * executions are dropped; without it they are what is looked for.
 */
static void transport_is_freed(void)
{
	struct sock_xprt *transport =
		container_of(the_xprt, struct sock_xprt, xprt);

	if (module_guards() && (work_is_known(&transport->connect_worker.work) ||
				transport->sock))
		prove_drop("the tree itself frees a transport that is in use");
	world.freed = true;
}

void memory_is_freed(const void *p)
{
	if (the_xprt && p == container_of(the_xprt, struct sock_xprt, xprt))
		transport_is_freed();
}

static bool is_idle_timer(struct timer_list *timer)
{
	return the_xprt && timer == &the_xprt->timer;
}

static int idle_timer_there(void *arg)
{
	return !!find_timer(is_idle_timer);
}

static void idle(void *arg)
{
	kernel_sleep(idle_timer_there, NULL);
	if (event_used("idle", "five minutes without a request") &&
	    !world.freed && idle_timer_there(NULL))
		timer_fire(&the_xprt->timer);
}

void kernel_setup(void)
{
	static struct cred cred;
	static struct group_info groups;
	static struct nsproxy nsproxy;

	cred.group_info = &groups;
	nsproxy.uts_ns = &init_uts_ns;
	tasks[0].cred = &cred;
	tasks[0].nsproxy = &nsproxy;
	memory_setup();
	rpc_setup();
	rpc_init_threads();
	work_init_threads();
	network_init_threads();
	rcu_init_threads();
	time_init_threads();
	if (event_left("idle"))
		new_thread(idle, NULL, "idle", PROVE_EVENT);
	module_setup();
}

/* Before an execution. */
void kernel_begin(void)
{
	int i;

	for (i = 0; i < MAX_THREADS; i++)
		tasks[i].flags = threads[i].flags;
}

/* After an execution: nothing can happen any more. */
void kernel_end(void)
{
	module_end();
	rpc_end();
	network_end();
}

/* Called by the explorer whenever another thread goes on. */
void kernel_run(void *task)
{
}

void kernel_state(char *text, unsigned long size)
{
	struct sock_xprt *transport;
	char sock[40];

	if (!the_xprt || world.freed) {
		snprintf(text, size, "the transport is freed");
		return;
	}
	transport = container_of(the_xprt, struct sock_xprt, xprt);
	socket_text(transport->sock, sock, sizeof(sock));
	snprintf(text, size, "%s%s%s%s",
		 test_bit(XPRT_LOCKED, &the_xprt->state) ? "LOCKED " : "",
		 test_bit(XPRT_CONNECTING, &the_xprt->state) ? "CONNECTING " : "",
		 test_bit(XPRT_CONNECTED, &the_xprt->state) ? "CONNECTED " : "",
		 sock);
}
