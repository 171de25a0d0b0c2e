// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer: a file of any content goes through all rooms and all outputs. The
 * table is small, so that conversations are evicted.
 */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct options options = {
		.window = NSEC_PER_SEC,
		.max_conversations = 8,
		.all = true,
	};
	struct report r = { .file = "fuzz" };
	static FILE *out;
	struct capture *c;
	char why[600];

	if (!out)
		out = fopen("/dev/null", "w");
	c = capture_open_memory(data, size, why, sizeof(why));
	if (!c)
		return 0;
	if (analyse(&r, c, &options)) {
		output_table(out, &r, true);
		output_ladder(out, &r);
		output_svg(out, &r);
		output_json(out, &r);
	}
	report_free(&r);
	capture_close(c);
	return 0;
}
