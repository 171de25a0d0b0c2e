// SPDX-License-Identifier: GPL-2.0
/*
 * module - sunrpc_fix: its loading and unloading, its parameters, its timer
 *
 * The module is compiled unchanged, main.c included. Loaded in the setup,
 * unless when it is loaded is what is looked for.
 */
#include <linux/kobject.h>
#include <linux/moduleparam.h>
#include <linux/sunrpc/xprt.h>
#include <linux/sysfs.h>
#include "connect_state.h"
#include "fake.h"
#include "inflight.h"

struct module fake___this_module;

static const void *report_attempt_at, *xprt_connect_at;

/* By thread: the hold was in force when it entered xprt_connect(). */
static bool met_hold[MAX_THREADS];

bool module_owns(const void *pc)
{
	return (const char *)pc >= module_text_start &&
	       (const char *)pc < module_text_end;
}

/* What the tree does wrong by itself is not for us: see world.c. */
bool module_guards(void)
{
	return !prove_option("native");
}

static void set_parameter(const char *name, const char *value)
{
	const struct kernel_param *p;

	for (p = __start___param; p < __stop___param; p++) {
		if (strcmp(p->name, name))
			continue;
		if (p->ops->set(value, p))
			prove_fail("sunrpc_fix does not take %s=%s", name, value);
		return;
	}
	prove_fail("sunrpc_fix has no parameter %s", name);
}

/* On a tree that has the fix, too: to see that it does no harm there. */
static void load_module(void)
{
	int err;

	fake___this_module.state = MODULE_STATE_COMING;
	set_parameter("force", "1");
	set_parameter("max_transports", "2");
	if (prove_option("nohold"))
		set_parameter("hold", "0");
	err = init_module();
	if (err) {
		prove_fail("sunrpc_fix does not load: error %d", err);
		return;
	}
	fake___this_module.state = MODULE_STATE_LIVE;
	world.module_loaded = true;
	prove_note(NULL, "sunrpc_fix is loaded");
}

static void insmod(void *arg)
{
	if (!event_used("load", "insmod sunrpc_fix"))
		return;
	prove_become(PROVE_THREAD);
	load_module();
}

static int is_loaded(void *arg)
{
	return world.module_loaded;
}

static void rmmod(void *arg)
{
	kernel_sleep(is_loaded, NULL);
	if (!event_used("unload", "rmmod sunrpc_fix"))
		return;
	prove_become(PROVE_THREAD);
	fake___this_module.state = MODULE_STATE_GOING;
	cleanup_module();
	world.module_loaded = false;
	world.module_gone = true;
	prove_retire_text(module_text_start, module_text_end);
	prove_note(NULL, "sunrpc_fix is unloaded");
}

static void switch_mode(void *arg)
{
	kernel_sleep(is_loaded, NULL);
	while (event_used("mode", "mode=observe")) {
		set_parameter("mode", "observe");
		if (prove_choice(2, "mode=enforce"))
			set_parameter("mode", "enforce");
	}
}

static bool is_settle_timer(struct timer_list *timer)
{
	const struct delayed_work *d =
		container_of(timer, struct delayed_work, timer);

	return is_delayed_work_timer(timer) && module_owns(d->work.func);
}

static bool is_settle_work(struct work_struct *work)
{
	return module_owns(work->func);
}

static int settle_timer_there(void *arg)
{
	return !!find_timer(is_settle_timer);
}

static void tick(void *arg)
{
	struct timer_list *timer;

	while (event_left("tick")) {
		kernel_sleep(settle_timer_there, NULL);
		if (!event_used("tick", "the settle timer fires"))
			return;
		if (event_used("stall", "... more than a second later"))
			fake_jiffies += HZ + 1;
		timer = find_timer(is_settle_timer);
		if (timer)
			timer_fire(timer);
	}
}

void module_setup(void)
{
	report_attempt_at = prove_symbol("report_attempt");
	xprt_connect_at = prove_symbol("xprt_connect");
	if (event_left("load"))
		new_thread(insmod, NULL, "insmod", PROVE_EVENT);
	else
		load_module();
	if (event_left("unload"))
		new_thread(rmmod, NULL, "rmmod", PROVE_EVENT);
	if (event_left("mode"))
		new_thread(switch_mode, NULL, "mode", PROVE_EVENT);
	if (event_left("tick"))
		new_thread(tick, NULL, "tick", PROVE_EVENT);
}

static bool hold_is_in_force(void)
{
	unsigned int i;

	for (i = 0; world.module_loaded && i < inflight_size(); i++)
		if (inflight_at(i)->xprt == the_xprt)
			return inflight_at(i)->state == CONNECT_HELD;
	return false;
}

/*
 * P2: who enters xprt_connect() while the hold is in force must not come to the
 * gate. The counters tell; what a handler counts did not come there.
 */
void module_function_entered(const void *ip, unsigned long arg1,
			     unsigned long arg2)
{
	const struct inflight *entry = (void *)arg1;
	unsigned int seen = arg2;

	if (ip == xprt_connect_at)
		met_hold[prove_self()] = hold_is_in_force();
	if (ip != report_attempt_at)
		return;
	if (seen & CONNECT_IS_BEGUN)
		prove_note(NULL, "sunrpc_fix: an attempt begins");
	if (seen & CONNECT_IS_SUPPRESSED)
		prove_note(NULL, "sunrpc_fix: a connect is suppressed");
	if (seen & CONNECT_IS_HELD)
		prove_note(NULL, "sunrpc_fix: keeps XPRT_CONNECTING set");
	if (seen & CONNECT_IS_RACE_BROKEN)
		prove_note(NULL, "sunrpc_fix: a live connection is kept");
	if ((seen & CONNECT_IS_SUPPRESSED) && !(seen & CONNECT_IS_HELD) &&
	    entry->state == CONNECT_HELD && !world.adverse &&
	    met_hold[prove_self()] && !this_thread()->in_handler)
		prove_fail("P2: a task asks for a connect although the hold is in force");
}

void module_end(void)
{
	unsigned int i;

	if (world.module_gone) {
		if (find_timer(is_settle_timer) || find_work(is_settle_work))
			prove_fail("P5: work of the module is left after it was unloaded");
		else if (!world.freed &&
			 module_owns(the_xprt->ops->connect))
			prove_fail("P5: a transport has the methods of a module that is gone");
		return;
	}
	if (!world.module_loaded || !world.freed)
		return;
	for (i = 0; i < inflight_size(); i++)
		if (inflight_at(i)->xprt)
			prove_fail("P5: a freed transport is still in the module's table");
}

/* Files of the module, which nobody reads here. */

static struct kobject nowhere;

struct kobject *fake_kobject_create_and_add(const char *name,
					    struct kobject *parent)
{
	return &nowhere;
}

void fake_kobject_put(struct kobject *kobj)
{
}

int fake_sysfs_create_group(struct kobject *kobj, const void *group)
{
	return 0;
}

void fake_sysfs_remove_group(struct kobject *kobj, const void *group)
{
}

void *fake_proc_create(void)
{
	return &nowhere;
}

void *fake_proc_create_data(void)
{
	return &nowhere;
}

void *fake_proc_create_seq_private(void)
{
	return &nowhere;
}

void fake_remove_proc_entry(const char *name, void *parent)
{
}

/* Parameters of its types. */

static int set_uint(const char *value, const struct kernel_param *p)
{
	unsigned int n = 0;

	while (*value >= '0' && *value <= '9')
		n = n * 10 + *value++ - '0';
	*(unsigned int *)p->arg = n;
	return 0;
}

static int set_bool(const char *value, const struct kernel_param *p)
{
	*(bool *)p->arg = *value == '1';
	return 0;
}

int fake_param_set_uint(const char *value, const struct kernel_param *p)
{
	return set_uint(value, p);
}

const struct kernel_param_ops fake_param_ops_uint = { .set = set_uint };
const struct kernel_param_ops fake_param_ops_bool = { .set = set_bool };

/* They may differ in a newline at the end only. */
bool fake_sysfs_streq(const char *a, const char *b)
{
	return !strcmp(a, b);
}
