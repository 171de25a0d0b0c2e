// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_connect
//
// XPRT_CONNECTING clear means that no attempt is in flight, also when that is
// because it has succeeded. Look again.

@found@
identifier xprt, task;
@@
 xprt_connect(struct rpc_task *task)
 {
 	<+...
 	if (xprt_test_and_set_connecting(xprt)) { ... return; }
 	...
 	if (!xprt_connected(xprt)) {
 		...
 		xprt->ops->connect(xprt, task);
 	} else {
 		...
 		rpc_wake_up_queued_task(&xprt->pending, task);
 	}
 	...+>
 }

@depends on !found@
symbol jiffies;
identifier xprt, task;
@@
 void xprt_connect(struct rpc_task *task)
 {
 	<+...
 	if (xprt_test_and_set_connecting(xprt)) { ... return; }
 	... when != xprt_connected(xprt)
-	xprt->stat.connect_start = jiffies;
-	xprt->ops->connect(xprt, task);
+	if (!xprt_connected(xprt)) {
+		xprt->stat.connect_start = jiffies;
+		xprt->ops->connect(xprt, task);
+	} else {
+		xprt_clear_connecting(xprt);
+		task->tk_status = 0;
+		rpc_wake_up_queued_task(&xprt->pending, task);
+	}
 	...+>
 }
