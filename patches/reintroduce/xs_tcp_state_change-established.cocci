// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_state_change (TCP_ESTABLISHED)
//
// A finished handshake no longer clears XPRT_CONNECTING (upstream
// 0fdea1e8a285): it only marks the transport connected and wakes the waiters.

@@
identifier xprt, transport;
@@
 xs_tcp_state_change(...)
 {
 <+...
 	if (!xprt_test_and_set_connected(xprt)) {
 		...
-		clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
-		xprt_clear_connecting(xprt);
 		...
 	}
 ...+>
 }
