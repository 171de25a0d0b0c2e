// SPDX-License-Identifier: GPL-2.0
//
// File:     include/linux/sunrpc/xprtsock.h net/sunrpc/xprtsock.c
// Function: struct sock_xprt
//
// A word for what the transport's socket does. Mainline has the structure in a
// public header, 2.6.32-el6 in xprtsock.c.

@found@
@@
 struct sock_xprt {
 ...
 unsigned long sock_state;
 ...
 };

@depends on !found@
@@
 struct sock_xprt {
 ...
+	unsigned long		sock_state;
 	struct delayed_work	connect_worker;
 ...
 };
