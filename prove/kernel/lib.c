// SPDX-License-Identifier: GPL-2.0
/* lib - small things that sunrpc calls, and what its setup registers */
#include <linux/jump_label.h>
#include <linux/string.h>
#include "fake.h"

int fake__printk(const char *format)
{
	return 0;
}

int fake_printk(const char *format)
{
	return 0;
}

int fake____ratelimit(void *state, const char *function)
{
	return 0;
}

void fake_warn_slowpath_fmt(const char *file, int line)
{
	prove_fail("WARN_ON() at %s:%d", file, line);
}

void fake_warn_slowpath_null(const char *file, int line)
{
	prove_fail("WARN_ON() at %s:%d", file, line);
}

void fake_panic(const char *format)
{
	prove_fail("panic(\"%s\")", format);
}

/* Chosen once, as a random choice of one's own would be. */
u32 fake_get_random_u32(void)
{
	return 4;
}

u32 fake___get_random_u32_below(u32 ceiling)
{
	return 4 % ceiling;
}

u32 fake_prandom_u32(void)
{
	return 4;
}

/* Numbers that are given out and never compared. */
int fake_ida_alloc_range(void *ida, unsigned int min, unsigned int max)
{
	return min;
}

int fake_ida_simple_get(void *ida, unsigned int min, unsigned int max)
{
	return min;
}

void fake_ida_free(void *ida, unsigned int id)
{
}

void fake_ida_simple_remove(void *ida, unsigned int id)
{
}

void fake_ida_destroy(void *ida)
{
}

int fake___cond_resched(void)
{
	return 0;
}

int fake___cond_resched_lock(void *lock)
{
	return 0;
}

int fake_scnprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, size, format, args);
	va_end(args);
	return min_t(int, n, size ? size - 1 : 0);
}

size_t fake_strlcpy(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t n = length < size ? length : size - 1;

		memcpy(to, from, n);
		to[n] = '\0';
	}
	return length;
}

ssize_t fake_strscpy(char *to, const char *from, size_t size)
{
	return fake_strlcpy(to, from, size);
}

size_t fake_strlcat(char *to, const char *from, size_t size)
{
	size_t n = strlen(to);

	return n + fake_strlcpy(to + n, from, size - n);
}

/* No swap over NFS. */
struct static_key fake_memalloc_socks;

/* Files that nobody reads. */
void *fake_register_sysctl_table(void *table)
{
	return NULL;
}

void *fake_register_sysctl_sz(void)
{
	return NULL;
}

int fake_register_shrinker(void *shrinker)
{
	return 0;
}

int fake_rpc_sysfs_client_setup(void)
{
	return 0;
}

int fake_rpc_sysfs_client_destroy(void)
{
	return 0;
}

int fake_rpc_sysfs_xprt_setup(void)
{
	return 0;
}

int fake_rpc_sysfs_xprt_destroy(void)
{
	return 0;
}

int fake_rpc_sysfs_xprt_switch_setup(void)
{
	return 0;
}

int fake_rpc_sysfs_xprt_switch_destroy(void)
{
	return 0;
}

void *fake_rpc_get_sb_net(void *net)
{
	return NULL;
}

void fake_rpc_init_pipe_dir_head(void *head)
{
}

void *fake_rpc_alloc_iostats(void *client)
{
	return prove_alloc(64, CALLER);
}

void fake_rpc_free_iostats(void *stats)
{
	prove_free(stats);
}

void fake_rpc_count_iostats(void *task, void *stats)
{
}

/* Credentials do not change here. */
void fake___put_cred(void *cred)
{
}
