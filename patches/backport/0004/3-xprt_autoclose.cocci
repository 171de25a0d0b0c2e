// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_autoclose
// Unless:   wake_up_bit

@@
identifier xprt;
@@
 xprt_autoclose(...)
 {
 	...
 	xprt_release_write(xprt, NULL);
+	wake_up_bit(&xprt->state, XPRT_LOCKED);
 }
