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

/* Once may be anything; a balancer's check or a busy service repeats it. */
#define GIVEN_UP	2
#define DROPPED		3

/**
 * verdict_of - judge a conversation
 * @c: the conversation
 * @v: what can be seen in the capture
 *
 * Another ISN while the last attempt is under way is what the race does, and a
 * sound client never: it gives an attempt up before it makes another. What ends
 * an attempt, and how two that overlap are told from two of which the end is not
 * in the capture, is in conversations.c.
 *
 * Return: the verdict.
 */
enum verdict verdict_of(const struct conversation *c, const struct view *v)
{
	bool open = c->handshake == HANDSHAKE_OPEN ||
		    c->handshake == HANDSHAKE_ANSWERED;
	bool failed = c->attempts && !c->was_done;
	uint64_t since = c->synacks ? c->isn_time : c->began;
	uint64_t waited = v->end > since ? v->end - since : 0;

	if (c->overlapping)
		return VERDICT_STORM;
	if (c->prohibited_open)
		return VERDICT_FIREWALL;
	if (failed && (c->rejected || c->challenges || c->unknown))
		return VERDICT_REUSE_REJECTED;
	/* What was answered may well have been completed. */
	if (failed && v->filtered && !c->unheard &&
	    c->handshake == HANDSHAKE_ANSWERED)
		return VERDICT_UNDECIDED;
	if (failed && v->one_way)
		return VERDICT_UNDECIDED;
	if (c->torn + c->aborted >= GIVEN_UP || c->dropped >= DROPPED)
		return VERDICT_GIVEN_UP;
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
 * verdict_listed - is a conversation worth a line and an explanation?
 * @f: the conversation, judged
 *
 * Return: true if something went wrong, even if it came right in the end.
 */
bool verdict_listed(const struct finding *f)
{
	return f->verdict > VERDICT_UNDECIDED || f->conversation->challenges;
}

/**
 * verdict_service - name the RPC service of a well-known port
 * @c: the conversation
 *
 * Return: the name, "" for a port that is not known.
 */
const char *verdict_service(const struct conversation *c)
{
	switch (c->sport) {
	case 111:
		return "rpcbind";
	case 2049:
		return "NFS";
	case 20048:
		return "mountd";
	default:
		return "";
	}
}

/**
 * verdict_rpc - may it be the kernel's RPC client?
 * @c: the conversation
 *
 * Return: true if the server's port is known, or the client's is a reserved one,
 * as those of NFS and NLM are.
 */
bool verdict_rpc(const struct conversation *c)
{
	return verdict_service(c)[0] || c->cport < 1024;
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
		[VERDICT_NOTHING]	 = "nothing-seen",
		[VERDICT_HEALTHY]	 = "healthy",
		[VERDICT_UNDECIDED]	 = "undecided",
		[VERDICT_GIVEN_UP]	 = "given-up",
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
 * @rpc: it may be the kernel's RPC client
 *
 * Return: what follows a colon.
 */
const char *verdict_title(enum verdict v, bool rpc)
{
	static const char *const titles[] = {
		[VERDICT_NOTHING] =
			"nothing seen: no TCP handshake in it that can be read",
		[VERDICT_HEALTHY] = "healthy",
		[VERDICT_UNDECIDED] =
			"undecided: too little of the handshake is in the capture",
		[VERDICT_GIVEN_UP] =
			"connections given up at once, unused",
		[VERDICT_UNREACHABLE] =
			"the server cannot be reached",
		[VERDICT_REUSE_REJECTED] =
			"port reuse rejected: the server still holds an earlier attempt or connection from this port",
		[VERDICT_FIREWALL] =
			"a firewall rejects the TCP 3-way handshake",
		[VERDICT_STORM] =
			"SYN storm: the client erroneously sends bursts of SYNs (the sunrpc connect race)",
	};

	return v == VERDICT_STORM && !rpc ?
	       "SYN storm: one port sends SYNs while its earlier ones are under way" :
	       titles[v];
}

/**
 * verdict_advice - what to do about a verdict
 * @v: the verdict
 * @rpc: it may be the kernel's RPC client
 *
 * Return: sentences, NULL if there is nothing to do.
 */
const char *verdict_advice(enum verdict v, bool rpc)
{
	static const char *const advice[] = {
		/* Has none of its own; that of a storm which is not RPC's. */
		[VERDICT_NOTHING] =
			"Find the program on the client that connects from this port. Neither port is known as one of NFS or another RPC service; rpcinfo -p on the server lists those.",
		[VERDICT_GIVEN_UP] =
			"See who connects and says nothing, or who closes: the check of a load balancer or of monitoring; a service that takes no more connections, or none from this client. The client's kernel behaves as it should.",
		[VERDICT_UNREACHABLE] =
			"See whether the server and the service are up, and whether a firewall drops what is sent to it. The client behaves as it should.",
		[VERDICT_REUSE_REJECTED] =
			"Capture from before the connection was lost: a burst then shows what left the earlier attempt behind. Without one, the server (or something on the way) keeps connections that the client has given up.",
		[VERDICT_FIREWALL] =
			"Look at the rules of the firewall on the side that sent the ICMP. If what it rejects is a SYN,ACK that acknowledges none of the client's SYNs, the connection tracking is right to do so: the server answers an earlier attempt; capture from before the connection was lost, and look for a storm.",
		[VERDICT_STORM] =
			"Update the client's kernel to one that has \"SUNRPC: Ensure that we wait for connections to complete before retrying\" (0fdea1e8a285; RHEL 6.9: kernel-2.6.32-696.6.3.el6). Until then, load sunrpc_fix on the client. Stopping the client's firewall lets the handshake complete sometimes, and is no cure.",
	};

	if (v == VERDICT_STORM && !rpc)
		v = VERDICT_NOTHING;
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
		fprintf(out, "%snothing shows that two of them were under way at once: what ended the ones before may not be in the capture\n",
			indent);
}

/* "once", "twice", "7 times" */
static const char *times(char buf[TEXT_SPAN], uint32_t n)
{
	if (n < 3)
		return n == 1 ? "once" : "twice";
	snprintf(buf, TEXT_SPAN, "%u times", n);
	return buf;
}

static void explain_rsts(FILE *out, const struct conversation *c,
			 const char *indent)
{
	uint32_t server = c->rsts - c->rsts_client;

	if (c->rsts)
		fprintf(out, "%s%u RST%s: %u of the client, %u of the server\n",
			indent, c->rsts, c->rsts == 1 ? "" : "s",
			c->rsts_client, server);
	if (c->refused)
		fprintf(out, "%s%s an attempt was answered by RST\n", indent,
			times((char[TEXT_SPAN]){ 0 }, c->refused));
}

static void explain_answers(FILE *out, const struct conversation *c,
			    const char *indent)
{
	uint32_t wrong = c->overtaken + c->unknown;
	char often[TEXT_SPAN];

	if (wrong)
		fprintf(out, "%sframe %llu: %s SYN,ACK that acknowledges %s\n",
			indent, (unsigned long long)c->first_mismatched,
			text_count_of(wrong, "the first", "a"),
			!c->unknown ? "an overtaken SYN, not the client's newest" :
			!c->overtaken ? "no SYN of this client in the capture" :
			"an overtaken SYN, or none of the capture");
	if (wrong)
		fprintf(out, "%s%u of %u SYN,ACKs acknowledge%s the newest SYN\n",
			indent, c->right, c->synacks, c->right == 1 ? "s" : "");
	if (c->challenges)
		fprintf(out, "%s%s the server answers a SYN with an ACK of another connection\n",
			indent, times(often, c->challenges));
	if (c->prohibited_open)
		fprintf(out, "%sframe %llu: ICMP administratively prohibited from the %s, %s\n",
			indent, (unsigned long long)c->first_prohibited,
			c->icmp_from_client && c->icmp_from_server ?
			"client's and the server's side" :
			c->icmp_from_client ? "client's side, which rejects the SYN,ACK" :
			"server's side, which rejects the SYN",
			times(often, c->prohibited_open));
	if (c->unreachable)
		fprintf(out, "%s%s ICMP unreachable\n", indent,
			times(often, c->unreachable));
	explain_rsts(out, c, indent);
	if (c->rejected)
		fprintf(out, "%sthe client resets what the server answers: the two do not agree which attempt is current\n",
			indent);
	if (c->torn)
		fprintf(out, "%s%s the client reset a connection unused, and made another at once\n",
			indent, times(often, c->torn));
	if (c->aborted)
		fprintf(out, "%s%s the client reset what the server answered to its newest SYN\n",
			indent, times(often, c->aborted));
	if (c->dropped)
		fprintf(out, "%s%s the server closed a connection on which nothing had been sent\n",
			indent, times(often, c->dropped));
	if (c->duplicates)
		fprintf(out, "%sframes that are in the capture again, not counted: %u\n",
			indent, c->duplicates);
}

static void explain_outcome(FILE *out, const struct conversation *c,
			    enum verdict v, const struct view *view,
			    const char *indent)
{
	char span[TEXT_SPAN], often[TEXT_SPAN];

	if (v == VERDICT_UNREACHABLE && !c->refused && !c->unreachable) {
		if (c->synacks)
			fprintf(out, "%sthe server answers, but the client does not go on: the SYN,ACK is lost or dropped on its way\n",
				indent);
		else
			fprintf(out, "%sno answer to %u SYN%s\n", indent,
				c->syns, c->syns == 1 ? "" : "s");
	}
	if (!c->attempts)
		fprintf(out, "%sno SYN of it is in the capture\n", indent);
	else if (!c->was_done && view->filtered && c->synacks && !c->unheard)
		fprintf(out, "%sfiltered capture: whether handshakes completed cannot be seen\n",
			indent);
	else if (!c->was_done && view->one_way)
		fprintf(out, "%sonly what the client sends is in the capture\n",
			indent);
	else if (!c->established)
		fprintf(out, "%sthe handshake never completes in this capture\n",
			indent);
	else if (!c->was_done)
		fprintf(out, "%sestablished %s; the newest attempt does not complete\n",
			indent, times(often, c->established));
	else
		fprintf(out, "%sestablished; it took %s from the first SYN, at worst\n",
			indent, text_span(span, c->recovery));
	if (c->server_syns)
		fprintf(out, "%sSYNs in the other direction, not judged: %u\n",
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
 * @view: what can be seen in the capture
 * @indent: what each line begins with
 */
void verdict_explain(FILE *out, const struct conversation *c, enum verdict v,
		     const struct view *view, const char *indent)
{
	explain_bursts(out, c, indent);
	explain_answers(out, c, indent);
	explain_outcome(out, c, v, view, indent);
	if (v == VERDICT_STORM && !c->synacks && !c->established &&
	    c->rsts == c->rsts_client && !c->prohibited && !c->unreachable)
		fprintf(out, "%snothing that answers it is in the capture: make sure by one that has all of TCP, and ICMP\n",
			indent);
	if (v == VERDICT_STORM && c->cport >= 1024 && verdict_rpc(c))
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
		more = realloc(v->findings, room * sizeof(*more));
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
 * @view: what can be seen in the capture so far
 */
void verdicts_leaving(void *ctx, struct conversation *c,
		      const struct view *view)
{
	enum verdict verdict = verdict_of(c, view);
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
 * @view: what can be seen in the capture
 */
void verdicts_finish(struct verdicts *v, struct conversations *t,
		     const struct view *view)
{
	struct finding f = { .owned = false };
	struct conversation *c;
	bool sorted = true;
	uint32_t n;

	for (n = 0; (c = conversations_get(t, n)); n++) {
		f.conversation = c;
		f.verdict = verdict_of(c, view);
		v->counts[f.verdict]++;
		if (!v->all && !verdict_listed(&f))
			continue;
		if (!append(v, c, f.verdict, false))
			v->unlisted[f.verdict]++;
	}
	/* Most captures have one verdict, in the order of the frames. */
	for (n = 1; n < v->nr && sorted; n++)
		sorted = compare(&v->findings[n - 1], &v->findings[n]) < 0;
	if (!sorted)
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
 * Return: that of its gravest conversation, or that it has none.
 */
enum verdict verdicts_worst(const struct verdicts *v)
{
	enum verdict worst = NR_VERDICTS - 1;

	while (worst > VERDICT_NOTHING && !v->counts[worst])
		worst--;
	return worst;
}

/**
 * verdicts_rpc - may the gravest be the kernel's RPC client?
 * @v: the verdicts
 *
 * Return: true if it may be, of one that is listed.
 */
bool verdicts_rpc(const struct verdicts *v)
{
	size_t n;

	for (n = 0; n < v->nr && v->findings[n].verdict == v->findings[0].verdict;
	     n++) {
		if (verdict_rpc(v->findings[n].conversation))
			return true;
	}
	return false;
}
