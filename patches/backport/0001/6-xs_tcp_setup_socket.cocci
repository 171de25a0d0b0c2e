// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (SYN sent)
//
// The defect proper: with the SYN out, the attempt is not over.

@@
identifier xprt, transport;
@@
 xs_tcp_setup_socket(...)
 {
 	<+...
 	xprt_unlock_connect(xprt, transport);
-	xprt_clear_connecting(xprt);
 	... when != xprt_wake_pending_tasks(...)
 	    when != xprt_clear_connecting(...)
 	return;
 	...+>
 }
