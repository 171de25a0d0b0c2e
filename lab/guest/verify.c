// SPDX-License-Identifier: GPL-2.0
/*
 * The only process of a guest that has no user space: follows /plan and powers
 * off. Nothing but system calls, so that it runs on any kernel of x86_64; the
 * C library of today refuses those before 3.2.
 *
 * A line of the plan, and what it prints (ERRNO is 0 if that was done):
 *
 *	load FILE [PARAMETER...]	@load FILE ERRNO
 *	unload MODULE			@unload MODULE ERRNO
 *	show TAG DIRECTORY		@show TAG FILE CONTENT
 *	log				the kernel's log
 */
#include <asm/unistd.h>
#include <linux/if.h>
#include <linux/in.h>
#include <linux/reboot.h>
#include <linux/sockios.h>
#include <sys/socket.h>

#define O_RDONLY	0
#define O_DIRECTORY	0200000
#define SYSLOG_READ_ALL	3

static long call(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = 0;
	long ret;

	__asm__ volatile("syscall" : "=a" (ret)
			 : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8)
			 : "rcx", "r11", "memory");
	return ret;
}

#define sys(nr, a, b, c, d) \
	call(__NR_##nr, (long)(a), (long)(b), (long)(c), (long)(d))

static char image[64 << 20], text[1 << 20], plan[64 << 10];

/* The compiler may call these of its own accord. */
void *memset(void *to, int c, unsigned long n)
{
	char *p = to;

	while (n--)
		*p++ = c;
	return to;
}

void *memcpy(void *to, const void *from, unsigned long n)
{
	const char *q = from;
	char *p = to;

	while (n--)
		*p++ = *q++;
	return to;
}

static long length(const char *s)
{
	long n = 0;

	while (s[n])
		n++;
	return n;
}

/* The console may take less than it is given. */
static void put(const char *s)
{
	long n = length(s), done;

	while (n > 0) {
		done = sys(write, 1, s, n, 0);
		if (done <= 0)
			return;
		s += done;
		n -= done;
	}
}

static void put_number(long n)
{
	char digits[24], *p = digits + sizeof(digits);

	*--p = 0;
	do
		*--p = '0' + n % 10;
	while (n /= 10);
	put(p);
}

static void done(const char *what, const char *whom, long ret)
{
	put("\n@");
	put(what);
	put(" ");
	put(whom);
	put(" ");
	put_number(ret < 0 ? -ret : 0);
	put("\n");
}

static long read_file(const char *path, char *buf, long size)
{
	long fd = sys(open, path, O_RDONLY, 0, 0), n = 0, got;

	if (fd < 0)
		return fd;
	do {
		got = sys(read, fd, buf + n, size - 1 - n, 0);
		n += got > 0 ? got : 0;
	} while (got > 0 && n < size - 1);
	sys(close, fd, 0, 0, 0);
	buf[n] = 0;
	return got < 0 ? got : n;
}

/* Cuts off the first word of a line and returns the rest. */
static char *cut(char *line)
{
	while (*line && *line != ' ')
		line++;
	if (*line)
		*line++ = 0;
	return line;
}

static void load(char *file)
{
	char *parameters = cut(file);
	long n = read_file(file, image, sizeof(image));

	if (n >= 0)
		n = sys(init_module, image, n, parameters, 0);
	done("load", file, n);
}

static void unload(char *module)
{
	done("unload", module, sys(delete_module, module, 04000, 0, 0));
}

struct entry {
	unsigned long	ino, off;
	unsigned short	len;
	char		name[];
};

static void show_file(const char *tag, const char *name)
{
	static char value[4096];
	long i, n = read_file(name, value, sizeof(value));

	if (n < 0)
		return;
	for (i = 0; i < n; i++)
		if (value[i] == '\n')
			value[i] = 0;
	put("\n@show ");
	put(tag);
	put(" ");
	put(name);
	put(" ");
	put(value);
	put("\n");
}

static void show(char *tag)
{
	const char *directory = cut(tag);
	long fd = sys(open, directory, O_RDONLY | O_DIRECTORY, 0, 0);
	static char buf[8192];
	struct entry *e;
	long n, at;

	if (fd < 0 || sys(fchdir, fd, 0, 0, 0) < 0)
		return;
	while ((n = sys(getdents, fd, buf, sizeof(buf), 0)) > 0)
		for (at = 0; at < n; at += e->len) {
			e = (struct entry *)(buf + at);
			if (e->name[0] != '.')
				show_file(tag, e->name);
		}
	sys(close, fd, 0, 0, 0);
	sys(chdir, "/", 0, 0, 0);
}

static void log_all(void)
{
	long n = sys(syslog, SYSLOG_READ_ALL, text, sizeof(text) - 1, 0);

	if (n < 0)
		return;
	text[n] = 0;
	put("\n@log\n");
	put(text);
	put("\n@end\n");
}

static void loopback_up(void)
{
	long fd = sys(socket, AF_INET, SOCK_DGRAM, 0, 0);
	struct sockaddr_in *in;
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, "lo", 3);
	in = (struct sockaddr_in *)&ifr.ifr_addr;
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK);
	sys(ioctl, fd, SIOCSIFADDR, &ifr, 0);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	done("loopback", "up", sys(ioctl, fd, SIOCSIFFLAGS, &ifr, 0));
	sys(close, fd, 0, 0, 0);
}

static void follow(char *line)
{
	char *rest = cut(line);

	switch (line[0]) {
	case 'l':
		if (line[2] == 'g')
			log_all();
		else
			load(rest);
		break;
	case 'u':
		unload(rest);
		break;
	case 's':
		show(rest);
		break;
	}
}

__attribute__((force_align_arg_pointer))
void _start(void)
{
	char *line = plan, *end;

	sys(mount, "proc", "/proc", "proc", 0);
	sys(mount, "sys", "/sys", "sysfs", 0);
	put("\n@begin\n");
	loopback_up();
	if (read_file("/plan", plan, sizeof(plan)) < 0)
		put("\n@plan missing\n");
	while (*line) {
		for (end = line; *end && *end != '\n'; end++)
			;
		if (*end)
			*end++ = 0;
		follow(line);
		line = end;
	}
	sys(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
	    LINUX_REBOOT_CMD_POWER_OFF, 0);
	sys(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
	    LINUX_REBOOT_CMD_RESTART, 0);
	for (;;)
		;
}
