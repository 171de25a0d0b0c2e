// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_setup_socket (SYN sent)
//
// The defect proper: once the SYN is out, the worker unlocks the transport and
// clears XPRT_CONNECTING, with the socket in TCP_SYN_SENT (upstream
// 0fdea1e8a285 took the clear away). Unlock first, then clear: the historic
// order.

// 6.1 and later: the branch jumps to a common tail.
@tail@
identifier xprt, transport, l, pflags;
@@
 xs_tcp_setup_socket(...)
 {
 <+...
 l:
 	xprt_unlock_connect(xprt, transport);
 	current_restore_flags(pflags, PF_MEMALLOC);
 ...+>
 }

@jump@
identifier tail.xprt, tail.transport, tail.l, tail.pflags;
@@
 xs_tcp_setup_socket(...)
 {
 <+...
-	goto l;
+	xprt_unlock_connect(xprt, transport);
+	xprt_clear_connecting(xprt);
+	current_restore_flags(pflags, PF_MEMALLOC);
+	return;
 ...+>
 }

@depends on jump@
identifier tail.xprt, tail.transport, tail.l;
@@
 xs_tcp_setup_socket(...)
 {
 <+...
-l:
 	xprt_unlock_connect(xprt, transport);
 ...+>
 }

// Before: it has a tail of its own.
@@
identifier xprt, transport;
@@
 xs_tcp_setup_socket(...)
 {
 <+...
 	xprt_unlock_connect(xprt, transport);
+	xprt_clear_connecting(xprt);
 	return;
 ...+>
 }
