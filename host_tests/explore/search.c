// SPDX-License-Identifier: GPL-2.0
/*
 * Breadth first through every state, so that what is found wrong is reached by
 * as few steps as possible. Tasks are alike: states that differ only in which
 * task is which are one.
 *
 * Whether a task can be left waiting is asked when all states are known: from
 * each of them there must be a way on which all tasks are served, without
 * waiting for a task to time out, or to be killed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_run.h"
#include "search.h"

#define NO_STATE	UINT32_MAX

const struct config *config;

static struct world *states;
static uint32_t *parents, *table;
static uint32_t n_states, room, table_size;

/* Steps that progress may be built on: of state i, from first[i] on. */
static uint32_t *first, *edges;
static uint8_t *movers;
unsigned int mover;
static uint64_t n_edges, edge_room;

static uint32_t current;
static uint64_t n_steps;

/* The state in which something is wrong, not in states[] if by a step. */
static struct world bad;
static uint32_t bad_parent;

/* When a path is printed. */
static const struct world *wanted;
static struct world taken;
static bool taken_found;
static char label[160];

static const char *const bug_names[N_BUGS] = {
	[BUG_NONE] = "nothing is wrong",
	[BUG_P1] = "P1: a second connect while the socket is in SYN_SENT",
	[BUG_P2] = "P2: XPRT_CONNECTING is clear while the handshake is outstanding",
	[BUG_P2_NATIVE] = "P2: sunrpc connects with XPRT_CONNECTING clear",
	[BUG_P2_TRUST] = "P2: a hold is taken that must not be trusted",
	[BUG_P3_LEAK] = "P3: XPRT_CONNECTING is set and nobody connects",
	[BUG_P3_STUCK] = "P3: a task sleeps, and nothing but a timeout will wake it",
	[BUG_P3_UNFAIR] = "P3: all move on, and some task is never served",
	[BUG_P4] = "P4: an established connection is reset",
	[BUG_P5_TEXT] = "P5: the module is gone and somebody is in its text",
	[BUG_P5_BIT] = "P5: the module is gone and something of it is left",
	[BUG_P5_STORM] = "P5: a task that waited is made to connect again by the exit",
	[BUG_P5_FREED] = "P5: the module touches a transport that was freed",
	[BUG_ALIEN] = "P7: the module follows what is not a connect of sunrpc over TCP",
	[BUG_REF] = "a socket's reference was not taken, is lost, or is given back twice",
	[BUG_COUNT] = "attempts = completed + failed + torn_down + in_flight is not true",
	[BUG_CRASH] = "the module crashes, or the kernel warns of it",
	[BUG_MODEL] = "the model itself is wrong",
};

const char *bug_name(enum bug bug)
{
	return bug_names[bug];
}

static void *grow(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p) {
		fprintf(stderr, "explore: no memory for %zu MB\n", size >> 20);
		exit(2);
	}
	return p;
}

/*
 * States that are the same
 */

static void use_sock(uint8_t *sock, uint8_t *number, uint8_t *n)
{
	if (*sock == NO_SOCK)
		return;
	if (!number[*sock])
		number[*sock] = ++*n;
	*sock = number[*sock];
}

/* Sockets nobody knows any more are gone; the others are numbered anew. */
static void sort_socks(struct world *w)
{
	uint8_t number[MAX_SOCKS] = { 0 }, n = 0;
	struct conn old[MAX_SOCKS];
	struct thread *t;
	unsigned int i;

	use_sock(&w->sock, number, &n);
	for (i = 0; i < MAX_REFS; i++)
		use_sock(&w->refs[i], number, &n);
	for (t = first_thread(w); t < end_thread(w); t++) {
		use_sock(&t->sock, number, &n);
		use_sock(&t->held, number, &n);
	}

	memcpy(old, w->socks, sizeof(old));
	memset(w->socks, 0, sizeof(w->socks));
	for (i = 1; i < MAX_SOCKS; i++)
		if (number[i])
			w->socks[number[i]] = old[i];
}

static uint64_t task_key(const struct world *w, unsigned int i)
{
	const struct thread *t = &w->task[i];

	return (uint64_t)t->cont << 48 | (uint64_t)t->pc << 32 |
	       (uint64_t)t->flags << 16 | t->held << 8 | t->sock << 1 |
	       (w->snd == SND_TASK0 + i);
}

static void sort_tasks(struct world *w)
{
	unsigned int i, j;

	for (i = 1; i < config->tasks; i++) {
		for (j = i; j > 0 && task_key(w, j - 1) > task_key(w, j); j--) {
			struct thread t = w->task[j];

			w->task[j] = w->task[j - 1];
			w->task[j - 1] = t;
			if (w->snd == SND_TASK0 + j)
				w->snd--;
			else if (w->snd == SND_TASK0 + j - 1)
				w->snd++;
		}
	}
}

static void sort_world(struct world *w)
{
	/* Who moves is only known if everybody keeps his number. */
	if (!config->fair)
		sort_tasks(w);
	sort_socks(w);
}

static uint32_t hash(const struct world *w)
{
	uint64_t h = 0xcbf29ce484222325, word;
	size_t i;

	_Static_assert(sizeof(*w) % sizeof(word) == 0, "pad struct world");
	for (i = 0; i < sizeof(*w); i += sizeof(word)) {
		memcpy(&word, (const char *)w + i, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15;
		h ^= h >> 29;
	}
	return h >> 32;
}

static void grow_table(void)
{
	uint32_t i, at;

	table_size = table_size ? table_size * 2 : 1 << 20;
	table = grow(table, table_size * sizeof(*table));
	memset(table, 0xff, table_size * sizeof(*table));
	for (i = 0; i < n_states; i++) {
		at = hash(&states[i]) & (table_size - 1);
		while (table[at] != NO_STATE)
			at = (at + 1) & (table_size - 1);
		table[at] = i;
	}
}

static uint32_t find_or_add(const struct world *w)
{
	uint32_t at;

	if ((uint64_t)n_states * 2 >= table_size)
		grow_table();
	at = hash(w) & (table_size - 1);
	while (table[at] != NO_STATE) {
		if (!memcmp(&states[table[at]], w, sizeof(*w)))
			return table[at];
		at = (at + 1) & (table_size - 1);
	}
	if (n_states == room) {
		room = room ? room * 2 : 1 << 16;
		states = grow(states, room * sizeof(*states));
		parents = grow(parents, room * sizeof(*parents));
		first = grow(first, (room + 1) * sizeof(*first));
	}
	states[n_states] = *w;
	parents[n_states] = current;
	table[at] = n_states;
	return n_states++;
}

/*
 * Steps
 */

void found_step(struct world *next, bool slow, const char *fmt, ...)
{
	struct world sorted = *next;
	va_list args;
	uint32_t to;

	if (!sorted.bug)
		sorted.bug = module_check(&sorted);
	sort_world(&sorted);

	if (wanted) {
		if (taken_found || memcmp(&sorted, wanted, sizeof(sorted)))
			return;
		taken_found = true;
		taken = *next;
		va_start(args, fmt);
		vsnprintf(label, sizeof(label), fmt, args);
		va_end(args);
		return;
	}

	n_steps++;
	if (sorted.bug) {
		if (!bad.bug) {
			bad = sorted;
			bad_parent = current;
		}
		return;
	}
	to = find_or_add(&sorted);
	if (slow)
		return;
	if (n_edges == edge_room) {
		edge_room = edge_room ? edge_room * 2 : 1 << 18;
		edges = grow(edges, edge_room * sizeof(*edges));
		movers = grow(movers, edge_room);
	}
	movers[n_edges] = mover;
	edges[n_edges++] = to;
}

bool found_is_printed(void)
{
	return wanted;
}

static void all_steps(const struct world *w)
{
	native_steps(w);
	module_steps(w);
}

static bool all_served(const struct world *w)
{
	unsigned int i;

	for (i = 0; i < config->tasks; i++)
		if (w->task[i].pc != T_DONE)
			return false;
	return true;
}

/* Sets bad to the first state from which not all tasks can be served. */
static void find_stuck(void)
{
	uint32_t *from, *at, *queue, i, head = 0, tail = 0, state;
	uint8_t *good;
	uint64_t e;

	/* The steps backwards: those into state i are from[at[i]] and on. */
	at = calloc(n_states + 1, sizeof(*at));
	from = grow(NULL, (n_edges + 1) * sizeof(*from));
	queue = grow(NULL, n_states * sizeof(*queue));
	good = calloc(n_states, 1);
	if (!at || !good)
		exit(2);
	for (e = 0; e < n_edges; e++)
		at[edges[e]]++;
	for (i = 1; i <= n_states; i++)
		at[i] += at[i - 1];
	for (i = 0; i < n_states; i++)
		for (e = first[i]; e < first[i + 1]; e++)
			from[--at[edges[e]]] = i;

	for (i = 0; i < n_states; i++) {
		if (all_served(&states[i])) {
			good[i] = 1;
			queue[tail++] = i;
		}
	}
	while (head < tail) {
		state = queue[head++];
		for (e = at[state]; e < at[state + 1]; e++) {
			if (good[from[e]])
				continue;
			good[from[e]] = 1;
			queue[tail++] = from[e];
		}
	}
	for (i = 0; i < n_states; i++) {
		if (good[i])
			continue;
		bad = states[i];
		bad.bug = BUG_P3_STUCK;
		bad_parent = i;
		break;
	}
	free(at);
	free(from);
	free(queue);
	free(good);
}

/*
 * Sets bad to a state of a cycle in which not all tasks are served, although
 * every thread that could move all the time does so (weak fairness). The cycles
 * are within strongly connected components: Tarjan's algorithm.
 */

static struct {
	uint32_t *index, *low, *stack, *calls, n_stack, n_index;
	uint64_t *next;
	bool *on_stack;
} scc;

static bool is_unfair(const uint32_t *members, uint32_t n)
{
	uint32_t moved = 0, always = ~0u, enabled, i;
	uint64_t e;

	for (i = 0; i < n; i++) {
		enabled = 0;
		for (e = first[members[i]]; e < first[members[i] + 1]; e++) {
			enabled |= 1u << movers[e];
			/* Members have no low but their own. */
			if (scc.on_stack[edges[e]] &&
			    scc.index[edges[e]] >= scc.index[members[0]])
				moved |= 1u << movers[e];
		}
		always &= enabled;
	}
	return moved && !(always & ~moved);
}

/* All components that are reached from a state. True if one is unfair. */
static bool visit(uint32_t root)
{
	uint32_t n_calls = 0, state, to, at;

	scc.calls[n_calls++] = root;
	while (n_calls) {
		state = scc.calls[n_calls - 1];
		if (!scc.index[state]) {
			scc.index[state] = ++scc.n_index;
			scc.low[state] = scc.n_index;
			scc.next[state] = first[state];
			scc.stack[scc.n_stack++] = state;
			scc.on_stack[state] = true;
		}
		if (scc.next[state] < first[state + 1]) {
			to = edges[scc.next[state]];
			if (all_served(&states[to])) {
				scc.next[state]++;
			} else if (!scc.index[to]) {
				scc.calls[n_calls++] = to;
			} else {
				if (scc.on_stack[to] &&
				    scc.low[to] < scc.low[state])
					scc.low[state] = scc.low[to];
				scc.next[state]++;
			}
			continue;
		}
		n_calls--;
		if (scc.low[state] != scc.index[state])
			continue;
		for (at = scc.n_stack; scc.stack[at - 1] != state; at--)
			;
		at--;
		if (is_unfair(&scc.stack[at], scc.n_stack - at)) {
			bad = states[state];
			bad.bug = BUG_P3_UNFAIR;
			bad_parent = state;
			return true;
		}
		while (scc.n_stack > at)
			scc.on_stack[scc.stack[--scc.n_stack]] = false;
	}
	return false;
}

static void find_unfair(void)
{
	uint32_t i;

	memset(&scc, 0, sizeof(scc));
	scc.index = calloc(n_states, sizeof(*scc.index));
	scc.low = calloc(n_states, sizeof(*scc.low));
	scc.stack = calloc(n_states, sizeof(*scc.stack));
	scc.calls = calloc(n_states, sizeof(*scc.calls));
	scc.next = calloc(n_states, sizeof(*scc.next));
	scc.on_stack = calloc(n_states, sizeof(*scc.on_stack));
	if (!scc.index || !scc.low || !scc.stack || !scc.calls || !scc.next ||
	    !scc.on_stack)
		exit(2);
	for (i = 0; i < n_states; i++)
		if (!scc.index[i] && !all_served(&states[i]) && visit(i))
			break;
	free(scc.index);
	free(scc.low);
	free(scc.stack);
	free(scc.calls);
	free(scc.next);
	free(scc.on_stack);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void walk(struct result *result)
{
	uint32_t level_end = 1;
	struct world init;

	search_free();
	memset(&init, 0, sizeof(init));
	native_init(&init);
	module_init_world(&init);
	current = NO_STATE;
	find_or_add(&init);
	if (init.bug) {
		bad = init;
		bad_parent = 0;
	}

	memset(result, 0, sizeof(*result));
	for (current = 0; current < n_states && !bad.bug; current++) {
		const struct world w = states[current];

		if (current == level_end) {
			level_end = n_states;
			result->depth++;
		}
		first[current] = n_edges;
		all_steps(&w);
	}
	first[current] = n_edges;
}

void search(const struct config *c, struct result *result)
{
	const double start = now();

	config = c;
	do
		walk(result);
	while (fake_again());
	if (!bad.bug)
		find_stuck();
	if (!bad.bug && c->fair)
		find_unfair();

	result->bug = bad.bug;
	result->states = n_states;
	result->steps = n_steps;
	result->seconds = now() - start;
}

/* The steps from the beginning to what was found wrong. */
void search_print_path(void)
{
	uint32_t path[1024], n = 0, i;
	struct world w = states[0], target;

	for (i = bad_parent; i != NO_STATE && n < 1024; i = parents[i])
		path[n++] = i;

	for (i = 0; n-- > 1; i++) {
		wanted = &states[path[n - 1]];
		taken_found = false;
		all_steps(&w);
		printf("  %3u  %s\n", i + 1, label);
		w = taken;
	}
	if (bad.bug != BUG_P3_STUCK && bad.bug != BUG_P3_UNFAIR) {
		target = bad;
		wanted = &target;
		taken_found = false;
		all_steps(&w);
		printf("  %3u  %s\n", i + 1, label);
	}
	wanted = NULL;
	printf("       => %s\n", bug_names[bad.bug]);
}

void search_free(void)
{
	n_states = 0;
	room = 0;
	table_size = 0;
	n_edges = 0;
	edge_room = 0;
	n_steps = 0;
	memset(&bad, 0, sizeof(bad));
	free(states);
	free(parents);
	free(first);
	free(table);
	free(edges);
	free(movers);
	states = NULL;
	parents = NULL;
	first = NULL;
	table = NULL;
	edges = NULL;
	movers = NULL;
}
