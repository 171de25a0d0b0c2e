// SPDX-License-Identifier: GPL-2.0
/*
 * sunrpc_fix - one TCP connect attempt at a time for sunrpc clients
 *
 * On the kernels that upstream 0fdea1e8a285 ("SUNRPC: Ensure that we wait for
 * connections to complete before retrying") fixes, XPRT_CONNECTING is cleared
 * as soon as the SYN is sent, so that every waiting task resets the half-open
 * socket and sends another SYN. This module keeps the bit set until the
 * connect has completed or failed, on the running kernel.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "affected.h"
#include "attempt.h"
#include "compat.h"
#include "gate.h"
#include "hooks.h"
#include "inflight.h"
#include "probes.h"
#include "report.h"
#include "settle.h"
#include "status.h"

#define MIN_TRANSPORTS	1u
#define MAX_TRANSPORTS	65536u

/*
 * Parameters take any text while the module is loaded, and init refuses: on 4.0
 * a value that is refused earlier crashes the kernel later, see compat.h.
 */
static bool refused;

static int refuse(const char *val, const char *name)
{
	if (THIS_MODULE->state != MODULE_STATE_COMING)
		return -EINVAL;
	pr_err("'%s' invalid for parameter '%s'\n", val ? val : "", name);
	refused = true;
	return 0;
}

/* As the kernel's own, which writes an int on 2.6.32; no value means 1. */
static int bool_set(const char *val, compat_param_const struct kernel_param *kp)
{
	bool *flag = kp->arg;

	if (!val || sysfs_streq(val, "1") || sysfs_streq(val, "y") ||
	    sysfs_streq(val, "Y"))
		*flag = true;
	else if (sysfs_streq(val, "0") || sysfs_streq(val, "n") ||
		 sysfs_streq(val, "N"))
		*flag = false;
	else
		return refuse(val, kp->name);
	return 0;
}

static int bool_get(char *buf, compat_param_const struct kernel_param *kp)
{
	return sprintf(buf, "%c", *(bool *)kp->arg ? 'Y' : 'N');
}

static int uint_set(const char *val, compat_param_const struct kernel_param *kp)
{
	return val && !param_set_uint(val, kp) ? 0 : refuse(val, kp->name);
}

static bool hold = true;
compat_param_call(hold, bool_set, bool_get, &hold, 0444);
__MODULE_PARM_TYPE(hold, "bool");
MODULE_PARM_DESC(hold, "keep XPRT_CONNECTING set until the connect is over (default: 1; 0: only prevent further connects)");

static bool force;
compat_param_call(force, bool_set, bool_get, &force, 0444);
__MODULE_PARM_TYPE(force, "bool");
MODULE_PARM_DESC(force, "load on a kernel that does not need it (default: 0)");

static unsigned int max_transports = 4096;
compat_param_call(max_transports, uint_set, param_get_uint, &max_transports,
		  0444);
__MODULE_PARM_TYPE(max_transports, "uint");
MODULE_PARM_DESC(max_transports, "TCP transports that can be followed, 1 to 65536 (default: 4096)");

/* The mode may be written before init is done, and while exit runs. */
static DEFINE_MUTEX(mode_mutex);
static bool mode_enforce = true;
static bool live;

static int mode_set(const char *val, compat_param_const struct kernel_param *kp)
{
	bool enforce;

	/* "mode" without a value, which kernels before 2.6.36 let through */
	if (!val)
		val = "";
	if (sysfs_streq(val, "enforce"))
		enforce = true;
	else if (sysfs_streq(val, "observe"))
		enforce = false;
	else
		return refuse(val, kp->name);

	mutex_lock(&mode_mutex);
	mode_enforce = enforce;
	if (live && enforce != attempt_enforcing()) {
		attempt_enforce(enforce);
		if (!enforce)
			settle_release_all();
		pr_info("mode is %s now; so far suppressed=%ld would_suppress=%ld\n",
			enforce ? "enforce" : "observe",
			report_value(REPORT_suppressed),
			report_value(REPORT_would_suppress));
	}
	mutex_unlock(&mode_mutex);
	return 0;
}

static int mode_get(char *buf, compat_param_const struct kernel_param *kp)
{
	return sprintf(buf, "%s", mode_enforce ? "enforce" : "observe");
}

compat_param_call(mode, mode_set, mode_get, NULL, 0644);
MODULE_PARM_DESC(mode, "enforce, or observe: count what would be prevented and change nothing (default: enforce)");

static bool needed(void)
{
	const char *release = init_utsname()->release;
	enum affected verdict;
	const char *why, *what;

	verdict = affected(release, COMPAT_HEADER_HAS_FIX,
			   hooks_symbol_exists("xprt_lock_connect"), &why);
	if (verdict == AFFECTED)
		return true;
	what = verdict == AFFECTED_UNKNOWN ?
	       "may or may not need this module" : "does not need this module";
	if (force) {
		pr_warn("%s %s, loaded all the same (force=1): %s\n",
			release, what, why);
		return true;
	}
	pr_info("%s %s, not loaded (force=1 overrides%s): %s\n", release, what,
		verdict == AFFECTED_UNKNOWN ?
		", if sunrpc_repro sees the race" : "", why);
	return false;
}

/*
 * Holds go while the probes still see their ends; then the probes, so that
 * nothing new comes; then the methods, after which no transport knows us.
 * Returns the number of attempts in flight that are left to sunrpc.
 */
static unsigned int stop(void)
{
	mutex_lock(&mode_mutex);
	live = false;
	mutex_unlock(&mode_mutex);

	gate_stop();
	attempt_enforce(false);
	settle_release_all();
	hooks_disarm();
	settle_exit();
	return gate_remove();
}

static int __init sunrpc_fix_init(void)
{
	int err;

	if (refused)
		return -EINVAL;
	if (max_transports < MIN_TRANSPORTS ||
	    max_transports > MAX_TRANSPORTS) {
		pr_err("max_transports=%u: must be %u to %u\n", max_transports,
		       MIN_TRANSPORTS, MAX_TRANSPORTS);
		return -EINVAL;
	}
	if (COMPAT_PREEMPT_RT) {
		pr_err("not loaded: kernels with PREEMPT_RT are not supported, a probe handler would have to sleep\n");
		return -EOPNOTSUPP;
	}
	if (!needed())
		return -ENODEV;

	err = inflight_init(max_transports);
	if (err) {
		pr_err("no memory for %u transports, try a smaller max_transports\n",
		       max_transports);
		return err;
	}
	err = settle_init();
	if (err) {
		pr_err("no memory for a work queue\n");
		goto out_table;
	}
	err = report_init();
	if (err) {
		pr_err("cannot create the counters in sysfs (error %d)\n", err);
		settle_exit();
		goto out_table;
	}

	mutex_lock(&mode_mutex);
	attempt_init(mode_enforce, hold);
	gate_start();
	live = true;
	mutex_unlock(&mode_mutex);

	err = probes_arm(hold);
	if (err) {
		stop();
		report_exit();
		goto out_table;
	}
	status_init();

	/* Where tasks inside the gate cannot be waited for, it stays. */
	if (!COMPAT_CAN_UNLOAD) {
		__module_get(THIS_MODULE);
		pr_warn("this preemptible kernel has no RCU-tasks: the module cannot be unloaded, mode=observe turns it off\n");
	}

	pr_info("loaded on %s: mode %s, %s, %u probes, up to %u transports\n",
		init_utsname()->release, mode_enforce ? "enforce" : "observe",
		hold ? "gate and hold" : "gate alone",
		hooks_armed(), max_transports);
	return 0;

out_table:
	inflight_exit();
	return err;
}

static void __exit sunrpc_fix_exit(void)
{
	unsigned int left;

	status_exit();
	left = stop();
	report_totals(left);
	report_exit();
	inflight_exit();
}

module_init(sunrpc_fix_init);
module_exit(sunrpc_fix_exit);

MODULE_DESCRIPTION("One TCP connect attempt at a time for sunrpc clients (upstream 0fdea1e8a285)");
MODULE_AUTHOR("The sunrpc-fix authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
