// SPDX-License-Identifier: GPL-2.0
/* frame -> dissect -> conversation -> verdict, for all frames of a capture. */
#include <stdio.h>
#include <string.h>

#include "analysis.h"

#define BATCH	256

/* Frames of several queues of a device may be so much out of order. */
#define TIME_BACK	(10 * NSEC_PER_MSEC)

/*
 * Nearly all packets of a capture: data, over Ethernet and IPv4 without options
 * or fragments, that no handshake waits for. Any doubt is for the dissector.
 */
static inline bool is_data(const struct frame *f, const struct waiting *waiting)
{
	const uint8_t *p = f->data;

	if (f->link != LINK_ETHERNET || f->caplen < 48 ||
	    be16(p + 12) != 0x0800 || p[14] != 0x45 || p[23] != 6 ||
	    be16(p + 20) & 0x3fff || p[47] & (TCP_SYN | TCP_RST | TCP_FIN))
		return false;
	return !waiting->count[waiting_slot(be16(p + 34), be16(p + 36))];
}

static void one_frame(struct report *r, const struct frame *f,
		      struct waiting *waiting, const struct options *o)
{
	struct conversation *c;
	struct headers h;
	struct segment s;

	if (!dissect_headers(f, &h, &r->dissect))
		return;
	if (h.kind == PACKET_TCP &&
	    !(h.flags & (TCP_SYN | TCP_RST | TCP_FIN))) {
		waiting->plain = true;
		if (!waiting->count[waiting_slot(h.sport, h.dport)])
			return;
	}
	if (dissect_segment(f, &h, &s, &r->dissect) &&
	    conversations_segment(r->table, &s, &c) == NOTICE_BURST && o->live)
		o->live(c, &s);
}

/* What is across it is not near, however near it looks. */
static uint64_t time_went_back(struct report *r, const struct frame *f,
			       uint64_t newest)
{
	if (newest > r->last)
		r->last = newest;
	if (!f->time) {
		r->untimed++;
		return newest;
	}
	if (!r->time_back++)
		r->time_back_frame = f->number;
	conversations_time_jumped(r->table);
	return f->time;
}

/**
 * analyse - read a capture to its end
 * @r: filled in; all zero but @file before
 * @c: the capture
 * @o: the user's choices
 *
 * What could be read is in @r also if the capture is broken; @r->error then
 * says so.
 *
 * Return: false if there is no memory.
 */
bool analyse(struct report *r, struct capture *c, const struct options *o)
{
	struct frame frames[BATCH];
	struct waiting *waiting;
	uint64_t newest = 0;
	int n, i;

	r->table = conversations_new(o->max_conversations, o->window,
				     o->tight, verdicts_leaving, &r->verdicts);
	if (!r->table)
		return false;
	r->verdicts.all = o->all;

	waiting = conversations_waiting(r->table);
	while ((n = capture_read(c, frames, BATCH)) > 0) {
		if (!r->packets)
			r->first = frames[0].time;
		r->packets += n;
		for (i = 0; i < n; i++) {
			if (frames[i].time >= newest)
				newest = frames[i].time;
			else if (newest - frames[i].time > TIME_BACK)
				newest = time_went_back(r, &frames[i], newest);
			if (is_data(&frames[i], waiting))
				waiting->plain = true;
			else
				one_frame(r, &frames[i], waiting, o);
		}
	}
	if (n < 0)
		snprintf(r->error, sizeof(r->error), "%s", capture_error(c));
	else if (r->dissect.unknown_link)
		snprintf(r->error, sizeof(r->error),
			 "%llu frames are of link type %u, which synburst cannot read",
			 (unsigned long long)r->dissect.unknown_link,
			 r->dissect.link);
	if (newest > r->last)
		r->last = newest;
	if (!r->last)
		r->untimed = r->packets;
	r->duplicates = conversations_duplicates(r->table);
	r->dropped = capture_dropped(c);
	r->evicted = conversations_evicted(r->table);
	r->evicted_open = conversations_evicted_open(r->table);
	r->view = conversations_finish(r->table, r->last);
	verdicts_finish(&r->verdicts, r->table, &r->view);
	return true;
}

/**
 * report_free - free what a report points to
 * @r: the report
 */
void report_free(struct report *r)
{
	verdicts_free(&r->verdicts);
	conversations_free(r->table);
}
