// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_state_change (TCP_ESTABLISHED)
//
// The handshake is done. Both bits go after XPRT_CONNECTED has been set and
// before anybody is woken: who wakes up must not find the transport connecting.

@found@
identifier xprt, transport, sk;
@@
 xs_tcp_state_change(struct sock *sk)
 {
 	<+...
 	if (!xprt_test_and_set_connected(xprt)) {
 		... when != xprt_wake_pending_tasks(...)
 		clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
 		... when != xprt_wake_pending_tasks(...)
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
 	if (!xprt_test_and_set_connected(xprt)) {
 		... when != xprt_clear_connecting(xprt)
(
+		clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
+		xprt_clear_connecting(xprt);
 		xprt_wake_pending_tasks(xprt, ...);
|
+		clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
+		xprt_clear_connecting(xprt);
 		xs_run_error_worker(transport, XPRT_SOCK_WAKE_PENDING);
)
 	}
 	...+>
 }
