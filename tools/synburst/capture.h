/* SPDX-License-Identifier: GPL-2.0 */
/* Capture input: files of every format, standard input, live interfaces. */
#ifndef SYNBURST_CAPTURE_H
#define SYNBURST_CAPTURE_H

#include "frame.h"

struct capture;

struct capture *capture_open(const char *name, struct capture **begun,
			     char *why, size_t size);
struct capture *capture_open_memory(const uint8_t *data, size_t size,
				    char *why, size_t why_size);
struct capture *capture_open_live(const char *iface, const char *const *filters,
				  char *why, size_t size);
int capture_read(struct capture *c, struct frame *frames, int max);
void capture_stop(struct capture *c);
const char *capture_error(const struct capture *c);
unsigned int capture_dropped(struct capture *c);
void capture_close(struct capture *c);

#endif
