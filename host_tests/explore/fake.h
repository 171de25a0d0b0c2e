/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel that sunrpc_fix is compiled against for the explorer: what the
 * module uses of it, as 4.1 on x86_64 has it. Each kernel header that the
 * module includes is this file; compat.h is the real one.
 *
 * What the module does in here is seen by the explorer. Where other threads
 * could look or come in between, fake.c leaves the module: see there.
 */
#ifndef HOST_TESTS_EXPLORE_FAKE_H
#define HOST_TESTS_EXPLORE_FAKE_H

#include <sys/types.h>

#include "basics.h"

#define KERNEL_VERSION(a, b, c)	((a) << 16 | (b) << 8 | (c))
#define LINUX_VERSION_CODE	KERNEL_VERSION(4, 1, 6)
#define CONFIG_KPROBES		1
#define CONFIG_X86_64		1
#define IS_ENABLED(option)	0
#define KBUILD_MODNAME		"sunrpc_fix"

#define __init
#define __exit
#define __read_mostly
#define noinline		__attribute__((noinline, section("probed")))
#define __percpu
#define unlikely(x)		(x)
#define likely(x)		(x)
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define min(a, b)		((a) < (b) ? (a) : (b))
#define container_of(p, type, member) list_entry(p, type, member)
#define BUILD_BUG_ON(x)		_Static_assert(!(x), #x)
#define WARN_ON_ONCE(x)		fake_warn(x)
#define WARN_ONCE(x, fmt, ...)	fake_warn(x)

typedef uint8_t __u8;

bool fake_warn(bool yes);

/* Barriers: nothing here is out of order, but others may come in between. */
#define smp_wmb()		((void)0)
#define smp_rmb()		((void)0)
#define smp_mb()		fake_pause()

void fake_pause(void);

/* Messages */
#define pr_fmt_(fmt, ...)	((void)sizeof(printf(fmt, ##__VA_ARGS__)))
#define pr_err(...)		pr_fmt_(__VA_ARGS__)
#define pr_warn(...)		pr_fmt_(__VA_ARGS__)
#define pr_info(...)		pr_fmt_(__VA_ARGS__)
#define pr_notice(...)		pr_fmt_(__VA_ARGS__)
#define pr_notice_ratelimited(...) pr_fmt_(__VA_ARGS__)
#define pr_warn_ratelimited(...) pr_fmt_(__VA_ARGS__)
#define pr_warn_once(...)	pr_fmt_(__VA_ARGS__)

#define scnprintf		snprintf

/* The module and its parameters */
struct kernel_param {
	const char *name;
	void *arg;
};

struct kobject {
	int unused;
};

struct module_kobject {
	struct kobject kobj;
};

struct module {
	int state;
	struct module_kobject mkobj;
};

enum { MODULE_STATE_LIVE, MODULE_STATE_COMING, MODULE_STATE_GOING };

typedef int (*kernel_param_set_t)(const char *val, struct kernel_param *kp);

extern struct module fake_module;
extern int (*const fake_module_init)(void);
extern void (*const fake_module_exit)(void);

void fake_param(const char *name, void *value, kernel_param_set_t set);

#define THIS_MODULE		(&fake_module)
#define __module_get(module)	((void)(module))
#define MODULE_PARM_DESC(name, text)
#define MODULE_AUTHOR(text)
#define MODULE_VERSION(text)
#define module_init(fn)		int (*const fake_module_init)(void) = fn
#define module_exit(fn)		void (*const fake_module_exit)(void) = fn
#define module_param(name, type, perm)					\
	__attribute__((constructor)) static void name##_param(void)	\
	{								\
		fake_param(#name, &(name), NULL);			\
	}								\
	static_assert(1, "")
#define module_param_call(name, set, get, arg, perm)			\
	__attribute__((constructor)) static void name##_param(void)	\
	{								\
		(void)(get);						\
		fake_param(#name, arg, set);				\
	}								\
	static_assert(1, "")

#define __MODULE_PARM_TYPE(name, type)	static_assert(1, "")

int param_set_uint(const char *val, const struct kernel_param *kp);
int param_get_uint(char *buf, const struct kernel_param *kp);

#define static_assert(x, text)	_Static_assert(x, text)

struct new_utsname {
	const char *release, *version;
};

struct new_utsname *init_utsname(void);
bool sysfs_streq(const char *a, const char *b);

/* Time does not pass: the module decides nothing by it. */
#define HZ		250
#define jiffies		0UL
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define jiffies_to_msecs(j)	((unsigned int)(j) * 4)

/* Memory */
typedef unsigned int gfp_t;
enum { GFP_KERNEL, __GFP_HIGHMEM, __GFP_ZERO, __GFP_NOWARN, PAGE_KERNEL };

#define mdelay(ms)		((void)(ms))
#define msleep(ms)		((void)(ms))
#define xchg(p, new)		__atomic_exchange_n(p, new, __ATOMIC_SEQ_CST)
#define msecs_to_jiffies(ms)	((unsigned long)(ms) / 4)
#define cmpxchg(p, old, new)	__sync_val_compare_and_swap(p, old, new)

void *__vmalloc(unsigned long size, gfp_t gfp, int prot);
void vfree(const void *p);

static inline unsigned int hash_ptr(const void *p, unsigned int bits)
{
	return 0;
}

/* Locks. A critical section is a step: nobody else can look. */
typedef struct { bool taken; } raw_spinlock_t, spinlock_t;

#define DEFINE_RAW_SPINLOCK(lock)	raw_spinlock_t lock
#define raw_spin_lock_irqsave(lock, flags) \
	((flags) = 0, fake_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) \
	((void)(flags), fake_unlock(lock))
#define spin_lock_bh(lock)		fake_lock(lock)
#define spin_unlock_bh(lock)		fake_unlock(lock)

void fake_lock(raw_spinlock_t *lock);
void fake_unlock(raw_spinlock_t *lock);

struct mutex {
	bool taken;
};

#define DEFINE_MUTEX(name)	struct mutex name

void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

typedef struct { int counter; } atomic_t;

#define ATOMIC_INIT(n)		{ n }
#define atomic_read(v)		READ_ONCE((v)->counter)

#define atomic_inc_return(v)	(++(v)->counter)

void atomic_inc(atomic_t *v);
bool atomic_dec_and_test(atomic_t *v);

/* Counters of events: none of the module's decisions depends on them. */
typedef struct { long counter; } atomic_long_t;

#define ATOMIC_LONG_INIT(n)	{ n }
#define atomic_long_read(v)	((v)->counter)

void atomic_long_inc(atomic_long_t *v);

typedef struct { int unused; } wait_queue_head_t;

#define DECLARE_WAIT_QUEUE_HEAD(name)	wait_queue_head_t name
#define wake_up(queue)			((void)(queue))
#define wait_event(queue, condition)					\
	do {								\
		(void)(queue);						\
		fake_point();						\
		fake_require(condition);				\
	} while (0)

void fake_point(void);
void fake_require(bool condition);
void synchronize_sched(void);
void tracepoint_synchronize_unregister(void);

/* Work */
struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	bool pending;
};

struct workqueue_struct {
	int unused;
};

#define DECLARE_DELAYED_WORK(name, fn)	\
	struct delayed_work name = { .work.func = fn }
#define WQ_MEM_RECLAIM		1

extern struct workqueue_struct fake_wq;

#define alloc_workqueue(name, flags, n)	(&fake_wq)
#define create_singlethread_workqueue(name) (&fake_wq)
#define destroy_workqueue(wq)		((void)(wq))
#define queue_delayed_work(wq, work, delay) \
	((void)(wq), schedule_delayed_work(work, delay))

bool schedule_delayed_work(struct delayed_work *work, unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);

/* Probes */
struct pt_regs {
	unsigned long di, si;
};

struct kprobe;
struct kretprobe_instance;

typedef int (*kprobe_pre_handler_t)(struct kprobe *kp, struct pt_regs *regs);
typedef int (*kretprobe_handler_t)(struct kretprobe_instance *ri,
				   struct pt_regs *regs);

struct kprobe {
	const char *symbol_name;
	void *addr;
	kprobe_pre_handler_t pre_handler;
	unsigned long nmissed;
};

struct kretprobe {
	struct kprobe kp;
	kretprobe_handler_t handler, entry_handler;
	int maxactive;
	int nmissed;
	size_t data_size;
};

struct kretprobe_instance {
	struct kretprobe *rp;
};

int register_kprobe(struct kprobe *kp);
void unregister_kprobe(struct kprobe *kp);
int register_kretprobe(struct kretprobe *rp);
void unregister_kretprobe(struct kretprobe *rp);
bool kprobe_disabled(struct kprobe *kp);

/* Tasks, sockets, sunrpc */
struct task_struct {
	int unused;
};

extern struct task_struct *current;

enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT,
};

struct sock {
	unsigned char sk_state;
	void *sk_user_data;
	void (*sk_state_change)(struct sock *sk);
};

struct inet_sock {
	struct sock sk;
	unsigned short inet_num;
};

#define inet_sk(s)	((struct inet_sock *)(s))

struct socket {
	struct sock *sk;
};

void sock_hold(struct sock *sk);
void sock_put(struct sock *sk);

struct rpc_wait_queue {
	int unused;
};

struct rpc_rqst {
	struct rpc_xprt *rq_xprt;
};

struct rpc_task {
	int tk_status;
	struct rpc_rqst *tk_rqstp;
};

struct rpc_xprt_ops {
	void (*connect)(struct rpc_xprt *xprt, struct rpc_task *task);
	void (*close)(struct rpc_xprt *xprt);
	void (*destroy)(struct rpc_xprt *xprt);
};

struct rpc_xprt {
	atomic_t count;
	struct rpc_xprt_ops *ops;
	unsigned long state;
	struct sockaddr_storage addr;
	struct rpc_wait_queue pending;
	struct rpc_task *snd_task;
	spinlock_t transport_lock;
};

#define XPRT_LOCKED	0
#define XPRT_CONNECTED	1
#define XPRT_CONNECTING	2

#define set_bit(n, p)			((void)(*(p) |= 1UL << (n)))
#define test_bit(n, p)			(*(p) >> (n) & 1)
#define xprt_connected(x)		test_bit(XPRT_CONNECTED, &(x)->state)
#define xprt_clear_connecting(x)	\
	((void)((x)->state &= ~(1UL << XPRT_CONNECTING)))

void rpc_wake_up_queued_task(struct rpc_wait_queue *queue,
			     struct rpc_task *task);
void xprt_wake_pending_tasks(struct rpc_xprt *xprt, int status);

/* Files: compiled, and never read here. */
struct attribute {
	const char *name;
	unsigned short mode;
};

struct attribute_group {
	struct attribute **attrs;
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr,
			char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count);
};

#define __ATTR(_name, _mode, _show, _store) \
	{ .attr = { #_name, _mode }, .show = _show, .store = _store }
#define __ATTR_RO(_name)	__ATTR(_name, 0444, _name##_show, NULL)

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent);
void kobject_put(struct kobject *kobj);
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp);

struct seq_file {
	int unused;
};

struct seq_operations {
	void *(*start)(struct seq_file *seq, loff_t *pos);
	void *(*next)(struct seq_file *seq, void *v, loff_t *pos);
	void (*stop)(struct seq_file *seq, void *v);
	int (*show)(struct seq_file *seq, void *v);
};

struct inode {
	int unused;
};

struct file {
	int unused;
};

struct file_operations {
	int (*open)(struct inode *inode, struct file *file);
	ssize_t (*read)(struct file *file, char *buf, size_t size, loff_t *pos);
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	int (*release)(struct inode *inode, struct file *file);
};

struct proc_dir_entry;

int seq_open(struct file *file, const struct seq_operations *ops);
ssize_t seq_read(struct file *file, char *buf, size_t size, loff_t *pos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int seq_printf(struct seq_file *seq, const char *fmt, ...);
struct proc_dir_entry *proc_create(const char *name, mode_t mode,
				   struct proc_dir_entry *parent,
				   const struct file_operations *fops);
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);

/* Tracepoints: a call that does nothing */
#define TP_PROTO(...)	__VA_ARGS__
#define TP_ARGS(...)
#define TP_STRUCT__entry(...)
#define TP_fast_assign(...)
#define TP_printk(...)
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template, name, proto, args)			\
	static inline void trace_##name(proto)				\
	{								\
	}								\
	static_assert(1, "")

#endif /* HOST_TESTS_EXPLORE_FAKE_H */
