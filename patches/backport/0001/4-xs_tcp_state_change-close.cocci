// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_state_change (TCP_CLOSE)
//
// The attempt has failed: refused, reset, timed out, or shut down.

@found@
identifier xprt, transport, sk;
@@
 xs_tcp_state_change(struct sock *sk)
 {
 	<+...
 	if (test_and_clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state)) {
 		...
 		xprt_clear_connecting(xprt);
 		...
 	}
 	...+>
 }

@depends on !found@
identifier xprt, transport, sk;
@@
 xs_tcp_state_change(struct sock *sk)
 {
 	struct rpc_xprt *xprt;
 	struct sock_xprt *transport;
 	<+...
(
+	if (test_and_clear_bit(XPRT_SOCK_CONNECTING,
+			       &transport->sock_state))
+		xprt_clear_connecting(xprt);
 	xs_sock_mark_closed(xprt);
|
+	if (test_and_clear_bit(XPRT_SOCK_CONNECTING,
+			       &transport->sock_state))
+		xprt_clear_connecting(xprt);
 	clear_bit(XPRT_CLOSING, &xprt->state);
)
 	...+>
 }
