// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_shutdown
//
// Keeps the wake-up that xs_reset_transport() has lost.

@@
identifier xprt, transport;
@@
 static void xs_tcp_shutdown(struct rpc_xprt *xprt)
 {
 <+...
 	xs_reset_transport(transport);
+	xprt_disconnect_done(xprt);
 ...+>
 }
