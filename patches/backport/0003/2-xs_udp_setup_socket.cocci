// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_udp_setup_socket (out)
//
// Nothing of the transport is ours after the unlock.

@unlock@
position p;
@@
 xs_udp_setup_socket(...)
 {
 	<+...
 	xprt_unlock_connect@p(...);
 	...+>
 }

@touched exists@
position unlock.p;
expression xprt, transport;
@@
 xprt_unlock_connect@p(xprt, transport);
 ...
(
 xprt
|
 transport
)

@found depends on unlock && !touched@
@@
 xs_udp_setup_socket(...)
 {
 	...
 }

@depends on !found@
identifier xprt, transport;
expression status;
@@
 xs_udp_setup_socket(...)
 {
 	<+...
(
-	xprt_unlock_connect(xprt, transport);
 	xprt_clear_connecting(xprt);
|
 	xprt_clear_connecting(xprt);
-	xprt_unlock_connect(xprt, transport);
)
 	xprt_wake_pending_tasks(xprt, status);
+	xprt_unlock_connect(xprt, transport);
 	...+>
 }
