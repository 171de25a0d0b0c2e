// SPDX-License-Identifier: GPL-2.0
//
// File:     include/linux/sunrpc/xprtsock.h net/sunrpc/xprtsock.c
// Function: struct sock_xprt
// Unless:   define XPRT_SOCK_CONNECTING
//
// A word and a bit in it: a socket of this transport is connecting. Mainline
// has the structure in a public header, 2.6.32-el6 in xprtsock.c.

@@
@@
 struct sock_xprt {
 ...
+	unsigned long		sock_state;
 	struct delayed_work	connect_worker;
 ...
 };

@@
@@
 #define TCP_RPC_REPLY (1UL << 6)
+
+#define XPRT_SOCK_CONNECTING	1U
