// SPDX-License-Identifier: GPL-2.0
/*
 * Capture input. Classic pcap and pcapng are read here, in place and many
 * frames a call, because libpcap alone takes longer for a frame than the whole
 * of this program may (docs/synburst.md has the figures); live interfaces and
 * every other format of a file are libpcap's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pcap.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "source.h"

/* Small enough for the second level cache, large enough for most records. */
#define BUFFER_SIZE		(256 * 1024)
/* libpcap's MAXIMUM_SNAPLEN, and its limit for a block of pcapng. */
#define MAX_CAPLEN		262144
#define MAX_BLOCK		(16 * 1024 * 1024)
#define MAX_INTERFACES		65536

/* libpcap 1.5 and later tell nanoseconds. */
#ifdef PCAP_TSTAMP_PRECISION_NANO
#define FILE_TICK_NS		1
#define OPEN_FILE(file, why)	\
	pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why)
#else
#define FILE_TICK_NS		NSEC_PER_USEC
#define OPEN_FILE(file, why)	pcap_fopen_offline(file, why)
#endif

#define PCAP_HEADER		24
#define PCAP_RECORD		16
#define MAGIC_USEC		0xa1b2c3d4
#define MAGIC_NSEC		0xa1b23c4d

#define NG_SECTION		0x0a0d0d0a
#define NG_INTERFACE		1
#define NG_OLD_PACKET		2
#define NG_SIMPLE_PACKET	3
#define NG_PACKET		6
#define NG_BYTE_ORDER		0x1a2b3c4d
/* Type and length before the body, length again after it. */
#define NG_HEAD			8
#define NG_OVERHEAD		12
#define NG_OPT_TSRESOL		9
#define NG_OPT_TSOFFSET		14

enum format {
	FORMAT_PCAP,
	FORMAT_PCAPNG,
	FORMAT_LIBPCAP,
};

struct interface {
	uint32_t link;
	uint32_t snaplen;
	uint64_t ticks;			/* per second */
	uint64_t offset;		/* seconds */
};

struct capture {
	enum format format;
	bool swapped;
	bool eof;
	struct source source;
	const uint8_t *memory;
	size_t memory_size;
	uint8_t *buf;
	size_t size;
	size_t head;			/* the next record */
	size_t tail;			/* end of what was read */
	uint64_t offset;		/* of buf[0] in the file */
	uint64_t number;
	uint32_t link;
	uint32_t tick_ns;		/* of classic pcap */
	uint32_t max_caplen;
	struct interface *interfaces;
	unsigned int nr_interfaces;
	pcap_t *pcap;
	char error[512];
};

static uint16_t get16(const struct capture *c, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return c->swapped ? (uint16_t)(v << 8 | v >> 8) : v;
}

static uint32_t get32(const struct capture *c, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static uint64_t get64(const struct capture *c, const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return c->swapped ? __builtin_bswap64(v) : v;
}

__attribute__((format(printf, 2, 3)))
static int fail(struct capture *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->error, sizeof(c->error), format, args);
	va_end(args);
	return -1;
}

static unsigned long long here(const struct capture *c)
{
	return c->offset + c->head;
}

/*
 * Makes @need bytes at head available if the file has them; what was handed
 * out before is invalid. Returns how many are there.
 */
static size_t fill(struct capture *c, size_t need)
{
	uint8_t *larger;
	const char *why;
	long n;

	if (c->tail - c->head >= need || c->eof)
		return c->tail - c->head;

	if (need > c->size) {
		larger = malloc(need);
		if (!larger) {
			fail(c, "no memory for a record of %zu bytes at offset %llu",
			     need, here(c));
			c->eof = true;
			return c->tail - c->head;
		}
		memcpy(larger, c->buf + c->head, c->tail - c->head);
		free(c->buf);
		c->buf = larger;
		c->size = need;
	} else {
		memmove(c->buf, c->buf + c->head, c->tail - c->head);
	}
	c->offset += c->head;
	c->tail -= c->head;
	c->head = 0;

	while (c->tail < need) {
		n = source_read(&c->source, c->buf + c->tail,
				c->size - c->tail, &why);
		if (n <= 0) {
			c->eof = true;
			if (n < 0)
				fail(c, "cannot read on at offset %llu: %s",
				     (unsigned long long)(c->offset + c->tail),
				     why);
			break;
		}
		c->tail += n;
	}
	return c->tail;
}

/* The file ends where @need more bytes of @what should be. */
static int truncated(struct capture *c, const char *what, size_t need)
{
	/* What kept the rest from being read says more. */
	if (c->error[0])
		return -1;
	/* The user has had enough: the record was still being written. */
	if (c->source.stop) {
		c->head = c->tail;
		return 0;
	}
	return fail(c, "the file is cut: %s at offset %llu needs %zu bytes, %zu are left",
		    what, here(c), need, c->tail - c->head);
}

static int read_pcap(struct capture *c, struct frame *frames, int max)
{
	uint32_t caplen;
	const uint8_t *p;
	size_t left;
	int n = 0;

	while (n < max) {
		left = c->tail - c->head;
		if (left < PCAP_RECORD) {
			if (n)
				return n;
			left = fill(c, PCAP_RECORD);
			if (!left)
				return c->error[0] ? -1 : 0;
			if (left < PCAP_RECORD)
				return truncated(c, "the packet header",
						 PCAP_RECORD);
		}

		p = c->buf + c->head;
		caplen = get32(c, p + 8);
		if (caplen > c->max_caplen) {
			if (n)
				return n;
			return fail(c, "the packet header at offset %llu says that %u bytes were captured; no packet is longer than %u",
				    here(c), caplen, c->max_caplen);
		}
		if (left < PCAP_RECORD + caplen) {
			if (n)
				return n;
			left = fill(c, PCAP_RECORD + caplen);
			if (left < PCAP_RECORD + caplen)
				return truncated(c, "the packet",
						 PCAP_RECORD + caplen);
			p = c->buf + c->head;
		}

		frames[n].data = p + PCAP_RECORD;
		frames[n].number = ++c->number;
		frames[n].time = get32(c, p) * NSEC_PER_SEC +
			(uint64_t)get32(c, p + 4) * c->tick_ns;
		frames[n].caplen = caplen;
		frames[n].link = c->link;
		frames[n].iface = 0;
		n++;
		c->head += PCAP_RECORD + caplen;
	}
	return n;
}

/* SHB: the byte order may change with every section. */
static int ng_section(struct capture *c, const uint8_t *p)
{
	uint32_t magic;

	memcpy(&magic, p + NG_HEAD, sizeof(magic));
	if (magic != NG_BYTE_ORDER && magic != __builtin_bswap32(NG_BYTE_ORDER))
		return fail(c, "the section header at offset %llu has no byte-order magic",
			    here(c));
	c->swapped = magic != NG_BYTE_ORDER;
	c->nr_interfaces = 0;
	return 0;
}

static int ng_resolution(struct capture *c, struct interface *i, uint8_t value)
{
	unsigned int exponent = value & 0x7f;

	i->ticks = 1;
	if (exponent > (value & 0x80 ? 63 : 19))
		return fail(c, "the interface at offset %llu has a timestamp resolution that does not fit into 64 bits",
			    here(c));
	while (exponent--)
		i->ticks *= value & 0x80 ? 2 : 10;
	return 0;
}

/* IDB. @len: bytes of the body */
static int ng_interface(struct capture *c, const uint8_t *p, size_t len)
{
	struct interface *i, *more;
	uint16_t code, size;
	size_t at = 8;

	if (len < 8)
		return fail(c, "the interface block at offset %llu is too short",
			    here(c));
	if (c->nr_interfaces == MAX_INTERFACES)
		return fail(c, "more than %d interfaces at offset %llu",
			    MAX_INTERFACES, here(c));
	/* Powers of two: room is made when the last one is full. */
	if (!(c->nr_interfaces & (c->nr_interfaces - 1))) {
		more = realloc(c->interfaces, (c->nr_interfaces ?
			       2 * c->nr_interfaces : 1) * sizeof(*more));
		if (!more)
			return fail(c, "no memory for %u interfaces",
				    c->nr_interfaces);
		c->interfaces = more;
	}
	i = &c->interfaces[c->nr_interfaces];
	i->link = get16(c, p);
	i->snaplen = get32(c, p + 4);
	i->ticks = 1000000;
	i->offset = 0;

	while (at + 4 <= len) {
		code = get16(c, p + at);
		size = get16(c, p + at + 2);
		at += 4;
		if (!code)
			break;
		if (size > len - at)
			return fail(c, "an option of the interface block at offset %llu is longer than the block",
				    here(c));
		if (code == NG_OPT_TSRESOL && size == 1) {
			if (ng_resolution(c, i, p[at]))
				return -1;
		} else if (code == NG_OPT_TSOFFSET && size == 8) {
			/* Signed; wraps as it should. */
			i->offset = get64(c, p + at);
		}
		at += (size + 3) & ~3U;
	}
	c->nr_interfaces++;
	return 0;
}

static uint64_t ng_time(const struct interface *i, uint32_t high, uint32_t low)
{
	uint64_t ticks = (uint64_t)high << 32 | low;
	uint64_t rest = ticks % i->ticks, per_second = i->ticks;
	uint64_t seconds = ticks / i->ticks + i->offset;

	/* Ticks may be as short as 2^-63 s: the product has to fit. */
	while (per_second >= 1ULL << 34) {
		per_second >>= 1;
		rest >>= 1;
	}
	return seconds * NSEC_PER_SEC + rest * NSEC_PER_SEC / per_second;
}

/*
 * EPB, SPB and the packet block that came before them. @p: the body, of @len
 * bytes.
 */
static int ng_packet(struct capture *c, uint32_t type, const uint8_t *p,
		     size_t len, struct frame *f)
{
	size_t head = type == NG_SIMPLE_PACKET ? 4 : 20;
	const struct interface *i;
	uint32_t id = 0;

	if (len < head)
		return fail(c, "the packet block at offset %llu is too short",
			    here(c));
	if (type == NG_PACKET)
		id = get32(c, p);
	else if (type == NG_OLD_PACKET)
		id = get16(c, p);
	if (id >= c->nr_interfaces)
		return fail(c, "the packet block at offset %llu is of interface %u, of %u",
			    here(c), id, c->nr_interfaces);
	i = &c->interfaces[id];

	if (type == NG_SIMPLE_PACKET) {
		f->time = 0;
		f->caplen = get32(c, p);
		if (i->snaplen && f->caplen > i->snaplen)
			f->caplen = i->snaplen;
	} else {
		f->time = ng_time(i, get32(c, p + 4), get32(c, p + 8));
		f->caplen = get32(c, p + 12);
	}
	if (f->caplen > len - head)
		return fail(c, "the packet block at offset %llu says that %u bytes were captured, and has room for %zu",
			    here(c), f->caplen, len - head);
	f->data = p + head;
	f->number = ++c->number;
	f->link = i->link;
	f->iface = id;
	return 0;
}

static int read_pcapng(struct capture *c, struct frame *frames, int max)
{
	uint32_t type, len;
	const uint8_t *p;
	int err, n = 0;
	size_t left;

	while (n < max) {
		/* A section header needs its magic before its length. */
		left = c->tail - c->head;
		if (left < NG_OVERHEAD) {
			if (n)
				return n;
			left = fill(c, NG_OVERHEAD);
			if (!left)
				return c->error[0] ? -1 : 0;
			if (left < NG_OVERHEAD)
				return truncated(c, "the block", NG_OVERHEAD);
		}

		p = c->buf + c->head;
		type = get32(c, p);
		if (type == NG_SECTION) {
			/* Its interfaces are those of the frames handed out. */
			if (ng_section(c, p))
				return n ? n : -1;
		}
		len = get32(c, p + 4);
		if (len < NG_OVERHEAD || len % 4 || len > MAX_BLOCK) {
			if (n)
				return n;
			return fail(c, "the block at offset %llu says that it is %u bytes long, which none is",
				    here(c), len);
		}
		if (left < len) {
			if (n)
				return n;
			left = fill(c, len);
			if (left < len)
				return truncated(c, "the block", len);
			p = c->buf + c->head;
		}
		if (get32(c, p + len - 4) != len) {
			if (n)
				return n;
			return fail(c, "the block at offset %llu is %u bytes long by its head, and %u by its end",
				    here(c), len, get32(c, p + len - 4));
		}

		err = 0;
		switch (type) {
		case NG_INTERFACE:
			err = ng_interface(c, p + NG_HEAD, len - NG_OVERHEAD);
			break;
		case NG_PACKET:
		case NG_SIMPLE_PACKET:
		case NG_OLD_PACKET:
			err = ng_packet(c, type, p + NG_HEAD, len - NG_OVERHEAD,
					&frames[n]);
			n += !err;
			break;
		}
		if (err)
			return n ? n : -1;
		c->head += len;
	}
	return n;
}

static int read_libpcap(struct capture *c, struct frame *f)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int got;

	do
		got = pcap_next_ex(c->pcap, &h, &data);
	while (!got);
	if (got == PCAP_ERROR_BREAK)
		return 0;
	if (got < 0)
		return fail(c, "%s", pcap_geterr(c->pcap));

	f->data = data;
	f->number = ++c->number;
	f->time = h->ts.tv_sec * NSEC_PER_SEC +
		  (uint64_t)h->ts.tv_usec * c->tick_ns;
	f->caplen = h->caplen;
	f->link = c->link;
	f->iface = 0;
	return 1;
}

/* Compressed by what synburst does not have; named by its magic number. */
static const char *unpacker(uint32_t magic)
{
	return magic == 0xfd377a58 ? "xz" : magic == 0x28b52ffd ? "zstd" :
	       magic >> 8 == 0x425a68 ? "bzip2" :
	       magic == 0x04224d18 ? "lz4" : NULL;
}

/* Opens what is neither pcap nor pcapng, or says why not. */
static int open_libpcap(struct capture *c, const char *name)
{
	uint32_t magic = be32(c->buf);
	const char *tool = unpacker(magic);
	char why[PCAP_ERRBUF_SIZE];
	FILE *file;

	if (tool)
		return fail(c, "compressed by %s, which synburst does not read: try %s -dc %s | synburst -",
			    tool, tool, name ? name : "FILE");
	if (name && !strcmp(name, "-"))
		return fail(c, "neither pcap nor pcapng (magic %08x at offset 0)",
			    magic);
	file = name ? fopen(name, "rbe") :
		      fmemopen((void *)c->memory, c->memory_size, "rb");
	if (!file)
		return fail(c, "%s", strerror(errno));
	c->pcap = OPEN_FILE(file, why);
	c->tick_ns = FILE_TICK_NS;
	if (!c->pcap) {
		fclose(file);
		return fail(c, "not a capture that libpcap knows (magic %08x at offset 0): %s",
			    magic, why);
	}
	c->format = FORMAT_LIBPCAP;
	c->link = pcap_datalink(c->pcap);
	return 0;
}

static int read_header(struct capture *c, const char *name)
{
	size_t left = fill(c, PCAP_HEADER);
	uint32_t magic, snaplen;

	if (!left && !c->error[0])
		return fail(c, "the file is empty: the header at offset 0 is missing; was the capture started, and written out (tcpdump -U)?");
	if (left >= 4 && left < PCAP_HEADER && unpacker(be32(c->buf)))
		return open_libpcap(c, name);
	if (left < PCAP_HEADER)
		return c->source.stop ?
		       fail(c, "interrupted before the file header") :
		       truncated(c, "the file header", PCAP_HEADER);

	memcpy(&magic, c->buf, sizeof(magic));
	if (magic == NG_SECTION) {
		c->format = FORMAT_PCAPNG;
		return 0;
	}
	c->swapped = magic == __builtin_bswap32(MAGIC_USEC) ||
		     magic == __builtin_bswap32(MAGIC_NSEC);
	magic = get32(c, c->buf);
	if (magic != MAGIC_USEC && magic != MAGIC_NSEC)
		return open_libpcap(c, name);

	c->format = FORMAT_PCAP;
	c->tick_ns = magic == MAGIC_NSEC ? 1 : NSEC_PER_USEC;
	if (get16(c, c->buf + 4) != 2)
		return fail(c, "version %u.%u at offset 4: only 2.x is known",
			    get16(c, c->buf + 4), get16(c, c->buf + 6));
	snaplen = get32(c, c->buf + 16);
	c->max_caplen = snaplen > MAX_CAPLEN && snaplen <= MAX_BLOCK ?
			snaplen : MAX_CAPLEN;
	/* The high bits tell the length of a frame check sequence. */
	c->link = get32(c, c->buf + 20) & 0xffff;
	c->head = PCAP_HEADER;
	return 0;
}

static bool start(struct capture *c, const char *name, char *why, size_t size)
{
	const char *what;

	c->size = BUFFER_SIZE;
	c->buf = malloc(c->size);
	if (!c->buf)
		fail(c, "no memory");
	else if (!source_begin(&c->source, &what))
		fail(c, "%s", what);
	else if (!read_header(c, name))
		return true;
	snprintf(why, size, "%s", c->error);
	return false;
}

static struct capture *new_capture(char *why, size_t size)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c)
		c->source.fd = -1;
	else
		snprintf(why, size, "no memory");
	return c;
}

/**
 * capture_open - open a capture file
 * @name: a file, "-" for standard input
 * @begun: set to the capture before it is read, for capture_stop(); or NULL
 * @why: filled in with what is wrong, if anything is
 * @size: of @why
 *
 * Return: the capture, or NULL.
 */
struct capture *capture_open(const char *name, struct capture **begun,
			     char *why, size_t size)
{
	struct capture *c = new_capture(why, size);

	if (!c)
		return NULL;
	if (begun)
		*begun = c;
	c->source.fd = strcmp(name, "-") ? open(name, O_RDONLY | O_CLOEXEC) :
					   dup(STDIN_FILENO);
	if (c->source.fd < 0)
		snprintf(why, size, "%s", strerror(errno));
	else if (start(c, name, why, size))
		return c;
	if (begun)
		*begun = NULL;
	capture_close(c);
	return NULL;
}

/**
 * capture_open_memory - read a capture that is in memory
 * @data: the bytes of a file; not freed
 * @size: how many
 * @why: filled in with what is wrong, if anything is
 * @why_size: of @why
 *
 * Return: the capture, or NULL.
 */
struct capture *capture_open_memory(const uint8_t *data, size_t size,
				    char *why, size_t why_size)
{
	struct capture *c = new_capture(why, why_size);

	if (!c)
		return NULL;
	c->memory = data;
	c->memory_size = size;
	c->source.memory = data;
	c->source.left = size;
	if (start(c, NULL, why, why_size))
		return c;
	capture_close(c);
	return NULL;
}

/* The first of the expressions that the link layer has a meaning for. */
static bool set_filter(struct capture *c, const char *const *filters, char *why,
		       size_t size)
{
	struct bpf_program program;
	int err;

	for (; *filters; filters++) {
		if (pcap_compile(c->pcap, &program, *filters, 1,
				 PCAP_NETMASK_UNKNOWN))
			continue;
		err = pcap_setfilter(c->pcap, &program);
		pcap_freecode(&program);
		if (!err)
			return true;
	}
	snprintf(why, size, "the filter: %s", pcap_geterr(c->pcap));
	return false;
}

/**
 * capture_open_live - listen on an interface
 * @iface: its name, or "any"
 * @filters: pcap-filter(7) expressions, NULL after the last one: the first is
 *	applied in the kernel that this kind of interface knows ("any" knows no
 *	VLANs)
 * @why: filled in with what is wrong, if anything is
 * @size: of @why
 *
 * Return: the capture, or NULL.
 */
struct capture *capture_open_live(const char *iface, const char *const *filters,
				  char *why, size_t size)
{
	struct capture *c = new_capture(why, size);
	char buf[PCAP_ERRBUF_SIZE];
	int err;

	if (!c)
		return NULL;
	c->format = FORMAT_LIBPCAP;
	c->pcap = pcap_create(iface, buf);
	if (!c->pcap) {
		snprintf(why, size, "%s", buf);
		goto out;
	}
	/* Enough for IPv6, a quoted header in ICMP, an answer of rpcbind. */
	pcap_set_snaplen(c->pcap, 256);
	pcap_set_promisc(c->pcap, 0);
	pcap_set_timeout(c->pcap, 100);
	pcap_set_buffer_size(c->pcap, 16 * 1024 * 1024);
	c->tick_ns = NSEC_PER_USEC;
#ifdef PCAP_TSTAMP_PRECISION_NANO
	if (!pcap_set_tstamp_precision(c->pcap, PCAP_TSTAMP_PRECISION_NANO))
		c->tick_ns = 1;
#endif
	err = pcap_activate(c->pcap);
	if (err < 0) {
		snprintf(why, size, "%s: %s", pcap_statustostr(err),
			 pcap_geterr(c->pcap));
		goto out;
	}
#ifdef DLT_LINUX_SLL2
	/* Of the interface "any": which one it was. */
	if (pcap_datalink(c->pcap) == DLT_LINUX_SLL)
		pcap_set_datalink(c->pcap, DLT_LINUX_SLL2);
#endif
	if (!set_filter(c, filters, why, size))
		goto out;
	c->link = pcap_datalink(c->pcap);
	return c;
out:
	capture_close(c);
	return NULL;
}

/**
 * capture_read - the next frames of a capture
 * @c: the capture
 * @frames: filled in; valid until the next call
 * @max: room in @frames
 *
 * Return: how many there are, 0 at the end, -1 if the capture is broken here:
 * capture_error() says how. All frames before that have been returned.
 */
int capture_read(struct capture *c, struct frame *frames, int max)
{
	switch (c->format) {
	case FORMAT_PCAP:
		return read_pcap(c, frames, max);
	case FORMAT_PCAPNG:
		return read_pcapng(c, frames, max);
	default:
		return read_libpcap(c, frames);
	}
}

/**
 * capture_stop - end a live capture, or one that comes through a pipe
 * @c: the capture
 *
 * capture_read() returns 0 soon after, once what waits in the pipe has been
 * read. May be called by a signal handler.
 */
void capture_stop(struct capture *c)
{
	c->source.stop = 1;
	if (c->pcap)
		pcap_breakloop(c->pcap);
}

/**
 * capture_error - what is wrong with the capture
 * @c: a capture for which capture_read() returned -1
 *
 * Return: a sentence that names the offset in the file, after decompression.
 */
const char *capture_error(const struct capture *c)
{
	return c->error;
}

/**
 * capture_dropped - frames that a live capture lost
 * @c: the capture
 *
 * Return: how many the kernel had no room for; 0 for a file.
 */
unsigned int capture_dropped(struct capture *c)
{
	struct pcap_stat st;

	if (!c->pcap || pcap_file(c->pcap) || pcap_stats(c->pcap, &st))
		return 0;
	return st.ps_drop;
}

/**
 * capture_close - free a capture
 * @c: the capture, or NULL
 */
void capture_close(struct capture *c)
{
	if (!c)
		return;
	source_end(&c->source);
	if (c->pcap)
		pcap_close(c->pcap);
	free(c->buf);
	free(c->interfaces);
	free(c);
}
