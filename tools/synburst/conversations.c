// SPDX-License-Identifier: GPL-2.0
/*
 * Conversation table. Follows the handshakes of each pair of ends: which SYNs
 * are new attempts and which are retransmitted, what answers them, and how they
 * end. An entry is made by a SYN, a SYN,ACK, a RST or an ICMP error, never by
 * data. If the table is full, the entry goes that has been settled longest, or
 * the one unsettled longest if none is.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conversations.h"

/* Entries are allocated so many at a time, and never move. */
#define BLOCK		1024
#define NOTHING		UINT32_MAX

/* Memory for ISNs, bursts and events, all conversations together. */
#define DETAIL_BUDGET	(80 * 1024 * 1024)
#define MAX_EVENTS	512
#define MAX_BURSTS	256

/*
 * An attempt that nobody answers is sent again after a second (RFC 6298), and
 * not given up before it was sent twice: 3 s. An error ends it at once, and the
 * kernel's RPC client may make the next one as soon as it hears of it: then there
 * is a round trip between the two. What comes sooner is no reaction to an
 * answer, whether the capture has it or not; where the round trip is not known,
 * a millisecond has to do.
 */
#define QUICK		(100 * NSEC_PER_MSEC)
#define TOO_QUICK	NSEC_PER_MSEC
#define RESENT		(200 * NSEC_PER_MSEC)
#define UNSENT		(1500 * NSEC_PER_MSEC)
#define PATIENCE	(3 * NSEC_PER_SEC)

/*
 * While it asks for a neighbour's address, three times in three seconds, Linux
 * holds SYNs back; when connect() has failed, the next attempt asks again, and the
 * answer may let the SYNs of both go at once. How old they are, their sequence
 * numbers say: they are drawn from a clock that ticks every 64 ns.
 */
#define ISN_TICK_NS	64
#define NEIGHBOUR_MIN	(2900 * NSEC_PER_MSEC)
#define NEIGHBOUR_MAX	(3500 * NSEC_PER_MSEC)

/* Frames may be out of order by so much where several queues are captured. */
#define JITTER		NSEC_PER_MSEC
/* A frame that is captured again comes at once. */
#define AGAIN		(5 * NSEC_PER_MSEC)

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
	bool tight;
	size_t budget;
	/* By the time of their last event: those settled, and the others. */
	struct queue settled;
	struct queue unsettled;
	uint64_t evicted;
	uint64_t evicted_open;
	uint64_t duplicates;
	uint64_t end;
	/* Of servers; handshakes that were completed without one. */
	uint64_t answers;
	uint64_t unseen;
	uint32_t epoch;
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

static bool random_seed(uint64_t *seed)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, seed, sizeof(*seed)) == sizeof(*seed);

	if (fd >= 0)
		close(fd);
	return ok;
}

/**
 * conversations_new - an empty table
 * @max: conversations that are kept at a time
 * @window: nanoseconds within which another ISN belongs to a burst
 * @tight: the user has said so: all of it is as good as 100 ms
 * @leaving: called for each conversation that has to leave
 * @ctx: given to @leaving
 *
 * Return: the table, or NULL.
 */
struct conversations *conversations_new(uint32_t max, uint64_t window,
					bool tight, leaving_fn leaving,
					void *ctx)
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
	t->tight = tight;
	t->leaving = leaving;
	t->ctx = ctx;
	t->budget = DETAIL_BUDGET;
	t->settled = (struct queue){ NOTHING, NOTHING };
	t->unsettled = t->settled;
	t->blocks = calloc(max / BLOCK + 1, sizeof(*t->blocks));
	t->heads = calloc(size, sizeof(*t->heads));
	/* Nobody can make a capture whose entries are all in one chain. */
	if (!t->blocks || !t->heads ||
	    !random_seed(&t->seed)) {
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

/* How far beyond the SYN, on whichever side of a firewall it was captured. */
static uint32_t ahead_of(const struct conversation *c, uint32_t seq)
{
	uint32_t ahead = seq - (c->isn + 1), other = seq - (c->alias + 1);

	return c->has_alias && other < ahead ? other : ahead;
}

static bool is_isn(const struct conversation *c, uint32_t isn)
{
	return c->attempts &&
	       (isn == c->isn || (c->has_alias && isn == c->alias));
}

static bool seen_isn(const struct conversation *c, uint32_t isn)
{
	return is_isn(c, isn) || isn_set_has(&c->isn_set, isn);
}

/* Where time is unknown, nothing is near. */
static bool within(const struct conversations *t, const struct conversation *c,
		   uint64_t then, uint64_t now, uint64_t limit)
{
	return c->epoch == t->epoch && then && now &&
	       (now >= then ? now - then <= limit : then - now <= JITTER);
}

/*
 * The same SYN, captured again where its sequence number has been rewritten:
 * all else that tells two attempts apart agrees. A firewall keeps the packet's
 * ID, or it is a router, too. Without timestamps there is too little to compare.
 */
static bool is_rewritten(const struct conversations *t,
			 const struct conversation *c, const struct segment *s)
{
	return c->attempts && !c->has_alias && s->options &&
	       s->options == c->options && s->window == c->window &&
	       ((s->id && s->id == c->id) || (s->ttl != c->ttl)) &&
	       c->handshake != HANDSHAKE_DONE &&
	       within(t, c, c->isn_time, s->time, QUICK);
}

static bool has_tag(const struct conversation *c, uint32_t tag)
{
	unsigned int n;

	for (n = 0; n < c->nr_tags; n++) {
		if (c->tags[n] == tag)
			return true;
	}
	return false;
}

static void add_tag(struct conversation *c, uint32_t tag)
{
	if (has_tag(c, tag))
		return;
	if (c->nr_tags < MAX_TAGS)
		c->nr_tags++;
	c->tags[c->nr_tags - 1] = tag;
}

/*
 * Does a frame belong to this conversation, of several with the same ends in
 * different VLANs, or to a new one? The client's are known by where their SYNs
 * were captured; the server's may come another way, so that what they
 * acknowledge counts first. 0: no.
 */
static unsigned int match(const struct conversations *t,
			  const struct conversation *c, const struct segment *s,
			  bool from_client)
{
	bool syn = s->flags & TCP_SYN && !(s->flags & TCP_ACK);
	unsigned int score = 1;

	if (!c->nr_tags)
		return score;
	if (has_tag(c, s->tag))
		score += 2;
	if (from_client && syn) {
		if (is_isn(c, s->seq) || is_rewritten(t, c, s))
			score += 4;
		else if (score == 1)
			return 0;
	} else if (s->kind != PACKET_TCP) {
		score += from_client && is_isn(c, s->seq) ? 4 : 0;
	} else if (ahead_of(c, from_client ? s->seq : s->ack) < MAX_AHEAD) {
		score += 4;
	}
	return score;
}

/* Heads are one more than the number of an entry: 0 is none. */
static uint32_t lookup(struct conversations *t, uint32_t h,
		       const struct segment *s, bool *from_client)
{
	const struct tuple *k = &s->tuple;
	unsigned int score, best = 0;
	uint32_t n, found = NOTHING;
	struct conversation *c;
	bool forth;

	for (n = t->heads[h]; n; n = c->hash_next) {
		c = entry(t, n - 1);
		forth = same_end(&c->client, c->cport, &k->src, k->sport) &&
			same_end(&c->server, c->sport, &k->dst, k->dport);
		if (!forth &&
		    !(same_end(&c->client, c->cport, &k->dst, k->dport) &&
		      same_end(&c->server, c->sport, &k->src, k->sport)))
			continue;
		score = match(t, c, s, forth);
		if (score > best) {
			best = score;
			found = n - 1;
			*from_client = forth;
		}
	}
	return found;
}

/*
 * Has this very frame been captured before? Its packet has the same ID; where
 * packets have none, once others are known to be captured twice.
 */
static bool is_duplicate(struct conversations *t, struct conversation *c,
			 const struct segment *s)
{
	uint32_t h = (s->seq ^ s->options) * 0x9e3779b1U;
	unsigned int n;

	h = ((h ^ s->ack) + s->flags) * 0x85ebca6bU;
	h = ((h ^ s->tuple.sport) + s->id + 1) * 0xc2b2ae35U;
	if (s->id || (c->duplicates &&
		      within(t, c, c->last_seen, s->time, AGAIN))) {
		for (n = 0; n < NR_RECENT; n++) {
			if (c->recent[n] != h)
				continue;
			c->duplicates++;
			t->duplicates++;
			return true;
		}
	}
	c->recent[c->next_recent] = h;
	c->next_recent = (c->next_recent + 1) % NR_RECENT;
	return false;
}

/* An answer to an attempt before the newest one: they were under way at once. */
static void confirm(struct conversation *c)
{
	c->overlapping += c->presumed + c->tentative;
	c->presumed = 0;
	c->tentative = 0;
}

static struct view view_of(const struct conversations *t)
{
	return (struct view){
		.end = t->end,
		.filtered = !t->waiting.plain,
		.one_way = t->unseen && !t->answers,
	};
}

/*
 * The burst is over. One SYN that came too soon shows what the others are; how
 * soon that is may become known later. If the newest was not sent again, what
 * ended them all is not in the capture.
 */
static void end_burst(struct conversations *t, struct conversation *c,
		      uint64_t now)
{
	bool ended = c->handshake == HANDSHAKE_OPEN && !c->answered &&
		     !c->resent && !within(t, c, c->last_syn, now, UNSENT);
	uint64_t limit = t->tight ? t->window :
			 c->prohibited || c->unreachable ? QUICK :
			 c->resent ? TOO_QUICK : 0;

	ended |= view_of(t).one_way;
	if (!ended && c->least < limit) {
		c->overlapping += c->presumed;
	} else if (c->presumed) {
		if (!c->waiting || c->least < c->waiting_least)
			c->waiting_least = c->least;
		c->waiting += c->presumed;
		c->waiting_ended = ended;
	}
	c->presumed = 0;
	c->tentative = 0;
}

/* The conversation is over, or the capture is. */
static void settle(struct conversations *t, struct conversation *c, uint64_t now)
{
	end_burst(t, c, now);
	if (c->waiting_least < c->round_trip / 2 ||
	    (!c->waiting_ended && c->waiting_least < TOO_QUICK &&
	     (!c->round_trip || c->waiting_least < c->round_trip)))
		c->overlapping += c->waiting;
	c->waiting = 0;
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
	struct view v;

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
	settle(t, c, now);
	v = view_of(t);
	t->leaving(t->ctx, c, &v);
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
			more = realloc(c->events, room * sizeof(*more));
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
	more = realloc(c->bursts, (c->kept_bursts + 1) * sizeof(*more));
	if (!more)
		return;
	t->budget -= sizeof(*more);
	c->bursts = more;
	c->bursts[c->kept_bursts++] = (struct burst){
		.frame = whole ? c->isn_frame : c->last_syn_frame,
		.time = whole ? c->isn_time : c->last_syn,
		.last = whole ? c->isn_time : c->last_syn,
		.syns = 1,
		.isns = 1,
	};
	if (!whole)
		c->again = 0;
}

/* Had the last attempt failed for want of a neighbour before its SYN was sent? */
static bool was_held_back(const struct conversation *c, const struct segment *s)
{
	uint64_t age = (uint64_t)(s->seq - c->isn) * ISN_TICK_NS;

	return age >= NEIGHBOUR_MIN && age <= NEIGHBOUR_MAX &&
	       since(s->time, c->isn_time) < age / 2;
}

/* A SYN with another ISN, while the last attempt was under way for all we see. */
static void overlap(struct conversations *t, struct conversation *c,
		    uint64_t now, bool near)
{
	uint64_t limit = t->tight ? t->window : QUICK, gap;

	if (near && c->handshake == HANDSHAKE_OPEN &&
	    within(t, c, c->last_syn, now, limit)) {
		gap = since(now, c->last_syn);
		if (!c->presumed || gap < c->least)
			c->least = gap;
		c->presumed++;
	} else if (near) {
		c->tentative++;
	} else if (c->epoch != t->epoch || !c->isn_time || !now ||
		 within(t, c, c->isn_time, now,
			c->again ? PATIENCE : 3 * PATIENCE)) {
		c->far++;
	}
}

static enum notice new_attempt(struct conversations *t, struct conversation *c,
			       const struct segment *s)
{
	bool waiting = is_waiting(c) && !(c->attempts && was_held_back(c, s));
	bool near = c->attempts &&
		    within(t, c, c->last_syn, s->time, t->window);
	bool in_burst = near && (waiting || c->in_burst);
	enum notice notice = NOTICE_NONE;
	struct burst *b;

	if (c->attempts && !waiting)
		c->reused++;
	c->torn += near && c->reset_unused;
	if (c->was_done || !in_burst) {
		end_burst(t, c, s->time);
		c->answered = false;
		c->in_burst = false;
		in_burst = near && waiting;
	}
	if (c->attempts && waiting)
		overlap(t, c, s->time, near);
	if (in_burst) {
		if (!c->in_burst) {
			begin_burst(t, c, s->time);
			notice = NOTICE_BURST;
		}
		b = last_burst(c);
		if (b) {
			b->syns += c->again + 1;
			b->isns++;
			b->overlapping += waiting;
			if (s->time > b->last)
				b->last = s->time;
			if (s->time < b->time)
				b->time = s->time;
		}
	}

	if (!c->attempts || c->was_done) {
		c->began = s->time;
		if (!in_trouble(c))
			free_events(t, c);
	}
	c->was_done = false;
	c->reset_unused = false;
	c->server_closed = false;
	c->wrong_answer = false;
	c->has_alias = false;
	c->has_server_isn = false;
	c->icmp_ended = false;
	c->resent = false;
	c->unheard = false;
	c->again = 0;
	c->isn_time = s->time;
	c->isn_frame = s->frame;
	c->syn_payload = s->payload;
	c->options = s->options;
	c->id = s->id;
	c->window = s->window;
	c->ttl = s->ttl;
	remember_isn(t, c, s->seq);
	set_handshake(t, c, HANDSHAKE_OPEN);
	add_event(t, c, s, EVENT_SYN, true);
	return notice;
}

static void syn_again(struct conversations *t, struct conversation *c,
		      const struct segment *s)
{
	bool newest = is_isn(c, s->seq);

	c->again++;
	/* It was no error that the client's kernel takes for one. */
	if (newest && c->icmp_ended && c->handshake == HANDSHAKE_OVER) {
		c->icmp_ended = false;
		set_handshake(t, c, HANDSHAKE_OPEN);
	}
	if (newest && is_waiting(c) && s->time > c->isn_time + RESENT) {
		c->resent = true;
		c->unheard = c->handshake == HANDSHAKE_ANSWERED;
	}
	if (is_waiting(c))
		add_event(t, c, s, EVENT_SYN_AGAIN, true);
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
	if (seen_isn(c, s->seq)) {
		syn_again(t, c, s);
	} else if (is_rewritten(t, c, s)) {
		c->alias = s->seq;
		c->has_alias = true;
		isn_set_add(&c->isn_set, s->seq, &t->budget);
		c->duplicates++;
		t->duplicates++;
		c->syns--;
	} else {
		notice = new_attempt(t, c, s);
	}
	c->last_syn = s->time;
	c->last_syn_frame = s->frame;
	c->epoch = t->epoch;
	return notice;
}

/*
 * From the SYN to the ACK of its answer it is a round trip, wherever one
 * listens; if the SYN was sent again, no less than from the last one.
 */
static void measure(struct conversation *c, uint64_t now)
{
	uint64_t took = since(now, c->last_syn);

	if (c->attempts && c->last_syn &&
	    (!c->round_trip || took < c->round_trip))
		c->round_trip = took;
}

static void establish(struct conversations *t, struct conversation *c,
		      const struct segment *s, bool from_client)
{
	uint64_t took = since(s->time, c->began);

	/* The answer is not in the capture: nor may be other ones. */
	t->unseen += c->handshake == HANDSHAKE_OPEN && from_client &&
		     !c->answered;
	c->answered |= !from_client;
	measure(c, s->time);
	end_burst(t, c, s->time);
	c->far = 0;
	if (c->attempts && took > c->recovery)
		c->recovery = took;
	c->established++;
	c->was_done = true;
	c->was_used = s->payload;
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
	c->answered = true;
	t->answers++;
	if (!c->attempts) {
		c->isn = acked;
		if (!c->established) {
			set_handshake(t, c, HANDSHAKE_ANSWERED);
			add_event(t, c, s, EVENT_SYNACK_UNJUDGED, false);
		}
		return;
	}
	/* With fast open, what came with the SYN may be acknowledged too. */
	if (ahead_of(c, s->ack) <= c->syn_payload) {
		c->right++;
		c->server_isn = s->seq;
		c->has_server_isn = true;
		if (!is_waiting(c))
			return;
		set_handshake(t, c, HANDSHAKE_ANSWERED);
		add_event(t, c, s, EVENT_SYNACK, false);
		return;
	}

	if (!c->first_mismatched)
		c->first_mismatched = s->frame;
	c->wrong_answer = true;
	c->wrong_overtaken = seen_isn(c, acked);
	c->answer = s->ack;
	if (c->wrong_overtaken) {
		c->overtaken++;
		confirm(c);
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
	uint32_t ahead = ahead_of(c, from_client ? s->seq : s->ack);

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
		c->answered = true;
		c->wrong_answer = true;
		c->wrong_overtaken = false;
		c->answer = s->ack;
		/* Of the server's half of an attempt, and not of a connection. */
		if (seen_isn(c, s->ack - 1))
			confirm(c);
		add_event(t, c, s, EVENT_CHALLENGE, false);
	}
}

/* The server's end of a connection on which nobody has said anything? */
static bool is_unused(const struct conversation *c, const struct segment *s)
{
	return !c->was_used && !s->payload && !ahead_of(c, s->ack) &&
	       c->has_server_isn && s->seq - 1 == c->server_isn;
}

static void fin(struct conversations *t, struct conversation *c,
		const struct segment *s, bool from_client)
{
	plain(t, c, s, from_client);
	if (c->handshake != HANDSHAKE_DONE)
		return;
	c->server_closed = !from_client;
	c->dropped += !from_client && is_unused(c, s);
	set_handshake(t, c, HANDSHAKE_OVER);
}

/* A RST of the client. */
static void rst_client(struct conversations *t, struct conversation *c,
		       const struct segment *s)
{
	uint32_t ahead = ahead_of(c, s->seq);

	c->rsts_client++;
	if (c->wrong_answer && s->seq == c->answer) {
		/* Of the server's attempt; the client's own goes on. */
		c->rejected = true;
		if (c->wrong_overtaken) {
			c->overlapping += c->far;
			c->far = 0;
		}
		return;
	}
	/*
	 * What it answers to an overtaken SYN,ACK: that one is not in the
	 * capture, or came before the SYN that overtook it.
	 */
	if (is_waiting(c) && ahead && seen_isn(c, s->seq - 1)) {
		c->rejected = true;
		confirm(c);
		return;
	}
	if (c->handshake == HANDSHAKE_DONE) {
		c->reset_unused = !ahead && !c->was_used;
		set_handshake(t, c, HANDSHAKE_OVER);
	} else if (c->handshake == HANDSHAKE_ANSWERED && ahead < MAX_AHEAD) {
		c->aborted += !ahead;
		set_handshake(t, c, HANDSHAKE_OVER);
	}
}

static void rst(struct conversations *t, struct conversation *c,
		const struct segment *s, bool from_client)
{
	c->rsts++;
	if (is_waiting(c) || in_trouble(c))
		add_event(t, c, s, EVENT_RST, from_client);
	if (from_client) {
		rst_client(t, c, s);
		return;
	}
	t->answers += c->oriented;
	c->answered = true;
	if (is_waiting(c) && s->flags & TCP_ACK &&
	    ahead_of(c, s->ack) <= c->syn_payload) {
		c->refused++;
		set_handshake(t, c, HANDSHAKE_OVER);
	} else if (is_waiting(c) && s->flags & TCP_ACK && !s->seq &&
		   seen_isn(c, s->ack - 1)) {
		confirm(c);
	} else if (c->handshake == HANDSHAKE_DONE ||
		   c->handshake == HANDSHAKE_ANSWERED) {
		c->dropped += c->handshake == HANDSHAKE_DONE && is_unused(c, s);
		c->server_closed = true;
		set_handshake(t, c, HANDSHAKE_OVER);
	}
}

/* @quotes_client: what could not be delivered had been sent by the client */
static void icmp(struct conversations *t, struct conversation *c,
		 const struct segment *s, bool quotes_client)
{
	bool open = c->handshake == HANDSHAKE_NONE || is_waiting(c);
	bool prohibited = s->kind == PACKET_PROHIBITED;

	c->prohibited += prohibited;
	c->unreachable += !prohibited;
	if (!open)
		return;
	if (prohibited && !c->prohibited_open++)
		c->first_prohibited = s->frame;
	if (prohibited && quotes_client)
		c->icmp_from_server = true;
	else if (prohibited)
		c->icmp_from_client = true;
	add_event(t, c, s, prohibited ? EVENT_PROHIBITED : EVENT_UNREACHABLE,
		  !quotes_client);

	if (!quotes_client) {
		/* Its firewall takes the place of a RST. */
		if (c->wrong_answer && c->wrong_overtaken) {
			c->overlapping += c->far;
			c->far = 0;
		}
		return;
	}
	c->answered = true;
	if (is_isn(c, s->seq) || !s->seq) {
		/* The client's connect() fails. */
		if (is_waiting(c)) {
			c->icmp_ended = true;
			set_handshake(t, c, HANDSHAKE_OVER);
		}
	} else if (seen_isn(c, s->seq)) {
		confirm(c);
	}
}

/**
 * conversations_waiting - which segments without SYN, FIN and RST may matter
 * @t: the table
 *
 * Return: those whose count is not 0; valid as long as @t, and kept current.
 */
struct waiting *conversations_waiting(struct conversations *t)
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
	if (s->time > t->end)
		t->end = s->time;
	/* No host answers that: it is somebody's probe. */
	if ((flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN))
		return NOTICE_NONE;
	n = lookup(t, h, s, &from_client);
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
	if (flags == TCP_SYN && (from_client || !c->oriented))
		add_tag(c, s->tag);
	if (is_duplicate(t, c, s))
		return NOTICE_NONE;
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
 * conversations_time_jumped - the clock of the capture was set back
 * @t: the table
 *
 * How far apart a frame before it and one after it are is not known.
 */
void conversations_time_jumped(struct conversations *t)
{
	t->epoch++;
}

/**
 * conversations_finish - the capture is over
 * @t: the table
 * @end: its latest time
 *
 * Settles what was left open in the conversations.
 *
 * Return: what could be seen in it.
 */
struct view conversations_finish(struct conversations *t, uint64_t end)
{
	uint32_t n;

	t->end = end;
	for (n = 0; n < t->count; n++)
		settle(t, entry(t, n), end);
	return view_of(t);
}

/**
 * conversations_duplicates - frames that were captured more than once
 * @t: the table
 *
 * Return: how many were passed over.
 */
uint64_t conversations_duplicates(const struct conversations *t)
{
	return t->duplicates;
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
