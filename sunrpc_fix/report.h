/* SPDX-License-Identifier: GPL-2.0 */
/* What an operator sees: counters, tracepoints, the log. */
#ifndef SUNRPC_FIX_REPORT_H
#define SUNRPC_FIX_REPORT_H

struct inflight;

/* One file each under /sys/module/sunrpc_fix/counters/, see report.c. */
enum report_counter {
	REPORT_ATTEMPTS,
	REPORT_SUPPRESSED,
	REPORT_WOULD_SUPPRESS,
	REPORT_PARKED,
	REPORT_HELD,
	REPORT_GATE_ONLY,
	REPORT_COMPLETED,
	REPORT_FAILED,
	REPORT_TORN_DOWN,
	REPORT_RACE_BROKEN,
	REPORT_STALE_SETTLED,
	REPORT_POOL_EXHAUSTED,
	REPORT_ADOPTED,
	REPORT_COUNTERS
};

int report_init(void);
void report_exit(void);

void report_count(enum report_counter counter);
void report_attempt(struct inflight *entry, unsigned int out);
void report_parked(struct inflight *entry);
void report_storm(const struct inflight *entry);
void report_totals(void);

#endif /* SUNRPC_FIX_REPORT_H */
