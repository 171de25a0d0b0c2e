// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes of a capture file. Not through zlib's gzread(): it does not hand
 * out what a pipe has until its buffer is full, and loses it if a signal comes.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

/* After a signal: how long to wait for more, and for how long to read on. */
#define IDLE_MS		500
#define DRAIN_S		2

static bool is_over(struct source *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	time_t now;

	if (!s->stop)
		return false;
	now = time(NULL);
	if (!s->stopping)
		s->stopping = now;
	return now - s->stopping > DRAIN_S || poll(&p, 1, IDLE_MS) <= 0;
}

/* Returns how many bytes there are, 0 at the end, -1 with @why. */
static long raw_read(struct source *s, uint8_t *buf, size_t size,
		     const char **why)
{
	long n;

	if (s->nr_start) {
		n = s->nr_start < size ? s->nr_start : size;
		memcpy(buf, s->start, n);
		s->nr_start -= n;
		memmove(s->start, s->start + n, s->nr_start);
		return n;
	}
	if (s->fd < 0) {
		n = s->left < size ? s->left : size;
		memcpy(buf, s->memory, n);
		s->memory += n;
		s->left -= n;
		return n;
	}
	do {
		if (is_over(s))
			return 0;
		n = read(s->fd, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		*why = strerror(errno);
	return n;
}

/**
 * source_begin - look whether the bytes are compressed
 * @s: @fd, or @memory and @left, are set, all else is zero
 * @why: set to what is wrong, if anything is
 *
 * Return: false if they cannot be read.
 */
bool source_begin(struct source *s, const char **why)
{
	unsigned int got = 0;
	long n;

	while (got < sizeof(s->start)) {
		n = raw_read(s, s->start + got, sizeof(s->start) - got, why);
		if (n < 0)
			return false;
		if (!n)
			break;
		got += n;
	}
	s->nr_start = got;
	if (got < 2 || s->start[0] != 0x1f || s->start[1] != 0x8b)
		return true;

	s->packed = malloc(SOURCE_CHUNK);
	s->z.next_in = s->packed;
	/* 16: gzip's header and checksum. */
	if (s->packed && inflateInit2(&s->z, 16 + MAX_WBITS) == Z_OK)
		return true;
	free(s->packed);
	s->packed = NULL;
	*why = "no memory";
	return false;
}

/* The next member of a compressed file, if there is one. */
static bool next_member(struct source *s)
{
	s->ended = true;
	/* What follows and is no member is ignored, as gzip does. */
	if (s->z.avail_in < 2 || s->z.next_in[0] != 0x1f ||
	    s->z.next_in[1] != 0x8b)
		return false;
	s->ended = false;
	return inflateReset(&s->z) == Z_OK;
}

static bool refill(struct source *s, const char **why)
{
	long n;

	memmove(s->packed, s->z.next_in, s->z.avail_in);
	n = raw_read(s, s->packed + s->z.avail_in,
		     SOURCE_CHUNK - s->z.avail_in, why);
	s->z.next_in = s->packed;
	if (n > 0)
		s->z.avail_in += n;
	return n > 0;
}

/**
 * source_read - the next bytes
 * @s: the source
 * @buf: filled in
 * @size: of @buf
 * @why: set to what is wrong, if anything is
 *
 * A pipe hands out less than was asked for.
 *
 * Return: how many there are, 0 at the end, -1 if they cannot be read.
 */
long source_read(struct source *s, uint8_t *buf, size_t size,
		 const char **why)
{
	int got;

	if (!s->packed)
		return raw_read(s, buf, size, why);
	if (s->ended)
		return 0;

	*why = NULL;
	s->z.next_out = buf;
	s->z.avail_out = size;
	while (s->z.avail_out == size) {
		if (!s->z.avail_in && !refill(s, why)) {
			if (!*why && !s->stop)
				*why = "the compressed file is cut";
			return *why ? -1 : 0;
		}
		got = inflate(&s->z, Z_NO_FLUSH);
		if (got == Z_STREAM_END) {
			/* The two bytes that tell may not have been read. */
			if (s->z.avail_in < 2)
				refill(s, why);
			if (!next_member(s))
				break;
		} else if (got != Z_OK && got != Z_BUF_ERROR) {
			*why = s->z.msg ? s->z.msg : "the compressed data is broken";
			return -1;
		}
	}
	return size - s->z.avail_out;
}

/**
 * source_end - free what a source has allocated
 * @s: the source; may be all zero but for its @fd, which is closed
 */
void source_end(struct source *s)
{
	if (s->packed)
		inflateEnd(&s->z);
	free(s->packed);
	if (s->fd >= 0)
		close(s->fd);
}
