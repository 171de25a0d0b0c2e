// SPDX-License-Identifier: GPL-2.0
/* frame -> dissect -> conversation -> verdict, for all frames of a capture. */
#include <stdio.h>
#include <string.h>

#include "analysis.h"

#define BATCH	256

/*
 * Nearly all packets of a capture: data, over Ethernet and IPv4 without options
 * or fragments, that no handshake waits for. Any doubt is for the dissector.
 */
static inline bool is_data(const struct frame *f, const struct waiting *waiting)
{
	const uint8_t *p = f->data;
	uint16_t sport, dport;

	if (f->link != LINK_ETHERNET || f->caplen < 48 ||
	    be16(p + 12) != 0x0800 || p[14] != 0x45 || p[23] != 6 ||
	    be16(p + 20) & 0x3fff || p[47] & (TCP_SYN | TCP_RST | TCP_FIN))
		return false;
	sport = be16(p + 34);
	dport = be16(p + 36);
	return sport != PORT_RPCBIND && dport != PORT_RPCBIND &&
	       !waiting->count[waiting_slot(sport, dport)];
}

static void one_frame(struct report *r, const struct frame *f,
		      const struct waiting *waiting, const struct options *o)
{
	struct conversation *c;
	struct headers h;
	struct segment s;
	bool rpcbind;

	if (!dissect_headers(f, &h, &r->dissect))
		return;
	rpcbind = h.kind == PACKET_UDP_RPCBIND ||
		  (h.kind == PACKET_TCP && (h.sport == PORT_RPCBIND ||
					    h.dport == PORT_RPCBIND));
	if (h.kind == PACKET_TCP && !rpcbind &&
	    !(h.flags & (TCP_SYN | TCP_RST | TCP_FIN)) &&
	    !waiting->count[waiting_slot(h.sport, h.dport)])
		return;
	if (!dissect_segment(f, &h, &s, &r->dissect))
		return;
	if (rpcbind)
		services_answer(r->services, &s);
	if (h.kind == PACKET_UDP_RPCBIND)
		return;
	if (conversations_segment(r->table, &s, &c) == NOTICE_BURST && o->live)
		o->live(c, &s);
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
	const struct waiting *waiting;
	struct frame frames[BATCH];
	int n, i;

	r->table = conversations_new(o->max_conversations, o->window,
				     verdicts_leaving, &r->verdicts);
	r->services = services_new();
	if (!r->table || !r->services)
		return false;

	waiting = conversations_waiting(r->table);
	while ((n = capture_read(c, frames, BATCH)) > 0) {
		if (!r->packets)
			r->first = frames[0].time;
		r->packets += n;
		for (i = 0; i < n; i++) {
			if (frames[i].time > r->last)
				r->last = frames[i].time;
			if (!is_data(&frames[i], waiting))
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
	r->dropped = capture_dropped(c);
	r->evicted = conversations_evicted(r->table);
	r->evicted_open = conversations_evicted_open(r->table);
	verdicts_finish(&r->verdicts, r->table, r->last);
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
	services_free(r->services);
}
