// SPDX-License-Identifier: GPL-2.0
/*
 * client - an RPC client with a number of asynchronous NULL calls
 *
 * Of sunrpc only what it exports, and tasks whose callbacks are its own: no
 * task can come back to code of this module.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sunrpc/clnt.h>
#include <linux/sunrpc/sched.h>
#include <linux/sunrpc/xprt.h>

#include "client.h"
#include "compat.h"

/* Of the range that RFC 5531 leaves for such things. */
#define PROGRAM		0x3fffdeadu
#define VERSION		1

static unsigned int counts[1];

static compat_version_const struct rpc_version version = {
	.number		= VERSION,
	.nrprocs	= ARRAY_SIZE(counts),
	compat_counts(counts)
};

static compat_version_const struct rpc_version *versions[] = {
	[VERSION]	= &version,
};

static struct rpc_stat stats;

static struct rpc_program program = {
	.name		= KBUILD_MODNAME,
	.number		= PROGRAM,
	.nrvers		= ARRAY_SIZE(versions),
	.version	= versions,
	.stats		= &stats,
};

static struct rpc_clnt *clnt;
static struct rpc_task *task[CLIENT_MAX_TASKS];
static unsigned int tasks;

/**
 * client_start - make a client; it does not connect yet
 * @net: in this network namespace
 * @addr: of this server
 *
 * Its transport binds to a reserved port and keeps it, as that of NFS does,
 * which is why all of its attempts come from the same one.
 *
 * Context: process, sleeps. One client at a time.
 * Return: 0 or a negative errno.
 */
int client_start(struct net *net, struct sockaddr_in *addr)
{
	struct rpc_create_args args = {
		.net		= net,
		.protocol	= XPRT_TRANSPORT_TCP,
		.address	= (struct sockaddr *)addr,
		.addrsize	= sizeof(*addr),
		.servername	= KBUILD_MODNAME,
		.program	= &program,
		.version	= VERSION,
		.authflavor	= RPC_AUTH_NULL,
		.flags		= RPC_CLNT_CREATE_HARDRTRY |
				  RPC_CLNT_CREATE_NOPING |
				  RPC_CLNT_CREATE_REUSEPORT,
	};

	tasks = 0;
	clnt = rpc_create(&args);
	return IS_ERR(clnt) ? PTR_ERR(clnt) : 0;
}

/**
 * client_call - let tasks ask for something
 * @n: how many in all, up to CLIENT_MAX_TASKS
 *
 * Context: process, sleeps. Does not wait for them.
 * Return: 0 or a negative errno; some may have been started then.
 */
int client_call(unsigned int n)
{
	struct rpc_task *t;

	while (tasks < n) {
		t = rpc_call_null(clnt, NULL, RPC_TASK_ASYNC);
		if (IS_ERR(t))
			return PTR_ERR(t);
		task[tasks++] = t;
	}
	return 0;
}

/**
 * client_waiting - how many tasks wait for the connection or for their turn
 *
 * Context: process.
 */
unsigned int client_waiting(void)
{
	struct rpc_xprt *xprt;
	unsigned int n;

	rcu_read_lock();
	xprt = rcu_dereference(clnt->cl_xprt);
	n = READ_ONCE(xprt->pending.qlen) + READ_ONCE(xprt->sending.qlen);
	rcu_read_unlock();
	return n;
}

/**
 * client_connecting - how many tasks have had their turn
 *
 * xprt_connect() lets one task at a time ask for a connection, and each then
 * waits for it on the queue pending. Where the connect worker holds the
 * transport's lock (4.0 and later), nobody but the first has a turn before the
 * worker is done.
 *
 * Context: process.
 */
unsigned int client_connecting(void)
{
	unsigned int n;

	rcu_read_lock();
	n = READ_ONCE(rcu_dereference(clnt->cl_xprt)->pending.qlen);
	rcu_read_unlock();
	return n;
}

/**
 * client_in_connect - does sunrpc take the transport for one that connects?
 *
 * Context: process.
 */
bool client_in_connect(void)
{
	bool connecting;

	rcu_read_lock();
	connecting = xprt_connecting(rcu_dereference(clnt->cl_xprt));
	rcu_read_unlock();
	return connecting;
}

/**
 * client_busy - how many tasks are not done
 *
 * Context: process.
 */
unsigned int client_busy(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < tasks; i++)
		n += !!RPC_IS_ACTIVATED(task[i]);
	return n;
}

/**
 * client_stop - end all tasks and the client
 *
 * Context: process, sleeps. After client_start() was successful.
 * Return: how many tasks had been served.
 */
unsigned int client_stop(void)
{
	unsigned int served = 0;

	/* Returns when all have left the client's list. */
	rpc_shutdown_client(clnt);
	clnt = NULL;
	while (tasks) {
		struct rpc_task *t = task[--tasks];

		/*
		 * They let go of the client, and of our program with it, a
		 * moment later. If insmod is being killed, this does not wait.
		 */
		while (rpc_wait_for_completion_task(t))
			usleep_range(1000, 2000);
		served += !t->tk_status;
		rpc_put_task(t);
	}
	return served;
}
