// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_finish_connecting
//
// From here on the socket's callback ends the attempt. On loopback it may run
// before kernel_connect() has returned.

@found@
identifier transport;
@@
 xs_tcp_finish_connecting(...)
 {
 	<+...
 	set_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
 	...+>
 }

@depends on !found@
identifier xprt, transport, sock;
expression E;
@@
 xs_tcp_finish_connecting(struct rpc_xprt *xprt, struct socket *sock)
 {
 	struct sock_xprt *transport = container_of(xprt, struct sock_xprt, xprt);
 	...
(
+	set_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
 	E = kernel_connect(sock, ...);
|
+	set_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
 	return kernel_connect(sock, ...);
)
 	...
 }
