// SPDX-License-Identifier: GPL-2.0
/* What the text diagram and the picture show: which frames, and the remarks. */
#include "output.h"
#include "text.h"

/**
 * diagram_count - how many conversations deserve a diagram
 * @r: the report
 *
 * Return: the number of findings, from the first, that get one.
 */
size_t diagram_count(const struct report *r)
{
	size_t n = 0;

	while (n < r->verdicts.nr && n < DIAGRAMS &&
	       r->verdicts.findings[n].verdict > VERDICT_UNDECIDED)
		n++;
	return n;
}

/**
 * diagram_steps - the frames that are shown
 * @c: the conversation
 * @n: set to how many
 * @left_out: set to the number of frames after them that are not shown
 *
 * Return: the first one: that of the first burst, or of the conversation.
 */
const struct event *diagram_steps(const struct conversation *c, unsigned int *n,
				  uint64_t *left_out)
{
	const struct event *e = c->events;
	unsigned int count = c->nr_events;

	while (c->kept_bursts && count && e->frame < c->bursts[0].frame) {
		e++;
		count--;
	}
	*n = count < DIAGRAM_STEPS ? count : DIAGRAM_STEPS;
	*left_out = count - *n + (uint64_t)c->events_lost;
	return e;
}

/**
 * diagram_begins - does a SYN begin a handshake?
 * @e: the SYN
 * @first: the first frame that is shown
 *
 * Return: false if another attempt came before it in the same one.
 */
bool diagram_begins(const struct event *e, const struct event *first)
{
	while (e > first) {
		e--;
		if (e->kind == EVENT_SYN || e->kind == EVENT_SYN_AGAIN)
			return false;
		if (e->kind == EVENT_ESTABLISHED)
			return true;
	}
	return true;
}

/**
 * diagram_remark - say what is remarkable about a frame
 * @buf: may be filled in
 * @size: of @buf
 * @e: the frame
 * @first: the first one that is shown
 *
 * Return: a few words, "" if nothing is.
 */
const char *diagram_remark(char *buf, size_t size, const struct event *e,
			   const struct event *first)
{
	const struct event *before = e;
	char span[TEXT_SPAN];

	if (e->kind != EVENT_SYN)
		return text_remark(e);
	if (diagram_begins(e, first))
		return e > first ? "port reused" : "";
	/* The SYN before this one, whatever came in between. */
	while (before > first) {
		before--;
		if (before->kind != EVENT_SYN &&
		    before->kind != EVENT_SYN_AGAIN)
			continue;
		if (e->time < before->time)
			return "another ISN";
		snprintf(buf, size, "another ISN after %s",
			 text_span(span, e->time - before->time));
		return buf;
	}
	return "";
}
