// SPDX-License-Identifier: GPL-2.0
/* synburst: finds the reconnect storm of an NFS client in a packet capture. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "text.h"

enum {
	EXIT_NOTHING_FOUND	= 0,
	EXIT_STORM		= 1,
	EXIT_TROUBLE		= 2,
	EXIT_NOTHING_SEEN	= 3,
};

#define DEFAULT_CONVERSATIONS	262144
#define MAX_CONVERSATIONS	67108864

#ifndef VERSION
#define VERSION	"unknown"
#endif

/*
 * TCP, ICMP, tunnels, and what there is no expression for in IPv6 with its chain
 * of headers. After "vlan" a filter has no meaning for what has no tag, and where
 * there is no link layer none at all.
 */
#define INNER_FILTER	"tcp or icmp or icmp6"
#define TUNNEL_FILTER	INNER_FILTER " or proto 47 or ip proto 4 or ip proto 41" \
			" or udp port 4789 or udp port 8472 or udp port 6081"

static const char *const live_filters[] = {
	TUNNEL_FILTER " or mpls or vlan",
	TUNNEL_FILTER " or vlan",
	TUNNEL_FILTER,
	INNER_FILTER,
	"",
	NULL
};

struct request {
	struct options options;
	const char *iface;
	const char *svg;
	unsigned int seconds;
	bool json;
	bool ladder;
	bool all;
};

/* To be stopped by a signal. */
static struct capture *reading;

static void usage(FILE *out)
{
	fprintf(out,
		"usage: synburst [OPTION...] FILE...\n"
		"       synburst [OPTION...] -i INTERFACE\n"
		"\n"
		"Finds the reconnect storm of an NFS client in packet captures.  FILE: pcap or\n"
		"pcapng, also compressed by gzip; - is standard input, until interrupted.\n"
		"\n"
		"  -a, --all                  list healthy conversations as well\n"
		"  -j, --json                 print JSON instead of a table\n"
		"  -l, --ladder               add a sequence diagram of what went wrong\n"
		"  -s, --svg FILE             write it as a picture to FILE (- for stdout)\n"
		"  -i, --interface INTERFACE  capture until interrupted (needs CAP_NET_RAW)\n"
		"  -t, --time SECONDS         with -i: stop after so long\n"
		"  -w, --window MILLISECONDS  another ISN after so long is no burst (1000)\n"
		"  -m, --max-conversations N  that are kept at a time (%u)\n"
		"  -h, --help\n"
		"  -V, --version\n"
		"\n"
		"Exit status: 0 no storm, 1 storm found, 2 something could not be read, 3 there\n"
		"was no TCP handshake to judge.\n",
		DEFAULT_CONVERSATIONS);
}

__attribute__((noreturn))
static void misuse(const char *what)
{
	fprintf(stderr, "synburst: %s\ntry: synburst --help\n", what);
	exit(EXIT_TROUBLE);
}

static unsigned long number(const char *option, const char *text,
			    unsigned long min, unsigned long max)
{
	char what[160], *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text < '0' || *text > '9' ||
	    n < min || n > max) {
		snprintf(what, sizeof(what),
			 "%s wants a number from %lu to %lu, not '%.40s'",
			 option, min, max, text);
		misuse(what);
	}
	return n;
}

static void on_signal(int sig)
{
	(void)sig;
	if (!reading)
		return;
	capture_stop(reading);
	/* Once more, should it have come just before a read that waits. */
	alarm(1);
}

static void stop_by_signals(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

static void say_burst(const struct conversation *c, const struct segment *s)
{
	char time[TEXT_TIME], client[TEXT_END], server[TEXT_END];

	printf("%s  %s -> %s: a burst of SYNs begins\n",
	       text_time(time, s->time), text_end(client, &c->client, c->cport),
	       text_end(server, &c->server, c->sport));
	fflush(stdout);
}

static bool write_svg(const char *name, const struct report *r)
{
	FILE *out = strcmp(name, "-") ? fopen(name, "we") : stdout;
	bool ok = out;

	if (out) {
		output_svg(out, r);
		ok = !ferror(out) && !fflush(out);
		if (out != stdout)
			ok &= !fclose(out);
	}
	if (!ok)
		fprintf(stderr, "synburst: cannot write %s: %s\n", name,
			strerror(errno));
	return ok;
}

/* Reads @c, which is closed. Returns an exit status. */
static int examine(const struct request *q, const char *name, struct capture *c)
{
	struct report r = { .file = name };
	int status = EXIT_NOTHING_FOUND;
	bool complete = analyse(&r, c, &q->options);

	reading = NULL;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (!complete) {
		fprintf(stderr, "synburst: %s: no memory; try a smaller --max-conversations\n",
			name);
		status = EXIT_TROUBLE;
		goto out;
	}
	if (q->json)
		output_json(stdout, &r);
	else if (!q->svg || strcmp(q->svg, "-"))
		output_table(stdout, &r, q->all);
	if (q->ladder && !q->json)
		output_ladder(stdout, &r);
	if (q->svg && !write_svg(q->svg, &r))
		status = EXIT_TROUBLE;
	if (r.error[0]) {
		fflush(stdout);
		fprintf(stderr, "synburst: %s: %s\nsynburst: %s: the %llu packets before that were judged\n",
			name, r.error, name, (unsigned long long)r.packets);
		status = EXIT_TROUBLE;
	}
	if (!status && verdicts_worst(&r.verdicts) == VERDICT_STORM)
		status = EXIT_STORM;
	if (!status && verdicts_worst(&r.verdicts) == VERDICT_NOTHING)
		status = EXIT_NOTHING_SEEN;
out:
	report_free(&r);
	capture_close(c);
	return status;
}

static int cannot_open(const struct request *q, const char *name,
		       const char *why)
{
	if (q->json) {
		output_json_error(stdout, name, why);
		fflush(stdout);
	}
	fprintf(stderr, "synburst: %s: %s\n", name, why);
	return EXIT_TROUBLE;
}

static int examine_file(const struct request *q, const char *name)
{
	bool input = !strcmp(name, "-");
	struct capture *c;
	char why[600];

	/* What a pipe has brought so far is worth a report. */
	if (input)
		stop_by_signals(0);
	c = capture_open(name, input ? &reading : NULL, why, sizeof(why));
	if (input) {
		name = "standard input";
		reading = c;
	}
	return c ? examine(q, name, c) : cannot_open(q, name, why);
}

static int examine_live(const struct request *q)
{
	char why[600];

	reading = capture_open_live(q->iface, live_filters, why, sizeof(why));
	if (!reading)
		return cannot_open(q, q->iface, why);
	stop_by_signals(q->seconds);
	fprintf(stderr, "synburst: listening on %s\n", q->iface);
	return examine(q, q->iface, reading);
}

static void parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "ladder", no_argument, NULL, 'l' },
		{ "svg", required_argument, NULL, 's' },
		{ "interface", required_argument, NULL, 'i' },
		{ "time", required_argument, NULL, 't' },
		{ "window", required_argument, NULL, 'w' },
		{ "max-conversations", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "ajls:i:t:w:m:hV", options,
				     NULL)) != -1) {
		switch (option) {
		case 'a':
			q->all = true;
			break;
		case 'j':
			q->json = true;
			break;
		case 'l':
			q->ladder = true;
			break;
		case 's':
			q->svg = optarg;
			break;
		case 'i':
			q->iface = optarg;
			break;
		case 't':
			q->seconds = number("--time", optarg, 1, 31536000);
			break;
		case 'w':
			q->options.window = NSEC_PER_MSEC *
				number("--window", optarg, 1, 3600000);
			q->options.tight = true;
			break;
		case 'm':
			q->options.max_conversations =
				number("--max-conversations", optarg, 1,
				       MAX_CONVERSATIONS);
			break;
		case 'h':
			usage(stdout);
			exit(EXIT_NOTHING_FOUND);
		case 'V':
			puts("synburst " VERSION);
			exit(EXIT_NOTHING_FOUND);
		default:
			fprintf(stderr, "try: synburst --help\n");
			exit(EXIT_TROUBLE);
		}
	}

	if (q->iface && optind < argc)
		misuse("-i and files exclude each other");
	if (!q->iface && optind == argc)
		misuse("no capture file given");
	if (q->seconds && !q->iface)
		misuse("--time is for -i only");
	if (q->svg && argc - optind > 1)
		misuse("--svg is for one file at a time");
	if (q->svg && !strcmp(q->svg, "-") && (q->json || q->ladder))
		misuse("--svg - leaves no room on standard output for --json or --ladder");
	if (q->json && q->ladder)
		misuse("--json and --ladder exclude each other");
}

/* Of several files: trouble, then a storm, then nothing to judge. */
static int graver(int one, int other)
{
	static const int weights[] = {
		[EXIT_NOTHING_FOUND] = 0,
		[EXIT_NOTHING_SEEN] = 1,
		[EXIT_STORM] = 2,
		[EXIT_TROUBLE] = 3,
	};

	return weights[one] > weights[other] ? one : other;
}

int main(int argc, char **argv)
{
	struct request q = {
		.options = {
			.window = NSEC_PER_SEC,
			.max_conversations = DEFAULT_CONVERSATIONS,
		},
	};
	int status = EXIT_NOTHING_FOUND, one, i;

	parse(&q, argc, argv);
	q.options.all = q.all || q.json;
	if (q.iface) {
		if (!q.json && (!q.svg || strcmp(q.svg, "-")))
			q.options.live = say_burst;
		status = examine_live(&q);
	}
	for (i = optind; i < argc; i++) {
		if (i > optind && !q.json)
			putchar('\n');
		one = examine_file(&q, argv[i]);
		status = graver(one, status);
	}
	if (ferror(stdout) || fflush(stdout)) {
		fprintf(stderr, "synburst: cannot write to standard output\n");
		status = EXIT_TROUBLE;
	}
	return status;
}
