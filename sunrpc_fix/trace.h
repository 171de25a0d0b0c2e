/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: /sys/kernel/debug/tracing/events/sunrpc_fix/
 *
 * The layout is that of the kernel's own trace headers, of which checkpatch
 * --strict does not approve (PARENTHESIS_ALIGNMENT, OPEN_ENDED_LINE).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sunrpc_fix

#if !defined(SUNRPC_FIX_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SUNRPC_FIX_TRACE_H

#include <linux/tracepoint.h>

#include "connect_state.h"
#include "report.h"

#ifndef SUNRPC_FIX_TRACE_ONCE
#define SUNRPC_FIX_TRACE_ONCE
#define show_connect_flag(_name, _outcome, _help)	{ _outcome, #_name },
#define show_connect_outcome(seen)				\
	__print_flags(seen, "|",				\
		CONNECT_OUTCOMES(show_connect_flag)		\
		{ 0x80000000u,		"?" })
#endif

DECLARE_EVENT_CLASS(sunrpc_fix_attempt,
	TP_PROTO(const struct report *report),
	TP_ARGS(report),
	TP_STRUCT__entry(
		__array(__u8, peer, sizeof(struct sockaddr_in6))
		__field(unsigned int, state)
		__field(unsigned int, seen)
	),
	TP_fast_assign(
		memcpy(__entry->peer, &report->peer, sizeof(__entry->peer));
		__entry->state = report->state;
		__entry->seen = report->seen;
	),
	TP_printk("server=%pISpc state=%s outcome=%s", __entry->peer,
		  connect_state_name(__entry->state),
		  show_connect_outcome(__entry->seen))
);

#define DEFINE_ATTEMPT_EVENT(name)					\
	DEFINE_EVENT(sunrpc_fix_attempt, name,				\
		TP_PROTO(const struct report *report),			\
		TP_ARGS(report))

DEFINE_ATTEMPT_EVENT(sunrpc_fix_begin);
DEFINE_ATTEMPT_EVENT(sunrpc_fix_end);
DEFINE_ATTEMPT_EVENT(sunrpc_fix_suppress);

#endif /* SUNRPC_FIX_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
