// SPDX-License-Identifier: GPL-2.0
//
// File:     include/linux/sunrpc/xprtsock.h net/sunrpc/xprtsock.c
// Function: struct sock_xprt (XPRT_SOCK_CONNECTING)
//
// The bit in that word: the socket is connecting.

@found@
expression E;
@@
 #define XPRT_SOCK_CONNECTING E

@depends on !found@
@@
 #define TCP_RPC_REPLY (1UL << 6)
+
+#define XPRT_SOCK_CONNECTING	1U
