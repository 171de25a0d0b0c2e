// SPDX-License-Identifier: GPL-2.0
/* trace - an execution in steps, for a reader who knows the kernel */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "explorer.h"

#define MAX_NOTES	5000

struct note {
	int fiber;
	void *pc;
	char text[120];
	char state[80];
};

static struct note notes[MAX_NOTES];
static int count;

void trace_begin(void)
{
	count = 0;
}

/* Something happened, at @pc unless that is NULL. */
void prove_note(void *pc, const char *format, ...)
{
	struct note *n = &notes[count];
	va_list args;

	if (!prove_replaying() || count == MAX_NOTES)
		return;
	n->fiber = running;
	n->pc = pc;
	va_start(args, format);
	vsnprintf(n->text, sizeof(n->text), format, args);
	va_end(args);
	kernel_state(n->state, sizeof(n->state));
	count++;
}

static const char *name_of(int fiber)
{
	return fiber < 0 ? "end" : fibers[fiber].name;
}

void trace_show(const char *why)
{
	static struct line lines[MAX_NOTES];
	static void *pcs[MAX_NOTES];
	const char *state = "";
	int i, who = -2;

	for (i = 0; i < count; i++)
		pcs[i] = notes[i].pc;
	symbols_lines(pcs, count, lines);
	for (i = 0; i < count; i++) {
		struct note *n = &notes[i];

		/* What has become of it by now. */
		if (strcmp(n->state, state))
			printf("%15s  -> %s\n", "", n->state);
		state = n->state;
		printf("%4d  %-9s %-50s %s\n", i + 1,
		       n->fiber == who ? "" : name_of(n->fiber), n->text,
		       lines[i].text);
		who = n->fiber;
	}
	printf("%4d  %-9s %s\n", i + 1, "=>", why);
}
