// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (SYN sent)
//
// The defect proper: with the SYN out, the attempt is not over. Fixed is what has
// a path from the connect to the end that leaves XPRT_CONNECTING set, and another
// that clears it: the connect failed at once.

@clears@
@@
 xs_tcp_setup_socket(...)
 {
 	<+...
 	xprt_clear_connecting(...);
 	...+>
 }

@found depends on clears exists@
expression E, xprt, transport;
@@
 xs_tcp_setup_socket(...)
 {
 	... when any
 	E = xs_tcp_finish_connecting(xprt, ...);
 	... when != xprt_clear_connecting(xprt)
 	xprt_unlock_connect(xprt, transport);
 	... when != xprt_clear_connecting(xprt)
 }

@depends on !found@
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
