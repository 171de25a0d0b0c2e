// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for inflight: the table of adopted transports.
 *
 * The table compares its keys and never dereferences them, so that a transport
 * or a task is stood for by an address here.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/string.h>

#include "inflight.h"

#define SMALL	4
/* More than there are hash buckets: some of them are shared. */
#define LARGE	3000

static char places[LARGE + 1];

static struct rpc_xprt *xprt(unsigned int i)
{
	return (struct rpc_xprt *)&places[i];
}

static struct task_struct *worker(unsigned int i)
{
	return (struct task_struct *)&places[i];
}

static struct sock *const some_sock = (struct sock *)&places[LARGE];

static unsigned int used(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < inflight_size(); i++)
		n += inflight_at(i)->xprt ? 1 : 0;
	return n;
}

static void table_starts_empty(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, inflight_size(), SMALL);
	KUNIT_EXPECT_EQ(test, used(), 0);
	KUNIT_EXPECT_NULL(test, inflight_find(xprt(0)));
	KUNIT_EXPECT_NULL(test, inflight_find(NULL));
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
	KUNIT_EXPECT_NULL(test, inflight_find_worker(NULL));
}

static void entry_is_found_by_its_transport_only(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	KUNIT_EXPECT_PTR_EQ(test, inflight_find(xprt(0)), a);
	KUNIT_EXPECT_PTR_EQ(test, inflight_find(xprt(1)), b);
	KUNIT_EXPECT_NULL(test, inflight_find(xprt(2)));
	KUNIT_EXPECT_NULL(test, inflight_find(NULL));
	KUNIT_EXPECT_EQ(test, used(), 2);
}

static void new_entry_is_idle_and_has_nothing(struct kunit *test)
{
	struct inflight *entry = inflight_add(xprt(0));

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_PTR_EQ(test, entry->xprt, xprt(0));
	KUNIT_EXPECT_EQ(test, entry->state, CONNECT_IDLE);
	KUNIT_EXPECT_NULL(test, entry->sk);
	KUNIT_EXPECT_NULL(test, entry->worker);
	KUNIT_EXPECT_FALSE(test, entry->wake);
	KUNIT_EXPECT_EQ(test, entry->storm, STORM_NONE);
}

static void removed_entry_is_not_found(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	inflight_await_worker(a, worker(0));
	inflight_remove(a);
	KUNIT_EXPECT_NULL(test, inflight_find(xprt(0)));
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
	KUNIT_EXPECT_PTR_EQ(test, inflight_find(xprt(1)), b);
	KUNIT_EXPECT_EQ(test, used(), 1);
}

static void address_reused_by_a_new_transport_starts_afresh(struct kunit *test)
{
	struct inflight *entry = inflight_add(xprt(0));

	KUNIT_ASSERT_NOT_NULL(test, entry);
	inflight_await_worker(entry, worker(0));
	inflight_set_state(entry, CONNECT_HELD);
	inflight_watch(entry);
	entry->since = 1;
	entry->missed = 1;
	entry->peer.sa.sa_family = AF_INET;
	entry->wake = true;
	entry->storm = STORM_REPORTED;
	inflight_remove(entry);

	/* The entry given back last is the next one taken. */
	KUNIT_EXPECT_PTR_EQ(test, inflight_add(xprt(0)), entry);
	KUNIT_EXPECT_EQ(test, entry->state, CONNECT_IDLE);
	KUNIT_EXPECT_NULL(test, entry->sk);
	KUNIT_EXPECT_NULL(test, entry->worker);
	KUNIT_EXPECT_EQ(test, entry->since, 0);
	KUNIT_EXPECT_EQ(test, entry->missed, 0);
	KUNIT_EXPECT_EQ(test, entry->peer.sa.sa_family, 0);
	KUNIT_EXPECT_FALSE(test, entry->wake);
	KUNIT_EXPECT_EQ(test, entry->storm, STORM_NONE);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
	KUNIT_EXPECT_EQ(test, inflight_count(), 0);
	KUNIT_EXPECT_FALSE(test, inflight_watching());
}

static void exhausted_pool_says_so_and_recovers(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < SMALL; i++)
		KUNIT_EXPECT_NOT_NULL(test, inflight_add(xprt(i)));
	KUNIT_EXPECT_NULL(test, inflight_add(xprt(SMALL)));
	KUNIT_EXPECT_NULL(test, inflight_find(xprt(SMALL)));
	for (i = 0; i < SMALL; i++)
		KUNIT_EXPECT_NOT_NULL(test, inflight_find(xprt(i)));

	inflight_remove(inflight_find(xprt(1)));
	KUNIT_EXPECT_NOT_NULL(test, inflight_add(xprt(SMALL)));
	KUNIT_EXPECT_NOT_NULL(test, inflight_find(xprt(SMALL)));
	KUNIT_EXPECT_NULL(test, inflight_add(xprt(1)));
}

static void every_entry_has_its_place(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < SMALL; i++)
		inflight_add(xprt(i));
	for (i = 0; i < SMALL; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, inflight_at(i)->xprt,
					    inflight_at(j)->xprt);
	KUNIT_EXPECT_EQ(test, used(), SMALL);
}

static void worker_is_awaited_until_it_is_done(struct kunit *test)
{
	struct inflight *entry = inflight_add(xprt(0));

	KUNIT_ASSERT_NOT_NULL(test, entry);
	inflight_await_worker(entry, worker(0));
	KUNIT_EXPECT_PTR_EQ(test, inflight_find_worker(worker(0)), entry);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(1)));

	inflight_worker_done(entry);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
	KUNIT_EXPECT_NULL(test, entry->worker);
	KUNIT_EXPECT_PTR_EQ(test, inflight_find(xprt(0)), entry);

	/* and twice is as good as once */
	inflight_worker_done(entry);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
}

static void worker_of_a_new_attempt_replaces_the_old(struct kunit *test)
{
	struct inflight *entry = inflight_add(xprt(0));

	KUNIT_ASSERT_NOT_NULL(test, entry);
	inflight_await_worker(entry, worker(0));
	inflight_await_worker(entry, worker(1));
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
	KUNIT_EXPECT_PTR_EQ(test, inflight_find_worker(worker(1)), entry);

	inflight_await_worker(entry, worker(1));
	KUNIT_EXPECT_PTR_EQ(test, inflight_find_worker(worker(1)), entry);
	inflight_worker_done(entry);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(1)));
}

static void worker_runs_one_attempt_at_a_time(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	/* Its return from the first one was missed. */
	inflight_await_worker(a, worker(0));
	inflight_await_worker(b, worker(0));
	KUNIT_EXPECT_PTR_EQ(test, inflight_find_worker(worker(0)), b);
	KUNIT_EXPECT_NULL(test, a->worker);

	inflight_worker_done(b);
	KUNIT_EXPECT_NULL(test, inflight_find_worker(worker(0)));
}

static void lock_keeps_interrupts_off(struct kunit *test)
{
	bool before = irqs_disabled(), under, after;
	unsigned long flags;

	flags = inflight_lock();
	under = irqs_disabled();
	inflight_unlock(flags);
	after = irqs_disabled();

	KUNIT_EXPECT_FALSE(test, before);
	KUNIT_EXPECT_TRUE(test, under);
	KUNIT_EXPECT_FALSE(test, after);
}

/* A large table: other sizes than that which each test is given. */

static void shared_buckets_keep_entries_apart(struct kunit *test)
{
	unsigned int i, wrong = 0;

	inflight_exit();
	KUNIT_ASSERT_EQ(test, inflight_init(LARGE), 0);
	for (i = 0; i < LARGE; i++)
		inflight_await_worker(inflight_add(xprt(i)), worker(i));
	KUNIT_EXPECT_NULL(test, inflight_add(xprt(LARGE)));

	for (i = 0; i < LARGE; i++) {
		wrong += inflight_find(xprt(i))->xprt != xprt(i);
		wrong += inflight_find_worker(worker(i))->xprt != xprt(i);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);

	for (i = 0; i < LARGE; i += 2)
		inflight_remove(inflight_find(xprt(i)));
	for (i = 0; i < LARGE; i++) {
		wrong += !inflight_find(xprt(i)) != !(i & 1);
		wrong += !inflight_find_worker(worker(i)) != !(i & 1);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, used(), LARGE / 2);
}

static void no_memory_is_an_error(struct kunit *test)
{
	inflight_exit();
	KUNIT_EXPECT_EQ(test, inflight_init(UINT_MAX), -ENOMEM);
	KUNIT_EXPECT_EQ(test, inflight_size(), 0);
}

static void freed_table_is_empty_and_can_be_made_again(struct kunit *test)
{
	inflight_add(xprt(0));
	inflight_exit();
	KUNIT_EXPECT_EQ(test, inflight_size(), 0);
	KUNIT_ASSERT_EQ(test, inflight_init(1), 0);
	KUNIT_EXPECT_EQ(test, inflight_size(), 1);
	KUNIT_EXPECT_NULL(test, inflight_find(xprt(0)));
	KUNIT_EXPECT_NOT_NULL(test, inflight_add(xprt(1)));
	KUNIT_EXPECT_NULL(test, inflight_add(xprt(0)));
}

static void socket_is_left_to_its_owner(struct kunit *test)
{
	struct inflight *entry = inflight_add(xprt(0));

	KUNIT_ASSERT_NOT_NULL(test, entry);
	entry->sk = some_sock;
	inflight_await_worker(entry, worker(0));
	inflight_worker_done(entry);
	KUNIT_EXPECT_PTR_EQ(test, entry->sk, some_sock);
	entry->sk = NULL;
}

static void attempts_in_flight_are_counted(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, inflight_count(), 0);
	inflight_set_state(a, CONNECT_STARTED);
	inflight_set_state(b, CONNECT_GATED);
	KUNIT_EXPECT_EQ(test, inflight_count(), 2);
	/* From one state in flight to another */
	inflight_set_state(a, CONNECT_HELD);
	KUNIT_EXPECT_EQ(test, inflight_count(), 2);
	inflight_set_state(a, CONNECT_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, inflight_count(), 1);
	inflight_set_state(a, CONNECT_IDLE);
	KUNIT_EXPECT_EQ(test, inflight_count(), 1);
	inflight_remove(b);
	KUNIT_EXPECT_EQ(test, inflight_count(), 0);
}

static void round_has_each_watched_entry_once(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_FALSE(test, inflight_watching());
	inflight_start_round();
	KUNIT_EXPECT_NULL(test, inflight_next_watched());

	inflight_watch(a);
	inflight_watch(b);
	inflight_watch(a);
	KUNIT_EXPECT_TRUE(test, inflight_watching());
	inflight_start_round();
	KUNIT_EXPECT_FALSE(test, inflight_watching());
	KUNIT_EXPECT_PTR_EQ(test, inflight_next_watched(), a);
	/* Watched again: it belongs to the next round. */
	inflight_watch(a);
	KUNIT_EXPECT_PTR_EQ(test, inflight_next_watched(), b);
	KUNIT_EXPECT_NULL(test, inflight_next_watched());
	KUNIT_EXPECT_TRUE(test, inflight_watching());
	inflight_start_round();
	KUNIT_EXPECT_PTR_EQ(test, inflight_next_watched(), a);
	KUNIT_EXPECT_NULL(test, inflight_next_watched());
}

static void removed_entry_leaves_the_round(struct kunit *test)
{
	struct inflight *a = inflight_add(xprt(0));
	struct inflight *b = inflight_add(xprt(1));

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	inflight_watch(a);
	inflight_watch(b);
	inflight_start_round();
	inflight_remove(a);
	KUNIT_EXPECT_PTR_EQ(test, inflight_next_watched(), b);
	KUNIT_EXPECT_NULL(test, inflight_next_watched());
}

static int inflight_test_init(struct kunit *test)
{
	return inflight_init(SMALL);
}

static void inflight_test_exit(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < inflight_size(); i++)
		if (inflight_at(i)->xprt)
			inflight_remove(inflight_at(i));
	inflight_exit();
}

static struct kunit_case inflight_cases[] = {
	KUNIT_CASE(table_starts_empty),
	KUNIT_CASE(entry_is_found_by_its_transport_only),
	KUNIT_CASE(new_entry_is_idle_and_has_nothing),
	KUNIT_CASE(removed_entry_is_not_found),
	KUNIT_CASE(address_reused_by_a_new_transport_starts_afresh),
	KUNIT_CASE(exhausted_pool_says_so_and_recovers),
	KUNIT_CASE(every_entry_has_its_place),
	KUNIT_CASE(worker_is_awaited_until_it_is_done),
	KUNIT_CASE(worker_of_a_new_attempt_replaces_the_old),
	KUNIT_CASE(worker_runs_one_attempt_at_a_time),
	KUNIT_CASE(socket_is_left_to_its_owner),
	KUNIT_CASE(attempts_in_flight_are_counted),
	KUNIT_CASE(round_has_each_watched_entry_once),
	KUNIT_CASE(removed_entry_leaves_the_round),
	KUNIT_CASE(lock_keeps_interrupts_off),
	KUNIT_CASE(shared_buckets_keep_entries_apart),
	KUNIT_CASE(no_memory_is_an_error),
	KUNIT_CASE(freed_table_is_empty_and_can_be_made_again),
	{}
};

static struct kunit_suite inflight_suite = {
	.name = "sunrpc_fix_inflight",
	.init = inflight_test_init,
	.exit = inflight_test_exit,
	.test_cases = inflight_cases,
};

kunit_test_suites(&inflight_suite);

MODULE_DESCRIPTION("KUnit tests for the table of transports of sunrpc_fix");
MODULE_LICENSE("GPL");
