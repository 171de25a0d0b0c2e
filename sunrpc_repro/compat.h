/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, as in sunrpc_fix/compat.h; names
 * are those of newer kernels where these have the thing. What checkpatch would
 * rather not have is there for the same reasons.
 */
#ifndef SUNRPC_REPRO_COMPAT_H
#define SUNRPC_REPRO_COMPAT_H

#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/sunrpc/clnt.h>
#include <linux/version.h>
#include <net/dst.h>
#include <net/net_namespace.h>

#if !IS_ENABLED(CONFIG_NETFILTER)
#error "sunrpc_repro has a netfilter hook: it needs CONFIG_NETFILTER"
#endif

/* 2.6.36: a packet may refer to its route without counting */
#if LINUX_VERSION_CODE < KERNEL_VERSION(2, 6, 36)
static inline void skb_dst_force(struct sk_buff *skb)
{
}
#endif

/* 3.x: an array of pointers to const, in struct rpc_program */
#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 0, 0)
#define compat_version_const
#else
#define compat_version_const	const
#endif

/* Where this exists, a transport keeps its source port on request only. */
#ifndef RPC_CLNT_CREATE_REUSEPORT
#define RPC_CLNT_CREATE_REUSEPORT	0
#endif

/* 4.13: the calls are counted outside of the procedures, which are const */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 13, 0)
#define compat_counts(array)
#else
#define compat_counts(array)	.counts = (array),
#endif

/* 4.17: the length is returned */
static inline int compat_getsockname(struct socket *sock, struct sockaddr *addr)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 17, 0)
	int len;

	return kernel_getsockname(sock, addr, &len);
#else
	return kernel_getsockname(sock, addr);
#endif
}

/* 5.0: says more about a failure, to netlink */
static inline int compat_dev_open(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)
	return dev_open(dev);
#else
	return dev_open(dev, NULL);
#endif
}

/*
 * A netfilter hook: its arguments, the network namespace in which it was
 * called, and where a packet goes that all hooks have accepted.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 13, 0)
#define COMPAT_HOOK_ARGS	unsigned int hooknum, struct sk_buff *skb, \
				const struct net_device *in, \
				const struct net_device *out, \
				int (*okfn)(struct sk_buff *)
#define compat_hook_net()	dev_net(in)
#define compat_hook_okfn()	okfn
typedef int (*compat_okfn_t)(struct sk_buff *);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(4, 1, 0)
#define COMPAT_HOOK_ARGS	const struct nf_hook_ops *ops, \
				struct sk_buff *skb, \
				const struct net_device *in, \
				const struct net_device *out, \
				int (*okfn)(struct sk_buff *)
#define compat_hook_net()	dev_net(in)
#define compat_hook_okfn()	okfn
typedef int (*compat_okfn_t)(struct sk_buff *);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(4, 4, 0)
#define COMPAT_HOOK_ARGS	const struct nf_hook_ops *ops, \
				struct sk_buff *skb, \
				const struct nf_hook_state *state
#define compat_hook_net()	dev_net(state->in)
#define compat_hook_okfn()	(state->okfn)
typedef int (*compat_okfn_t)(struct sock *, struct sk_buff *);
#else
#define COMPAT_HOOK_ARGS	void *priv, struct sk_buff *skb, \
				const struct nf_hook_state *state
#define compat_hook_net()	(state->net)
#define compat_hook_okfn()	(state->okfn)
typedef int (*compat_okfn_t)(struct net *, struct sock *, struct sk_buff *);
#endif

static inline int compat_okfn(compat_okfn_t okfn, struct net *net,
			      struct sk_buff *skb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 1, 0)
	return okfn(skb);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(4, 4, 0)
	return okfn(NULL, skb);
#else
	return okfn(net, NULL, skb);
#endif
}

/* 4.3: a hook belongs to a network namespace */
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 3, 0)
#define nf_register_net_hook(net, ops)		nf_register_hook(ops)
#define nf_unregister_net_hook(net, ops)	nf_unregister_hook(ops)
#endif

#endif /* SUNRPC_REPRO_COMPAT_H */
