// SPDX-License-Identifier: GPL-2.0
/*
 * explorer [-q] [-v] [-f] [NAME...]
 *
 * Walks through every state of the worlds below, or of those named, with the
 * real sunrpc_fix in them. In those with the module nothing may be found wrong;
 * sunrpc without it shows that the explorer finds what there is to be found, and
 * host_tests/mutants that it finds what is wrong with the module: the steps that
 * lead to it are printed. -q leaves out the large worlds, -v prints all steps
 * and not only those for sunrpc as it is, -f ends at the first failure.
 *
 * What must not happen, by the names that docs/design.md gives it:
 *
 *   P1  one connect at a time: no second one while the socket is in SYN_SENT
 *   P2  XPRT_CONNECTING is set while a handshake is outstanding
 *   P3  XPRT_CONNECTING is not left set with nobody connecting, and no task is
 *       left asleep: there is always a way on which all are served without
 *       waiting for a task's own timeout; in one world, all are served in the
 *       end if every thread moves on that can (weak fairness)
 *   P4  no established connection is reset by a connect
 *   P5  nothing is left of the module, and nobody in it, when it is gone; no
 *       transport is touched once it is freed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"

struct test {
	struct config config;
	enum bug expect;
	bool large;
};

static const struct test tests[] = {
	/* sunrpc without the module: the explorer finds the race by itself */
	{
		.config = {
			.name = "sunrpc as it is, 2 tasks", .tasks = 2,
			.fault = FAULT_NO_MODULE,
		},
		.expect = BUG_P1,
	}, {
		.config = {
			.name = "sunrpc as it is, 3 tasks", .tasks = 3,
			.fault = FAULT_NO_MODULE,
		},
		.expect = BUG_P1,
	}, {
		.config = {
			.name = "sunrpc that clears before it unlocks", .tasks = 2,
			.fault = FAULT_NO_MODULE, .clear_first = true,
		},
		.expect = BUG_P1,
	}, {
		.config = {
			.name = "sunrpc as it is: will it ever connect?", .tasks = 2,
			.fault = FAULT_NO_MODULE, .storm = true, .fair = true,
		},
		.expect = BUG_P3_UNFAIR,
	}, {
		.config = {
			.name = "0fdea1e8a285 alone, error path as in 4.1", .tasks = 2,
			.fault = FAULT_UPSTREAM, .refusals = 1,
		},
		.expect = BUG_P1,
	}, {
		.config = {
			.name = "0fdea1e8a285 and what followed it", .tasks = 3,
			.fault = FAULT_UPSTREAM, .clear_first = true,
			.refusals = 2, .losses = 1,
		},
	},

	/* with the module, as the trees differ */
	{
		.config = {
			.name = "6.1", .tasks = 2,
			.clear_first = true, .close_resets = true,
			.release_late = true, .breaker = true,
			.refusals = 1, .idles = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 4.0, 4.1", .tasks = 1,
			.destroy = true, .kills = 1, .refusals = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 4.0, 4.1, a probe misses", .tasks = 1,
			.destroy = true, .kills = 1, .refusals = 1, .misses = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 4.0, 4.1, 2 tasks", .tasks = 2,
			.destroy = true, .kills = 2, .refusals = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 2.6.32-696", .tasks = 1,
			.destroy = true, .destroy_cancels = true,
			.kills = 1, .refusals = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 2.6.32-754", .tasks = 1,
			.destroy = true, .destroy_cancels = true,
			.destroy_waits = true, .two_workers = true,
			.kills = 1, .refusals = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 4.2.8", .tasks = 1,
			.destroy = true, .destroy_waits = true,
			.close_resets = true,
			.kills = 1, .refusals = 1, .idles = 1,
		},
	}, {
		.config = {
			.name = "unmounted: 6.1", .tasks = 1,
			.destroy = true, .destroy_waits = true,
			.destroy_cancels = true, .clear_first = true,
			.close_resets = true, .breaker = true,
			.kills = 1, .refusals = 1, .idles = 1,
		},
	},

	/* what is rare */
	{
		.config = {
			.name = "a transport at the address of another", .tasks = 1,
			.destroy = true, .kills = 1, .lives = 1,
		},
	}, {
		.config = {
			.name = "... with methods of another kind", .tasks = 1,
			.destroy = true, .kills = 1, .lives = 1,
			.foreign = true, .refusals = 1,
		},
	}, {
		.config = {
			.name = "another module replaces the methods", .tasks = 1,
			.overlay = true, .refusals = 1, .losses = 1,
		},
	}, {
		.config = {
			.name = "sockets that are none of its business", .tasks = 1,
			.others = true, .refusals = 1, .losses = 1,
		},
	}, {
		.config = {
			.name = "simultaneous open", .tasks = 2,
			.crossings = 1, .refusals = 1,
		},
	}, {
		.config = {
			.name = "its third probe is refused", .tasks = 1,
			.load = true, .refused = P_WORKER + 1,
		},
	}, {
		.config = {
			.name = "its last probe is refused", .tasks = 2,
			.load = true, .refused = P_CONNECT + 1,
		},
	},

	/* what is not */
	{
		.config = {
			.name = "all are served in the end", .tasks = 2,
			.fair = true, .refusals = 1,
		},
	}, {
		.config = {
			.name = "a probe misses, 3 tasks", .tasks = 3, .misses = 1,
		},
	}, {
		.config = {
			.name = "loaded at any moment", .tasks = 2, .load = true,
			.refusals = 1,
		},
	}, {
		.config = {
			.name = "unloaded at any moment", .tasks = 1,
			.unload = true, .refusals = 1,
		},
	}, {
		.config = {
			.name = "unloaded at any moment, a probe misses", .tasks = 1,
			.unload = true, .misses = 1,
		},
	}, {
		.config = {
			.name = "two workers of a transport at once", .tasks = 1,
			.two_workers = true, .refusals = 1, .losses = 1,
		},
	}, {
		.config = {
			.name = "2 tasks", .tasks = 2,
			.refusals = 1, .losses = 1,
		},
	}, {
		.config = {
			.name = "3 tasks", .tasks = 3, .refusals = 1,
		},
	}, {
		.config = {
			.name = "sunrpc clears before it unlocks", .tasks = 2,
			.clear_first = true,
			.refusals = 1, .losses = 1, .kills = 1, .idles = 1,
		},
	}, {
		.config = {
			.name = "gate alone", .tasks = 2, .gate_alone = true,
			.refusals = 1, .losses = 1, .kills = 1, .idles = 1,
		},
	}, {
		.config = {
			.name = "gate alone, 3 tasks", .tasks = 3, .gate_alone = true,
			.refusals = 1, .losses = 1,
		},
	}, {
		.config = {
			.name = "mode=observe", .tasks = 2, .observe = true,
			.refusals = 1, .losses = 1, .kills = 1, .idles = 1,
		},
	}, {
		.config = {
			.name = "mode switched to observe and back", .tasks = 1,
			.refusals = 1, .switches = 1,
		},
	}, {
		.config = {
			.name = "a probe misses", .tasks = 2,
			.refusals = 1, .misses = 1,
		},
	}, {
		.config = {
			.name = "kprobes are switched off", .tasks = 2,
			.disarm = true, .refusals = 1,
		},
	},

	/* the large ones */
	{
		.config = {
			.name = "2 tasks, all that can happen to a socket", .tasks = 2,
			.refusals = 2, .losses = 1, .kills = 1, .idles = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "3 tasks, connection lost", .tasks = 3,
			.refusals = 1, .losses = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "ops->close() takes the callbacks off", .tasks = 2,
			.close_resets = true,
			.refusals = 1, .losses = 1, .kills = 1, .idles = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "two workers of a transport at once (2.6.32)", .tasks = 2,
			.two_workers = true,
			.refusals = 1, .losses = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "mode switched to observe and back, 2 tasks", .tasks = 2,
			.switches = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "two probes miss", .tasks = 2,
			.refusals = 1, .idles = 1, .misses = 2,
		},
		.large = true,
	}, {
		.config = {
			.name = "kprobes are switched off, connection lost", .tasks = 2,
			.disarm = true, .refusals = 1, .losses = 1, .idles = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "unloaded at any moment, 2 tasks", .tasks = 2,
			.unload = true,
		},
		.large = true,
	}, {
		.config = {
			.name = "unloaded at any moment, 2 tasks, RST", .tasks = 2,
			.unload = true, .refusals = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "unmounted and unloaded, a probe misses", .tasks = 1,
			.destroy = true, .unload = true, .kills = 1,
			.refusals = 1, .idles = 1, .misses = 1,
		},
		.large = true,
	}, {
		.config = {
			.name = "between any two steps of a round of the settle timer",
			.tasks = 2, .fine = true, .refusals = 1, .misses = 1,
		},
		.large = true,
	},
};

static bool is_wanted(const struct test *test, int n, char **names)
{
	if (n == 0)
		return true;
	while (n--)
		if (!strcmp(names[n], test->config.name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool quick = false, verbose = false;
	unsigned long states = 0, steps = 0;
	bool first_only = false;
	unsigned int i, run = 0, wrong = 0;
	struct result result;
	double seconds = 0;

	for (argc--, argv++; argc > 0 && argv[0][0] == '-'; argc--, argv++) {
		quick |= !strcmp(*argv, "-q");
		verbose |= !strcmp(*argv, "-v");
		first_only |= !strcmp(*argv, "-f");
	}
	setvbuf(stdout, NULL, _IOLBF, 0);

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const struct test *test = &tests[i];
		const char *verdict;

		if (wrong && first_only)
			break;

		if ((quick && test->large) || !is_wanted(test, argc, argv))
			continue;
		search(&test->config, &result);
		run++;
		states += result.states;
		steps += result.steps;
		seconds += result.seconds;

		verdict = result.bug == test->expect ?
			(test->expect ? "found, as it must be" : "ok") :
			"NOT AS IT MUST BE";
		printf("%s: %lu states, %lu steps, depth %u, %.1f s: %s\n",
		       test->config.name, result.states, result.steps,
		       result.depth, result.seconds, verdict);
		if (result.bug != test->expect) {
			wrong++;
			printf("       must be: %s\n", bug_name(test->expect));
		}
		if (result.bug && (verbose || run == 1 ||
				   result.bug != test->expect))
			search_print_path();
		else if (result.bug)
			printf("       => %s\n", bug_name(result.bug));
	}
	search_free();

	printf("%u worlds, %lu states, %lu steps, %.0f s: %u not as they must be\n",
	       run, states, steps, seconds, wrong);
	return wrong || !run;
}
