// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_destroy
//
// Who connects or closes holds XPRT_LOCKED; take it for good. Twice would be for
// ever: a wait in any other function stops the rule, too. (Before 3.17
// wait_on_bit_lock() has a fourth argument, in third place: the action.)

@found@
expression xprt;
@@
 xprt_destroy(...)
 {
 	<+...
 	wait_on_bit_lock(&xprt->state, XPRT_LOCKED, ...);
 	...+>
 }

@elsewhere@
@@
 wait_on_bit_lock(..., XPRT_LOCKED, ...)

@depends on !found && !elsewhere@
identifier xprt;
@@
 xprt_destroy(struct rpc_xprt *xprt)
 {
 	... when != wait_on_bit_lock(...)
+
+	/* Exclude the connect worker and the autoclose */
+	wait_on_bit_lock(&xprt->state, XPRT_LOCKED, TASK_UNINTERRUPTIBLE);
+
 	del_timer_sync(&xprt->timer);
 	... when != wait_on_bit_lock(...)
 }
