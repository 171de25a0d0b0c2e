// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_connect
// Stale:    Start by resetting any existing state
//
// The reset made the test for a socket false, and with it the delay.

@found@
identifier transport;
@@
 xs_connect(...)
 {
 	... when != xs_reset_transport(transport)
(
 	if (transport->sock != NULL) { ... } else { ... }
|
 	if (transport->sock) { ... } else { ... }
)
 	... when != xs_reset_transport(transport)
 }

@depends on !found@
identifier xprt, transport, task;
@@
 xs_connect(struct rpc_xprt *xprt, struct rpc_task *task)
 {
 	... when != xs_reset_transport(transport)
-	xs_reset_transport(transport);
 	... when != xs_reset_transport(transport)
-	if (transport->sock != NULL && !RPC_IS_SOFTCONN(task)) {
+	if (transport->sock) {
+		xs_reset_transport(transport);
 		... when != xs_reset_transport(transport)
 	} else { ... }
 	...
 }
