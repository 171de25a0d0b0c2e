// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_autoclose

@found@
expression xprt;
@@
 xprt_autoclose(...)
 {
 	<+...
 	wake_up_bit(&xprt->state, XPRT_LOCKED);
 	...+>
 }

@depends on !found@
identifier xprt;
@@
 xprt_autoclose(...)
 {
 	...
 	xprt_release_write(xprt, NULL);
+	wake_up_bit(&xprt->state, XPRT_LOCKED);
 	... when != wake_up_bit(...)
 }
