/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What flows from the capture to the dissector, and how bytes of the network
 * are read.
 */
#ifndef SYNBURST_FRAME_H
#define SYNBURST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSEC_PER_SEC	1000000000ULL
#define NSEC_PER_MSEC	1000000ULL
#define NSEC_PER_USEC	1000ULL

/**
 * struct frame - one frame of a capture
 * @data: what was captured of it; valid until the next capture_read()
 * @number: counted from 1, as Wireshark counts
 * @time: nanoseconds since the epoch
 * @caplen: bytes at @data
 * @link: LINKTYPE_ value of the interface
 * @iface: which interface of the capture; 0 where the format does not say
 */
struct frame {
	const uint8_t *data;
	uint64_t number;
	uint64_t time;
	uint32_t caplen;
	uint32_t link;
	uint32_t iface;
};

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

#endif
