// SPDX-License-Identifier: GPL-2.0
/*
 * handshake - keep a listener from answering, and watch who tries
 *
 * The listener's SYNs are taken out of the packet path right before it, behind
 * all rules of a firewall, so that the client's socket stays in SYN_SENT for
 * as long as one likes. In the end the newest SYN goes on to the listener: the
 * only one whose sender may still be waiting. Packets for other ports pass.
 */
#include <linux/ip.h>
#include <linux/kernel.h>
#include <linux/netfilter_ipv4.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "compat.h"
#include "handshake.h"

/* More attempts than this are not told from a few less. */
#define MAX_ATTEMPTS	256

static struct {
	spinlock_t	lock;		/* protects everything below */
	struct net	*net;
	__be16		port;		/* the listener's */
	wait_queue_head_t *wait;	/* for the first SYN */
	bool		holding;
	struct sk_buff	*newest;	/* the SYN that is let go */
	compat_okfn_t	okfn;		/* where it goes then */
	unsigned int	syns;
	unsigned int	n;
	struct {
		__be32	isn;
		__be16	port;
	} attempt[MAX_ATTEMPTS];	/* each once */
} held = {
	.lock = __SPIN_LOCK_UNLOCKED(held.lock),
};

static void record(const struct tcphdr *th)
{
	unsigned int i;

	held.syns++;
	for (i = 0; i < held.n; i++)
		if (held.attempt[i].isn == th->seq &&
		    held.attempt[i].port == th->source)
			return;
	if (held.n == MAX_ATTEMPTS)
		return;
	held.attempt[held.n].isn = th->seq;
	held.attempt[held.n].port = th->source;
	held.n++;
}

static unsigned int hold_syn(COMPAT_HOOK_ARGS)
{
	const struct iphdr *ip = ip_hdr(skb);
	const struct tcphdr *th;
	struct sk_buff *older = skb;
	struct tcphdr buf;

	if (ip->protocol != IPPROTO_TCP ||
	    ip->daddr != htonl(INADDR_LOOPBACK) ||
	    compat_hook_net() != held.net)
		return NF_ACCEPT;
	th = skb_header_pointer(skb, ip->ihl * 4, sizeof(buf), &buf);
	if (!th || th->dest != held.port || !th->syn || th->ack)
		return NF_ACCEPT;

	spin_lock_bh(&held.lock);
	if (!held.holding) {
		spin_unlock_bh(&held.lock);
		return NF_ACCEPT;
	}
	record(th);
	/* The route must outlive this section of RCU. */
	skb_dst_force(skb);
	if (skb_dst(skb)) {
		older = held.newest;
		held.newest = skb;
		held.okfn = compat_hook_okfn();
	}
	spin_unlock_bh(&held.lock);

	kfree_skb(older);
	wake_up(held.wait);
	return NF_STOLEN;
}

static struct nf_hook_ops hook = {
	.hook		= hold_syn,
	.pf		= PF_INET,
	.hooknum	= NF_INET_LOCAL_IN,
	.priority	= NF_IP_PRI_LAST,
};

/**
 * handshake_hold - from now on, do not let a listener answer
 * @net: its network namespace
 * @port: its port on 127.0.0.1
 * @wait: woken with every SYN
 *
 * Context: process, sleeps. One listener at a time.
 * Return: 0 or a negative errno.
 */
int handshake_hold(struct net *net, __be16 port, wait_queue_head_t *wait)
{
	held.net = net;
	held.port = port;
	held.wait = wait;
	held.syns = 0;
	held.n = 0;
	held.holding = true;
	return nf_register_net_hook(net, &hook);
}

/**
 * handshake_begun - has a SYN come since handshake_hold()?
 *
 * Context: any.
 */
bool handshake_begun(void)
{
	return READ_ONCE(held.syns);
}

/**
 * handshake_count - what came since handshake_hold()
 * @count: set to that
 *
 * Context: process or softirq.
 */
void handshake_count(struct handshake *count)
{
	unsigned int i, k, isns;

	memset(count, 0, sizeof(*count));
	spin_lock_bh(&held.lock);
	count->syns = held.syns;
	count->attempts = held.n;
	for (i = 0; i < held.n; i++) {
		isns = 0;
		for (k = 0; k < held.n; k++)
			isns += held.attempt[k].port == held.attempt[i].port;
		if (isns > count->isns) {
			count->isns = isns;
			count->port = ntohs(held.attempt[i].port);
		}
	}
	spin_unlock_bh(&held.lock);
}

static struct sk_buff *stop_holding(void)
{
	struct sk_buff *skb;

	spin_lock_bh(&held.lock);
	held.holding = false;
	skb = held.newest;
	held.newest = NULL;
	spin_unlock_bh(&held.lock);
	return skb;
}

/**
 * handshake_let_go - let the listener answer the newest SYN, and all to come
 *
 * Context: process.
 */
void handshake_let_go(void)
{
	struct sk_buff *skb = stop_holding();

	if (!skb)
		return;
	/* As the packet path does it: in softirq. */
	local_bh_disable();
	rcu_read_lock();
	compat_okfn(held.okfn, held.net, skb);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * handshake_end - do no more with packets
 *
 * Context: process, sleeps until no packet is in the hook. After
 * handshake_hold() was successful.
 */
void handshake_end(void)
{
	struct sk_buff *skb = stop_holding();

	nf_unregister_net_hook(held.net, &hook);
	synchronize_net();
	kfree_skb(skb);
	held.net = NULL;
}
