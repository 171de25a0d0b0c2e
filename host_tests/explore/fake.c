// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel around sunrpc_fix: its functions, and threads that can be left in
 * the middle of the module and gone on with later, in any world.
 *
 * The module's code is the real one. What its variables contain (an image) and
 * the stack of a thread that is inside it (a continuation) are kept once each;
 * a world has their numbers. Addresses are the same in every world. Sockets
 * are numbered anew by the search, so their addresses are kept apart (refs).
 *
 * A step goes on until the module does a second thing that others can see or
 * can prevent: a critical section, a wake-up, the call of one of sunrpc's
 * methods, the end of a wait. A lock is taken in one step with what follows,
 * and given up in one step with what went before.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "fake.h"

#include "attempt.h"
#include "fake_run.h"
#include "inflight.h"
#include "report.h"

#define PAGE		4096ul
#define MAX_HOT		192
#define MAX_CONT	128
#define MAX_NUMBERS	(1 << 16)
#define TABLE_SIZE	(2 * MAX_NUMBERS)
#define REF		0x50c0000000000000ul	/* in the place of a socket's address */

#define IN_IMAGE	__attribute__((section("module_data")))

/* The module's variables (see build.sh), and what the kernel keeps for it. */

static struct kprobe *armed[N_PROBES] IN_IMAGE;
static struct delayed_work *timer IN_IMAGE;
static char pool[256] IN_IMAGE __attribute__((aligned(8)));

static const char *const symbols[N_PROBES] = {
	[P_STATE_CHANGE] = "xs_tcp_state_change",
	[P_XPRT_CONNECT] = "xprt_connect",
	[P_WORKER] = "xs_tcp_setup_socket",
	[P_CONNECT] = "kernel_connect",
};

/* The transport has pages to itself, which are taken away when it is freed. */
static char xprt_page[PAGE] __attribute__((aligned(PAGE)));
#define XPRT	(*(struct rpc_xprt *)xprt_page)
static bool taken_away;

static struct inet_sock socks[MAX_SOCKS];
static struct rpc_task tasks[MAX_TASKS], self;
static struct rpc_rqst rqst = { (void *)xprt_page };
static struct task_struct workers[MAX_WORKERS], others;
static struct rpc_xprt_ops *gate_ops;
struct task_struct *current;
struct module fake_module;
struct workqueue_struct fake_wq;

/* The step that is being taken. */
static struct world *world;
static struct thread *thread;
static bool did;		/* something that others can see */
static unsigned int locks;
static enum ran ran;
static struct call call;
static sigjmp_buf crash;
static int init_failed;
static bool inside;		/* the module */

/* The module's own probed function: its counter must not make new states. */
static struct kprobe *canary IN_IMAGE;
static atomic_t *canary_hits;
static bool in_canary;

/* Counters that the step has raised. They too must not make new states. */
static atomic_long_t *counted[16];
static unsigned int n_counted;

static struct image {
	unsigned long word[MAX_HOT];
	uint32_t hash;
	uint8_t refs[MAX_REFS];		/* which words are sockets, plus one */
	struct module_view view;
} images[MAX_NUMBERS];

static unsigned long *pristine;
static unsigned long *hot[MAX_HOT];	/* the words that change at all */
static unsigned int n_hot, n_images, n_saved, loaded;
static bool again;			/* there are more than was known */
static uint16_t image_table[TABLE_SIZE];

static struct cont {
	unsigned long word[MAX_CONT];
	bool is_ref[MAX_CONT];
	uint32_t n, hash;
} conts[MAX_NUMBERS];

static unsigned int n_conts;
static uint16_t cont_table[TABLE_SIZE];

#define STACK_WORDS	4096
static unsigned long stack[STACK_WORDS] __attribute__((aligned(64)));
static unsigned long *module_sp, *explorer_sp;

static void fail(const char *what)
{
	fprintf(stderr, "explore: %s\n", what);
	exit(2);
}

static bool is_sock(unsigned long value)
{
	return value - (unsigned long)socks < sizeof(socks);
}

static uint8_t sock_number(unsigned long address)
{
	return (address - (unsigned long)socks) / sizeof(socks[0]);
}

static uint32_t hash_words(const unsigned long *word, unsigned int n)
{
	uint64_t h = 0xcbf29ce484222325;

	while (n--) {
		h = (h ^ *word++) * 0x9e3779b97f4a7c15;
		h ^= h >> 29;
	}
	return h >> 32;
}

/*
 * Images
 */

/*
 * Half of a list that has been empty all the time since it was made so; there
 * are two thousand of them. To make it empty again changes nothing.
 */
static bool is_list_head(size_t i)
{
	unsigned long *word = &__start_module_data[i];

	if (pristine[i] || *word - (unsigned long)(word - 1) > sizeof(long))
		return false;
	pristine[i] = *word;
	return true;
}

/* Words that differ from what all images were taken to have in common. */
static void look_for_hot(void)
{
	const size_t n = __stop_module_data - __start_module_data;
	unsigned int k;
	size_t i;

	for (i = 0; i < n; i++) {
		if (__start_module_data[i] == pristine[i] || is_list_head(i))
			continue;
		for (k = 0; k < n_hot; k++)
			if (hot[k] == &__start_module_data[i])
				break;
		if (k < n_hot)
			continue;
		if (n_hot == MAX_HOT)
			fail("the module changes more words than MAX_HOT");
		hot[n_hot++] = &__start_module_data[i];
		again = true;
	}
}

/*
 * The entry of the transport: the table has one only. Its lists need not be in
 * order as long as not all words that change are known.
 */
static struct inflight *find_entry(void)
{
	struct inflight *entry = inflight_size() ? inflight_at(0) : NULL;

	return entry && entry->xprt == &XPRT ? entry : NULL;
}

/* What the schedule and the checks want to know of an image. */
static void look_inside(const struct image *image, struct module_view *view)
{
	struct inflight *entry = find_entry();
	unsigned int i;

	memset(view, 0, sizeof(*view));
	view->enforcing = attempt_enforcing();
	view->in_flight = inflight_count();
	view->timer = timer && timer->pending;
	for (i = 0; i < N_PROBES; i++)
		view->armed |= !!armed[i] << i;
	if (!entry)
		return;
	view->entry = true;
	view->state = entry->state;
	for (i = 0; entry->sk && i < MAX_REFS && image->refs[i]; i++)
		if ((void *)hot[image->refs[i] - 1] == &entry->sk)
			view->sock_ref = i + 1;
}

const struct module_view *view_of(const struct world *w)
{
	return &images[w->image].view;
}

unsigned int entry_sock(const struct world *w)
{
	const struct module_view *view = view_of(w);

	return view->sock_ref ? w->refs[view->sock_ref - 1] : NO_SOCK;
}

static void save_image(struct world *w)
{
	static struct image image;
	unsigned int i, n = 0, at;

	memset(image.refs, 0, sizeof(image.refs));
	memset(w->refs, 0, sizeof(w->refs));
	for (i = 0; i < n_hot; i++) {
		image.word[i] = *hot[i];
		if (!is_sock(image.word[i]))
			continue;
		if (n == MAX_REFS)
			fail("the module has more sockets than MAX_REFS");
		w->refs[n] = sock_number(image.word[i]);
		image.word[i] = REF;
		image.refs[n++] = i + 1;
	}
	image.hash = hash_words(image.word, n_hot);
	if (++n_saved < 20000 || n_saved % 256 == 0)
		look_for_hot();
	for (at = image.hash % TABLE_SIZE; image_table[at];
	     at = (at + 1) % TABLE_SIZE) {
		const struct image *old = &images[image_table[at]];

		if (old->hash == image.hash &&
		    !memcmp(old->word, image.word, n_hot * sizeof(long))) {
			loaded = image_table[at];
			w->image = loaded;
			return;
		}
	}
	look_for_hot();
	if (n_images == MAX_NUMBERS)
		fail("the module has too many states");
	look_inside(&image, &image.view);
	images[n_images] = image;
	image_table[at] = n_images;
	loaded = n_images++;
	w->image = loaded;
}

static void load_image(const struct world *w)
{
	const struct image *image = &images[w->image];
	unsigned int i;

	if (loaded != w->image)
		for (i = 0; i < n_hot; i++)
			*hot[i] = image->word[i];
	for (i = 0; i < MAX_REFS && image->refs[i]; i++)
		*hot[image->refs[i] - 1] = (unsigned long)&socks[w->refs[i]];
	loaded = 0;
}

/*
 * Continuations
 */

static void save_cont(struct thread *t)
{
	static struct cont cont;
	unsigned int i, at, sock;

	cont.n = stack + STACK_WORDS - module_sp;
	if (cont.n > MAX_CONT)
		fail("a stack is deeper than MAX_CONT");
	t->held = NO_SOCK;
	for (i = 0; i < cont.n; i++) {
		cont.word[i] = module_sp[i];
		cont.is_ref[i] = is_sock(cont.word[i]);
		if (!cont.is_ref[i])
			continue;
		sock = sock_number(cont.word[i]);
		/* Given back, and of no use to it; the worker has its own. */
		cont.is_ref[i] = world->socks[sock].refs || current != &others;
		if (!cont.is_ref[i]) {
			cont.word[i] = 0;
			continue;
		}
		cont.word[i] = REF;
		if (t->held && t->held != sock)
			fail("a thread has two sockets");
		t->held = sock;
	}
	cont.hash = hash_words(cont.word, cont.n);
	for (at = cont.hash % TABLE_SIZE; cont_table[at];
	     at = (at + 1) % TABLE_SIZE) {
		const struct cont *old = &conts[cont_table[at]];

		if (old->hash == cont.hash && old->n == cont.n &&
		    !memcmp(old->word, cont.word, cont.n * sizeof(long))) {
			t->cont = cont_table[at];
			return;
		}
	}
	if (n_conts == MAX_NUMBERS)
		fail("the module can be left in too many ways");
	conts[n_conts] = cont;
	cont_table[at] = n_conts;
	t->cont = n_conts++;
}

static void load_cont(const struct thread *t)
{
	const struct cont *cont = &conts[t->cont];
	unsigned int i;

	module_sp = stack + STACK_WORDS - cont->n;
	for (i = 0; i < cont->n; i++)
		module_sp[i] = cont->is_ref[i] ?
			(unsigned long)&socks[t->held] : cont->word[i];
}

static void leave(enum ran why)
{
	ran = why;
	fiber_switch(&module_sp, explorer_sp);
	did = false;
}

void fake_point(void)
{
	if (locks)
		return;
	if (did)
		leave(RAN_ON);
	did = true;
}

void fake_require(bool condition)
{
	if (!condition)
		leave(RAN_BLOCKED);
}

/* Others may come in between, with the lock held. */
void fake_pause(void)
{
	const unsigned int n = locks;

	locks = 0;
	fake_point();
	locks = n;
}

static void native_call(enum ran method)
{
	leave(method);
}

/* A function of the module has been entered (hooks.c is built so). */
void __cyg_profile_func_enter(void *fn, void *from)
{
	if ((char *)fn < __start_probed || (char *)fn >= __stop_probed ||
	    !canary || world->disarmed)
		return;
	in_canary = true;
	canary->pre_handler(canary, NULL);
	in_canary = false;
}

void __cyg_profile_func_exit(void *fn, void *from)
{
}

/* What runs in the module. */
static void fiber_main(void)
{
	const struct call c = call;

	switch (c.kind) {
	case CALL_CONNECT:
		c.ops->connect(&XPRT, &self);
		break;
	case CALL_DESTROY:
		c.ops->destroy(&XPRT);
		break;
	case CALL_PROBE:
	case CALL_ALIEN_CONNECT:
	case CALL_ALIEN_CALLBACK:
	case CALL_DISSOLVE: {
		struct pt_regs regs = { 0 };
		struct socket sock = { &socks[c.sock].sk };
		struct sockaddr addr = { .sa_family = c.family };
		struct kprobe *kp = armed[c.probe];

		regs.di = c.probe == P_CONNECT ? (unsigned long)&sock :
			  c.probe == P_XPRT_CONNECT ? (unsigned long)&self :
			  (unsigned long)sock.sk;
		regs.si = (unsigned long)&addr;
		if (c.probe == P_WORKER)
			((struct kretprobe *)kp)->handler(NULL, &regs);
		else
			kp->pre_handler(kp, &regs);
		break;
	}
	case CALL_SETTLE:
		timer->pending = false;
		timer->work.func(&timer->work);
		break;
	case CALL_MODE:
		c.set(c.value, NULL);
		break;
	case CALL_INIT:
		init_failed = fake_module_init();
		break;
	case CALL_EXIT:
		fake_module_exit();
		break;
	}
	if (c.kind <= CALL_DESTROY && did) {
		thread->flags |= F_LEAVING;
		leave(RAN_ON);
	}
	leave(RAN_DONE);
}

static void start_fiber(void)
{
	memset(&stack[STACK_WORDS - MAX_CONT], 0, MAX_CONT * sizeof(long));
	module_sp = &stack[STACK_WORDS - 8];
	module_sp[6] = (unsigned long)fiber_main;
}

/*
 * Worlds and the kernel's structures
 */

static void tcp_callback(struct sock *sk)
{
}

static void other_callback(struct sock *sk)
{
}

static void native_connect(struct rpc_xprt *x, struct rpc_task *task)
{
	native_call(RAN_CONNECT);
}

static void native_close(struct rpc_xprt *x)
{
}

static void native_destroy(struct rpc_xprt *x)
{
	native_call(RAN_DESTROY);
}

static struct rpc_xprt_ops native_ops = {
	native_connect, native_close, native_destroy
};

static struct rpc_xprt_ops foreign_ops = {
	native_connect, native_close, native_destroy
};

static void take_away(bool yes)
{
	if (taken_away == yes)
		return;
	taken_away = yes;
	if (mprotect(xprt_page, PAGE, yes ? PROT_NONE : PROT_READ | PROT_WRITE))
		fail("mprotect");
}

static void load_world(struct world *w, struct thread *t)
{
	static const uint8_t sk_state[] = {
		[SK_CLOSED] = TCP_CLOSE,
		[SK_SYN_SENT] = TCP_SYN_SENT,
		[SK_SYN_RECV] = TCP_SYN_RECV,
		[SK_ESTABLISHED] = TCP_ESTABLISHED,
		[SK_FIN_WAIT] = TCP_FIN_WAIT1,
		[SK_CLOSE_WAIT] = TCP_CLOSE_WAIT,
	};
	unsigned int i;

	world = w;
	thread = t;
	current = &others;
	if (t >= w->worker && t < w->worker + MAX_WORKERS)
		current = &workers[t - w->worker];
	self.tk_rqstp = &rqst;
	take_away(w->freed);
	if (!w->freed) {
		XPRT.state = w->locked << XPRT_LOCKED |
			     w->connected << XPRT_CONNECTED |
			     w->connecting << XPRT_CONNECTING;
		XPRT.ops = w->foreign ? &foreign_ops :
			   w->gated ? gate_ops : &native_ops;
		XPRT.count.counter = w->destroy.pc == D_IDLE;
		XPRT.snd_task = NULL;
		if (w->locked && w->snd == SND_CONNECT)
			XPRT.snd_task = (void *)&XPRT;
		else if (w->locked && w->snd != SND_NONE)
			XPRT.snd_task = &tasks[w->snd - SND_TASK0];
	}
	for (i = 1; i < MAX_SOCKS; i++) {
		struct sock *sk = &socks[i].sk;

		sk->sk_state = sk_state[w->socks[i].state];
		sk->sk_user_data = w->socks[i].attached ? xprt_page : NULL;
		sk->sk_state_change = w->socks[i].attached ? tcp_callback :
							     other_callback;
	}
	load_image(w);
}

/* Socket 0: another module's, or one that the transport does not use any more. */
static void load_alien(enum call_kind kind)
{
	struct sock *sk = &socks[NO_SOCK].sk;
	const bool old = kind == CALL_ALIEN_CALLBACK;

	sk->sk_state = old ? TCP_CLOSE : TCP_SYN_SENT;
	sk->sk_user_data = old ? (void *)xprt_page : (void *)PAGE;
	sk->sk_state_change = old ? tcp_callback : other_callback;
}

static void forget_counters(void)
{
	while (n_counted)
		counted[--n_counted]->counter = 0;
}

/* What began and ended in a step is what the table has more, or less. */
static void check_counters(struct world *w)
{
	long more = report_value(REPORT_attempts) -
		    report_value(REPORT_completed) -
		    report_value(REPORT_failed) -
		    report_value(REPORT_torn_down);

	if (!w->bug && view_of(w)->in_flight + more != inflight_count())
		w->bug = BUG_COUNT;
}

static void save_world(struct world *w)
{
	struct inflight *entry = find_entry();

	if (n_counted)
		check_counters(w);
	forget_counters();

	if (canary_hits)
		canary_hits->counter = 0;
	/* The log has nothing to do with the rest. */
	if (entry)
		entry->storm = STORM_REPORTED;
	if (!taken_away) {
		w->connecting = test_bit(XPRT_CONNECTING, &XPRT.state);
		if (w->foreign && XPRT.ops != &foreign_ops)
			w->bug = BUG_ALIEN;
		w->gated = XPRT.ops != &native_ops && !w->foreign;
		if (w->gated)
			gate_ops = XPRT.ops;
	}
	save_image(w);
}

static void crashed(int sig, siginfo_t *info, void *context)
{
	const char *at = info->si_addr;

	if (!inside) {
		signal(sig, SIG_DFL);
		return;
	}
	inside = false;

	world->bug = at >= xprt_page && at < xprt_page + PAGE ?
		BUG_P5_FREED : BUG_CRASH;
	siglongjmp(crash, 1);
}

/*
 * A thread goes on in the module, or enters it. Changes the world and the
 * thread, unless the answer is RAN_BLOCKED.
 */
enum ran fake_run(struct world *w, struct thread *t, const struct call *c)
{
	if (sigsetjmp(crash, 0)) {
		loaded = 0;
		return RAN_DONE;
	}
	forget_counters();
	load_world(w, t);
	did = false;
	locks = 0;
	t->flags &= ~(F_SYNC | F_LEAVING);
	if (t->cont) {
		load_cont(t);
	} else {
		load_alien(c->kind);
		call = *c;
		call.ops = gate_ops;
		start_fiber();
	}
	inside = true;
	fiber_switch(&explorer_sp, module_sp);
	inside = false;
	if (ran == RAN_BLOCKED)
		return ran;

	if (ran == RAN_DONE) {
		t->cont = 0;
		t->held = NO_SOCK;
	} else {
		save_cont(t);
	}
	save_world(w);
	return ran;
}

/* Has sunrpc_fix_init() refused, when it was run last? */
bool fake_init_failed(void)
{
	return init_failed;
}

void fake_miss(struct world *w, enum probe probe)
{
	load_world(w, &w->module);
	armed[probe]->nmissed++;
	look_for_hot();
	save_world(w);
}

/*
 * Parameters
 */

static struct param {
	const char *name;
	void *value;
	kernel_param_set_t set;
} params[16];

static unsigned int n_params;

void fake_param(const char *name, void *value, kernel_param_set_t set)
{
	if (n_params == ARRAY_SIZE(params))
		fail("too many parameters");
	params[n_params++] = (struct param){ name, value, set };
}

static const struct param *find_param(const char *name)
{
	unsigned int i;

	for (i = 0; i < n_params; i++)
		if (!strcmp(params[i].name, name))
			return &params[i];
	fail("the module has lost a parameter");
	return NULL;
}

enum ran fake_mode(struct world *w, struct thread *t, const char *mode)
{
	const struct call c = {
		.kind = CALL_MODE, .value = mode,
		.set = find_param("mode")->set,
	};

	return fake_run(w, t, &c);
}

/* The module as it is before init, with these parameters. */
void fake_reset(struct world *w, bool hold)
{
	const size_t size = (char *)__stop_module_data -
			    (char *)__start_module_data;
	static struct sigaction action = {
		.sa_sigaction = crashed,
		.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK,
	};
	static char sigstack[65536];
	stack_t alternative = { .ss_sp = sigstack, .ss_size = sizeof(sigstack) };

	if (!pristine) {
		pristine = malloc(size);
		if (!pristine)
			fail("no memory");
		memcpy(pristine, __start_module_data, size);
		sigaltstack(&alternative, NULL);
		sigaction(SIGSEGV, &action, NULL);
		sigaction(SIGBUS, &action, NULL);
	}
	memcpy(__start_module_data, pristine, size);
	memset(image_table, 0, sizeof(image_table));
	memset(cont_table, 0, sizeof(cont_table));
	memset(&images[0].view, 0, sizeof(images[0].view));
	n_images = 1;
	n_saved = 0;
	n_conts = 1;
	again = false;

	*(bool *)find_param("hold")->value = hold;
	*(unsigned int *)find_param("max_transports")->value = 1;
	save_image(w);
}

/* True if the search has to be done again, now that more is known. */
bool fake_again(void)
{
	if (pristine)
		look_for_hot();
	return again;
}

/*
 * The kernel's functions
 */

/* A round of the settle timer is one step up to what it wakes, unless fine. */
void fake_lock(raw_spinlock_t *lock)
{
	if (thread != &world->settle || config->fine)
		fake_point();
	did = true;
	fake_require(!lock->taken);
	lock->taken = true;
	locks++;
}

void fake_unlock(raw_spinlock_t *lock)
{
	if (!lock->taken)
		world->bug = BUG_CRASH;
	lock->taken = false;
	locks--;
}

void mutex_lock(struct mutex *mutex)
{
	while (mutex->taken)
		leave(did ? RAN_ON : RAN_BLOCKED);
	mutex->taken = true;
}

void mutex_unlock(struct mutex *mutex)
{
	if (!mutex->taken)
		world->bug = BUG_CRASH;
	mutex->taken = false;
}

void atomic_inc(atomic_t *v)
{
	if (in_canary)
		canary_hits = v;
	v->counter++;
}

void atomic_long_inc(atomic_long_t *v)
{
	if (n_counted == ARRAY_SIZE(counted))
		fail("a step counts too much");
	counted[n_counted++] = v;
	v->counter++;
}

bool atomic_dec_and_test(atomic_t *v)
{
	fake_point();
	return !--v->counter;
}

bool fake_warn(bool yes)
{
	if (yes)
		world->bug = BUG_CRASH;
	return yes;
}

void *__vmalloc(unsigned long size, gfp_t gfp, int prot)
{
	if (size > sizeof(pool))
		fail("the module wants more memory than there is");
	return pool;
}

void vfree(const void *p)
{
	memset(pool, 0, sizeof(pool));
}

bool schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	bool was = work->pending;

	timer = work;
	work->pending = true;
	return !was;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	bool was = work->pending;

	fake_point();
	fake_require(!world->settle.cont);
	work->pending = false;
	return was;
}

static bool in_handler(const struct world *w)
{
	const struct thread *t;

	for (t = first_thread((struct world *)w); t < end_thread((struct world *)w); t++)
		if (t->flags & F_HANDLER)
			return true;
	return false;
}

static int arm(struct kprobe *kp, bool arm)
{
	unsigned int i;

	for (i = 0; i < N_PROBES; i++)
		if (!strcmp(kp->symbol_name, symbols[i]))
			break;
	if (!strcmp(kp->symbol_name, "sunrpc_fix_canary"))
		canary = arm ? kp : NULL;
	if (i == N_PROBES)
		return 0;
	if (arm && i + 1 == config->refused)
		return -ENOENT;
	fake_point();
	fake_require(arm || !in_handler(world));
	if (!!armed[i] == arm)
		world->bug = BUG_CRASH;
	armed[i] = arm ? kp : NULL;
	kp->addr = i == P_STATE_CHANGE ? (void *)tcp_callback :
					 (void *)symbols[i];
	return 0;
}

int register_kprobe(struct kprobe *kp)
{
	return arm(kp, true);
}

void unregister_kprobe(struct kprobe *kp)
{
	arm(kp, false);
}

int register_kretprobe(struct kretprobe *rp)
{
	return arm(&rp->kp, true);
}

void unregister_kretprobe(struct kretprobe *rp)
{
	arm(&rp->kp, false);
}

bool kprobe_disabled(struct kprobe *kp)
{
	return false;
}

/* Those who have loaded a method and not entered, or are about to return. */
static bool await(struct world *w, bool begin)
{
	struct thread *t;
	bool any = false;

	for (t = first_thread(w); t < end_thread(w); t++) {
		if (begin && (about_to_enter(t) || t->flags & F_LEAVING))
			t->flags |= F_SYNC;
		any |= !!(t->flags & F_SYNC);
	}
	return any;
}

void synchronize_sched(void)
{
	fake_point();
	if (!await(world, true))
		return;
	leave(RAN_ON);
	did = true;
	fake_require(!await(world, false));
}

void tracepoint_synchronize_unregister(void)
{
}

void sock_hold(struct sock *sk)
{
	world->socks[sock_number((unsigned long)sk)].refs++;
}

void sock_put(struct sock *sk)
{
	struct conn *conn = &world->socks[sock_number((unsigned long)sk)];

	if (!conn->refs)
		world->bug = BUG_REF;
	else
		conn->refs--;
}

void rpc_wake_up_queued_task(struct rpc_wait_queue *queue,
			     struct rpc_task *task)
{
	fake_point();
	(void)READ_ONCE(queue->unused);
	if (task == &self)
		wake_task(world, thread - world->task);
	else
		wake_task(world, task - tasks);
}

/*
 * A task that the exit makes connect again, although it knows of a handshake,
 * keeps its mark.
 */
void xprt_wake_pending_tasks(struct rpc_xprt *x, int status)
{
	const struct inflight *entry;
	unsigned int i, waited = 0;

	fake_point();
	(void)READ_ONCE(x->state);
	entry = inflight_find(x);
	if (thread == &world->module && entry && entry->sk &&
	    entry->sk->sk_state == TCP_SYN_SENT)
		for (i = 0; i < MAX_TASKS; i++)
			waited |= !!(world->task[i].flags & F_WAITED) << i;
	wake_pending(world);
	for (i = 0; i < MAX_TASKS; i++)
		if (waited & 1 << i)
			world->task[i].flags |= F_WAITED;
}

struct new_utsname *init_utsname(void)
{
	static struct new_utsname name = { "4.1.6", "#1 SMP" };

	return &name;
}

bool sysfs_streq(const char *a, const char *b)
{
	return !strcmp(a, b);
}

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	return parent;
}

void kobject_put(struct kobject *kobj)
{
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp)
{
	return 0;
}

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)
{
}

struct proc_dir_entry *proc_create(const char *name, mode_t mode,
				   struct proc_dir_entry *parent,
				   const struct file_operations *fops)
{
	return (void *)1;
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
}

int seq_open(struct file *file, const struct seq_operations *ops)
{
	return 0;
}

ssize_t seq_read(struct file *file, char *buf, size_t size, loff_t *pos)
{
	return 0;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	return 0;
}

int seq_release(struct inode *inode, struct file *file)
{
	return 0;
}

int seq_printf(struct seq_file *seq, const char *fmt, ...)
{
	return 0;
}

int param_set_uint(const char *val, const struct kernel_param *kp)
{
	return 0;
}

int param_get_uint(char *buf, const struct kernel_param *kp)
{
	return 0;
}
