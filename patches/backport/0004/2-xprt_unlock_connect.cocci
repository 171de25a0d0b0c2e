// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_unlock_connect

@found@
expression xprt;
@@
 xprt_unlock_connect(...)
 {
 	<+...
 	wake_up_bit(&xprt->state, XPRT_LOCKED);
 	...+>
 }

@depends on !found@
identifier xprt, cookie;
@@
 xprt_unlock_connect(struct rpc_xprt *xprt, void *cookie)
 {
 	...
 	spin_unlock_bh(&xprt->transport_lock);
+	wake_up_bit(&xprt->state, XPRT_LOCKED);
 	... when != wake_up_bit(...)
 }
