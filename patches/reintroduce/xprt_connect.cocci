// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprt.c
// Function: xprt_connect
//
// Takes away the race breaker (upstream 0a9a4304f361): a task that passed the
// connected check just before the handshake finished calls ->connect() all the
// same, and xs_connect() then resets a connection that is up.

@@
identifier xprt, task;
@@
 void xprt_connect(struct rpc_task *task)
 {
 <+...
-	if (!xprt_connected(xprt)) {
-		xprt->stat.connect_start = jiffies;
-		xprt->ops->connect(xprt, task);
-	} else {
-		xprt_clear_connecting(xprt);
-		task->tk_status = 0;
-		rpc_wake_up_queued_task(&xprt->pending, task);
-	}
+	/* (taken out) */
+	xprt->stat.connect_start = jiffies;
+	xprt->ops->connect(xprt, task);
 ...+>
 }
