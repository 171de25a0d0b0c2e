// SPDX-License-Identifier: GPL-2.0
//
// File:     net/sunrpc/xprtsock.c
// Function: xs_tcp_state_change (transport)
//
// The branch for TCP_CLOSE needs it too.

@found@
identifier xprt, transport, sk;
@@
 xs_tcp_state_change(struct sock *sk)
 {
 	...
 	transport = container_of(xprt, struct sock_xprt, xprt);
 	...
 }

@depends on !found@
identifier xprt, transport, sk;
@@
 xs_tcp_state_change(struct sock *sk)
 {
 	struct rpc_xprt *xprt;
+	struct sock_xprt *transport;
 	...
+	transport = container_of(xprt, struct sock_xprt, xprt);
 	switch (sk->sk_state) {
 	case TCP_ESTABLISHED:
 		...
 		if (!xprt_test_and_set_connected(xprt)) {
-			struct sock_xprt *transport = container_of(xprt, struct sock_xprt, xprt);
 			...
 		}
 		...
 	}
 	...
 }
