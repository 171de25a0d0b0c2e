// SPDX-License-Identifier: GPL-2.0
/* Output: a table of the conversations, what it means, and what to do. */
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "text.h"

/* More than one screen is what --json is for. */
#define MAX_ROWS	50
#define MAX_EXPLAINED	10

static bool listed(const struct finding *f, bool all)
{
	return all || verdict_listed(f);
}

static void rows(FILE *out, const struct report *r, bool all)
{
	char client[TEXT_END], server[TEXT_END], recovery[TEXT_SPAN];
	const char *service;
	int wide[2] = { 6, 6 };
	const struct conversation *c;
	const struct finding *f;
	size_t n, more = 0, shown = 0;
	int len;

	for (n = 0; n < r->verdicts.nr && n < MAX_ROWS; n++) {
		c = r->verdicts.findings[n].conversation;
		len = strlen(text_end(client, &c->client, c->cport));
		wide[0] = len > wide[0] ? len : wide[0];
		len = strlen(text_end(server, &c->server, c->sport));
		wide[1] = len > wide[1] ? len : wide[1];
	}
	for (n = 0; n < r->verdicts.nr; n++) {
		f = &r->verdicts.findings[n];
		if (!listed(f, all))
			continue;
		if (shown == MAX_ROWS) {
			more++;
			continue;
		}
		if (!shown++)
			fprintf(out, "\n%-*s  %-*s  %-8s %6s %6s %6s %6s %7s %6s %8s %11s  %s\n",
				wide[0], "client", wide[1], "server", "service",
				"SYNs", "ISNs", "bursts", "RSTs", "SYN,ACK",
				"ICMP", "estab-", "time to", "verdict");
		if (shown == 1)
			fprintf(out, "%-*s  %-*s  %-8s %6s %6s %6s %6s %7s %6s %8s %11s\n",
				wide[0], "", wide[1], "", "", "", "", "", "",
				"wrong", "proh.", "lished", "establish");
		c = f->conversation;
		service = verdict_service(c);
		fprintf(out, "%-*s  %-*s  %-8s %6u %6u %6u %6u %7u %6u %8u %11s  %s\n",
			wide[0], text_end(client, &c->client, c->cport),
			wide[1], text_end(server, &c->server, c->sport),
			*service ? service : "-", c->syns, c->attempts, c->nr_bursts, c->rsts,
			c->overtaken + c->unknown, c->prohibited,
			c->established,
			c->attempts && c->established ?
			text_span(recovery, c->recovery) : "-",
			verdict_name(f->verdict));
	}
	if (more)
		fprintf(out, "and %zu more: --json has them all\n", more);
}

static void explanations(FILE *out, const struct report *r)
{
	char client[TEXT_END], server[TEXT_END];
	const struct conversation *c;
	const struct finding *f;
	const char *service;
	size_t n, shown = 0;

	for (n = 0; n < r->verdicts.nr && shown < MAX_EXPLAINED; n++) {
		f = &r->verdicts.findings[n];
		if (!listed(f, false))
			continue;
		shown++;
		c = f->conversation;
		service = verdict_service(c);
		fprintf(out, "\n%s -> %s", text_end(client, &c->client, c->cport),
			text_end(server, &c->server, c->sport));
		if (*service)
			fprintf(out, " (%s)", service);
		fprintf(out, ": %s\n",
			verdict_title(f->verdict, verdict_rpc(c)));
		verdict_explain(out, c, f->verdict, &r->view, "  ");
	}
}

/* Breaks lines at 78 columns. */
static void paragraph(FILE *out, const char *head, const char *text)
{
	size_t column = strlen(head), len;

	fputs(head, out);
	while (*text) {
		len = strcspn(text, " ");
		if (column + 1 + len > 78) {
			fputs("\n ", out);
			column = 1;
		}
		fprintf(out, " %.*s", (int)len, text);
		column += 1 + len;
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

static void advice(FILE *out, const struct report *r)
{
	bool rpc = verdicts_rpc(&r->verdicts);
	enum verdict v;

	for (v = NR_VERDICTS; v-- > 0;) {
		if (!r->verdicts.counts[v] || !verdict_advice(v, rpc))
			continue;
		fputc('\n', out);
		fprintf(out, "What to do (%s):\n", verdict_name(v));
		paragraph(out, " ", verdict_advice(v, rpc));
	}
}

static void undecoded(FILE *out, const struct dissect_stats *d)
{
	char name[TEXT_UNDECODED];
	unsigned int n;

	for (n = 0; n < MAX_UNDECODED && d->undecoded[n].frames; n++)
		fprintf(out, "\nNot looked into: %s, frames: %" PRIu64 ".\n",
			text_undecoded(name, d->undecoded[n].what,
				       d->undecoded[n].number),
			d->undecoded[n].frames);
}

static void limits(FILE *out, const struct report *r)
{
	enum verdict v;

	if (r->evicted) {
		fprintf(out, "\nThere was room for fewer conversations than the capture has: %"
			PRIu64 " had to leave,\n", r->evicted);
		fprintf(out, "%" PRIu64 " of them before their handshake was complete. One that came back counts as\n"
			"another, and a burst that this cuts is missed. --max-conversations makes room.\n",
			r->evicted_open);
	}
	for (v = NR_VERDICTS; v-- > VERDICT_UNREACHABLE;) {
		if (r->verdicts.unlisted[v])
			fprintf(out, "\n%" PRIu64 " more conversations (%s) are counted but not listed.\n",
				r->verdicts.unlisted[v], verdict_name(v));
	}
	if (r->view.filtered && r->verdicts.counts[VERDICT_UNDECIDED])
		fprintf(out, "\nFiltered capture: there is no plain ACK in it, so whether handshakes completed\ncannot be seen.\n");
	if (r->view.one_way)
		fprintf(out, "\nOnly one direction is in the capture: what answers the SYNs cannot be seen.\n");
	if (r->time_back)
		fprintf(out, "\nTime is not monotonic: it goes back in frame %" PRIu64
			" (times in all: %" PRIu64 ").\nWhat is across that is not judged by how near it is.\n",
			r->time_back_frame, r->time_back);
	if (r->untimed)
		fprintf(out, "\nFrames without a time: %" PRIu64 "; they are not judged by how near they are.\n",
			r->untimed);
	if (r->duplicates)
		fprintf(out, "\nFrames that are in the capture again, by packet ID, not counted: %"
			PRIu64 ".\n", r->duplicates);
	undecoded(out, &r->dissect);
	if (r->dissect.too_short)
		fprintf(out, "\nFrames cut before the header that would be needed: %" PRIu64 "; capture with a larger\nsnap length (tcpdump -s 128).\n",
			r->dissect.too_short);
	if (r->dropped)
		fprintf(out, "\nFrames lost while capturing: %" PRIu64 ".\n",
			r->dropped);
}

/**
 * output_table - the summary
 * @out: where to
 * @r: the report
 * @all: list conversations that are healthy, or undecided, as well
 */
void output_table(FILE *out, const struct report *r, bool all)
{
	uint64_t conversations = 0;
	char from[TEXT_TIME], span[TEXT_SPAN];
	enum verdict v;

	for (v = 0; v < NR_VERDICTS; v++)
		conversations += r->verdicts.counts[v];
	fprintf(out, "%s: %s\n", r->file,
		verdict_title(verdicts_worst(&r->verdicts),
			      verdicts_rpc(&r->verdicts)));
	fprintf(out, "%" PRIu64 " packets", r->packets);
	if (r->packets)
		fprintf(out, " in %s from %s",
			text_span(span, r->last - r->first),
			text_date(from, r->first));
	fprintf(out, ", %" PRIu64 " conversation%s", conversations,
		conversations == 1 ? "" : "s");
	for (v = NR_VERDICTS; v-- > 0;) {
		if (r->verdicts.counts[v])
			fprintf(out, ", %" PRIu64 " %s", r->verdicts.counts[v],
				verdict_name(v));
	}
	fputc('\n', out);

	rows(out, r, all);
	explanations(out, r);
	advice(out, r);
	limits(out, r);
}
