// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_finish_connecting
//
// XPRT_SOCK_CONNECTING is no longer set before kernel_connect()
// (upstream 0fdea1e8a285).

@@
identifier transport;
@@
 xs_tcp_finish_connecting(...)
 {
 <+...
-	set_bit(XPRT_SOCK_CONNECTING, &transport->sock_state);
 ...+>
 }
