/* SPDX-License-Identifier: GPL-2.0 */
/* From a capture to what the outputs print: the one way that data takes. */
#ifndef SYNBURST_ANALYSIS_H
#define SYNBURST_ANALYSIS_H

#include "capture.h"
#include "verdict.h"

/**
 * struct options - what the user may choose about the analysis
 * @window: nanoseconds within which another ISN belongs to a burst
 * @tight: the user has chosen the window
 * @all: collect the healthy conversations as well
 * @max_conversations: that are kept at a time
 * @live: called when a burst begins, or NULL
 */
struct options {
	uint64_t window;
	bool tight;
	bool all;
	uint32_t max_conversations;
	void (*live)(const struct conversation *c, const struct segment *s);
};

/**
 * struct report - all that is known about a capture
 * @file: its name
 * @packets: frames that were read
 * @first: time of the first frame
 * @last: the latest time of any
 * @untimed: frames without a time
 * @time_back: how often time went back, by more than frames get out of order
 * @time_back_frame: the first frame after that
 * @duplicates: frames that were captured more than once
 * @dropped: frames that a live capture lost
 * @evicted: conversations that had to leave the table
 * @evicted_open: of them, those whose handshake was not complete
 * @dissect: what could not be understood
 * @error: what is wrong with the file, "" if nothing is
 * @view: what can be seen in it
 * @verdicts: the conversations
 * @table: owns the conversations
 */
struct report {
	const char *file;
	uint64_t packets;
	uint64_t first;
	uint64_t last;
	uint64_t untimed;
	uint64_t time_back;
	uint64_t time_back_frame;
	uint64_t duplicates;
	uint64_t dropped;
	uint64_t evicted;
	uint64_t evicted_open;
	struct dissect_stats dissect;
	char error[600];
	struct view view;
	struct verdicts verdicts;
	struct conversations *table;
};

bool analyse(struct report *r, struct capture *c, const struct options *o);
void report_free(struct report *r);

#endif
