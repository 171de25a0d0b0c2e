// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (out)
//
// Nothing of the transport is ours after the unlock. Mainline (4.20)
// clears before it unlocks, and wakes after it.

@unlock@
position p;
@@
 xs_tcp_setup_socket(...)
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
 xs_tcp_setup_socket(...)
 {
 	...
 }

@depends on !found@
identifier xprt, transport;
expression status;
@@
 xs_tcp_setup_socket(...)
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
