// SPDX-License-Identifier: GPL-2.0
/*
 * inflight - the table of adopted transports
 *
 * A fixed pool, filled at load: the probe handlers that use it must neither
 * allocate nor sleep. One leaf lock covers everything, including each change
 * of XPRT_CONNECTING that the module makes; it is taken when a transport
 * connects or closes, never for an RPC or a packet.
 *
 * The keys are compared, never dereferenced.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "inflight.h"

#define INFLIGHT_HASH_BITS	10
#define INFLIGHT_HASH_SIZE	BIT(INFLIGHT_HASH_BITS)

static DEFINE_RAW_SPINLOCK(lock);
static struct list_head xprt_hash[INFLIGHT_HASH_SIZE];
static struct list_head worker_hash[INFLIGHT_HASH_SIZE];
static LIST_HEAD(free_list);
/* Entries to be looked at: in the next round of the settle timer, in this one */
static LIST_HEAD(watch_list);
static LIST_HEAD(round_list);
static struct inflight *pool;
static unsigned int pool_size;
static unsigned int in_flight;

static struct list_head *bucket(struct list_head *table, const void *key)
{
	return &table[hash_ptr((void *)key, INFLIGHT_HASH_BITS)];
}

/**
 * inflight_init - allocate the table
 * @size: the number of transports it can hold
 *
 * Context: process, may sleep; before any other function here.
 * Return: 0 or -ENOMEM.
 */
int inflight_init(unsigned int size)
{
	unsigned int i;

	/* The caller says what to do about -ENOMEM; a trace would not. */
	pool = compat_vmalloc(size * sizeof(*pool),
			      GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO |
			      __GFP_NOWARN);
	if (!pool)
		return -ENOMEM;
	pool_size = size;

	for (i = 0; i < INFLIGHT_HASH_SIZE; i++) {
		INIT_LIST_HEAD(&xprt_hash[i]);
		INIT_LIST_HEAD(&worker_hash[i]);
	}
	for (i = 0; i < size; i++) {
		INIT_LIST_HEAD(&pool[i].by_worker);
		INIT_LIST_HEAD(&pool[i].watched);
		list_add_tail(&pool[i].by_xprt, &free_list);
	}
	return 0;
}

/**
 * inflight_exit - free the table
 *
 * Context: process; nobody uses the table any more and no entry has a socket.
 */
void inflight_exit(void)
{
	INIT_LIST_HEAD(&free_list);
	INIT_LIST_HEAD(&watch_list);
	INIT_LIST_HEAD(&round_list);
	in_flight = 0;
	vfree(pool);
	pool = NULL;
	pool_size = 0;
}

/**
 * inflight_lock - take the table's lock
 *
 * A leaf: nothing may be called under it that takes another lock, so that it
 * can be taken in a probe handler wherever that runs. Up to 5.10 handlers of
 * return probes run under the lock of a hash bucket of kretprobes. So what runs
 * under this lock must not be a function on which somebody can put a return
 * probe: it is inline, or marked NOKPROBE_SYMBOL(). Kernels that do not heed
 * that in modules (before 5.8) depend on nobody probing this module, nor the
 * return of _raw_spin_lock_irqsave().
 *
 * Context: any but NMI; interrupts are off until inflight_unlock().
 * Return: flags for inflight_unlock().
 */
unsigned long inflight_lock(void)
	__acquires(&lock)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	return flags;
}

/**
 * inflight_unlock - release the table's lock
 * @flags: what inflight_lock() returned
 */
void inflight_unlock(unsigned long flags)
	__releases(&lock)
{
	raw_spin_unlock_irqrestore(&lock, flags);
}

/**
 * inflight_find - the entry of a transport
 * @xprt: the transport
 *
 * Context: under inflight_lock().
 * Return: the entry, or NULL.
 */
struct inflight *inflight_find(const struct rpc_xprt *xprt)
{
	struct inflight *entry;

	list_for_each_entry(entry, bucket(xprt_hash, xprt), by_xprt)
		if (entry->xprt == xprt)
			return entry;
	return NULL;
}

/**
 * inflight_find_worker - the entry whose connect worker a task runs
 * @worker: the task
 *
 * Context: under inflight_lock().
 * Return: the entry, or NULL.
 */
struct inflight *inflight_find_worker(const struct task_struct *worker)
{
	struct inflight *entry;

	list_for_each_entry(entry, bucket(worker_hash, worker), by_worker)
		if (entry->worker == worker)
			return entry;
	return NULL;
}

/**
 * inflight_add - take an entry from the pool for a transport
 * @xprt: the transport, not in the table
 *
 * Context: under inflight_lock().
 * Return: an idle entry, or NULL: the pool is exhausted.
 */
struct inflight *inflight_add(struct rpc_xprt *xprt)
{
	struct inflight *entry;

	if (list_empty(&free_list))
		return NULL;
	entry = list_entry(free_list.next, struct inflight, by_xprt);
	entry->xprt = xprt;
	list_move(&entry->by_xprt, bucket(xprt_hash, xprt));
	return entry;
}

/**
 * inflight_remove - give an entry back to the pool
 * @entry: the entry; its @sk is NULL
 *
 * Context: under inflight_lock().
 */
void inflight_remove(struct inflight *entry)
{
	inflight_worker_done(entry);
	inflight_set_state(entry, CONNECT_IDLE);
	list_del(&entry->watched);
	list_del(&entry->by_xprt);
	memset(entry, 0, sizeof(*entry));
	INIT_LIST_HEAD(&entry->by_worker);
	INIT_LIST_HEAD(&entry->watched);
	list_add(&entry->by_xprt, &free_list);
}

/**
 * inflight_await_worker - note which task runs the connect worker
 * @entry: the entry
 * @worker: the task, found again by inflight_find_worker()
 *
 * A task runs one worker at a time: an entry that still waits for @worker has
 * missed its return.
 *
 * Context: under inflight_lock().
 */
void inflight_await_worker(struct inflight *entry, struct task_struct *worker)
{
	struct inflight *old = inflight_find_worker(worker);

	if (old)
		inflight_worker_done(old);
	inflight_worker_done(entry);
	entry->worker = worker;
	list_add(&entry->by_worker, bucket(worker_hash, worker));
}

/**
 * inflight_worker_done - stop waiting for an entry's connect worker
 * @entry: the entry; need not be waiting
 *
 * Context: under inflight_lock().
 */
void inflight_worker_done(struct inflight *entry)
{
	list_del_init(&entry->by_worker);
	entry->worker = NULL;
}

/**
 * inflight_set_state - change the state of an entry
 * @entry: the entry
 * @state: its new state
 *
 * Keeps the number of attempts in flight, which is counted here and not
 * derived from what has begun and ended, so that the two can be compared.
 *
 * Context: under inflight_lock().
 */
void inflight_set_state(struct inflight *entry, enum connect_state state)
{
	in_flight -= connect_state_in_flight(entry->state);
	in_flight += connect_state_in_flight(state);
	entry->state = state;
}

/**
 * inflight_count - the number of attempts in flight
 *
 * Context: under inflight_lock().
 * Return: the number.
 */
unsigned int inflight_count(void)
{
	return in_flight;
}

/**
 * inflight_watch - have the settle timer look at an entry
 * @entry: the entry; may be watched already
 *
 * Context: under inflight_lock().
 */
void inflight_watch(struct inflight *entry)
{
	if (list_empty(&entry->watched))
		list_add_tail(&entry->watched, &watch_list);
}

/**
 * inflight_watching - is there any entry to be looked at?
 *
 * Context: under inflight_lock().
 * Return: true if there is.
 */
bool inflight_watching(void)
{
	return !list_empty(&watch_list);
}

/**
 * inflight_start_round - begin to look at every watched entry
 *
 * What is watched from now on belongs to the next round.
 *
 * Context: under inflight_lock(); one round at a time.
 */
void inflight_start_round(void)
{
	list_splice_init(&watch_list, &round_list);
}

/**
 * inflight_next_watched - take the next entry of the round
 *
 * The entry is not watched any more. The lock may be dropped between two
 * calls: an entry that is removed meanwhile leaves the round as well.
 *
 * Context: under inflight_lock().
 * Return: the entry, or NULL: the round is over.
 */
struct inflight *inflight_next_watched(void)
{
	struct inflight *entry;

	if (list_empty(&round_list))
		return NULL;
	entry = list_entry(round_list.next, struct inflight, watched);
	list_del_init(&entry->watched);
	return entry;
}

/**
 * inflight_size - the number of entries, used or free
 *
 * Context: any.
 * Return: the size that inflight_init() was given.
 */
unsigned int inflight_size(void)
{
	return pool_size;
}

/**
 * inflight_at - an entry by its place in the pool
 * @i: 0 to inflight_size() - 1
 *
 * Lets a caller visit every transport with the lock dropped in between.
 *
 * Context: any; the entry's contents only under inflight_lock().
 * Return: the entry; free if its @xprt is NULL.
 */
struct inflight *inflight_at(unsigned int i)
{
	return &pool[i];
}

/* What runs under the lock: see inflight_lock(). */
NOKPROBE_SYMBOL(inflight_lock);
NOKPROBE_SYMBOL(inflight_unlock);
NOKPROBE_SYMBOL(inflight_find);
NOKPROBE_SYMBOL(inflight_find_worker);
NOKPROBE_SYMBOL(inflight_add);
NOKPROBE_SYMBOL(inflight_remove);
NOKPROBE_SYMBOL(inflight_await_worker);
NOKPROBE_SYMBOL(inflight_worker_done);
NOKPROBE_SYMBOL(inflight_set_state);
NOKPROBE_SYMBOL(inflight_watch);
NOKPROBE_SYMBOL(inflight_start_round);
NOKPROBE_SYMBOL(inflight_next_watched);
