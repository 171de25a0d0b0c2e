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
	LINK_PPP		= 9,
	LINK_RAW_12		= 12,
	LINK_RAW_14		= 14,
	LINK_PPP_SERIAL		= 50,
	LINK_RAW		= 101,
	LINK_LOOP		= 108,
	LINK_COOKED		= 113,
	LINK_IPV4		= 228,
	LINK_IPV6		= 229,
	LINK_COOKED2		= 276,
};

enum {
	ETHERTYPE_IPV4		= 0x0800,
	ETHERTYPE_ARP		= 0x0806,
	ETHERTYPE_TEB		= 0x6558,	/* Ethernet in GRE */
	ETHERTYPE_VLAN		= 0x8100,
	ETHERTYPE_IPV6		= 0x86dd,
	ETHERTYPE_ERSPAN_3	= 0x22eb,
	ETHERTYPE_SLOW		= 0x8809,	/* LACP */
	ETHERTYPE_MPLS		= 0x8847,
	ETHERTYPE_MPLS_MULTI	= 0x8848,
	ETHERTYPE_PPPOE		= 0x8864,
	ETHERTYPE_QINQ		= 0x88a8,
	ETHERTYPE_ERSPAN	= 0x88be,
	ETHERTYPE_LLDP		= 0x88cc,
	ETHERTYPE_QINQ_OLD	= 0x9100,
};

/* From here on an EtherType, below the length of what LLC has. */
#define ETHERTYPE_MIN		0x0600

enum {
	PORT_IPSEC		= 4500,
	PORT_VXLAN		= 4789,
	PORT_GENEVE		= 6081,
	PORT_VXLAN_LINUX	= 8472,
	PORT_WIREGUARD		= 51820,
};

#define ETHERNET_HEADER	14
#define VLAN_HEADER	4
#define PPPOE_HEADER	8
#define SNAP_HEADER	8
#define MPLS_HEADER	4
#define VXLAN_HEADER	8
#define GENEVE_HEADER	8
#define GRE_HEADER	4
#define IPV4_HEADER	20
#define IPV6_HEADER	40
#define TCP_HEADER	20
#define TCP_FLAGS	13
#define OPTION_END	0
#define OPTION_NOP	1
#define OPTION_STAMPS	8
#define UDP_HEADER	8
#define ICMP_HEADER	8

/* More headers than any packet has; a crafted one must come to an end. */
#define MAX_EXTENSIONS	16
#define MAX_TUNNELS	4

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

/* What may have TCP in it that nobody sees. */
static void undecoded(struct dissect_stats *stats, enum undecoded what,
		      uint16_t number)
{
	unsigned int n;

	for (n = 0; n < MAX_UNDECODED; n++) {
		if (stats->undecoded[n].frames &&
		    (stats->undecoded[n].what != what ||
		     stats->undecoded[n].number != number))
			continue;
		stats->undecoded[n].what = what;
		stats->undecoded[n].number = number;
		stats->undecoded[n].frames++;
		return;
	}
}

/* A number of the interface, a VLAN or a tunnel. */
static void add_tag(struct headers *h, uint32_t number)
{
	h->tag = (h->tag ^ number) * 0x9e3779b1U + 1;
}

static int ethernet(struct cursor *c, struct headers *h,
		    struct dissect_stats *stats);

/* Steps over the labels. What is in them, only its first bits say. */
static int mpls(struct cursor *c, struct headers *h,
		struct dissect_stats *stats)
{
	bool bottom;

	do {
		if (left(c) < MPLS_HEADER + 1)
			return too_short(stats);
		bottom = c->p[2] & 1;
		c->p += MPLS_HEADER;
	} while (!bottom);
	if (*c->p >> 4)
		return *c->p >> 4;
	/* The control word of a pseudowire. */
	if (left(c) < 4)
		return too_short(stats);
	c->p += 4;
	return ethernet(c, h, stats);
}

/*
 * Steps over VLAN tags, SNAP, MPLS and PPPoE. Returns 4, 6 or 0 for what is not
 * IP.
 */
static int ip_version(struct cursor *c, unsigned int type, struct headers *h,
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
			add_tag(h, be16(c->p) & 0xfff);
			type = be16(c->p + 2);
			c->p += VLAN_HEADER;
			break;
		case ETHERTYPE_MPLS:
		case ETHERTYPE_MPLS_MULTI:
			return mpls(c, h, stats);
		case ETHERTYPE_PPPOE:
			if (left(c) < PPPOE_HEADER)
				return too_short(stats);
			type = be16(c->p + 6);
			c->p += PPPOE_HEADER;
			return type == 0x0021 ? 4 : type == 0x0057 ? 6 : 0;
		case ETHERTYPE_ARP:
		case ETHERTYPE_LLDP:
		case ETHERTYPE_SLOW:
			return 0;
		default:
			if (type >= ETHERTYPE_MIN) {
				undecoded(stats, UNDECODED_ETHERTYPE, type);
				return 0;
			}
			/* Of LLC only what says an EtherType again. */
			if (left(c) < SNAP_HEADER || be16(c->p) != 0xaaaa ||
			    c->p[2] != 3 || c->p[3] || c->p[4] || c->p[5])
				return 0;
			type = be16(c->p + 6);
			c->p += SNAP_HEADER;
			if (type < ETHERTYPE_MIN)
				return 0;
			break;
		}
	}
}

static int ethernet(struct cursor *c, struct headers *h,
		    struct dissect_stats *stats)
{
	if (left(c) < ETHERNET_HEADER)
		return too_short(stats);
	c->p += ETHERNET_HEADER;
	return ip_version(c, be16(c->p - 2), h, stats);
}

static int ppp(struct cursor *c, struct dissect_stats *stats)
{
	unsigned int type;

	/* Address and control, which may be left out. */
	if (left(c) >= 2 && c->p[0] == 0xff && c->p[1] == 3)
		c->p += 2;
	if (left(c) < 2)
		return too_short(stats);
	type = be16(c->p);
	c->p += 2;
	return type == 0x0021 ? 4 : type == 0x0057 ? 6 : 0;
}

/* The version by the first byte of the packet, where nothing else says it. */
static int raw_version(const struct cursor *c, struct dissect_stats *stats)
{
	return left(c) ? *c->p >> 4 : too_short(stats);
}

/* Steps over the link layer. Returns the version of IP, or 0. */
static int link_layer(const struct frame *f, struct cursor *c,
		      struct headers *h, struct dissect_stats *stats)
{
	size_t header, type;

	h->tag = f->iface;
	switch (f->link) {
	case LINK_ETHERNET:
		return ethernet(c, h, stats);
	case LINK_PPP:
	case LINK_PPP_SERIAL:
		return ppp(c, stats);
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
	if (f->link == LINK_COOKED2)
		add_tag(h, be32(f->data + 4));
	return ip_version(c, be16(f->data + type), h, stats);
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

/*
 * What ends an attempt to connect: destination unreachable, time exceeded, a
 * bad parameter. A full path MTU is no refusal.
 */
static enum packet_kind icmp_kind(bool v6, uint8_t type, uint8_t code)
{
	if (v6) {
		/* RFC 4443; 5 and 6 are what a firewall's policy says */
		if (type != 1)
			return type == 3 || type == 4 ? PACKET_UNREACHABLE :
							PACKET_OTHER;
		return code == 1 || code == 5 || code == 6 ?
			PACKET_PROHIBITED : PACKET_UNREACHABLE;
	}
	if (type == 11 || type == 12)
		return PACKET_UNREACHABLE;
	/* RFC 1812: 9, 10, 13 net, host, communication prohibited */
	if (type != 3 || code == 4)
		return PACKET_OTHER;
	return code == 9 || code == 10 || code == 13 ?
		PACKET_PROHIBITED : PACKET_UNREACHABLE;
}

static int gre(struct cursor *c, struct headers *h, struct dissect_stats *stats)
{
	unsigned int flags, type, skip = GRE_HEADER;

	if (left(c) < GRE_HEADER)
		return cut(stats);
	flags = be16(c->p);
	type = be16(c->p + 2);
	/* Version 1 is PPTP's, with PPP in it. */
	if (flags & 7) {
		undecoded(stats, UNDECODED_PROTOCOL, IPPROTO_GRE);
		return -1;
	}
	/* Checksum, key, sequence number. */
	skip += 4 * (!!(flags & 0x8000) + !!(flags & 0x2000) +
		     !!(flags & 0x1000));
	/* ERSPAN: of version 1 nothing, 2 has a sequence number and a header. */
	if (type == ETHERTYPE_ERSPAN && flags & 0x1000)
		skip += 8;
	if (type == ETHERTYPE_ERSPAN_3) {
		if (left(c) < skip + 12)
			return cut(stats);
		skip += c->p[skip + 11] & 1 ? 20 : 12;
	}
	if (left(c) < skip)
		return cut(stats);
	c->p += skip;
	if (type == ETHERTYPE_TEB || type == ETHERTYPE_ERSPAN ||
	    type == ETHERTYPE_ERSPAN_3)
		return ethernet(c, h, stats);
	return ip_version(c, type, h, stats);
}

static int udp_tunnel(struct cursor *c, struct headers *h,
		      struct dissect_stats *stats)
{
	unsigned int port, skip = UDP_HEADER, type;

	if (left(c) < UDP_HEADER)
		return -1;
	port = be16(c->p + 2);
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
		skip += VXLAN_HEADER;
		if (left(c) < skip)
			return cut(stats);
		add_tag(h, be32(c->p + skip - 4));
		c->p += skip;
		return ethernet(c, h, stats);
	case PORT_GENEVE:
		if (left(c) < skip + GENEVE_HEADER)
			return cut(stats);
		type = be16(c->p + skip + 2);
		add_tag(h, be32(c->p + skip + 4));
		skip += GENEVE_HEADER + (c->p[skip] & 0x3f) * 4;
		if (left(c) < skip)
			return cut(stats);
		c->p += skip;
		return type == ETHERTYPE_TEB ? ethernet(c, h, stats) :
					       ip_version(c, type, h, stats);
	case PORT_IPSEC:
	case PORT_WIREGUARD:
		undecoded(stats, UNDECODED_PORT, port);
	}
	return -1;
}

/*
 * Steps into a tunnel. Returns the version of IP in it, 0 if @proto is for
 * transport(), -1 if there is nothing to be read.
 */
static int tunnel(struct cursor *c, int proto, struct headers *h,
		  struct dissect_stats *stats)
{
	int version;

	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return 0;
	case IPPROTO_IPIP:
		return 4;
	case IPPROTO_IPV6:
		return 6;
	case IPPROTO_UDP:
		version = udp_tunnel(c, h, stats);
		break;
	case IPPROTO_GRE:
		version = gre(c, h, stats);
		break;
	case IPPROTO_IGMP:
	case 89:			/* OSPF */
	case 103:			/* PIM */
	case 112:			/* VRRP */
		return -1;
	default:
		undecoded(stats, UNDECODED_PROTOCOL, proto);
		return -1;
	}
	return version ? version : -1;
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
 * Return: whether it is TCP, or an ICMP error.
 */
bool dissect_headers(const struct frame *f, struct headers *h,
		     struct dissect_stats *stats)
{
	struct cursor c = { .p = f->data, .end = f->data + f->caplen };
	int version = link_layer(f, &c, h, stats), proto, depth;

	for (depth = 0; depth < MAX_TUNNELS; depth++) {
		proto = version == 4 ? ipv4(&c, h, stats) :
			version == 6 ? ipv6(&c, h, stats) : -1;
		if (proto < 0)
			return false;
		version = tunnel(&c, proto, h, stats);
		if (!version)
			return transport(&c, proto, h, stats);
	}
	return false;
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
	uint32_t header = (p[12] >> 4) * 4, n, end, hash = 0x811c9dc5U;
	bool stamped = false;

	if (header < TCP_HEADER || header > h->length)
		return false;
	s->flags = h->flags;
	s->seq = be32(p + 4);
	s->ack = be32(p + 8);
	s->payload = h->length - header;
	if (h->end - p < header)
		return true;
	s->window = be16(p + 14);
	for (n = TCP_HEADER; n < header; n++) {
		stamped |= p[n] == OPTION_STAMPS;
		hash = (hash ^ p[n]) * 0x01000193U;	/* FNV-1a */
		if (p[n] == OPTION_END)
			break;
		if (p[n] == OPTION_NOP)
			continue;
		if (n + 1 == header || p[n + 1] < 2 || p[n + 1] > header - n)
			return true;
		for (end = n + p[n + 1]; n + 1 < end; n++)
			hash = (hash ^ p[n + 1]) * 0x01000193U;
	}
	s->options = stamped ? hash : 0;
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
	s->payload = 0;
	s->tag = h->tag;
	s->options = 0;
	s->window = 0;
	s->id = h->ipv6 ? 0 : be16(h->ip + 4);
	s->ttl = h->ip[h->ipv6 ? 7 : 8];
	s->icmp_type = 0;
	s->icmp_code = 0;

	if (h->kind != PACKET_TCP)
		return read_icmp(h, s, stats);
	read_addresses(h, &s->tuple);
	s->tuple.sport = h->sport;
	s->tuple.dport = h->dport;
	return read_tcp(h, s);
}
