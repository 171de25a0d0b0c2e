// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_connect
//
// Cuts off an existing socket, established or not, as 4.1 did (upstream
// 89f42494f92f left that to the worker, and to a second connect), and connects
// at once: 4.1 had a delay too, behind a test that its own reset made false
// (the commit that made the delay work was not looked up).
//
// UDP and TLS come through here as well and are left as they are.

@@
identifier xprt, transport, delay;
statement S;
@@
 xs_connect(struct rpc_xprt *xprt, ...)
 {
 ...
-	unsigned long delay = 0;
 ...
-	if (transport->sock != NULL) {
-		...
-		delay = xprt_reconnect_delay(xprt);
-		...
-	} else S
+	if (transport->connect_worker.work.func == xs_tcp_setup_socket)
+		xs_drop_connection(transport);
 	...
 	queue_delayed_work(..., &transport->connect_worker,
-	delay
+	0
 	);
 }
