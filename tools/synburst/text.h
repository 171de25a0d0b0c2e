/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses, times and events in words: what all outputs have in common. */
#ifndef SYNBURST_TEXT_H
#define SYNBURST_TEXT_H

#include <stdio.h>

#include "conversations.h"

#define TEXT_ADDRESS	48
#define TEXT_END	56
#define TEXT_TIME	40
#define TEXT_SPAN	32
#define TEXT_EVENT	96
#define TEXT_UNDECODED	64

const char *text_address(char buf[TEXT_ADDRESS], const struct address *a);
const char *text_end(char buf[TEXT_END], const struct address *a,
		     uint16_t port);
const char *text_time(char buf[TEXT_TIME], uint64_t time);
const char *text_date(char buf[TEXT_TIME], uint64_t time);
const char *text_span(char buf[TEXT_SPAN], uint64_t ns);
const char *text_count_of(uint32_t n, const char *several, const char *one);
const char *text_event(char buf[TEXT_EVENT], const struct event *e);
const char *text_remark(const struct event *e);
const char *text_undecoded(char buf[TEXT_UNDECODED], unsigned int what,
			   unsigned int number);

#endif
