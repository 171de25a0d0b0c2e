// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_connect
// Unless:   if \(transport->sock( != NULL)?\)
//
// The reset made the test for a socket false, and with it the delay.

@@
identifier xprt, transport, task;
@@
 xs_connect(struct rpc_xprt *xprt, struct rpc_task *task)
 {
 	...
-	xs_reset_transport(transport);
 	...
-	if (transport->sock != NULL && !RPC_IS_SOFTCONN(task)) {
+	if (transport->sock) {
+		xs_reset_transport(transport);
 		...
 	} else { ... }
 	...
 }
