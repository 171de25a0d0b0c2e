// SPDX-License-Identifier: GPL-2.0
/* Output: JSON, an object per file; synburst(1) describes the fields. */
#include <inttypes.h>

#include "output.h"
#include "text.h"

/* A file name may be any bytes: what is not UTF-8 becomes U+FFFD. */
static unsigned int utf8_length(const unsigned char *p)
{
	unsigned int n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 :
			 p[0] >= 0xe0 && p[0] < 0xf0 ? 3 :
			 p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
	unsigned int i;

	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong, surrogate, beyond the last plane. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static void string(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned int n;

	fputc('"', out);
	while (*p) {
		n = utf8_length(p);
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(out, "\\u%04x", *p);
		else if (!n)
			fputs("\\ufffd", out);
		else
			fprintf(out, "%.*s", n, (const char *)p);
		p += n ? n : 1;
	}
	fputc('"', out);
}

/* Seconds since the epoch; a double has all of the microseconds. */
static void time_field(FILE *out, uint64_t time)
{
	fprintf(out, "%" PRIu64 ".%06u", time / (uint64_t)NSEC_PER_SEC,
		(unsigned int)(time % NSEC_PER_SEC / NSEC_PER_USEC));
}

static void bursts(FILE *out, const struct conversation *c)
{
	const struct burst *b;
	unsigned int n;

	fprintf(out, "\"bursts\": [");
	for (n = 0; n < c->kept_bursts; n++) {
		b = &c->bursts[n];
		fprintf(out, "%s{\"frame\": %" PRIu64 ", \"time\": ",
			n ? ", " : "", b->frame);
		time_field(out, b->time);
		fprintf(out, ", \"syns\": %u, \"isns\": %u, \"overlapping\": %u, \"span_us\": %llu}",
			b->syns, b->isns, b->overlapping,
			(unsigned long long)((b->last - b->time) /
					     NSEC_PER_USEC));
	}
	fprintf(out, "], \"bursts_total\": %u, ", c->nr_bursts);
}

static void conversation(FILE *out, const struct finding *f)
{
	const struct conversation *c = f->conversation;
	const char *service = verdict_service(c);
	char address[TEXT_ADDRESS];

	fprintf(out, "    {\"client\": \"%s\", ",
		text_address(address, &c->client));
	fprintf(out, "\"server\": \"%s\", ", text_address(address, &c->server));
	fprintf(out, "\"sport\": %u, \"dport\": %u, ", c->cport, c->sport);
	if (*service)
		fprintf(out, "\"service\": \"%s\",\n     ", service);
	else
		fprintf(out, "\"service\": null,\n     ");
	fprintf(out, "\"frame\": %" PRIu64 ", \"time\": ", c->first_frame);
	time_field(out, c->first_time);
	fprintf(out, ", \"syns\": %u, \"attempts\": %u, \"attempts_exact\": %s, ",
		c->syns, c->attempts, c->inexact ? "false" : "true");
	bursts(out, c);
	fprintf(out, "\n     \"overlapping\": %u, \"torn\": %u, \"aborted\": %u, \"dropped\": %u, \"reused\": %u, ",
		c->overlapping, c->torn, c->aborted, c->dropped, c->reused);
	fprintf(out, "\"synacks\": %u, \"right_synack\": %u, \"mismatched_synack\": %u, \"overtaken_synack\": %u, ",
		c->synacks, c->right, c->overtaken + c->unknown, c->overtaken);
	fprintf(out, "\"challenge_acks\": %u, \"rst\": %u, \"rst_client\": %u, \"refused\": %u, \"duplicates\": %u, ",
		c->challenges, c->rsts, c->rsts_client, c->refused,
		c->duplicates);
	fprintf(out, "\"icmp_prohibited\": %u, \"icmp_unreachable\": %u, \"server_syns\": %u,\n     ",
		c->prohibited, c->unreachable, c->server_syns);
	fprintf(out, "\"established\": %s, \"handshakes\": %u, \"recovery_ms\": ",
		c->established ? "true" : "false", c->established);
	if (c->attempts && c->established)
		fprintf(out, "%.3f", (double)c->recovery / NSEC_PER_MSEC);
	else
		fprintf(out, "null");
	fprintf(out, ", \"verdict\": \"%s\"}", verdict_name(f->verdict));
}

static void undecoded(FILE *out, const struct dissect_stats *d)
{
	char name[TEXT_UNDECODED];
	unsigned int n;

	fprintf(out, " \"undecoded\": [");
	for (n = 0; n < MAX_UNDECODED && d->undecoded[n].frames; n++)
		fprintf(out, "%s{\"what\": \"%s\", \"frames\": %" PRIu64 "}",
			n ? ", " : "",
			text_undecoded(name, d->undecoded[n].what,
				       d->undecoded[n].number),
			d->undecoded[n].frames);
	fprintf(out, "],\n");
}

/**
 * output_json_error - a file that could not be opened, for programs
 * @out: where to
 * @file: its name
 * @why: what is wrong
 */
void output_json_error(FILE *out, const char *file, const char *why)
{
	fprintf(out, "{\"file\": ");
	string(out, file);
	fprintf(out, ",\n \"packets\": 0,\n \"error\": ");
	string(out, why);
	fprintf(out, ",\n \"verdict\": null, \"conversations\": []}\n");
}

/**
 * output_json - everything, for programs
 * @out: where to
 * @r: the report
 */
void output_json(FILE *out, const struct report *r)
{
	const struct verdicts *v = &r->verdicts;
	uint64_t total = 0, unlisted = 0;
	enum verdict i;
	size_t n;

	for (i = 0; i < NR_VERDICTS; i++) {
		total += v->counts[i];
		unlisted += v->unlisted[i];
	}
	fprintf(out, "{\"file\": ");
	string(out, r->file);
	fprintf(out, ",\n \"packets\": %" PRIu64 ", \"first\": ", r->packets);
	time_field(out, r->first);
	fprintf(out, ", \"last\": ");
	time_field(out, r->last);
	fprintf(out, ",\n \"error\": ");
	if (r->error[0])
		string(out, r->error);
	else
		fprintf(out, "null");
	fprintf(out, ",\n \"verdict\": \"%s\", \"verdicts\": {",
		verdict_name(verdicts_worst(v)));
	for (i = VERDICT_HEALTHY; i < NR_VERDICTS; i++)
		fprintf(out, "%s\"%s\": %" PRIu64,
			i > VERDICT_HEALTHY ? ", " : "", verdict_name(i),
			v->counts[i]);
	fprintf(out, "},\n \"conversations_total\": %" PRIu64 ", ", total);
	fprintf(out, "\"conversations_unlisted\": %" PRIu64 ",\n", unlisted);
	fprintf(out, " \"evicted\": %" PRIu64 ", \"evicted_open\": %" PRIu64 ", ",
		r->evicted, r->evicted_open);
	fprintf(out, "\"filtered\": %s, \"one_way\": %s,\n",
		r->view.filtered ? "true" : "false",
		r->view.one_way ? "true" : "false");
	fprintf(out, " \"duplicates\": %" PRIu64 ", \"time_back\": %" PRIu64 ", ",
		r->duplicates, r->time_back);
	fprintf(out, "\"untimed\": %" PRIu64 ", ", r->untimed);
	fprintf(out, "\"too_short\": %" PRIu64 ", \"dropped\": %" PRIu64 ",\n",
		r->dissect.too_short, r->dropped);
	undecoded(out, &r->dissect);
	fprintf(out, " \"conversations\": [");
	for (n = 0; n < v->nr; n++) {
		fprintf(out, n ? ",\n" : "\n");
		conversation(out, &v->findings[n]);
	}
	fprintf(out, "%s]}\n", v->nr ? "\n " : "");
}
