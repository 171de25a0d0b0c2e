/* SPDX-License-Identifier: GPL-2.0 */
/* A set of initial sequence numbers. */
#ifndef SYNBURST_ISN_SET_H
#define SYNBURST_ISN_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct isn_set - the ISNs that a client has used; all zero is empty
 * @slots: open addressing, 0 is free
 * @size: of @slots, a power of two
 * @count: ISNs in @slots
 * @has_zero: the ISN 0 is in the set
 */
struct isn_set {
	uint32_t *slots;
	uint32_t size;
	uint32_t count;
	bool has_zero;
};

bool isn_set_has(const struct isn_set *s, uint32_t isn);
bool isn_set_add(struct isn_set *s, uint32_t isn, size_t *budget);
void isn_set_free(struct isn_set *s, size_t *budget);

#endif
