// SPDX-License-Identifier: GPL-2.0
/* Output: a sequence diagram in text, to be pasted into a ticket. */
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "text.h"

/* Columns between the two lifelines. */
#define WIDTH	48

static void arrow(FILE *out, const char *label, bool to_right)
{
	char line[WIDTH + 1];
	size_t len = strlen(label);

	memset(line, '-', WIDTH);
	line[WIDTH] = '\0';
	if (len > WIDTH - 8)
		len = WIDTH - 8;
	line[3] = ' ';
	memcpy(line + 4, label, len);
	line[4 + len] = ' ';
	line[to_right ? WIDTH - 1 : 0] = to_right ? '>' : '<';
	fprintf(out, "|%s|", line);
}

static void one_ladder(FILE *out, const struct finding *f)
{
	char client[TEXT_END], server[TEXT_END], time[TEXT_TIME];
	char label[TEXT_EVENT], remark[TEXT_EVENT], span[TEXT_SPAN];
	const struct conversation *c = f->conversation;
	const char *service = verdict_service(c);
	const struct event *first, *e;
	const char *words;
	uint64_t left_out;
	unsigned int n, i;

	text_end(client, &c->client, c->cport);
	text_end(server, &c->server, c->sport);
	first = diagram_steps(c, &n, &left_out);

	fprintf(out, "\n%s -> %s%s%s%s: %s\n\n", client, server,
		service[0] ? " (" : "", service, service[0] ? ")" : "",
		verdict_name(f->verdict));
	fprintf(out, "%8s  %-15s  %-*s%s\n", "frame", "time",
		WIDTH + 2 - (int)strlen(server) / 2, client, server);
	for (i = 0; i < n; i++) {
		e = first + i;
		if (i && e->time > e[-1].time + DIAGRAM_PAUSE)
			fprintf(out, "%8s  %-15s  |%*s|  %s later\n", "", "",
				WIDTH, "",
				text_span(span, e->time - e[-1].time));
		fprintf(out, "%8" PRIu64 "  %s  ", e->frame,
			text_time(time, e->time));
		arrow(out, text_event(label, e), e->from_client);
		words = diagram_remark(remark, sizeof(remark), e, first);
		fprintf(out, "%s%s\n", *words ? "  " : "", words);
	}
	if (left_out)
		fprintf(out, "%8s  %" PRIu64 " more frames are not shown\n", "",
			left_out);
}

/**
 * output_ladder - sequence diagrams of what went wrong
 * @out: where to
 * @r: the report
 */
void output_ladder(FILE *out, const struct report *r)
{
	size_t n, count = diagram_count(r);

	for (n = 0; n < count; n++)
		one_ladder(out, &r->verdicts.findings[n]);
	if (!count)
		fprintf(out, "\nnothing went wrong: no diagram\n");
}
