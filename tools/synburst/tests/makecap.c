// SPDX-License-Identifier: GPL-2.0
/*
 * makecap [OPTION...] table | script | bench PACKETS | tuples N
 *
 * Writes a capture to standard output, for the tests and the benchmark.
 *
 *   table   reads lines as tshark prints them, as in report/
 *   script  reads the steps of a case, as in cases/
 *   bench   traffic of NFS clients, who reconnect now and then
 *   tuples  a SYN each from N different ends
 *
 *   -f FORMAT  pcap, swapped, nsec, nsec-swapped, pcapng, pcapng-swapped,
 *              pcapng-nsec, pcapng-simple
 *   -l LINK    ethernet, vlan, qinq, pppoe, cooked, cooked2, raw, null, loop
 *   -6         IPv6 addresses in the place of those of IPv4
 *   -o         options or extension headers between IP and TCP
 *   -s SNAPLEN what is captured of a frame
 *   -d         each frame twice, as on the interface "any" of a router
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_FRAME	65536

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

static const char *format = "pcap", *link_type = "ethernet";
static bool ipv6, with_options, twice;
static unsigned int snaplen = 262144;

struct end {
	struct in_addr addr;
	uint16_t port;
};

struct packet {
	int64_t usec;			/* since the epoch */
	struct end src, dst;
	int flags;
	uint32_t seq, ack;
	unsigned int win, mss, wscale;
	bool sack, stamps;
	uint32_t tsval, tsecr;
	const uint8_t *payload;
	unsigned int len;		/* of payload; of zeroes without one */
	uint8_t icmp_type, icmp_code;
	const struct packet *quoted;
	bool udp;
};

static uint8_t frame[MAX_FRAME];

static void die(const char *what, const char *more)
{
	fprintf(stderr, "makecap: %s%s\n", what, more);
	exit(2);
}

static uint8_t *put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
	return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v);
}

static uint32_t sum(uint32_t s, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		s += p[0] << 8 | p[1];
	return len ? s + (p[0] << 8) : s;
}

static uint16_t checksum(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s;
}

/* 2001:db8::a.b.c.d */
static uint8_t *put_address(uint8_t *p, struct in_addr a)
{
	if (ipv6) {
		memset(p, 0, 12);
		put32(p, 0x20010db8);
		p += 12;
	}
	memcpy(p, &a, 4);
	return p + 4;
}

static uint8_t *tcp(uint8_t *p, const struct packet *k)
{
	uint8_t *start = p;

	p = put16(put16(p, k->src.port), k->dst.port);
	p = put32(put32(p, k->seq), k->ack);
	*p++ = 0;
	*p++ = k->flags;
	p = put32(put16(p, k->win), 0);
	if (k->mss) {
		*p++ = 2;
		*p++ = 4;
		p = put16(p, k->mss);
	}
	if (k->sack) {
		*p++ = 4;
		*p++ = 2;
	}
	if (k->stamps) {
		*p++ = 8;
		*p++ = 10;
		p = put32(put32(p, k->tsval), k->tsecr);
	}
	if (k->wscale) {
		*p++ = 1;
		*p++ = 3;
		*p++ = 3;
		*p++ = k->wscale;
	}
	while ((p - start) % 4)
		*p++ = 0;
	start[12] = (p - start) / 4 << 4;
	return p;
}

static uint8_t *ip(uint8_t *p, const struct packet *k);

static uint8_t *icmp(uint8_t *p, const struct packet *k)
{
	uint8_t *quoted;

	*p++ = k->icmp_type;
	*p++ = k->icmp_code;
	p = put32(put16(p, 0), 0);
	quoted = p;
	p = ip(p, k->quoted);
	/* As much as fits into the smallest MTU. */
	return p - quoted > 500 ? quoted + 500 : p;
}

static uint8_t *ip(uint8_t *p, const struct packet *k)
{
	int proto = k->quoted ? ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP :
		    k->udp ? IPPROTO_UDP : IPPROTO_TCP;
	uint8_t *start = p, *l4, *addresses;
	static uint16_t id;
	size_t addresses_len;
	uint32_t pseudo;

	if (ipv6) {
		p = put32(p, 0x60000000);
		p = put16(p, 0);
		*p++ = with_options ? IPPROTO_HOPOPTS : proto;
		*p++ = 64;
	} else {
		*p++ = with_options ? 0x4a : 0x45;
		*p++ = 0;
		p = put16(put16(put16(p, 0), ++id), 0x4000);
		*p++ = 64;
		*p++ = proto;
		p = put16(p, 0);
	}
	addresses = p;
	p = put_address(put_address(p, k->src.addr), k->dst.addr);
	addresses_len = p - addresses;
	if (with_options && ipv6) {
		/* Hop by hop, destination, an atomic fragment. */
		*p++ = IPPROTO_DSTOPTS;
		*p++ = 0;
		memcpy(p, "\1\4\0\0\0", 6);
		p += 6;
		*p++ = IPPROTO_FRAGMENT;
		*p++ = 1;
		memcpy(p, "\1\14\0\0\0\0\0\0\0\0\0\0\0", 14);
		p += 14;
		*p++ = proto;
		*p++ = 0;
		p = put32(put16(p, 0), 7);
	} else if (with_options) {
		memset(p, 1, 20);
		p += 20;
	}

	l4 = p;
	if (k->quoted) {
		p = icmp(p, k);
	} else if (k->udp) {
		p = put16(put16(p, k->src.port), k->dst.port);
		p = put16(put16(p, 8 + k->len), 0);
	} else {
		p = tcp(p, k);
	}
	if (k->payload)
		memcpy(p, k->payload, k->len);
	else
		memset(p, 0, k->len);
	p += k->len;

	pseudo = proto + (p - l4);
	if (proto != IPPROTO_ICMP)
		pseudo = sum(pseudo, addresses, addresses_len);
	else
		pseudo = 0;
	if (k->quoted)
		put16(l4 + 2, checksum(sum(pseudo, l4, p - l4)));
	else if (k->udp)
		put16(l4 + 6, checksum(sum(pseudo, l4, p - l4)));
	else
		put16(l4 + 16, checksum(sum(pseudo, l4, p - l4)));
	if (ipv6) {
		put16(start + 4, p - start - 40);
	} else {
		put16(start + 2, p - start);
		put16(start + 10, checksum(sum(0, start, (start[0] & 15) * 4)));
	}
	return p;
}

static uint8_t *link_layer(uint8_t *p)
{
	uint16_t type = ipv6 ? 0x86dd : 0x0800;
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

	if (!strcmp(link_type, "raw"))
		return p;
	if (!strcmp(link_type, "null")) {
		uint32_t family = ipv6 ? 30 : 2;

		memcpy(p, &family, 4);
		return p + 4;
	}
	if (!strcmp(link_type, "loop"))
		return put32(p, ipv6 ? 30 : 2);
	if (!strcmp(link_type, "cooked")) {
		p = put16(put16(put16(p, 0), 1), 6);
		memcpy(p, macs, 8);
		return put16(p + 8, type);
	}
	if (!strcmp(link_type, "cooked2")) {
		p = put32(put16(put16(p, type), 0), 2);
		p = put16(p, 1);
		*p++ = 0;
		*p++ = 6;
		memcpy(p, macs, 8);
		return p + 8;
	}
	memcpy(p, macs, 12);
	p += 12;
	if (!strcmp(link_type, "vlan"))
		p = put16(put16(p, 0x8100), 100);
	if (!strcmp(link_type, "qinq"))
		p = put16(put16(put16(put16(p, 0x88a8), 7), 0x8100), 100);
	if (!strcmp(link_type, "pppoe")) {
		p = put16(put16(put16(p, 0x8864), 0x1100), 1);
		return put16(put16(p, 0), ipv6 ? 0x57 : 0x21);
	}
	return put16(p, type);
}

static bool swapped(void)
{
	return strstr(format, "swapped");
}

static void out16(uint16_t v)
{
	v = swapped() ? __builtin_bswap16(v) : v;
	fwrite(&v, sizeof(v), 1, stdout);
}

static void out32(uint32_t v)
{
	v = swapped() ? __builtin_bswap32(v) : v;
	fwrite(&v, sizeof(v), 1, stdout);
}

static void write_header(void)
{
	static const struct { const char *name; int value; } links[] = {
		{ "ethernet", 1 }, { "vlan", 1 }, { "qinq", 1 }, { "pppoe", 1 },
		{ "cooked", 113 }, { "cooked2", 276 }, { "raw", 101 },
		{ "null", 0 }, { "loop", 108 },
	};
	bool nsec = strstr(format, "nsec");
	size_t n;

	for (n = 0; strcmp(link_type, links[n].name); n++) {
		if (n + 1 == sizeof(links) / sizeof(*links))
			die("unknown link type ", link_type);
	}
	if (strncmp(format, "pcapng", 6)) {
		out32(nsec ? 0xa1b23c4d : 0xa1b2c3d4);
		out16(2);
		out16(4);
		out32(0);
		out32(0);
		out32(snaplen);
		out32(links[n].value);
		return;
	}
	out32(0x0a0d0d0a);
	out32(28);
	out32(0x1a2b3c4d);
	out16(1);
	out16(0);
	out32(-1);
	out32(-1);
	out32(28);
	/* A block that nobody knows, to be skipped. */
	out32(0x0bad);
	out32(16);
	out32(0);
	out32(16);
	out32(1);
	out32(nsec ? 28 : 20);
	out16(links[n].value);
	out16(0);
	out32(snaplen);
	if (nsec) {
		out16(9);
		out16(1);
		fwrite("\11\0\0\0", 4, 1, stdout);
	}
	out32(nsec ? 28 : 20);
}

static void write_frame(int64_t usec, const uint8_t *p, unsigned int len)
{
	unsigned int cap = len < snaplen ? len : snaplen;
	bool nsec = strstr(format, "nsec");
	uint64_t ticks = nsec ? usec * 1000 : usec;

	if (!strcmp(format, "pcapng-simple")) {
		out32(3);
		out32(16 + ((cap + 3) & ~3));
		out32(len);
	} else if (!strncmp(format, "pcapng", 6)) {
		out32(6);
		out32(32 + ((cap + 3) & ~3));
		out32(0);
		out32(ticks >> 32);
		out32(ticks);
		out32(cap);
		out32(len);
	} else {
		out32(usec / 1000000);
		out32(usec % 1000000 * (nsec ? 1000 : 1));
		out32(cap);
		out32(len);
	}
	fwrite(p, cap, 1, stdout);
	if (!strncmp(format, "pcapng", 6)) {
		fwrite("\0\0\0", -cap & 3, 1, stdout);
		if (!strcmp(format, "pcapng-simple"))
			out32(16 + ((cap + 3) & ~3));
		else
			out32(32 + ((cap + 3) & ~3));
	}
}

static void write_packet(const struct packet *k)
{
	uint8_t *end = ip(link_layer(frame), k);

	write_frame(k->usec, frame, end - frame);
	if (twice)
		write_frame(k->usec + 3, frame, end - frame);
}

/* --- what tshark printed --- */

static unsigned long field(const char *line, const char *name)
{
	const char *p = strstr(line, name);

	return p ? strtoul(p + strlen(name), NULL, 10) : 0;
}

static int flags_of(const char *line)
{
	const char *end, *p = strstr(line, "Seq=");
	int flags = 0;
	size_t n;
	static const struct { const char *name; int flag; } known[] = {
		{ "SYN", SYN }, { "ACK", ACK }, { "RST", RST }, { "FIN", FIN },
		{ "PSH", PSH },
	};

	/* The last bracket before the numbers. */
	for (end = p; *end != ']'; end--)
		;
	for (p = end; *p != '['; p--)
		;
	for (; p < end; p++) {
		for (n = 0; n < sizeof(known) / sizeof(*known); n++) {
			if (!strncmp(p, known[n].name, 3))
				flags |= known[n].flag;
		}
	}
	return flags;
}

static unsigned int log2_of(unsigned long n)
{
	unsigned int log = 0;

	while (n > 1) {
		n /= 2;
		log++;
	}
	return log;
}

/* "866 → 304 [SYN]", "815 > 2049 [SYN]" */
static void ports_of(char *line, struct packet *k)
{
	char *p = strstr(line, " > ");
	size_t skip = 3;

	if (!p) {
		p = strstr(line, " → ");
		skip = 5;
	}
	if (!p)
		die("no ports in: ", line);
	k->dst.port = strtoul(p + skip, NULL, 10);
	while (p > line && p[-1] >= '0' && p[-1] <= '9')
		p--;
	k->src.port = strtoul(p, NULL, 10);
}

/*
 * What the table does not print: the frames in between, which are data of
 * others, and the ports, sequence numbers and XID of the portmap call.
 */
static void fill_up_to(unsigned long number, unsigned long *next, int64_t usec)
{
	struct packet k = {
		.usec = usec, .flags = ACK, .seq = 1, .ack = 1, .win = 229,
		.src = { .port = 40000 }, .dst = { .port = 2049 },
	};

	inet_aton("10.0.0.99", &k.src.addr);
	inet_aton("10.0.0.98", &k.dst.addr);
	for (; *next < number; ++*next) {
		write_packet(&k);
		k.seq += 100;
	}
}

static void portmap(const char *line, struct packet *k)
{
	/* Record mark, XID, call, RPC 2, rpcbind 2, GETPORT, AUTH_UNIX */
	static uint8_t call[88] = {
		0x80, 0, 0, 84, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2,
		0, 1, 0x86, 0xa0, 0, 0, 0, 2, 0, 0, 0, 3,
		0, 0, 0, 1, 0, 0, 0, 28,
	};
	static uint8_t reply[32] = { 0x80, 0, 0, 28, 1, 2, 3, 4, 0, 0, 0, 1 };
	const char *p = strchr(line, '(');
	static uint32_t seq = 1000, ack = 2000;

	k->flags = ACK | PSH;
	k->stamps = true;
	k->seq = seq;
	k->ack = ack;
	k->src.port = 40001;
	k->dst.port = 111;
	if (strstr(line, "GETPORT Reply")) {
		k->src.port = 111;
		k->dst.port = 40001;
		k->seq = ack;
		k->ack = seq;
		put32(reply + 28, field(line, "Port:"));
		k->payload = reply;
		k->len = sizeof(reply);
	} else {
		put32(call + 72, strtoul(p + 1, NULL, 10));
		put32(call + 76, field(line, "V:"));
		put32(call + 80, 6);
		k->payload = call;
		k->len = sizeof(call);
	}
}

static void table(void)
{
	struct packet k, last[2] = { 0 };
	char line[1024], src[64], dst[64], proto[32], *rest;
	unsigned long number, next = 1;
	int at, h, m, s, us, year, month, day;
	struct tm tm = { 0 };
	int64_t day_start;

	write_header();
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		number = strtoul(line, &rest, 10);
		/* A day, where the table prints none: that of the file. */
		if (sscanf(rest, " %d-%d-%d%n", &year, &month, &day, &at) == 3) {
			rest += at;
		} else {
			year = 2017;
			month = 4;
			day = 24;
		}
		if (sscanf(rest, " %d:%d:%d.%6d%n", &h, &m, &s, &us, &at) != 4)
			die("no time in: ", line);
		rest += at;
		/* The time since the line before, where it is printed. */
		memset(&k, 0, sizeof(k));
		if (sscanf(rest, " %63s%n", src, &at) == 1 &&
		    strchr(src, '.') == strrchr(src, '.'))
			rest += at;
		if (sscanf(rest, " %63s %*s %63s %31s %*d%n", src, dst, proto,
			   &at) != 3 ||
		    !inet_aton(src, &k.src.addr) || !inet_aton(dst, &k.dst.addr))
			die("no addresses in: ", line);
		rest += at;

		tm.tm_year = year - 1900;
		tm.tm_mon = month - 1;
		tm.tm_mday = day;
		tm.tm_isdst = -1;
		tm.tm_hour = h;
		tm.tm_min = m;
		tm.tm_sec = s;
		day_start = mktime(&tm);
		k.usec = day_start * 1000000 + us;

		fill_up_to(number, &next, k.usec);
		next = number + 1;
		if (!strcmp(proto, "TCP")) {
			ports_of(rest, &k);
			k.flags = flags_of(rest);
			k.seq = field(rest, "Seq=");
			k.ack = field(rest, "Ack=");
			k.win = field(rest, "Win=");
			k.mss = field(rest, "MSS=");
			k.sack = strstr(rest, "SACK_PERM");
			k.stamps = strstr(rest, "TSval=");
			k.tsval = field(rest, "TSval=");
			k.tsecr = field(rest, "TSecr=");
			k.wscale = log2_of(field(rest, "WS="));
			last[k.flags & ACK && k.flags & SYN] = k;
		} else if (!strcmp(proto, "ICMP")) {
			if (!strstr(rest, "(Host administratively prohibited)"))
				die("which ICMP: ", line);
			k.icmp_type = 3;
			k.icmp_code = 10;
			k.quoted = &last[1];
		} else if (!strcmp(proto, "Portmap")) {
			portmap(rest, &k);
		} else {
			die("unknown protocol in: ", line);
		}
		write_packet(&k);
	}
}

/* --- the steps of a case --- */

/*
 * Lines of a case:
 *
 *   client ADDRESS PORT, server ADDRESS PORT
 *   SECONDS > FLAGS SEQ [ACK [LENGTH]]      from the client; < from the server
 *   SECONDS > icmp TYPE CODE                quotes the newest packet received
 *   SECONDS > udp HEX...                    payload, between the two
 *   SECONDS > rpc HEX...                    the same over TCP
 *   expect EXPRESSION, options, make, #     not for this program
 *
 * FLAGS are of S, A, F, R, P.
 */
static unsigned int hex(char *text, uint8_t *out, unsigned int max)
{
	unsigned int n = 0;
	char *word;

	for (word = strtok(text, "\n "); word; word = strtok(NULL, "\n ")) {
		for (; word[0] && word[1] && n < max; word += 2)
			if (sscanf(word, "%2hhx", &out[n++]) != 1)
				die("no hexadecimal number: ", word);
	}
	return n;
}

static void script(void)
{
	struct end client = { .port = 700 }, server = { .port = 2049 };
	struct packet k, last[2] = { 0 };
	char line[1024], word[64], dir;
	static uint8_t payload[512];
	unsigned int port;
	double seconds;
	char *p;
	int at;

	inet_aton("10.0.0.1", &client.addr);
	inet_aton("10.0.0.2", &server.addr);
	write_header();
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == '#' || line[0] == '\n' ||
		    !strncmp(line, "expect ", 7) ||
		    !strncmp(line, "options ", 8) ||
		    !strncmp(line, "make ", 5))
			continue;
		if (sscanf(line, "client %63s %u", word, &port) == 2) {
			inet_aton(word, &client.addr);
			client.port = port;
			continue;
		}
		if (sscanf(line, "server %63s %u", word, &port) == 2) {
			inet_aton(word, &server.addr);
			server.port = port;
			continue;
		}
		at = 0;
		if (sscanf(line, "%lf %c %63s%n", &seconds, &dir, word, &at) != 3)
			die("what is: ", line);

		memset(&k, 0, sizeof(k));
		k.usec = 1500000000 * 1000000LL + (int64_t)(seconds * 1e6 + .5);
		k.src = dir == '>' ? client : server;
		k.dst = dir == '>' ? server : client;
		if (!strcmp(word, "icmp")) {
			unsigned int type, code;

			if (sscanf(line + at, "%u %u", &type, &code) != 2)
				die("no type and code: ", line);
			k.icmp_type = type;
			k.icmp_code = code;
			k.quoted = &last[dir == '>'];
		} else if (!strcmp(word, "udp") || !strcmp(word, "rpc")) {
			k.udp = word[0] == 'u';
			k.flags = ACK | PSH;
			k.len = hex(line + at, payload, sizeof(payload));
			k.payload = payload;
		} else {
			for (p = word; *p; p++)
				k.flags |= *p == 'S' ? SYN : *p == 'A' ? ACK :
					   *p == 'F' ? FIN : *p == 'R' ? RST :
					   *p == 'P' ? PSH : 0;
			if (sscanf(line + at, "%u %u %u", &k.seq, &k.ack,
				   &k.len) < 1)
				die("no sequence number: ", line);
			k.win = 1000;
			k.mss = k.flags & SYN ? 1460 : 0;
			last[dir == '<'] = k;
		}
		write_packet(&k);
	}
}

/* --- bulk --- */

/*
 * 500 clients of one server, each with data in both directions, of which three
 * quarters are full segments; every 2000th packet is a step of a reconnect.
 */
static void bench(unsigned long packets)
{
	enum { CLIENTS = 500 };
	struct packet k = { .win = 1000, .stamps = true };
	uint8_t *end, *headers[2][2];
	unsigned int lens[2][2], client = 0, step = 0, big, dir;
	unsigned long n;

	write_header();
	inet_aton("10.0.0.2", &k.dst.addr);
	k.dst.port = 2049;
	k.src.port = 800;
	k.flags = ACK;
	for (big = 0; big < 2; big++) {
		for (dir = 0; dir < 2; dir++) {
			struct packet t = k;

			t.len = big ? 1448 : 0;
			if (dir) {
				t.src = k.dst;
				t.dst = k.src;
			}
			end = ip(link_layer(frame), &t);
			lens[big][dir] = end - frame;
			headers[big][dir] = malloc(lens[big][dir]);
			memcpy(headers[big][dir], frame, lens[big][dir]);
		}
	}
	for (n = 0; n < packets; n++) {
		int64_t usec = 1500000000 * 1000000LL + n * 10;
		uint8_t *p;

		if (n % 2000 < 3) {
			/* SYN, SYN,ACK, ACK of one client after the other. */
			struct packet t = k;

			step = n % 2000;
			client = n / 2000 % CLIENTS;
			t.usec = usec;
			t.src.addr.s_addr = htonl(0x0a010000 + client);
			t.seq = n / 2000 * 1000 + (step == 2);
			t.flags = step ? ACK : SYN;
			t.ack = step ? 1 : 0;
			if (step == 1) {
				struct end e = t.src;

				t.src = t.dst;
				t.dst = e;
				t.flags = SYN | ACK;
				t.ack = t.seq + 1;
				t.seq = 0;
			}
			write_packet(&t);
			continue;
		}
		big = n % 4 > 0;
		dir = n / 4 % 2;
		p = headers[big][dir];
		put32(p + (dir ? 30 : 26), 0x0a010000 + n / 16 % CLIENTS);
		put32(p + 38, n);
		write_frame(usec, p, lens[big][dir]);
	}
}

static void tuples(unsigned long count)
{
	struct packet k = { .flags = SYN, .win = 1000, .mss = 1460 };
	unsigned long n;

	write_header();
	inet_aton("10.0.0.2", &k.dst.addr);
	k.dst.port = 2049;
	for (n = 0; n < count; n++) {
		k.usec = 1500000000 * 1000000LL + n;
		k.src.addr.s_addr = htonl(0x0a010000 + n / 1000);
		k.src.port = 1 + n % 1000;
		k.seq = n;
		write_packet(&k);
	}
}

int main(int argc, char **argv)
{
	const char *what;
	int option;

	while ((option = getopt(argc, argv, "f:l:6os:d")) != -1) {
		switch (option) {
		case 'f':
			format = optarg;
			break;
		case 'l':
			link_type = optarg;
			break;
		case '6':
			ipv6 = true;
			break;
		case 'o':
			with_options = true;
			break;
		case 's':
			snaplen = strtoul(optarg, NULL, 10);
			break;
		case 'd':
			twice = true;
			break;
		default:
			return 2;
		}
	}
	what = optind < argc ? argv[optind] : "";
	if (!strcmp(what, "table"))
		table();
	else if (!strcmp(what, "script"))
		script();
	else if (!strcmp(what, "bench") && optind + 1 < argc)
		bench(strtoul(argv[optind + 1], NULL, 10));
	else if (!strcmp(what, "tuples") && optind + 1 < argc)
		tuples(strtoul(argv[optind + 1], NULL, 10));
	else
		die("table, script, bench PACKETS or tuples N", "");
	return ferror(stdout) || fflush(stdout) ? 2 : 0;
}
