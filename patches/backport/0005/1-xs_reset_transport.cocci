// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_reset_transport
// Unless:   xprt_clear_connected
//
// Under the lock that keeps the callback out: after it nobody sets the bit.

@@
identifier transport, sk;
@@
 xs_reset_transport(struct sock_xprt *transport)
 {
 	...
 	xs_restore_old_callbacks(transport, sk);
+	xprt_clear_connected(&transport->xprt);
 	write_unlock_bh(&sk->sk_callback_lock);
 	...
 }
