// SPDX-License-Identifier: GPL-2.0
/* Addresses, times and events in words: what all outputs have in common. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "text.h"

static bool is_ipv4(const struct address *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->bytes, mapped, sizeof(mapped));
}

/**
 * text_address - write an address
 * @buf: filled in
 * @a: the address
 *
 * Return: @buf.
 */
const char *text_address(char buf[TEXT_ADDRESS], const struct address *a)
{
	if (is_ipv4(a))
		inet_ntop(AF_INET, a->bytes + 12, buf, TEXT_ADDRESS);
	else
		inet_ntop(AF_INET6, a->bytes, buf, TEXT_ADDRESS);
	return buf;
}

/**
 * text_end - write an address and a port
 * @buf: filled in
 * @a: the address
 * @port: the port
 *
 * Return: @buf.
 */
const char *text_end(char buf[TEXT_END], const struct address *a, uint16_t port)
{
	char address[TEXT_ADDRESS];

	text_address(address, a);
	if (is_ipv4(a))
		snprintf(buf, TEXT_END, "%s:%u", address, port);
	else
		snprintf(buf, TEXT_END, "[%s]:%u", address, port);
	return buf;
}

static const char *local_time(char buf[TEXT_TIME], uint64_t time,
			      const char *format)
{
	time_t seconds = time / NSEC_PER_SEC;
	struct tm tm;
	size_t n = 0;

	if (localtime_r(&seconds, &tm))
		n = strftime(buf, TEXT_TIME, format, &tm);
	snprintf(buf + n, TEXT_TIME - n, ".%06u",
		 (unsigned int)(time % NSEC_PER_SEC / NSEC_PER_USEC));
	return buf;
}

/**
 * text_time - write a time of day, as tshark -t a does
 * @buf: filled in
 * @time: nanoseconds since the epoch
 *
 * Return: @buf.
 */
const char *text_time(char buf[TEXT_TIME], uint64_t time)
{
	return local_time(buf, time, "%H:%M:%S");
}

/**
 * text_date - write date and time of day, as tshark -t ad does
 * @buf: filled in
 * @time: nanoseconds since the epoch
 *
 * Return: @buf.
 */
const char *text_date(char buf[TEXT_TIME], uint64_t time)
{
	return local_time(buf, time, "%Y-%m-%d %H:%M:%S");
}

/**
 * text_span - write a length of time
 * @buf: filled in
 * @ns: nanoseconds
 *
 * Return: @buf.
 */
const char *text_span(char buf[TEXT_SPAN], uint64_t ns)
{
	if (ns < NSEC_PER_MSEC)
		snprintf(buf, TEXT_SPAN, "%llu us",
			 (unsigned long long)(ns / NSEC_PER_USEC));
	else if (ns < NSEC_PER_SEC)
		snprintf(buf, TEXT_SPAN, "%.1f ms", (double)ns / NSEC_PER_MSEC);
	else
		snprintf(buf, TEXT_SPAN, "%.3f s", (double)ns / NSEC_PER_SEC);
	return buf;
}

/**
 * text_count_of - a word by number
 * @n: the number
 * @several: the word if it is more than 1
 * @one: the word if it is not
 *
 * Return: the word.
 */
const char *text_count_of(uint32_t n, const char *several, const char *one)
{
	return n > 1 ? several : one;
}

static const char *icmp_name(uint16_t icmp)
{
	switch (icmp) {
	case 3 << 8 | 0:
		return "ICMP network unreachable";
	case 11 << 8 | 0:
		return "ICMP time exceeded";
	case 3 << 8 | 1:
		return "ICMP host unreachable";
	case 3 << 8 | 2:
		return "ICMP protocol unreachable";
	case 3 << 8 | 3:
	case 1 << 8 | 4:
		return "ICMP port unreachable";
	case 3 << 8 | 9:
		return "ICMP network administratively prohibited";
	case 3 << 8 | 10:
		return "ICMP host administratively prohibited";
	case 3 << 8 | 13:
	case 1 << 8 | 1:
		return "ICMP administratively prohibited";
	case 1 << 8 | 0:
		return "ICMP no route";
	case 1 << 8 | 3:
		return "ICMP address unreachable";
	case 1 << 8 | 5:
		return "ICMP failed policy";
	case 1 << 8 | 6:
		return "ICMP rejected route";
	default:
		return "ICMP unreachable";
	}
}

/**
 * text_event - write what a frame says
 * @buf: filled in
 * @e: the frame
 *
 * Return: @buf, or a constant.
 */
const char *text_event(char buf[TEXT_EVENT], const struct event *e)
{
	switch (e->kind) {
	case EVENT_SYN:
	case EVENT_SYN_AGAIN:
	case EVENT_SYN_SERVER:
		snprintf(buf, TEXT_EVENT, "SYN seq=%u", e->seq);
		return buf;
	case EVENT_SYNACK:
	case EVENT_SYNACK_OVERTAKEN:
	case EVENT_SYNACK_UNKNOWN:
	case EVENT_SYNACK_UNJUDGED:
		snprintf(buf, TEXT_EVENT, "SYN,ACK ack=%u", e->ack);
		return buf;
	case EVENT_ESTABLISHED:
	case EVENT_CHALLENGE:
		snprintf(buf, TEXT_EVENT, "ACK seq=%u ack=%u", e->seq, e->ack);
		return buf;
	case EVENT_RST:
		if (e->flags & TCP_ACK)
			snprintf(buf, TEXT_EVENT, "RST,ACK ack=%u", e->ack);
		else
			snprintf(buf, TEXT_EVENT, "RST seq=%u", e->seq);
		return buf;
	default:
		return icmp_name(e->icmp);
	}
}

/**
 * text_remark - say what is remarkable about a frame
 * @e: the frame
 *
 * Return: a few words, "" if nothing is.
 */
const char *text_remark(const struct event *e)
{
	switch (e->kind) {
	case EVENT_SYN_AGAIN:
		return "retransmitted";
	case EVENT_SYNACK_OVERTAKEN:
		return "acks an overtaken SYN";
	case EVENT_SYNACK_UNKNOWN:
		return "acks no SYN that was seen";
	case EVENT_SYNACK_UNJUDGED:
		return "its SYN is not in the capture";
	case EVENT_ESTABLISHED:
		return "established";
	case EVENT_CHALLENGE:
		return "of another connection";
	case EVENT_SYN_SERVER:
		return "in the other direction";
	default:
		return "";
	}
}

/**
 * text_undecoded - name what synburst does not look into
 * @buf: filled in
 * @what: an enum undecoded
 * @number: of that
 *
 * Return: @buf.
 */
const char *text_undecoded(char buf[TEXT_UNDECODED], unsigned int what,
			   unsigned int number)
{
	static const struct {
		unsigned int what, number;
		const char *name;
	} names[] = {
		{ UNDECODED_ETHERTYPE, 0x88e5, "MACsec" },
		{ UNDECODED_ETHERTYPE, 0x88e7, "provider backbone bridging" },
		{ UNDECODED_PROTOCOL, 47, "GRE of PPTP" },
		{ UNDECODED_PROTOCOL, 50, "IPsec ESP" },
		{ UNDECODED_PROTOCOL, 115, "L2TP" },
		{ UNDECODED_PROTOCOL, 132, "SCTP" },
		{ UNDECODED_PORT, 4500, "IPsec" },
		{ UNDECODED_PORT, 51820, "WireGuard" },
	};
	static const char *const kinds[] = {
		[UNDECODED_ETHERTYPE] = "EtherType 0x%04x",
		[UNDECODED_PROTOCOL] = "IP protocol %u",
		[UNDECODED_PORT] = "UDP port %u",
	};
	size_t n, len;

	len = snprintf(buf, TEXT_UNDECODED, kinds[what], number);
	for (n = 0; n < sizeof(names) / sizeof(*names); n++) {
		if (names[n].what == what && names[n].number == number)
			snprintf(buf + len, TEXT_UNDECODED - len, " (%s)",
				 names[n].name);
	}
	return buf;
}
