/* SPDX-License-Identifier: GPL-2.0 */
/* Judge: what the handshakes of a conversation, and of a file, come to. */
#ifndef SYNBURST_VERDICT_H
#define SYNBURST_VERDICT_H

#include <stdio.h>

#include "conversations.h"

/* From harmless to grave: a file has the verdict of its gravest. */
enum verdict {
	VERDICT_NOTHING,		/* of a file: no conversation in it */
	VERDICT_HEALTHY,
	VERDICT_UNDECIDED,
	VERDICT_GIVEN_UP,
	VERDICT_UNREACHABLE,
	VERDICT_REUSE_REJECTED,
	VERDICT_FIREWALL,
	VERDICT_STORM,
	NR_VERDICTS,
};

/**
 * struct finding - a conversation that was judged
 * @conversation: the conversation
 * @verdict: the verdict
 * @owned: it has left its table
 */
struct finding {
	struct conversation *conversation;
	enum verdict verdict;
	bool owned;
};

/**
 * struct verdicts - all conversations of a file, judged
 * @all: the healthy ones are wanted in @findings, too
 * @counts: how many of each verdict
 * @unlisted: of them, those that are wanted and not in @findings
 * @findings: the conversations, gravest first, then by frame
 * @nr: how many there are
 */
struct verdicts {
	bool all;
	uint64_t counts[NR_VERDICTS];
	uint64_t unlisted[NR_VERDICTS];
	struct finding *findings;
	size_t nr;
	size_t room;
};

void verdicts_leaving(void *ctx, struct conversation *c, const struct view *v);
void verdicts_finish(struct verdicts *v, struct conversations *t,
		     const struct view *view);
void verdicts_free(struct verdicts *v);
enum verdict verdicts_worst(const struct verdicts *v);
bool verdicts_rpc(const struct verdicts *v);

enum verdict verdict_of(const struct conversation *c, const struct view *v);
bool verdict_listed(const struct finding *f);
const char *verdict_name(enum verdict v);
const char *verdict_title(enum verdict v, bool rpc);
const char *verdict_advice(enum verdict v, bool rpc);
const char *verdict_service(const struct conversation *c);
bool verdict_rpc(const struct conversation *c);
void verdict_explain(FILE *out, const struct conversation *c, enum verdict v,
		     const struct view *view, const char *indent);

#endif
