// SPDX-License-Identifier: GPL-2.0
/*
 * Packet dissector. In two steps, since most packets are data that nobody
 * looks at: dissect_headers() finds the headers and what a filter needs,
 * dissect_segment() reads the rest of the few that pass.
 */
#include <netinet/in.h>
#include <string.h>

#include "dissect.h"

/* More than LINK_ETHERNET; 12 and 14 are RAW of some systems. */
enum {
	LINK_NULL		= 0,
	LINK_RAW_12		= 12,
	LINK_RAW_14		= 14,
	LINK_RAW		= 101,
	LINK_LOOP		= 108,
	LINK_COOKED		= 113,
	LINK_IPV4		= 228,
	LINK_IPV6		= 229,
	LINK_COOKED2		= 276,
};

enum {
	ETHERTYPE_IPV4		= 0x0800,
	ETHERTYPE_VLAN		= 0x8100,
	ETHERTYPE_IPV6		= 0x86dd,
	ETHERTYPE_PPPOE		= 0x8864,
	ETHERTYPE_QINQ		= 0x88a8,
	ETHERTYPE_QINQ_OLD	= 0x9100,
};

#define ETHERNET_HEADER	14
#define VLAN_HEADER	4
#define PPPOE_HEADER	8
#define IPV4_HEADER	20
#define IPV6_HEADER	40
#define TCP_HEADER	20
#define TCP_FLAGS	13
#define UDP_HEADER	8
#define ICMP_HEADER	8

/* More headers than any packet has; a crafted one must come to an end. */
#define MAX_EXTENSIONS	16

struct cursor {
	const uint8_t *p;
	const uint8_t *end;
};

static size_t left(const struct cursor *c)
{
	return c->end - c->p;
}

static bool too_short(struct dissect_stats *stats)
{
	stats->too_short++;
	return false;
}

/* The same, where 0 is a protocol. */
static int cut(struct dissect_stats *stats)
{
	stats->too_short++;
	return -1;
}

/* Steps over VLAN tags and PPPoE. Returns 4, 6 or 0 for what is not IP. */
static int ip_version(struct cursor *c, unsigned int type,
		      struct dissect_stats *stats)
{
	for (;;) {
		switch (type) {
		case ETHERTYPE_IPV4:
			return 4;
		case ETHERTYPE_IPV6:
			return 6;
		case ETHERTYPE_VLAN:
		case ETHERTYPE_QINQ:
		case ETHERTYPE_QINQ_OLD:
			if (left(c) < VLAN_HEADER)
				return too_short(stats);
			type = be16(c->p + 2);
			c->p += VLAN_HEADER;
			break;
		case ETHERTYPE_PPPOE:
			if (left(c) < PPPOE_HEADER)
				return too_short(stats);
			type = be16(c->p + 6);
			c->p += PPPOE_HEADER;
			return type == 0x0021 ? 4 : type == 0x0057 ? 6 : 0;
		default:
			return 0;
		}
	}
}

/* The version by the first byte of the packet, where nothing else says it. */
static int raw_version(const struct cursor *c, struct dissect_stats *stats)
{
	return left(c) ? *c->p >> 4 : too_short(stats);
}

/* Steps over the link layer. Returns the version of IP, or 0. */
static int link_layer(const struct frame *f, struct cursor *c,
		      struct dissect_stats *stats)
{
	size_t header, type;

	switch (f->link) {
	case LINK_ETHERNET:
		header = ETHERNET_HEADER;
		type = 12;
		break;
	case LINK_COOKED:
		header = 16;
		type = 14;
		break;
	case LINK_COOKED2:
		header = 20;
		type = 0;
		break;
	case LINK_NULL:
	case LINK_LOOP:
		/* The numbers of AF_INET6 differ between systems. */
		if (left(c) < 4)
			return too_short(stats);
		c->p += 4;
		return raw_version(c, stats);
	case LINK_RAW:
	case LINK_RAW_12:
	case LINK_RAW_14:
	case LINK_IPV4:
	case LINK_IPV6:
		return raw_version(c, stats);
	default:
		stats->unknown_link++;
		stats->link = f->link;
		return 0;
	}
	if (left(c) < header)
		return too_short(stats);
	c->p += header;
	return ip_version(c, be16(f->data + type), stats);
}

/*
 * Steps over an IPv4 header. Returns the protocol, -1 if there is none to be
 * read: another version, cut, or not the first fragment.
 */
static int ipv4(struct cursor *c, struct headers *h,
		struct dissect_stats *stats)
{
	const uint8_t *p = c->p;
	uint32_t header, total;

	if (left(c) < IPV4_HEADER)
		return cut(stats);
	header = (p[0] & 0xf) * 4;
	total = be16(p + 2);
	if (p[0] >> 4 != 4 || header < IPV4_HEADER)
		return -1;
	if (header > left(c))
		return cut(stats);
	/* Offloaded by the sender: longer than the field can say. */
	if (!total)
		total = left(c);
	if (total < header || be16(p + 6) & 0x1fff)
		return -1;
	/* What follows is padding of the link layer. */
	if (total < left(c))
		c->end = p + total;

	h->ip = p;
	h->ipv6 = false;
	h->length = total - header;
	c->p += header;
	return p[9];
}

static int ipv6(struct cursor *c, struct headers *h,
		struct dissect_stats *stats)
{
	const uint8_t *p = c->p;
	uint32_t size, payload;
	int proto, n;

	if (left(c) < IPV6_HEADER)
		return cut(stats);
	if (p[0] >> 4 != 6)
		return -1;
	payload = be16(p + 4);
	/* A jumbogram, or offloaded. */
	if (!payload)
		payload = left(c) - IPV6_HEADER;
	if (payload < left(c) - IPV6_HEADER)
		c->end = p + IPV6_HEADER + payload;

	h->ip = p;
	h->ipv6 = true;
	proto = p[6];
	c->p += IPV6_HEADER;
	for (n = 0; n < MAX_EXTENSIONS; n++) {
		p = c->p;
		switch (proto) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_AH:
		case IPPROTO_FRAGMENT:
			break;
		default:
			h->length = payload;
			return proto;
		}
		if (left(c) < 8)
			return cut(stats);
		size = 8;
		if (proto == IPPROTO_AH)
			size = (p[1] + 2) * 4;
		else if (proto != IPPROTO_FRAGMENT)
			size = (p[1] + 1) * 8;
		else if (be16(p + 2) & 0xfff8)
			return -1;
		if (size > payload)
			return -1;
		if (size > left(c))
			return cut(stats);
		proto = p[0];
		payload -= size;
		c->p += size;
	}
	return -1;
}

/* Of destination unreachable; a full path MTU is no refusal. */
static enum packet_kind icmp_kind(bool v6, uint8_t type, uint8_t code)
{
	if (v6) {
		/* RFC 4443; 5 and 6 are what a firewall's policy says */
		if (type != 1)
			return PACKET_OTHER;
		return code == 1 || code == 5 || code == 6 ?
			PACKET_PROHIBITED : PACKET_UNREACHABLE;
	}
	/* RFC 1812: 9, 10, 13 net, host, communication prohibited */
	if (type != 3 || code == 4)
		return PACKET_OTHER;
	return code == 9 || code == 10 || code == 13 ?
		PACKET_PROHIBITED : PACKET_UNREACHABLE;
}

static bool transport(struct cursor *c, int proto, struct headers *h,
		      struct dissect_stats *stats)
{
	const uint8_t *p = c->p;

	h->transport = p;
	h->end = c->end;
	switch (proto) {
	case IPPROTO_TCP:
		if (left(c) <= TCP_FLAGS)
			return too_short(stats);
		h->kind = PACKET_TCP;
		h->sport = be16(p);
		h->dport = be16(p + 2);
		h->flags = p[TCP_FLAGS];
		return true;
	case IPPROTO_UDP:
		if (left(c) < UDP_HEADER)
			return false;
		h->kind = PACKET_UDP_RPCBIND;
		h->sport = be16(p);
		h->dport = be16(p + 2);
		return h->sport == PORT_RPCBIND || h->dport == PORT_RPCBIND;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (proto != (h->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
			return false;
		if (left(c) < 2)
			return too_short(stats);
		h->kind = icmp_kind(h->ipv6, p[0], p[1]);
		return h->kind != PACKET_OTHER;
	default:
		return false;
	}
}

/**
 * dissect_headers - find the headers of a frame
 * @f: the frame
 * @h: filled in
 * @stats: counts what could not be read
 *
 * Return: whether it is TCP, rpcbind over UDP, or ICMP unreachable.
 */
bool dissect_headers(const struct frame *f, struct headers *h,
		     struct dissect_stats *stats)
{
	struct cursor c = { .p = f->data, .end = f->data + f->caplen };
	int proto;

	switch (link_layer(f, &c, stats)) {
	case 4:
		proto = ipv4(&c, h, stats);
		break;
	case 6:
		proto = ipv6(&c, h, stats);
		break;
	default:
		return false;
	}
	return proto >= 0 && transport(&c, proto, h, stats);
}

static void read_addresses(const struct headers *h, struct tuple *t)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (h->ipv6) {
		memcpy(&t->src, h->ip + 8, 16);
		memcpy(&t->dst, h->ip + 24, 16);
		return;
	}
	memcpy(t->src.bytes, mapped, 12);
	memcpy(t->src.bytes + 12, h->ip + 12, 4);
	memcpy(t->dst.bytes, mapped, 12);
	memcpy(t->dst.bytes + 12, h->ip + 16, 4);
}

static bool read_tcp(const struct headers *h, struct segment *s)
{
	const uint8_t *p = h->transport;
	uint32_t header = (p[12] >> 4) * 4;

	if (header < TCP_HEADER || header > h->length)
		return false;
	s->flags = h->flags;
	s->seq = be32(p + 4);
	s->ack = be32(p + 8);
	s->payload = h->length - header;
	s->captured = 0;
	if (header < (size_t)(h->end - p)) {
		s->data = p + header;
		s->captured = h->end - s->data;
	}
	return true;
}

/* RFC 792: the header and 8 bytes of what could not be delivered. */
static bool read_icmp(const struct headers *h, struct segment *s,
		      struct dissect_stats *stats)
{
	struct cursor c = { .p = h->transport + ICMP_HEADER, .end = h->end };
	struct headers quoted;
	int proto;

	if (h->end - h->transport < ICMP_HEADER)
		return too_short(stats);
	s->icmp_type = h->transport[0];
	s->icmp_code = h->transport[1];
	proto = h->ipv6 ? ipv6(&c, &quoted, stats) : ipv4(&c, &quoted, stats);
	if (proto != IPPROTO_TCP)
		return false;
	if (left(&c) < 4)
		return too_short(stats);
	read_addresses(&quoted, &s->tuple);
	s->tuple.sport = be16(c.p);
	s->tuple.dport = be16(c.p + 2);
	s->seq = left(&c) < 8 ? 0 : be32(c.p + 4);
	s->ack = 0;
	s->flags = 0;
	return true;
}

/**
 * dissect_segment - read what a packet says
 * @f: the frame
 * @h: its headers, from dissect_headers()
 * @s: filled in
 * @stats: counts what could not be read
 *
 * Return: false if it turns out to be of no interest.
 */
bool dissect_segment(const struct frame *f, const struct headers *h,
		     struct segment *s, struct dissect_stats *stats)
{
	s->kind = h->kind;
	s->frame = f->number;
	s->time = f->time;
	s->data = NULL;
	s->captured = 0;
	s->payload = 0;
	s->icmp_type = 0;
	s->icmp_code = 0;

	if (h->kind == PACKET_PROHIBITED || h->kind == PACKET_UNREACHABLE)
		return read_icmp(h, s, stats);

	read_addresses(h, &s->tuple);
	s->tuple.sport = h->sport;
	s->tuple.dport = h->dport;
	if (h->kind == PACKET_TCP)
		return read_tcp(h, s);
	s->data = h->transport + UDP_HEADER;
	s->captured = h->end - s->data;
	return true;
}
