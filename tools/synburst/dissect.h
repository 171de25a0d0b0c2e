/* SPDX-License-Identifier: GPL-2.0 */
/* Packet dissector: from the bytes of a frame to what TCP or ICMP said. */
#ifndef SYNBURST_DISSECT_H
#define SYNBURST_DISSECT_H

#include "frame.h"

/* https://www.tcpdump.org/linktypes.html */
#define LINK_ETHERNET	1

#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10

/* Kinds of packets that are counted apart because they are not decoded. */
#define MAX_UNDECODED	8

/* IPv4 as ::ffff:a.b.c.d */
struct address {
	uint8_t bytes[16];
};

/* Wire order of the sender's and the receiver's end. */
struct tuple {
	struct address src;
	struct address dst;
	uint16_t sport;
	uint16_t dport;
};

enum packet_kind {
	PACKET_OTHER,			/* of no interest */
	PACKET_TCP,
	PACKET_PROHIBITED,		/* ICMP: administratively */
	PACKET_UNREACHABLE,		/* ICMP: for any other reason */
};

/**
 * struct headers - where the headers of a packet are
 * @kind: what it is
 * @ipv6: or IPv4
 * @flags: of TCP
 * @sport: of TCP
 * @dport: of TCP
 * @tag: the interface, the VLANs and the tunnel that it came through
 * @ip: the IP header
 * @transport: the header after it
 * @end: of the captured bytes that belong to the packet
 * @length: of the IP packet from @transport on, as it was sent
 */
struct headers {
	enum packet_kind kind;
	bool ipv6;
	uint8_t flags;
	uint16_t sport;
	uint16_t dport;
	uint32_t tag;
	const uint8_t *ip;
	const uint8_t *transport;
	const uint8_t *end;
	uint32_t length;
};

/**
 * struct segment - what a packet says
 * @kind: what it is
 * @flags: of TCP
 * @icmp_type: of ICMP
 * @icmp_code: of ICMP
 * @tuple: its ends; of ICMP those of the packet that is quoted
 * @seq: of TCP
 * @ack: of TCP
 * @payload: bytes of payload, as sent
 * @tag: see struct headers
 * @options: hash of TCP's options; 0 if there are no timestamps among them
 * @id: of the IPv4 packet, 0 if it has none
 * @window: of TCP
 * @ttl: of the IP packet
 * @frame: number of the frame
 * @time: nanoseconds since the epoch
 */
struct segment {
	enum packet_kind kind;
	uint8_t flags;
	uint8_t icmp_type;
	uint8_t icmp_code;
	struct tuple tuple;
	uint32_t seq;
	uint32_t ack;
	uint32_t payload;
	uint32_t tag;
	uint32_t options;
	uint16_t id;
	uint16_t window;
	uint8_t ttl;
	uint64_t frame;
	uint64_t time;
};

enum undecoded {
	UNDECODED_ETHERTYPE,
	UNDECODED_PROTOCOL,		/* of IP */
	UNDECODED_PORT,			/* of UDP */
};

/**
 * struct dissect_stats - what could not be understood
 * @too_short: frames cut before the header that would have been needed
 * @unknown_link: frames of a link type that is not known
 * @link: the last such link type
 * @undecoded: what else may carry TCP: which number of what, and how many frames
 */
struct dissect_stats {
	uint64_t too_short;
	uint64_t unknown_link;
	uint32_t link;
	struct {
		uint64_t frames;
		uint16_t what;
		uint16_t number;
	} undecoded[MAX_UNDECODED];
};

bool dissect_headers(const struct frame *f, struct headers *h,
		     struct dissect_stats *stats);
bool dissect_segment(const struct frame *f, const struct headers *h,
		     struct segment *s, struct dissect_stats *stats);

#endif
