/* SPDX-License-Identifier: GPL-2.0 */
/* The bytes of a capture file: plain or gzip, of a file, a pipe or memory. */
#ifndef SYNBURST_SOURCE_H
#define SYNBURST_SOURCE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <zlib.h>

#define SOURCE_CHUNK	(64 * 1024)

/**
 * struct source - where bytes come from
 * @fd: read from here, or -1: @memory
 * @memory: what is not read yet
 * @left: bytes at @memory
 * @packed: compressed bytes, NULL if the file is not compressed
 * @z: the decompressor, valid if @packed is
 * @ended: the last member of a compressed file is complete
 * @stop: set by a signal handler: end as soon as nothing more is waiting; looked
 *	at between system calls only, so that it needs no more than that
 * @stopping: when @stop was noticed
 * @start: bytes that were read to tell the format, and not handed out yet
 * @nr_start: how many
 */
struct source {
	int fd;
	const uint8_t *memory;
	size_t left;
	uint8_t *packed;
	z_stream z;
	bool ended;
	sig_atomic_t stop;
	time_t stopping;
	uint8_t start[2];
	unsigned int nr_start;
};

bool source_begin(struct source *s, const char **why);
long source_read(struct source *s, uint8_t *buf, size_t size,
		 const char **why);
void source_end(struct source *s);

#endif
