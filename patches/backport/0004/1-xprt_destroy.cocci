// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_destroy
// Unless:   XPRT_LOCKED
//
// Whoever connects or closes holds XPRT_LOCKED; take it for good. (Before 3.17
// wait_on_bit_lock() has a fourth argument, in third place: the action.)

@@
identifier xprt;
@@
 xprt_destroy(struct rpc_xprt *xprt)
 {
 	...
+
+	/* Exclude the connect worker and the autoclose */
+	wait_on_bit_lock(&xprt->state, XPRT_LOCKED, TASK_UNINTERRUPTIBLE);
+
 	del_timer_sync(&xprt->timer);
 	...
 }
