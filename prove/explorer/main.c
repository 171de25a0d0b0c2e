// SPDX-License-Identifier: GPL-2.0
/*
 * main - the command line
 *
 * Exit status: 0 no counterexample, 1 there is one, 2 misuse, 3 cannot tell,
 * 130 interrupted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "explorer.h"

struct options options = {
	.preemptions = 1,
	.seconds = 60,
	.walk_seconds = 5,
	.walk_preemptions = 4,
};

static char **events;

static void usage(FILE *to)
{
	const struct prove_event *e;

	fprintf(to,
		"usage: prove [-p PREEMPTIONS] [-t SECONDS] [-r SECONDS] [-s SEED] [-q] [EVENT[=N]...]\n"
		"  -p  how many at most, in the search depth first (1)\n"
		"  -t  how long that may take (60)\n"
		"  -r  how long to go on at random (5)\n"
		"  -s  another random sequence\n"
		"  -x  stateless: try again what was tried from an equal state\n"
		"  -q  no progress\n"
		"events:\n");
	for (e = kernel_events; e->name; e++)
		fprintf(to, "  %-10s %s\n", e->name, e->meaning);
}

/* The value of an event on the command line, 1 if it has none; 0: not there. */
int prove_option(const char *name)
{
	size_t length = strlen(name);
	char **e;

	for (e = events; *e; e++) {
		if (strncmp(*e, name, length))
			continue;
		if ((*e)[length] == '=')
			return atoi(*e + length + 1);
		if (!(*e)[length])
			return 1;
	}
	return 0;
}

static int check_events(void)
{
	const struct prove_event *known;
	char **e;

	for (e = events; *e; e++) {
		size_t length = strcspn(*e, "=");

		for (known = kernel_events; known->name; known++)
			if (strlen(known->name) == length &&
			    !strncmp(known->name, *e, length))
				break;
		if (!known->name) {
			fprintf(stderr, "there is no event '%s'\n", *e);
			usage(stderr);
			return 2;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "p:t:r:s:xqh")) >= 0) {
		switch (c) {
		case 'p':
			options.preemptions = atoi(optarg);
			break;
		case 't':
			options.seconds = atof(optarg);
			break;
		case 'r':
			options.walk_seconds = atof(optarg);
			break;
		case 's':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 'x':
			options.stateless = true;
			break;
		case 'q':
			options.quiet = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	events = argv + optind;
	if (options.preemptions < 0 || options.preemptions > 15) {
		fprintf(stderr, "preemptions: 0 to 15\n");
		return 2;
	}
	if (check_events())
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	symbols_init();
	return search();
}
