/* SPDX-License-Identifier: GPL-2.0 */
/* Output formats: each reads a report, and nothing else. */
#ifndef SYNBURST_OUTPUT_H
#define SYNBURST_OUTPUT_H

#include <stdio.h>

#include "analysis.h"

/* Sequence diagrams are for people: so many conversations, so many frames. */
#define DIAGRAMS	8
#define DIAGRAM_STEPS	40

/* Where a diagram says that time has passed. */
#define DIAGRAM_PAUSE	(100 * NSEC_PER_MSEC)

void output_table(FILE *out, const struct report *r, bool all);
void output_ladder(FILE *out, const struct report *r);
void output_svg(FILE *out, const struct report *r);
void output_json(FILE *out, const struct report *r);
void output_json_error(FILE *out, const char *file, const char *why);

/* What the two diagrams have in common. */
size_t diagram_count(const struct report *r);
const struct event *diagram_steps(const struct conversation *c, unsigned int *n,
				  uint64_t *left_out);
bool diagram_begins(const struct event *e, const struct event *first);
const char *diagram_remark(char *buf, size_t size, const struct event *e,
			   const struct event *first);

#endif
