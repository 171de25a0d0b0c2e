// SPDX-License-Identifier: GPL-2.0
/*
 * Judge. Knows what the figures of a conversation mean, and says it in the
 * words of the report that described the storm first.
 */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "verdict.h"

/* Conversations of a verdict that are kept after they left the table. */
#define KEEP		1024

/* A first SYN is sent again after a second, then after two (RFC 6298). */
#define PATIENCE	(3 * NSEC_PER_SEC)

/**
 * verdict_of - judge a conversation
 * @c: the conversation
 * @end: when the capture ended, in nanoseconds since the epoch
 *
 * Another ISN while the last SYN is unanswered is what the race does and a
 * sound client never: it gives an attempt up before it makes another, which
 * takes longer than the window. A connection that is established and given up
 * for another one at once, again and again, is the same race met later.
 *
 * Return: the verdict.
 */
enum verdict verdict_of(const struct conversation *c, uint64_t end)
{
	bool open = c->handshake == HANDSHAKE_OPEN ||
		    c->handshake == HANDSHAKE_ANSWERED;
	bool failed = c->attempts && !c->was_done;
	uint64_t waited = end > c->isn_time ? end - c->isn_time : 0;

	if (c->overlapping || c->torn > 1)
		return VERDICT_STORM;
	if (c->prohibited_open)
		return VERDICT_FIREWALL;
	if (c->rejected || (failed && (c->challenges || c->unknown)))
		return VERDICT_REUSE_REJECTED;
	if (failed && (c->refused || c->unreachable || c->again))
		return VERDICT_UNREACHABLE;
	if (failed && open)
		return waited < PATIENCE ? VERDICT_UNDECIDED :
					   VERDICT_UNREACHABLE;
	if (c->established)
		return VERDICT_HEALTHY;
	return VERDICT_UNDECIDED;
}

/**
 * verdict_name - the name of a verdict in JSON
 * @v: the verdict
 *
 * Return: one word.
 */
const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_HEALTHY]	 = "healthy",
		[VERDICT_UNDECIDED]	 = "undecided",
		[VERDICT_UNREACHABLE]	 = "unreachable",
		[VERDICT_REUSE_REJECTED] = "reuse-rejected",
		[VERDICT_FIREWALL]	 = "firewall",
		[VERDICT_STORM]		 = "storm",
	};

	return names[v];
}

/**
 * verdict_title - a verdict in a few words
 * @v: the verdict
 *
 * Return: what follows a colon.
 */
const char *verdict_title(enum verdict v)
{
	static const char *const titles[] = {
		[VERDICT_HEALTHY] = "healthy",
		[VERDICT_UNDECIDED] =
			"undecided: too little of the handshake is in the capture",
		[VERDICT_UNREACHABLE] =
			"the server cannot be reached",
		[VERDICT_REUSE_REJECTED] =
			"port reuse rejected: the server still holds an earlier attempt or connection from this port",
		[VERDICT_FIREWALL] =
			"a firewall rejects the TCP 3-way handshake",
		[VERDICT_STORM] =
			"SYN storm: the client erroneously sends bursts of SYNs (the sunrpc connect race)",
	};

	return titles[v];
}

/**
 * verdict_advice - what to do about a verdict
 * @v: the verdict
 *
 * Return: sentences, NULL if there is nothing to do.
 */
const char *verdict_advice(enum verdict v)
{
	static const char *const advice[] = {
		[VERDICT_UNREACHABLE] =
			"See whether the server and the service are up, and whether a firewall drops what is sent to it. The client behaves as it should.",
		[VERDICT_REUSE_REJECTED] =
			"Capture from before the connection was lost: a burst then shows what left the earlier attempt behind. Without one, the server (or something on the way) keeps connections that the client has given up.",
		[VERDICT_FIREWALL] =
			"Look at the rules of the firewall on the side that sent the ICMP. If what it rejects is a SYN,ACK that acknowledges none of the client's SYNs, the connection tracking is right to do so: the server answers an earlier attempt; capture from before the connection was lost, and look for a storm.",
		[VERDICT_STORM] =
			"Update the client's kernel to one that has \"SUNRPC: Ensure that we wait for connections to complete before retrying\" (0fdea1e8a285; RHEL 6.9: kernel-2.6.32-696.6.3.el6). Until then, load sunrpc_fix on the client. Stopping the client's firewall lets the handshake complete sometimes, and is no cure.",
	};

	return (size_t)v < sizeof(advice) / sizeof(*advice) ? advice[v] : NULL;
}

static void explain_bursts(FILE *out, const struct conversation *c,
			   const char *indent)
{
	char at[TEXT_TIME], span[TEXT_SPAN];
	const struct burst *b = c->bursts, *other;
	unsigned int n;

	if (!c->nr_bursts)
		return;
	if (!c->kept_bursts) {
		fprintf(out, "%s%u bursts of SYNs\n", indent, c->nr_bursts);
		return;
	}
	/* The worst one, and how many there are. */
	for (n = 1; n < c->kept_bursts; n++) {
		other = &c->bursts[n];
		if (other->isns > b->isns)
			b = other;
	}
	fprintf(out, "%sframe %llu, %s: %u SYNs with %u different sequence numbers within %s\n",
		indent, (unsigned long long)b->frame, text_time(at, b->time),
		b->syns, b->isns, text_span(span, b->last - b->time));
	if (c->nr_bursts > 1)
		fprintf(out, "%sand %u more such bursts from this port, the first in frame %llu\n",
			indent, c->nr_bursts - 1,
			(unsigned long long)c->bursts[0].frame);
	if (!c->overlapping)
		fprintf(out, "%sthe SYN before each of them had been answered: no race\n",
			indent);
}

static void explain_answers(FILE *out, const struct conversation *c,
			    const char *indent)
{
	uint32_t wrong = c->overtaken + c->unknown;

	if (wrong)
		fprintf(out, "%sframe %llu: %s SYN,ACK that acknowledges %s\n",
			indent, (unsigned long long)c->first_mismatched,
			text_count_of(wrong, "the first", "a"),
			!c->unknown ? "an overtaken SYN, not the client's newest" :
			!c->overtaken ? "no SYN of this client in the capture" :
			"an overtaken SYN, or none of the capture");
	if (wrong > 1)
		fprintf(out, "%s%u such SYN,ACKs in all\n", indent, wrong);
	if (c->challenges)
		fprintf(out, "%s%u times the server answers a SYN with an ACK of another connection\n",
			indent, c->challenges);
	if (c->prohibited_open)
		fprintf(out, "%sframe %llu: ICMP administratively prohibited from the %s, %u times\n",
			indent, (unsigned long long)c->first_prohibited,
			c->icmp_from_client && c->icmp_from_server ?
			"client's and the server's side" :
			c->icmp_from_client ? "client's side, which rejects the SYN,ACK" :
			"server's side, which rejects the SYN",
			c->prohibited_open);
	if (c->unreachable)
		fprintf(out, "%s%u times ICMP unreachable\n", indent,
			c->unreachable);
	if (c->refused)
		fprintf(out, "%s%u attempts were answered by RST\n", indent,
			c->refused);
	if (c->rejected)
		fprintf(out, "%sthe client resets what the server answers: the two do not agree which attempt is current\n",
			indent);
	if (c->torn)
		fprintf(out, "%s%u times a connection was given up by the client for another one at once\n",
			indent, c->torn);
}

static void explain_outcome(FILE *out, const struct conversation *c,
			    enum verdict v, const char *indent)
{
	char span[TEXT_SPAN];

	if (v == VERDICT_UNREACHABLE && !c->refused && !c->unreachable) {
		if (c->synacks)
			fprintf(out, "%sthe server answers, but the client does not go on: the SYN,ACK is lost or dropped on its way\n",
				indent);
		else
			fprintf(out, "%sno answer to %u SYNs\n", indent,
				c->syns);
	}
	if (!c->attempts)
		fprintf(out, "%sno SYN of it is in the capture\n", indent);
	else if (!c->established)
		fprintf(out, "%sthe handshake never completes in this capture\n",
			indent);
	else if (!c->was_done)
		fprintf(out, "%sestablished %u times; the newest attempt does not complete\n",
			indent, c->established);
	else
		fprintf(out, "%sestablished; it took %s from the first SYN, at worst\n",
			indent, text_span(span, c->recovery));
	if (c->server_syns)
		fprintf(out, "%s%u SYNs in the other direction were not judged\n",
			indent, c->server_syns);
	if (c->inexact)
		fprintf(out, "%sout of memory for its sequence numbers: retransmissions may have been counted as new attempts\n",
			indent);
}

/**
 * verdict_explain - say what a verdict rests on
 * @out: where to
 * @c: the conversation
 * @v: its verdict
 * @indent: what each line begins with
 */
void verdict_explain(FILE *out, const struct conversation *c, enum verdict v,
		     const char *indent)
{
	explain_bursts(out, c, indent);
	explain_answers(out, c, indent);
	explain_outcome(out, c, v, indent);
	if (v == VERDICT_STORM && c->cport >= 1024)
		fprintf(out, "%sport %u is not a reserved one: an NFS client with noresvport, or a program that is none\n",
			indent, c->cport);
}

static bool append(struct verdicts *v, struct conversation *c,
		   enum verdict verdict, bool owned)
{
	struct finding *more;
	size_t room;

	if (v->nr == v->room) {
		room = v->room ? 2 * v->room : 64;
		more = reallocarray(v->findings, room, sizeof(*more));
		if (!more)
			return false;
		v->findings = more;
		v->room = room;
	}
	v->findings[v->nr++] = (struct finding){ c, verdict, owned };
	return true;
}

/**
 * verdicts_leaving - judge a conversation that leaves its table
 * @ctx: the struct verdicts
 * @c: the conversation; its details are taken if it is worth keeping
 * @now: time of the frame that needs the room
 */
void verdicts_leaving(void *ctx, struct conversation *c, uint64_t now)
{
	enum verdict verdict = verdict_of(c, now);
	struct verdicts *v = ctx;
	struct conversation *copy = NULL;

	v->counts[verdict]++;
	if (verdict > VERDICT_UNDECIDED &&
	    v->counts[verdict] - v->unlisted[verdict] <= KEEP)
		copy = malloc(sizeof(*copy));
	if (!copy || !append(v, copy, verdict, true)) {
		free(copy);
		v->unlisted[verdict]++;
		return;
	}
	*copy = *c;
	/* Their memory stays in use: nothing of it is given back. */
	c->events = NULL;
	c->room_events = 0;
	c->bursts = NULL;
	c->kept_bursts = 0;
	c->isn_set = (struct isn_set){ 0 };
}

static int compare(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;
	uint64_t i = a->conversation->first_frame;
	uint64_t j = b->conversation->first_frame;

	if (a->verdict != b->verdict)
		return a->verdict > b->verdict ? -1 : 1;
	return i < j ? -1 : i > j;
}

/**
 * verdicts_finish - judge what is still in the table
 * @v: the verdicts
 * @t: the table, which must outlive them
 * @end: when the capture ended, in nanoseconds since the epoch
 */
void verdicts_finish(struct verdicts *v, struct conversations *t, uint64_t end)
{
	struct conversation *c;
	enum verdict verdict;
	uint32_t n;

	for (n = 0; (c = conversations_get(t, n)); n++) {
		verdict = verdict_of(c, end);
		v->counts[verdict]++;
		if (!append(v, c, verdict, false))
			v->unlisted[verdict]++;
	}
	if (v->nr)
		qsort(v->findings, v->nr, sizeof(*v->findings), compare);
}

/**
 * verdicts_free - free the verdicts and what left the table
 * @v: the verdicts
 */
void verdicts_free(struct verdicts *v)
{
	struct conversation *c;
	size_t n, unused = 0;

	for (n = 0; n < v->nr; n++) {
		if (!v->findings[n].owned)
			continue;
		c = v->findings[n].conversation;
		isn_set_free(&c->isn_set, &unused);
		free(c->events);
		free(c->bursts);
		free(c);
	}
	free(v->findings);
}

/**
 * verdicts_worst - the verdict of a file
 * @v: the verdicts
 *
 * Return: that of its gravest conversation; healthy if there is none.
 */
enum verdict verdicts_worst(const struct verdicts *v)
{
	enum verdict worst = NR_VERDICTS - 1;

	while (worst > VERDICT_HEALTHY && !v->counts[worst])
		worst--;
	return worst;
}
