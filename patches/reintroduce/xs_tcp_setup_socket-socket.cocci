// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (always a new socket)
//
// The connect worker always starts on a new socket, whatever became of the old
// one: no look at xprt_connected(), none at XPRT_SOCK_CONNECT_SENT (upstream
// 89f42494f92f brought both). The old socket was cut off in xs_connect(), as in
// 4.1; only the file behind it, which 4.1 did not have, is released here.

@@
identifier xprt, transport, sock, out;
expression list args;
statement S;
@@
 xs_tcp_setup_socket(...)
 {
 ...
-	if (xprt_connected(xprt))
-		goto out;
-	if (test_and_clear_bit(XPRT_SOCK_CONNECT_SENT, &transport->sock_state) || !sock) {
-		xs_reset_transport(transport);
-		sock = xs_create_sock(args);
-		if (IS_ERR(sock)) S
-	}
+	xs_reset_transport(transport);
+	sock = xs_create_sock(args);
+	if (IS_ERR(sock)) S
 <+...
-	set_bit(XPRT_SOCK_CONNECT_SENT, &transport->sock_state);
 ...+>
 }
