// SPDX-License-Identifier: GPL-2.0
/*
 * rpc_idle - a shorter idle timeout for the RPC transports to come
 *
 * For the lab: the client closes a connection that nobody has used for
 * xprt->idle_timeout, which is five minutes for TCP (XS_IDLE_DISC_TO) and which
 * nothing in user space can change.  The field is set where the transport is
 * made; whatever follows is the kernel's own doing.
 */
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sunrpc/xprt.h>

static unsigned int seconds = 5;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "idle timeout (default: 5)");

static unsigned int transports;
module_param(transports, uint, 0444);
MODULE_PARM_DESC(transports, "read only: how many have it");

/* 0 stands for no timeout: backchannels, and mounts that ask for none. */
static int created(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct rpc_xprt *xprt = (struct rpc_xprt *)regs_return_value(regs);

	if (!IS_ERR_OR_NULL(xprt) && xprt->idle_timeout) {
		xprt->idle_timeout = seconds * HZ;
		transports++;
	}
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "xprt_create_transport",
	.handler = created,
};

static int __init rpc_idle_init(void)
{
	return register_kretprobe(&probe);
}

static void __exit rpc_idle_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(rpc_idle_init);
module_exit(rpc_idle_exit);

MODULE_DESCRIPTION("Shorten the idle timeout, for tests of sunrpc_fix");
MODULE_LICENSE("GPL");
