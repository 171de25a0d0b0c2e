// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (out)
// Unless:   out: xprt_clear_connecting
//
// Nothing of the transport is ours after the unlock.

@@
identifier xprt, transport;
expression status;
@@
 xs_tcp_setup_socket(...)
 {
 	<+...
-	xprt_unlock_connect(xprt, transport);
-	xprt_clear_connecting(xprt);
-	xprt_wake_pending_tasks(xprt, status);
+	xprt_clear_connecting(xprt);
+	xprt_wake_pending_tasks(xprt, status);
+	xprt_unlock_connect(xprt, transport);
 	...+>
 }
