// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_shutdown
//
// A shutdown ends in the callback for TCP_CLOSE, a reset does not. Trees before
// 4.2 always shut down; later ones ask for the state of the socket.

@drops@
@@
 xs_tcp_shutdown(...)
 {
 	<+...
 	xs_reset_transport(...);
 	...+>
 }

@asks@
@@
 xs_tcp_shutdown(...)
 {
 	<+...
 	\(TCP_SYN_SENT\|TCP_CLOSE\)
 	...+>
 }

@found depends on !drops || asks@
@@
 xs_tcp_shutdown(...)
 {
 	...
 }

@depends on !found@
identifier xprt, sock, transport;
@@
 xs_tcp_shutdown(struct rpc_xprt *xprt)
 {
 	...
-	if (xprt_connected(xprt)) {
+	if (xprt_connected(xprt) || sock->sk->sk_state == TCP_SYN_SENT) {
 		kernel_sock_shutdown(sock, SHUT_RDWR);
 		...
 	} else
 		xs_reset_transport(transport);
 }
