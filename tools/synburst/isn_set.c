// SPDX-License-Identifier: GPL-2.0
/* A set of initial sequence numbers, within a budget of memory. */
#include <stdlib.h>

#include "isn_set.h"

#define FIRST_SIZE	16

/* Where @isn is, or would be. There is a free slot. */
static uint32_t slot_of(const struct isn_set *s, uint32_t isn)
{
	uint32_t at = (isn * 0x9e3779b1U) & (s->size - 1);

	while (s->slots[at] && s->slots[at] != isn)
		at = (at + 1) & (s->size - 1);
	return at;
}

/**
 * isn_set_has - look an ISN up
 * @s: the set
 * @isn: the ISN
 *
 * Return: whether it is in the set.
 */
bool isn_set_has(const struct isn_set *s, uint32_t isn)
{
	if (!isn)
		return s->has_zero;
	return s->size && s->slots[slot_of(s, isn)];
}

static bool grow(struct isn_set *s, size_t *budget)
{
	struct isn_set larger = {
		.size = s->size ? 2 * s->size : FIRST_SIZE,
		.count = s->count,
		.has_zero = s->has_zero,
	};
	size_t more = (larger.size - s->size) * sizeof(*s->slots);
	uint32_t n;

	if (more > *budget)
		return false;
	larger.slots = calloc(larger.size, sizeof(*s->slots));
	if (!larger.slots)
		return false;
	for (n = 0; n < s->size; n++) {
		if (s->slots[n])
			larger.slots[slot_of(&larger, s->slots[n])] =
				s->slots[n];
	}
	free(s->slots);
	*s = larger;
	*budget -= more;
	return true;
}

/**
 * isn_set_add - put an ISN into the set
 * @s: the set
 * @isn: the ISN
 * @budget: bytes that may still be used; what is used is taken from it
 *
 * Return: false if there was no memory for it.
 */
bool isn_set_add(struct isn_set *s, uint32_t isn, size_t *budget)
{
	if (!isn) {
		s->has_zero = true;
		return true;
	}
	/* Three quarters full. */
	if (s->count >= s->size / 4 * 3 && !grow(s, budget))
		return false;
	if (!s->slots[slot_of(s, isn)]) {
		s->slots[slot_of(s, isn)] = isn;
		s->count++;
	}
	return true;
}

/**
 * isn_set_free - empty the set
 * @s: the set
 * @budget: gets back what the set used
 */
void isn_set_free(struct isn_set *s, size_t *budget)
{
	*budget += s->size * sizeof(*s->slots);
	free(s->slots);
	*s = (struct isn_set){ 0 };
}
