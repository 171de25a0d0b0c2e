// SPDX-License-Identifier: GPL-2.0
/*
 * Which RPC service is behind a port of a server. rpcbind says so in its
 * answers to GETPORT (RFC 1833, version 2) and GETADDR (versions 3 and 4), over
 * UDP and TCP; an answer names no program, so the calls are remembered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services.h"

/* Calls that wait for an answer; older ones are overwritten. */
#define NR_CALLS	1024
#define NR_SERVICES	4096

#define RPC_CALL	0
#define RPC_REPLY	1
#define PROGRAM_RPCBIND	100000
#define PROC_GETPORT	3
#define RECORD_MARK	4

struct call {
	struct address server;
	uint32_t xid;
	uint32_t program;		/* 0: unused */
	uint32_t version;		/* of rpcbind */
	uint16_t client_port;
};

struct service {
	struct address server;
	uint32_t program;		/* 0: unused */
	uint16_t port;
};

struct services {
	struct call calls[NR_CALLS];
	struct service known[NR_SERVICES];
	unsigned int nr_known;
};

/* XDR (RFC 4506); once something is missing, all that follows is 0. */
struct xdr {
	const uint8_t *p;
	size_t left;
	bool missing;
};

static const uint8_t *xdr_bytes(struct xdr *x, size_t n)
{
	const uint8_t *p = x->p;
	size_t padded = (n + 3) & ~(size_t)3;

	if (x->missing || n > x->left) {
		x->missing = true;
		return NULL;
	}
	if (padded > x->left)
		padded = x->left;
	x->p += padded;
	x->left -= padded;
	return p;
}

static uint32_t xdr_u32(struct xdr *x)
{
	const uint8_t *p = xdr_bytes(x, 4);

	return p ? be32(p) : 0;
}

static const uint8_t *xdr_opaque(struct xdr *x, uint32_t *n)
{
	*n = xdr_u32(x);
	return xdr_bytes(x, *n);
}

/**
 * services_new - a table that knows no server yet
 *
 * Return: the table, or NULL.
 */
struct services *services_new(void)
{
	return calloc(1, sizeof(struct services));
}

/**
 * services_free - free a table of services
 * @s: the table, or NULL
 */
void services_free(struct services *s)
{
	free(s);
}

static struct service *lookup(const struct services *s,
			      const struct address *server, uint16_t port)
{
	unsigned int n;

	for (n = 0; n < s->nr_known; n++) {
		if (s->known[n].port == port &&
		    !memcmp(&s->known[n].server, server, sizeof(*server)))
			return (struct service *)&s->known[n];
	}
	return NULL;
}

static void learn(struct services *s, const struct address *server,
		  uint32_t port, uint32_t program)
{
	struct service *known;

	/* 0 says that the program is not registered. */
	if (!port || port > 0xffff)
		return;
	known = lookup(s, server, port);
	if (!known) {
		if (s->nr_known == NR_SERVICES)
			return;
		known = &s->known[s->nr_known++];
		known->server = *server;
		known->port = port;
	}
	known->program = program;
}

static void call(struct services *s, const struct segment *seg,
		 struct xdr *x, uint32_t xid)
{
	struct call *c = &s->calls[xid % NR_CALLS];
	uint32_t version, n, program;

	if (xdr_u32(x) != 2 || xdr_u32(x) != PROGRAM_RPCBIND)
		return;
	version = xdr_u32(x);
	if (version < 2 || version > 4 || xdr_u32(x) != PROC_GETPORT)
		return;
	/* Credential and verifier. */
	xdr_u32(x);
	xdr_opaque(x, &n);
	xdr_u32(x);
	xdr_opaque(x, &n);
	program = xdr_u32(x);
	if (x->missing)
		return;
	c->server = seg->tuple.dst;
	c->client_port = seg->tuple.sport;
	c->xid = xid;
	c->version = version;
	c->program = program;
}

/* The last two numbers of a universal address, "10.0.0.1.8.1" */
static uint32_t port_of_address(const uint8_t *text, uint32_t len)
{
	uint32_t numbers[2] = { 0 };
	unsigned int dots = 0;

	while (len--) {
		if (text[len] == '.') {
			if (++dots == 2)
				break;
		}
	}
	if (dots < 2)
		return 0;
	/* At the second dot from the end. */
	text += len + 1;
	for (dots = 0; dots < 2; dots++) {
		while (*text >= '0' && *text <= '9' && numbers[dots] < 256)
			numbers[dots] = numbers[dots] * 10 + *text++ - '0';
		if (numbers[dots] > 255 || (!dots && *text != '.'))
			return 0;
		text += !dots;
	}
	return numbers[0] << 8 | numbers[1];
}

static void reply(struct services *s, const struct segment *seg,
		  struct xdr *x, uint32_t xid)
{
	struct call *c = &s->calls[xid % NR_CALLS];
	char copy[64] = "";
	const uint8_t *text;
	uint32_t n;

	if (!c->program || c->xid != xid ||
	    c->client_port != seg->tuple.dport ||
	    memcmp(&c->server, &seg->tuple.src, sizeof(c->server)))
		return;
	/* Accepted; verifier; success. */
	if (xdr_u32(x))
		return;
	xdr_u32(x);
	xdr_opaque(x, &n);
	if (xdr_u32(x) || x->missing)
		return;

	if (c->version == 2) {
		n = xdr_u32(x);
		if (!x->missing)
			learn(s, &seg->tuple.src, n, c->program);
	} else {
		text = xdr_opaque(x, &n);
		if (text && n < sizeof(copy)) {
			memcpy(copy, text, n);
			learn(s, &seg->tuple.src,
			      port_of_address((uint8_t *)copy, n), c->program);
		}
	}
	c->program = 0;
}

/**
 * services_answer - learn from a call to rpcbind, or from its answer
 * @s: the table
 * @seg: a segment from or to port 111
 *
 * Over TCP only messages that begin with their segment are understood; those
 * of rpcbind do.
 */
void services_answer(struct services *s, const struct segment *seg)
{
	struct xdr x = { .p = seg->data, .left = seg->captured };
	uint32_t xid, direction;

	if (!seg->captured)
		return;
	if (seg->kind == PACKET_TCP)
		xdr_bytes(&x, RECORD_MARK);
	xid = xdr_u32(&x);
	direction = xdr_u32(&x);
	if (x.missing)
		return;
	if (direction == RPC_CALL && seg->tuple.dport == PORT_RPCBIND)
		call(s, seg, &x, xid);
	else if (direction == RPC_REPLY && seg->tuple.sport == PORT_RPCBIND)
		reply(s, seg, &x, xid);
}

static const char *program_name(uint32_t program)
{
	switch (program) {
	case 100000:
		return "rpcbind";
	case 100003:
		return "NFS";
	case 100005:
		return "mountd";
	case 100011:
		return "rquotad";
	case 100021:
		return "NLM";
	case 100024:
		return "statd";
	case 100227:
		return "NFSACL";
	default:
		return NULL;
	}
}

/**
 * services_name - name the service behind a port
 * @s: the table
 * @server: the server's address
 * @port: the port, in host order
 * @name: filled in, with "" if nothing is known
 * @program: set to the RPC program, 0 if it is not known
 *
 * Return: whether rpcbind said so; if not, it is the well-known port.
 */
bool services_name(const struct services *s, const struct address *server,
		   uint16_t port, char name[SERVICE_NAME], uint32_t *program)
{
	const struct service *known = lookup(s, server, port);
	const char *custom;

	*program = known ? known->program : 0;
	if (!known && port == 2049)
		*program = 100003;
	if (!known && port == PORT_RPCBIND)
		*program = PROGRAM_RPCBIND;

	custom = program_name(*program);
	if (custom)
		snprintf(name, SERVICE_NAME, "%s", custom);
	else if (*program)
		snprintf(name, SERVICE_NAME, "program %u", *program);
	else
		name[0] = '\0';
	return known;
}

