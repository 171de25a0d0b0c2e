// SPDX-License-Identifier: GPL-2.0
/* Output: the sequence diagrams as a picture, to be put into a bug report. */
#include <inttypes.h>

#include "output.h"
#include "text.h"

enum {
	PAGE		= 1080,
	MARGIN		= 24,
	FRAME_X		= 88,		/* right end of the frame numbers */
	TIME_X		= 104,
	CLIENT_X	= 270,
	SERVER_X	= 790,
	REMARK_X	= 806,
	STEP		= 30,
	TITLE		= 64,
	HEAD		= 108,		/* of a diagram: verdict and ends */
	FOOT		= 36,
};

static const char style[] =
	"<style>\n"
	"text { font: 13px 'DejaVu Sans', Verdana, sans-serif; fill: #24292f }\n"
	".title { font-size: 17px; font-weight: bold }\n"
	".verdict { font-size: 14px; font-weight: bold }\n"
	".end { font-weight: bold; text-anchor: middle }\n"
	".frame { text-anchor: end; fill: #57606a }\n"
	".time, .pause { fill: #57606a }\n"
	".label { text-anchor: middle; font-size: 12px; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }\n"
	".pause { text-anchor: middle; font-style: italic; font-size: 12px }\n"
	".life { stroke: #8c959f; stroke-width: 1.5 }\n"
	".gap { stroke: #8c959f; stroke-dasharray: 2 5 }\n"
	".remark { font-size: 12px }\n"
	"</style>\n";

struct colour {
	const char *name;
	const char *value;
};

static const struct colour colours[] = {
	{ "first", "#0969da" },
	{ "storm", "#cf222e" },
	{ "plain", "#57606a" },
	{ "wrong", "#bc4c00" },
	{ "icmp", "#8250df" },
	{ "good", "#1a7f37" },
};

static const char *colour_of(const struct event *e, const struct event *first)
{
	switch (e->kind) {
	case EVENT_SYN:
		return diagram_begins(e, first) ? "first" : "storm";
	case EVENT_SYNACK_OVERTAKEN:
	case EVENT_SYNACK_UNKNOWN:
	case EVENT_CHALLENGE:
	case EVENT_RST:
		return "wrong";
	case EVENT_PROHIBITED:
	case EVENT_UNREACHABLE:
		return "icmp";
	case EVENT_SYNACK:
	case EVENT_ESTABLISHED:
		return "good";
	default:
		return "plain";
	}
}

static void escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if ((unsigned char)*text < 0x20 ||
			 (unsigned char)*text > 0x7e)
			fputc('?', out);
		else
			fputc(*text, out);
	}
}

static void text(FILE *out, int x, int y, const char *class, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	escaped(out, text);
	fprintf(out, "</text>\n");
}

static bool pause_before(const struct event *e, const struct event *first)
{
	return e > first && e->time > e[-1].time + DIAGRAM_PAUSE;
}

static int height_of(const struct conversation *c)
{
	const struct event *first;
	uint64_t left_out;
	unsigned int n, i;
	int steps = 0;

	first = diagram_steps(c, &n, &left_out);
	for (i = 0; i < n; i++)
		steps += 1 + pause_before(first + i, first);
	return HEAD + (steps + !!left_out) * STEP + FOOT;
}

static void step(FILE *out, int y, const struct event *e,
		 const struct event *first)
{
	const char *colour = colour_of(e, first);
	char buf[TEXT_EVENT], number[24], time[TEXT_TIME];
	bool right = e->from_client;

	snprintf(number, sizeof(number), "%" PRIu64, e->frame);
	text(out, FRAME_X, y + 4, "frame", number);
	text(out, TIME_X, y + 4, "time", text_time(time, e->time));
	fprintf(out, "<path d=\"M%d %dH%d\" stroke=\"currentColor\" class=\"%s\" stroke-width=\"1.8\" marker-end=\"url(#%s)\"/>\n",
		right ? CLIENT_X : SERVER_X, y, right ? SERVER_X - 2 : CLIENT_X + 2,
		colour, colour);
	text(out, (CLIENT_X + SERVER_X) / 2, y - 6, "label", text_event(buf, e));
	text(out, REMARK_X, y + 4, "remark",
	     diagram_remark(buf, sizeof(buf), e, first));
}

static void one_diagram(FILE *out, const struct finding *f, int top)
{
	const struct conversation *c = f->conversation;
	const char *service = verdict_service(c);
	char end[TEXT_END], buf[TEXT_END];
	int y = top + HEAD, bottom = top + height_of(c) - FOOT + 4;
	char span[TEXT_SPAN], later[TEXT_SPAN + 8];
	const struct event *first;
	unsigned int n, i;
	uint64_t left_out;

	first = diagram_steps(c, &n, &left_out);
	text(out, MARGIN, top + 22, "verdict", verdict_title(f->verdict, verdict_rpc(c)));
	text(out, CLIENT_X, top + 58, "end", text_end(end, &c->client, c->cport));
	text(out, CLIENT_X, top + 74, "pause", "client");
	text(out, SERVER_X, top + 58, "end", text_end(end, &c->server, c->sport));
	snprintf(buf, sizeof(buf), "server%s%s", service[0] ? ", " : "", service);
	text(out, SERVER_X, top + 74, "pause", buf);
	fprintf(out, "<path class=\"life\" d=\"M%d %dV%dM%d %dV%d\"/>\n",
		CLIENT_X, top + 82, bottom, SERVER_X, top + 82, bottom);

	for (i = 0; i < n; i++, y += STEP) {
		if (pause_before(first + i, first)) {
			snprintf(later, sizeof(later), "%s later",
				 text_span(span, first[i].time -
					   first[i - 1].time));
			text(out, (CLIENT_X + SERVER_X) / 2, y + 2, "pause",
			     later);
			y += STEP;
		}
		step(out, y, first + i, first);
	}
	if (left_out) {
		snprintf(buf, sizeof(buf), "%" PRIu64 " more frames are not shown",
			 left_out);
		text(out, (CLIENT_X + SERVER_X) / 2, y + 2, "pause", buf);
	}
}

/**
 * output_svg - sequence diagrams of what went wrong, as a picture
 * @out: where to
 * @r: the report
 */
void output_svg(FILE *out, const struct report *r)
{
	size_t n, i, count = diagram_count(r);
	int y = TITLE, height = TITLE + MARGIN;
	char from[TEXT_TIME], head[2 * TEXT_TIME + 64];

	for (n = 0; n < count; n++)
		height += height_of(r->verdicts.findings[n].conversation);

	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		PAGE, height, PAGE, height);
	fputs(style, out);
	fprintf(out, "<style>\n");
	for (i = 0; i < sizeof(colours) / sizeof(*colours); i++)
		fprintf(out, ".%s { color: %s; fill: none }\n",
			colours[i].name, colours[i].value);
	fprintf(out, "</style>\n<defs>\n");
	for (i = 0; i < sizeof(colours) / sizeof(*colours); i++)
		fprintf(out, "<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"%s\"/></marker>\n",
			colours[i].name, colours[i].value);
	fprintf(out, "</defs>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n");

	text(out, MARGIN, 34, "title", r->file);
	snprintf(head, sizeof(head), "%" PRIu64 " packets from %s", r->packets,
		 text_date(from, r->first));
	text(out, MARGIN, 54, "time", head);
	if (!count)
		text(out, MARGIN, TITLE + 14, "remark",
		     "nothing went wrong: no diagram");
	for (n = 0; n < count; n++) {
		one_diagram(out, &r->verdicts.findings[n], y);
		y += height_of(r->verdicts.findings[n].conversation);
	}
	fprintf(out, "</svg>\n");
}
