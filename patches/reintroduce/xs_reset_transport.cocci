// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_reset_transport
//
// A reset no longer wakes the tasks on xprt->pending. In 4.1 xs_close() did
// (see xs_close.cocci), the reset before a connect did not: with it, every
// attempt wakes all tasks, which make the next one, and the storm outlives the
// one attempt per task that it had in 4.1. (The commit that moved the wake-up
// was not looked up.)
//
// xs_drop_connection() is the part of 4.1's reset that the task in
// xs_connect() may do itself: the callbacks go first, so that sunrpc hears no
// more of the socket, then the connection. Only a worker may release the
// socket's file.

@@
identifier transport, xprt;
@@
 static void xs_reset_transport(struct sock_xprt *transport)
 {
 ...
-	xprt_disconnect_done(xprt);
 }
+
+static void xs_drop_connection(struct sock_xprt *transport)
+{
+	struct sock *sk = transport->inet;
+
+	if (sk) {
+		lock_sock(sk);
+		write_lock_bh(&sk->sk_callback_lock);
+		sk->sk_user_data = NULL;
+		xs_restore_old_callbacks(transport, sk);
+		write_unlock_bh(&sk->sk_callback_lock);
+		release_sock(sk);
+		kernel_sock_shutdown(transport->sock, SHUT_RDWR);
+	}
+}
