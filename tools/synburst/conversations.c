// SPDX-License-Identifier: GPL-2.0
/*
 * Conversation table. Follows the handshakes of each pair of ends: which SYNs
 * are new attempts and which are retransmitted, what answers them, and how they
 * end. An entry is made by a SYN, a SYN,ACK, a RST or an ICMP error, never by
 * data. If the table is full, the entry goes that has been settled longest, or
 * the one unsettled longest if none is.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "conversations.h"

/* Entries are allocated so many at a time, and never move. */
#define BLOCK		1024
#define NOTHING		UINT32_MAX

/* Memory for ISNs, bursts and events, all conversations together. */
#define DETAIL_BUDGET	(80 * 1024 * 1024)
#define MAX_EVENTS	512
#define MAX_BURSTS	256

/* An ACK may be ahead of the handshake by what was sent before it was seen. */
#define MAX_AHEAD	0x100000

struct queue {
	uint32_t oldest;
	uint32_t newest;
};

struct conversations {
	struct waiting waiting;
	struct conversation **blocks;
	uint32_t *heads;
	uint32_t mask;			/* of heads */
	uint32_t max;
	uint32_t count;
	uint64_t seed;
	uint64_t window;
	size_t budget;
	/* By the time of their last event: those settled, and the others. */
	struct queue settled;
	struct queue unsettled;
	uint64_t evicted;
	uint64_t evicted_open;
	leaving_fn leaving;
	void *ctx;
};

static struct conversation *entry(struct conversations *t, uint32_t n)
{
	return &t->blocks[n / BLOCK][n % BLOCK];
}

static uint64_t mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ULL;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ULL;
	return h ^ h >> 32;
}

static uint64_t hash_end(uint64_t seed, const struct address *a, uint16_t port)
{
	uint64_t words[2];

	memcpy(words, a, sizeof(words));
	return mix(mix(mix(seed ^ words[0]) ^ words[1]) ^ port);
}

/* The same for both directions. */
static uint32_t hash(const struct conversations *t, const struct tuple *k)
{
	return (hash_end(t->seed, &k->src, k->sport) +
		hash_end(t->seed, &k->dst, k->dport)) & t->mask;
}

/**
 * conversations_new - an empty table
 * @max: conversations that are kept at a time
 * @window: nanoseconds within which another ISN belongs to a burst
 * @leaving: called for each conversation that has to leave
 * @ctx: given to @leaving
 *
 * Return: the table, or NULL.
 */
struct conversations *conversations_new(uint32_t max, uint64_t window,
					leaving_fn leaving, void *ctx)
{
	struct conversations *t = calloc(1, sizeof(*t));
	uint32_t size = 1;

	if (!t)
		return NULL;
	while (size < max && size <= UINT32_MAX / 2)
		size *= 2;
	t->mask = size - 1;
	t->max = max;
	t->window = window;
	t->leaving = leaving;
	t->ctx = ctx;
	t->budget = DETAIL_BUDGET;
	t->settled = (struct queue){ NOTHING, NOTHING };
	t->unsettled = t->settled;
	t->blocks = calloc(max / BLOCK + 1, sizeof(*t->blocks));
	t->heads = calloc(size, sizeof(*t->heads));
	/* Nobody can make a capture whose entries are all in one chain. */
	if (!t->blocks || !t->heads ||
	    getrandom(&t->seed, sizeof(t->seed), 0) != sizeof(t->seed)) {
		conversations_free(t);
		return NULL;
	}
	return t;
}

static void free_events(struct conversations *t, struct conversation *c)
{
	t->budget += c->room_events * sizeof(*c->events);
	free(c->events);
	c->events = NULL;
	c->room_events = 0;
	c->nr_events = 0;
}

static void free_details(struct conversations *t, struct conversation *c)
{
	free_events(t, c);
	isn_set_free(&c->isn_set, &t->budget);
	t->budget += c->kept_bursts * sizeof(*c->bursts);
	free(c->bursts);
	c->bursts = NULL;
}

/**
 * conversations_free - free a table
 * @t: the table, or NULL
 */
void conversations_free(struct conversations *t)
{
	uint32_t n;

	if (!t)
		return;
	for (n = 0; n < t->count; n++)
		free_details(t, entry(t, n));
	for (n = 0; t->blocks && n <= t->max / BLOCK; n++)
		free(t->blocks[n]);
	free(t->blocks);
	free(t->heads);
	free(t);
}

static void queue_remove(struct conversations *t, struct conversation *c)
{
	struct queue *q = c->settled ? &t->settled : &t->unsettled;

	if (c->older == NOTHING)
		q->oldest = c->newer;
	else
		entry(t, c->older)->newer = c->newer;
	if (c->newer == NOTHING)
		q->newest = c->older;
	else
		entry(t, c->newer)->older = c->older;
}

static void queue_append(struct conversations *t, struct conversation *c,
			 uint32_t n)
{
	struct queue *q = c->settled ? &t->settled : &t->unsettled;

	c->older = q->newest;
	c->newer = NOTHING;
	if (q->newest == NOTHING)
		q->oldest = n;
	else
		entry(t, q->newest)->newer = n;
	q->newest = n;
}

static bool same_end(const struct address *a, uint16_t port,
		     const struct address *b, uint16_t other_port)
{
	return port == other_port && !memcmp(a, b, sizeof(*a));
}

/* Heads are one more than the number of an entry: 0 is none. */
static uint32_t lookup(struct conversations *t, uint32_t h,
		       const struct tuple *k, bool *from_client)
{
	struct conversation *c;
	uint32_t n;

	for (n = t->heads[h]; n; n = c->hash_next) {
		c = entry(t, n - 1);
		*from_client = true;
		if (same_end(&c->client, c->cport, &k->src, k->sport) &&
		    same_end(&c->server, c->sport, &k->dst, k->dport))
			return n - 1;
		*from_client = false;
		if (same_end(&c->client, c->cport, &k->dst, k->dport) &&
		    same_end(&c->server, c->sport, &k->src, k->sport))
			return n - 1;
	}
	return NOTHING;
}

static bool is_waiting(const struct conversation *c)
{
	return c->handshake == HANDSHAKE_OPEN ||
	       c->handshake == HANDSHAKE_ANSWERED;
}

static void set_handshake(struct conversations *t, struct conversation *c,
			  enum handshake state)
{
	uint32_t *waiting = &t->waiting.count[waiting_slot(c->cport,
							  c->sport)];

	*waiting -= is_waiting(c);
	c->handshake = state;
	*waiting += is_waiting(c);
}

static void unhash(struct conversations *t, struct conversation *c, uint32_t n)
{
	struct tuple k = { c->client, c->server, c->cport, c->sport };
	uint32_t *link = &t->heads[hash(t, &k)];

	while (*link != n + 1)
		link = &entry(t, *link - 1)->hash_next;
	*link = c->hash_next;
}

/* Makes room by the conversation that is likeliest to be over. */
static uint32_t evict(struct conversations *t, uint64_t now)
{
	uint32_t n = t->settled.oldest;
	struct conversation *c;

	if (n == NOTHING)
		n = t->unsettled.oldest;
	c = entry(t, n);
	t->evicted++;
	if (is_waiting(c)) {
		t->evicted_open++;
		t->waiting.count[waiting_slot(c->cport, c->sport)]--;
	}
	queue_remove(t, c);
	unhash(t, c, n);
	t->leaving(t->ctx, c, now);
	free_details(t, c);
	return n;
}

static uint32_t insert(struct conversations *t, uint32_t h,
		       const struct segment *s)
{
	struct conversation *c, **block;
	uint32_t n;

	if (t->count == t->max) {
		n = evict(t, s->time);
	} else {
		n = t->count;
		block = &t->blocks[n / BLOCK];
		if (!*block)
			*block = malloc(BLOCK * sizeof(**block));
		if (*block)
			t->count++;
		else if (n)
			n = evict(t, s->time);
		else
			return NOTHING;
	}

	c = entry(t, n);
	memset(c, 0, sizeof(*c));
	c->client = s->tuple.src;
	c->cport = s->tuple.sport;
	c->server = s->tuple.dst;
	c->sport = s->tuple.dport;
	c->first_frame = s->frame;
	c->first_time = s->time;
	c->last_seen = s->time;
	c->hash_next = t->heads[h];
	t->heads[h] = n + 1;
	queue_append(t, c, n);
	return n;
}

/* A RST or an ICMP error may have come first, and does not say who is who. */
static void swap_ends(struct conversation *c)
{
	struct address a = c->client;
	uint16_t port = c->cport;
	bool from_client = c->icmp_from_client;
	uint16_t n;

	c->client = c->server;
	c->cport = c->sport;
	c->server = a;
	c->sport = port;
	c->icmp_from_client = c->icmp_from_server;
	c->icmp_from_server = from_client;
	for (n = 0; n < c->nr_events; n++)
		c->events[n].from_client = !c->events[n].from_client;
}

static bool in_trouble(const struct conversation *c)
{
	return c->nr_bursts || c->overtaken || c->unknown || c->prohibited ||
	       c->challenges;
}

static void add_event(struct conversations *t, struct conversation *c,
		      const struct segment *s, enum event_kind kind,
		      bool from_client)
{
	struct event *more;
	unsigned int room;

	if (c->nr_events == c->room_events) {
		room = c->room_events ? 2 * c->room_events : 4;
		more = NULL;
		if (room <= MAX_EVENTS &&
		    (room - c->room_events) * sizeof(*more) <= t->budget)
			more = reallocarray(c->events, room, sizeof(*more));
		if (!more) {
			c->events_lost++;
			return;
		}
		t->budget -= (room - c->room_events) * sizeof(*more);
		c->events = more;
		c->room_events = room;
	}
	c->events[c->nr_events++] = (struct event){
		.frame = s->frame,
		.time = s->time,
		.seq = s->seq,
		.ack = s->ack,
		.kind = kind,
		.flags = s->flags,
		.from_client = from_client,
		.icmp = s->icmp_type << 8 | s->icmp_code,
	};
}

/* What led to the first burst must not have used up the room for it. */
static void keep_newest_events(struct conversation *c)
{
	const unsigned int keep = 8;

	if (c->nr_events <= MAX_EVENTS / 2)
		return;
	memmove(c->events, c->events + c->nr_events - keep,
		keep * sizeof(*c->events));
	c->events_lost += c->nr_events - keep;
	c->nr_events = keep;
}

static bool seen_isn(const struct conversation *c, uint32_t isn)
{
	return (c->attempts && isn == c->isn) || isn_set_has(&c->isn_set, isn);
}

static void remember_isn(struct conversations *t, struct conversation *c,
			 uint32_t isn)
{
	if (c->attempts &&
	    (!isn_set_add(&c->isn_set, c->isn, &t->budget) ||
	     !isn_set_add(&c->isn_set, isn, &t->budget)))
		c->inexact = true;
	c->isn = isn;
	c->attempts++;
}

static struct burst *last_burst(struct conversation *c)
{
	/* Those that there was no room for are counted only. */
	return c->nr_bursts == c->kept_bursts ? &c->bursts[c->nr_bursts - 1] :
						NULL;
}

/* Time may run backwards in a capture that was merged. */
static uint64_t since(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

/* The newest SYN, of an ISN before this one, turns out to be the first one. */
static void begin_burst(struct conversations *t, struct conversation *c,
			uint64_t now)
{
	/* Retransmissions are part of it if the first SYN is. */
	bool whole = since(now, c->isn_time) <= t->window;
	struct burst *more;

	if (!c->nr_bursts)
		keep_newest_events(c);
	c->in_burst = true;
	if (c->nr_bursts++ != c->kept_bursts || c->kept_bursts == MAX_BURSTS ||
	    sizeof(*more) > t->budget)
		return;
	more = reallocarray(c->bursts, c->kept_bursts + 1, sizeof(*more));
	if (!more)
		return;
	t->budget -= sizeof(*more);
	c->bursts = more;
	c->bursts[c->kept_bursts++] = (struct burst){
		.frame = whole ? c->isn_frame : c->last_syn_frame,
		.time = whole ? c->isn_time : c->last_syn,
		.syns = 1,
		.isns = 1,
	};
	if (!whole)
		c->again = 0;
}

/* A SYN with another ISN. */
static enum notice new_attempt(struct conversations *t, struct conversation *c,
			       const struct segment *s)
{
	bool waiting = is_waiting(c);
	bool near = c->attempts && since(s->time, c->last_syn) <= t->window;
	enum notice notice = NOTICE_NONE;
	struct burst *b;

	if (c->attempts && !waiting)
		c->reused++;
	if (c->was_done && c->server_closed)
		near = false;		/* an orderly reconnect */
	if (near && c->was_done)
		c->torn++;

	if (!near) {
		c->in_burst = false;
	} else {
		if (!c->in_burst) {
			begin_burst(t, c, s->time);
			notice = NOTICE_BURST;
		}
		c->overlapping += waiting;
		b = last_burst(c);
		if (b) {
			b->syns += c->again + 1;
			b->isns++;
			b->overlapping += waiting;
			/* Never before the first one. */
			b->last = b->time + since(s->time, b->time);
		}
	}

	if (!c->attempts || c->was_done) {
		c->began = s->time;
		if (!in_trouble(c))
			free_events(t, c);
	}
	c->was_done = false;
	c->server_closed = false;
	c->wrong_answer = false;
	c->again = 0;
	c->isn_time = s->time;
	c->isn_frame = s->frame;
	c->syn_payload = s->payload;
	remember_isn(t, c, s->seq);
	set_handshake(t, c, HANDSHAKE_OPEN);
	add_event(t, c, s, EVENT_SYN, true);
	return notice;
}

static enum notice syn(struct conversations *t, struct conversation *c,
		       const struct segment *s, bool from_client)
{
	enum notice notice = NOTICE_NONE;

	if (!c->oriented) {
		if (!from_client)
			swap_ends(c);
		c->oriented = true;
		from_client = true;
	}
	if (!from_client) {
		c->server_syns++;
		if (is_waiting(c))
			add_event(t, c, s, EVENT_SYN_SERVER, false);
		return NOTICE_NONE;
	}

	c->syns++;
	if (!seen_isn(c, s->seq)) {
		notice = new_attempt(t, c, s);
	} else {
		c->again++;
		if (is_waiting(c))
			add_event(t, c, s, EVENT_SYN_AGAIN, true);
	}
	c->last_syn = s->time;
	c->last_syn_frame = s->frame;
	return notice;
}

static void establish(struct conversations *t, struct conversation *c,
		      const struct segment *s, bool from_client)
{
	uint64_t took = since(s->time, c->began);

	if (c->attempts && took > c->recovery)
		c->recovery = took;
	c->established++;
	c->was_done = true;
	c->server_closed = false;
	c->in_burst = false;
	set_handshake(t, c, HANDSHAKE_DONE);
	if (in_trouble(c))
		add_event(t, c, s, EVENT_ESTABLISHED, from_client);
	else
		free_events(t, c);
}

static void synack(struct conversations *t, struct conversation *c,
		   const struct segment *s, bool from_client)
{
	uint32_t acked = s->ack - 1;

	if (!c->oriented) {
		if (from_client)
			swap_ends(c);
		c->oriented = true;
		from_client = false;
	}
	/* Of a simultaneous open. */
	if (from_client)
		return;

	c->synacks++;
	if (!c->attempts) {
		c->isn = acked;
		if (!c->established) {
			set_handshake(t, c, HANDSHAKE_ANSWERED);
			add_event(t, c, s, EVENT_SYNACK_UNJUDGED, false);
		}
		return;
	}
	/* With fast open, what came with the SYN may be acknowledged too. */
	if (acked - c->isn <= c->syn_payload) {
		if (!is_waiting(c))
			return;
		set_handshake(t, c, HANDSHAKE_ANSWERED);
		add_event(t, c, s, EVENT_SYNACK, false);
		return;
	}

	if (!c->first_mismatched)
		c->first_mismatched = s->frame;
	c->wrong_answer = true;
	c->answer = s->ack;
	if (seen_isn(c, acked)) {
		c->overtaken++;
		add_event(t, c, s, EVENT_SYNACK_OVERTAKEN, false);
	} else {
		c->unknown++;
		add_event(t, c, s, EVENT_SYNACK_UNKNOWN, false);
	}
}

/* Neither SYN nor RST, while a handshake waits for its last step. */
static void plain(struct conversations *t, struct conversation *c,
		  const struct segment *s, bool from_client)
{
	uint32_t ahead = (from_client ? s->seq : s->ack) - (c->isn + 1);

	if (!is_waiting(c) || !(s->flags & TCP_ACK))
		return;
	/*
	 * Also if the ACK itself was missed; or if the SYN,ACK was, when it
	 * must fit exactly, since there may be an old connection about.
	 */
	if (ahead <= c->syn_payload ||
	    (c->handshake == HANDSHAKE_ANSWERED && ahead < MAX_AHEAD)) {
		establish(t, c, s, from_client);
		return;
	}
	/* RFC 5961: what a peer answers that still has the old connection. */
	if (!from_client && !s->payload && !(s->flags & TCP_FIN) &&
	    c->handshake == HANDSHAKE_OPEN) {
		c->challenges++;
		c->wrong_answer = true;
		c->answer = s->ack;
		add_event(t, c, s, EVENT_CHALLENGE, false);
	}
}

static void fin(struct conversations *t, struct conversation *c,
		const struct segment *s, bool from_client)
{
	plain(t, c, s, from_client);
	if (c->handshake != HANDSHAKE_DONE)
		return;
	c->server_closed = !from_client;
	set_handshake(t, c, HANDSHAKE_OVER);
}

static void rst(struct conversations *t, struct conversation *c,
		const struct segment *s, bool from_client)
{
	c->rsts++;
	if (is_waiting(c) || in_trouble(c))
		add_event(t, c, s, EVENT_RST, from_client);

	if (from_client && c->wrong_answer && s->seq == c->answer) {
		/* Of the server's attempt; the client's own goes on. */
		c->rejected = true;
	} else if (from_client) {
		if (c->handshake == HANDSHAKE_DONE ||
		    (c->handshake == HANDSHAKE_ANSWERED &&
		     s->seq - (c->isn + 1) < MAX_AHEAD))
			set_handshake(t, c, HANDSHAKE_OVER);
	} else if (is_waiting(c) && s->flags & TCP_ACK &&
		   s->ack - (c->isn + 1) <= c->syn_payload) {
		c->refused++;
		set_handshake(t, c, HANDSHAKE_OVER);
	} else if (c->handshake == HANDSHAKE_DONE ||
		   c->handshake == HANDSHAKE_ANSWERED) {
		c->server_closed = true;
		set_handshake(t, c, HANDSHAKE_OVER);
	}
}

/* @quotes_client: what could not be delivered had been sent by the client */
static void icmp(struct conversations *t, struct conversation *c,
		 const struct segment *s, bool quotes_client)
{
	bool open = c->handshake == HANDSHAKE_NONE || is_waiting(c);

	if (s->kind == PACKET_UNREACHABLE) {
		c->unreachable++;
		if (open)
			add_event(t, c, s, EVENT_UNREACHABLE, !quotes_client);
		return;
	}
	c->prohibited++;
	if (!open)
		return;
	if (!c->prohibited_open++)
		c->first_prohibited = s->frame;
	if (quotes_client)
		c->icmp_from_server = true;
	else
		c->icmp_from_client = true;
	add_event(t, c, s, EVENT_PROHIBITED, !quotes_client);
}

/**
 * conversations_waiting - which segments without SYN, FIN and RST may matter
 * @t: the table
 *
 * Return: those whose count is not 0; valid as long as @t, and kept current.
 */
const struct waiting *conversations_waiting(const struct conversations *t)
{
	return &t->waiting;
}

/**
 * conversations_segment - follow a segment
 * @t: the table
 * @s: TCP, or ICMP that quotes TCP
 * @found: set to its conversation, NULL if it has none
 *
 * Return: what one may want to say at once.
 */
enum notice conversations_segment(struct conversations *t,
				  const struct segment *s,
				  struct conversation **found)
{
	bool is_icmp = s->kind != PACKET_TCP, from_client = true;
	uint8_t flags = s->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK);
	enum notice notice = NOTICE_NONE;
	uint32_t h = hash(t, &s->tuple);
	struct conversation *c;
	uint32_t n;

	*found = NULL;
	n = lookup(t, h, &s->tuple, &from_client);
	if (n == NOTHING) {
		/* Data, or the end of a connection that nobody saw begin. */
		if (!is_icmp && !(flags & (TCP_SYN | TCP_RST)))
			return NOTICE_NONE;
		n = insert(t, h, s);
		if (n == NOTHING)
			return NOTICE_NONE;
		from_client = true;
	}
	c = entry(t, n);
	c->last_seen = s->time;

	if (is_icmp)
		icmp(t, c, s, from_client);
	else if (flags & TCP_RST)
		rst(t, c, s, from_client);
	else if (flags & TCP_SYN && flags & TCP_ACK)
		synack(t, c, s, from_client);
	else if (flags & TCP_SYN)
		notice = syn(t, c, s, from_client);
	else if (flags & TCP_FIN)
		fin(t, c, s, from_client);
	else
		plain(t, c, s, from_client);

	queue_remove(t, c);
	c->settled = !is_waiting(c);
	queue_append(t, c, n);
	*found = c;
	return notice;
}

/**
 * conversations_get - walk over the table
 * @t: the table
 * @n: from 0 on
 *
 * Return: the conversation, NULL after the last one.
 */
struct conversation *conversations_get(struct conversations *t, uint32_t n)
{
	return n < t->count ? entry(t, n) : NULL;
}

/**
 * conversations_evicted - conversations that had to leave
 * @t: the table
 *
 * Return: how many.
 */
uint64_t conversations_evicted(const struct conversations *t)
{
	return t->evicted;
}

/**
 * conversations_evicted_open - of them, those whose handshake was not complete
 * @t: the table
 *
 * Return: how many.
 */
uint64_t conversations_evicted_open(const struct conversations *t)
{
	return t->evicted_open;
}
