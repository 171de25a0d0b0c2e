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
#include "inflight.h"

#ifndef SUNRPC_FIX_TRACE_ONCE
#define SUNRPC_FIX_TRACE_ONCE
#define show_connect_state(state)				\
	__print_symbolic(state,					\
		{ CONNECT_IDLE,		"idle" },		\
		{ CONNECT_STARTED,	"started" },		\
		{ CONNECT_HELD,		"held" },		\
		{ CONNECT_GATED,	"gated" },		\
		{ CONNECT_ESTABLISHED,	"established" })

#define show_connect_outcome(out)				\
	__print_flags(out, "|",					\
		{ CONNECT_IS_BEGUN,	"begun" },		\
		{ CONNECT_IS_COMPLETED,	"completed" },		\
		{ CONNECT_IS_FAILED,	"failed" },		\
		{ CONNECT_IS_TORN_DOWN,	"torn_down" },		\
		{ CONNECT_IS_HELD,	"held" },		\
		{ CONNECT_IS_SUPPRESSED, "suppressed" },	\
		{ CONNECT_IS_GATE_ONLY,	"gate_only" },		\
		{ CONNECT_IS_RACE_BROKEN, "race_broken" },	\
		{ CONNECT_IS_AWAITED,	"awaited" },		\
		{ CONNECT_IS_STALE,	"stale" },		\
		{ CONNECT_IS_WOULD,	"would_suppress" })
#endif

DECLARE_EVENT_CLASS(sunrpc_fix_attempt,
	TP_PROTO(const struct inflight *attempt, unsigned int out),
	TP_ARGS(attempt, out),
	TP_STRUCT__entry(
		__array(__u8, peer, sizeof(struct sockaddr_in6))
		__field(unsigned int, state)
		__field(unsigned int, out)
	),
	TP_fast_assign(
		memcpy(__entry->peer, &attempt->peer, sizeof(__entry->peer));
		__entry->state = attempt->state;
		__entry->out = out & ~0xffu;
	),
	TP_printk("server=%pISpc state=%s outcome=%s", __entry->peer,
		  show_connect_state(__entry->state),
		  show_connect_outcome(__entry->out))
);

#define DEFINE_ATTEMPT_EVENT(name)					\
	DEFINE_EVENT(sunrpc_fix_attempt, name,				\
		TP_PROTO(const struct inflight *attempt, unsigned int out), \
		TP_ARGS(attempt, out))

DEFINE_ATTEMPT_EVENT(sunrpc_fix_begin);
DEFINE_ATTEMPT_EVENT(sunrpc_fix_end);
DEFINE_ATTEMPT_EVENT(sunrpc_fix_suppress);

#endif /* SUNRPC_FIX_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
