// SPDX-License-Identifier: GPL-2.0
/*
 * rpc - a client and its tasks: what user space would ask for by a mount
 *
 * The tree's own rpc_create() makes them and its clnt.c takes them through;
 * only the server's replies do not come by the socket but are put where
 * receiving would have put them.
 */
#include <linux/in.h>
#include <linux/nsproxy.h>
#include <linux/sunrpc/clnt.h>
#include <linux/utsname.h>
#include <net/netns/generic.h>
#include "fake.h"
#include "netns.h"

#define MAX_TASKS	3

struct rpc_xprt *the_xprt;

static struct rpc_clnt *client;
static int task_count, begun, finished;

/**
 * struct request - one task
 * @task: where it is, once it has begun
 * @thread: who runs it
 * @sent: its request is on its way to the server
 */
static struct request {
	struct rpc_task *task;
	int thread;
	bool sent;
} requests[MAX_TASKS];

static void encode(void)
{
}

static int decode(void)
{
	return 0;
}

static struct rpc_procinfo procedures[] = {
	{
		.p_encode = (void *)encode,
		.p_decode = (void *)decode,
		.p_name = "NULL",
	},
};

static unsigned int counts[ARRAY_SIZE(procedures)];

static struct rpc_version version = {
	.number = 0,
	.nrprocs = ARRAY_SIZE(procedures),
	.procs = procedures,
	COMPAT_VERSION_COUNTS(counts)
};

static const struct rpc_version *versions[] = { &version };
static struct rpc_stat statistics;

static struct rpc_program program = {
	.name = "prove",
	.number = 100003,
	.nrvers = ARRAY_SIZE(versions),
	.version = (void *)versions,
	.stats = &statistics,
};

/* Where the task is: rpc_run_task() tells the caller when it is over. */
static void prepare(struct rpc_task *task, void *data)
{
	struct request *r = data;

	r->task = task;
	begun++;
	rpc_call_start(task);
}

static void done(struct rpc_task *task, void *data)
{
}

static const struct rpc_call_ops call_ops = {
	.rpc_call_prepare = prepare,
	.rpc_call_done = done,
};

static void run_task(void *data)
{
	struct request *r = data;
	struct rpc_message message = { .rpc_proc = &procedures[0] };
	struct rpc_task_setup setup = {
		.rpc_client = client,
		.rpc_message = &message,
		.callback_ops = &call_ops,
		.callback_data = r,
		.flags = COMPAT_TASK_FLAGS,
	};
	struct rpc_task *task;

	/* Until it looks at the transport: prove_atomic(). */
	r->thread = prove_self();
	prove_calm(r->thread, 1);
	task = rpc_run_task(&setup);
	r->task = NULL;
	if (IS_ERR(task)) {
		prove_fail("rpc_run_task(): %ld", PTR_ERR(task));
		return;
	}
	prove_note(NULL, "the task is over, status %d", task->tk_status);
	if (task->tk_status && !world.umounting)
		prove_fail("P3: a task fails with %d", task->tk_status);
	rpc_put_task(task);
	finished++;
}

bool rpc_all_served(void)
{
	return finished == task_count;
}

/* A buffer is sent: is it one of our requests? */
bool request_arrived(const void *buffer)
{
	int i;

	for (i = 0; i < task_count; i++) {
		struct rpc_task *task = requests[i].task;

		if (task && task->tk_rqstp &&
		    task->tk_rqstp->rq_snd_buf.head[0].iov_base == buffer) {
			requests[i].sent = true;
			return true;
		}
	}
	return false;
}

bool rpc_awaits_answer(void)
{
	int i;

	for (i = 0; i < task_count; i++)
		if (requests[i].sent && requests[i].task)
			return true;
	return false;
}

/* The reply to a NULL call that was accepted (RFC 5531). */
static unsigned int write_reply(__be32 *p, __be32 xid)
{
	*p++ = xid;
	*p++ = htonl(1);	/* REPLY */
	*p++ = 0;		/* MSG_ACCEPTED */
	*p++ = 0;		/* AUTH_NONE */
	*p++ = 0;
	*p++ = 0;		/* SUCCESS */
	return 6 * sizeof(*p);
}

/* Under the socket's lock, as xs_data_ready() or its worker would. */
void rpc_answer(void)
{
	struct rpc_rqst *req;
	unsigned int size;
	int i;

	for (i = 0; i < task_count; i++) {
		if (!requests[i].sent || !requests[i].task)
			continue;
		requests[i].sent = false;
		req = requests[i].task->tk_rqstp;
		if (!req)
			continue;
		spin_lock_bh(compat_reply_lock(the_xprt));
		req = xprt_lookup_rqst(the_xprt, req->rq_xid);
		if (req) {
			prove_note(NULL, "reply for task %d", i + 1);
			prove_calm(requests[i].thread, 1);
			size = write_reply(req->rq_private_buf.head[0].iov_base,
					   req->rq_xid);
			xprt_complete_rqst(req->rq_task, size);
		}
		spin_unlock_bh(compat_reply_lock(the_xprt));
		return;
	}
}

/* Before that they would have to have a reference of their own. */
static int all_begun(void *arg)
{
	return begun == task_count;
}

static void unmount(void *arg)
{
	kernel_sleep(all_begun, NULL);
	if (!prove_choice(2, "umount -f: the tasks are killed"))
		return;
	prove_become(PROVE_THREAD);
	world.umounting = true;
	rpc_shutdown_client(client);
	prove_note(NULL, "umount has returned");
}

void rpc_init_threads(void)
{
	static const char *const names[] = { "task 1", "task 2", "task 3" };
	int i;

	task_count = prove_option("tasks");
	for (i = 0; i < task_count; i++)
		new_thread(run_task, &requests[i], names[i], PROVE_THREAD);
	if (event_left("kill"))
		new_thread(unmount, NULL, "umount", PROVE_EVENT);
}

struct net fake_init_net;
struct uts_namespace fake_init_uts_ns;
unsigned int fake_sunrpc_net_id = 3;

/* What net_generic(&init_net, sunrpc_net_id) leads to, in each version. */
static void net_setup(void)
{
	static struct sunrpc_net sunrpc;
	static void *generic[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(generic); i++)
		generic[i] = &sunrpc;
	*(unsigned int *)generic = ARRAY_SIZE(generic) - 4;
	INIT_LIST_HEAD(&sunrpc.all_clients);
	spin_lock_init(&sunrpc.rpc_client_lock);
	init_net.gen = (void *)generic;
	compat_net_init(&init_net);
}

void rpc_setup(void)
{
	static struct sockaddr_in server = { .sin_family = AF_INET };
	struct rpc_create_args args = {
		.net = &init_net,
		.protocol = XPRT_TRANSPORT_TCP,
		.address = (struct sockaddr *)&server,
		.addrsize = sizeof(server),
		.servername = "server",
		.program = &program,
		.authflavor = RPC_AUTH_NULL,
		.flags = RPC_CLNT_CREATE_NOPING | RPC_CLNT_CREATE_NONPRIVPORT,
	};

	server.sin_port = htons(2049);
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	net_setup();
	rpc_init_mempool();
	init_socket_xprt();
	client = rpc_create(&args);
	if (IS_ERR(client)) {
		prove_fail("rpc_create() failed: %ld", PTR_ERR(client));
		return;
	}
	client->cl_softrtry = 0;
	the_xprt = rcu_dereference_raw(client->cl_xprt);
}

void rpc_end(void)
{
	if (world.umounting)
		return;
	if (finished < task_count)
		prove_fail("P3: %d of %d tasks are served, nothing will wake the others",
			   finished, task_count);
	else if (test_bit(XPRT_CONNECTING, &the_xprt->state))
		prove_fail("P3: XPRT_CONNECTING is left set, and nobody connects");
	else if (test_bit(XPRT_LOCKED, &the_xprt->state))
		prove_fail("P3: XPRT_LOCKED is left set");
}
