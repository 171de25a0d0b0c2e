// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_state_change (TCP_CLOSE)
//
// A failed handshake no longer clears XPRT_CONNECTING (upstream 0fdea1e8a285).
// On 6.12 the same branch also gives up the source port; 4.1 kept it.

@@
identifier transport;
statement S;
@@
 xs_tcp_state_change(...)
 {
 <+...
-	if (test_and_clear_bit(XPRT_SOCK_CONNECTING, &transport->sock_state))
-		S
 ...+>
 }

// 6.12: nobody else calls it.
@@ @@
-static void xs_reset_srcport(struct sock_xprt *transport);

@@ @@
-static void xs_reset_srcport(struct sock_xprt *transport)
-{ ... }
