// SPDX-License-Identifier: GPL-2.0
/*
 * fault - events that get lost, moments that last, a probe that is refused
 *
 * For the lab only. A probe handler can be made to miss events, as it does when
 * the kernel has no instance left or kprobes are switched off. A moment of a
 * connect can be made to last until something else (rmmod, umount) has happened.
 * And a function can be made one that this kernel does not have.
 */
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
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

static int pause;
module_param(pause, int, 0644);
MODULE_PARM_DESC(pause, "1 as long as a pause lasts; 2, written then, ends it; 3 when it has ended by itself; 0 asks for another");

static char *no_symbol = "";
module_param(no_symbol, charp, 0444);
MODULE_PARM_DESC(no_symbol, "a function that cannot be probed (default: none)");

/* Nobody has ended it: less than what the kernel's own watchdogs wait for. */
#define SPIN_MS		12000
#define SLEEP_MS	60000

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

static bool pause_begins(enum fault_point point)
{
	return !strcmp(pause_at, names[point]) && !cmpxchg(&pause, 0, 1);
}

/**
 * fault_miss - is this event to be missed?
 * @point: the probe
 *
 * Context: probe handler; keeps the CPU busy as long as a pause lasts.
 * Return: true if the handler is to return at once.
 */
bool fault_miss(enum fault_point point)
{
	unsigned int every = READ_ONCE(miss_every);
	unsigned long end = jiffies + msecs_to_jiffies(SPIN_MS);

	if (pause_begins(point)) {
		while (READ_ONCE(pause) == 1 && time_before(jiffies, end))
			mdelay(1);
		(void)cmpxchg(&pause, 1, 3);
	}
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
	unsigned long end = jiffies + msecs_to_jiffies(SLEEP_MS);

	if (!pause_begins(point))
		return;
	while (READ_ONCE(pause) == 1 && time_before(jiffies, end))
		msleep(20);
	(void)cmpxchg(&pause, 1, 3);
}

/**
 * fault_symbol - the function to probe
 * @symbol: as built
 *
 * Context: process.
 * Return: @symbol, or the name of a function that no kernel has.
 */
const char *fault_symbol(const char *symbol)
{
	return strcmp(symbol, no_symbol) ? symbol : "sunrpc_fix_has_no_such";
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
