// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_reset_transport
//
// Under the lock that keeps the callback out: after it nobody sets the bit.

@found@
@@
 xs_reset_transport(...)
 {
 	<+...
 	xprt_clear_connected(...);
 	...+>
 }

@depends on !found@
identifier transport, sk;
@@
 xs_reset_transport(struct sock_xprt *transport)
 {
 	... when != xprt_clear_connected(...)
 	xs_restore_old_callbacks(transport, sk);
+	xprt_clear_connected(&transport->xprt);
 	write_unlock_bh(&sk->sk_callback_lock);
 	... when != xprt_clear_connected(...)
 }
