// SPDX-License-Identifier: GPL-2.0
/*
 * fault - events that get lost, and moments that last
 *
 * For the lab only. A probe handler can be made to miss events, as it does when
 * the kernel has no instance left or kprobes are switched off; and a moment of
 * a connect can be made to last, so that something else (rmmod, umount)
 * happens right then.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat.h"
#include "fault.h"

static unsigned int miss_every;
module_param(miss_every, uint, 0644);
MODULE_PARM_DESC(miss_every, "probe handlers ignore every Nth event (default: 0, none)");

static unsigned int max_workers;
module_param(max_workers, uint, 0444);
MODULE_PARM_DESC(max_workers, "return probes in flight at a time (default: 0, as built)");

static char *pause_at = "";
module_param(pause_at, charp, 0444);
MODULE_PARM_DESC(pause_at, "state_change, xprt_connect, worker, kernel_connect, connect, native or destroy");

static unsigned int pause_ms = 500;
module_param(pause_ms, uint, 0444);
MODULE_PARM_DESC(pause_ms, "how long the next such moment lasts (default: 500)");

static int pauses;
module_param(pauses, int, 0644);
MODULE_PARM_DESC(pauses, "1 when a pause has begun; 0, written then, asks for another");

static const char *const names[FAULT_POINTS] = {
	[FAULT_STATE_CHANGE]	= "state_change",
	[FAULT_XPRT_CONNECT]	= "xprt_connect",
	[FAULT_WORKER]		= "worker",
	[FAULT_KERNEL_CONNECT]	= "kernel_connect",
	[FAULT_CONNECT]		= "connect",
	[FAULT_NATIVE]		= "native",
	[FAULT_DESTROY]		= "destroy",
};

static atomic_t events = ATOMIC_INIT(0);

static bool begin_pause(enum fault_point point)
{
	return !strcmp(pause_at, names[point]) && !cmpxchg(&pauses, 0, 1);
}

/**
 * fault_miss - is this event to be missed?
 * @point: the probe
 *
 * Context: probe handler; may keep the CPU busy for pause_ms.
 * Return: true if the handler is to return at once.
 */
bool fault_miss(enum fault_point point)
{
	unsigned int every = READ_ONCE(miss_every);

	if (begin_pause(point))
		mdelay(pause_ms);
	return every && !((unsigned int)atomic_inc_return(&events) % every);
}

NOKPROBE_SYMBOL(fault_miss);

/**
 * fault_pause - let a moment last
 * @point: the moment
 *
 * Context: process, may sleep.
 */
void fault_pause(enum fault_point point)
{
	if (begin_pause(point))
		msleep(pause_ms);
}

/**
 * fault_max_workers - how many return probes may be in flight
 * @built: as built
 *
 * Context: process.
 * Return: the parameter, or @built.
 */
int fault_max_workers(int built)
{
	return max_workers ? (int)max_workers : built;
}
