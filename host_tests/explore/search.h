/* SPDX-License-Identifier: GPL-2.0 */
/* Every state that a world can get into. */
#ifndef HOST_TESTS_EXPLORE_SEARCH_H
#define HOST_TESTS_EXPLORE_SEARCH_H

#include "world.h"

/**
 * struct result - what a search has found
 * @bug: the first thing that is wrong, BUG_NONE if all is well
 * @states: different states
 * @steps: steps between them
 * @depth: steps from the beginning to the last state that was found
 * @seconds: time taken
 */
struct result {
	enum bug bug;
	unsigned long states;
	unsigned long steps;
	unsigned int depth;
	double seconds;
};

void search(const struct config *c, struct result *result);
void search_print_path(void);
void search_free(void);
const char *bug_name(enum bug bug);

#endif /* HOST_TESTS_EXPLORE_SEARCH_H */
