// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_close
//
// As in 4.1: the socket goes without a last callback, then all tasks on
// xprt->pending are woken.

@@
identifier xprt, transport;
@@
 static void xs_close(struct rpc_xprt *xprt)
 {
 ...
+	xs_drop_connection(transport);
 	xs_reset_transport(transport);
 	xprt->reestablish_timeout = 0;
+	xprt_disconnect_done(xprt);
 }
