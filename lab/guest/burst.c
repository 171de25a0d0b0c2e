// SPDX-License-Identifier: GPL-2.0
/*
 * burst [-l] -n TASKS -t SECONDS DIRECTORY NAME
 *
 * TASKS processes wait at a barrier and then all look up a name in DIRECTORY
 * that nobody has looked up before (NAME.task): on NFS, one RPC call each at
 * the same moment.  "No such file" is the server's answer, so it counts as
 * served.
 *
 * With -l each task opens the file DIRECTORY/NAME before the barrier and then
 * locks a byte of its own: one call to the server's lock manager each.
 *
 * Prints one line per task, with the seconds from the barrier to its answer,
 * then "hung=H served=S failed=F first_s=X last_s=Y".  A task that has no answer
 * after SECONDS is reported as hung and left behind.  Exit status: 0 all were
 * served, 1 not all, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_TASKS	1024

struct task {
	atomic_int done;
	int error;
	double served;
};

struct barrier {
	atomic_int ready;
	double opened;
	struct task task[MAX_TASKS];
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void pause_ms(long ms)
{
	struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
}

static int look_up(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 && errno != ENOENT ? errno : 0;
}

static int lock_byte(int fd, int i)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = i,
		.l_len = 1,
	};

	return fcntl(fd, F_SETLKW, &lock) < 0 ? errno : 0;
}

static void run_task(struct barrier *b, int i, const char *dir,
		     const char *name, int lock, int go)
{
	struct task *t = &b->task[i];
	char path[4096], byte;
	int fd = -1;

	if (lock) {
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		fd = open(path, O_RDWR | O_CREAT, 0644);
		if (fd < 0)
			t->error = errno;
	} else {
		snprintf(path, sizeof(path), "%s/%s.%d", dir, name, i);
	}
	atomic_fetch_add(&b->ready, 1);
	/* End of file for all readers at once, when the parent closes its end. */
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
	if (!t->error)
		t->error = lock ? lock_byte(fd, i) : look_up(path);
	t->served = now() - b->opened;
	atomic_store(&t->done, 1);
	_exit(0);
}

static int count_done(struct barrier *b, int tasks)
{
	int i, done = 0;

	for (i = 0; i < tasks; i++)
		done += atomic_load(&b->task[i].done);
	return done;
}

static int report(struct barrier *b, int tasks)
{
	int i, hung = 0, served = 0, failed = 0;
	double first = 1e9, last = 0;

	for (i = 0; i < tasks; i++) {
		struct task *t = &b->task[i];

		if (!atomic_load(&t->done)) {
			hung++;
			printf("task=%d hung\n", i);
			continue;
		}
		if (t->error) {
			failed++;
			printf("task=%d error=%s\n", i, strerror(t->error));
			continue;
		}
		served++;
		if (t->served < first)
			first = t->served;
		if (t->served > last)
			last = t->served;
		printf("task=%d served=%.4f\n", i, t->served);
	}
	if (!served)
		first = 0;
	/* While a task hangs, nobody knows how long it takes. */
	if (hung)
		last = now() - b->opened;
	printf("hung=%d served=%d failed=%d first_s=%.4f last_s=%.4f\n",
	       hung, served, failed, first, last);
	return served == tasks ? 0 : 1;
}

static int usage(void)
{
	fprintf(stderr, "usage: burst [-l] -n TASKS -t SECONDS DIRECTORY NAME\n");
	return 2;
}

int main(int argc, char **argv)
{
	int opt, i, lock = 0, tasks = 16, timeout = 60;
	struct barrier *b;
	double deadline;
	int go[2];

	while ((opt = getopt(argc, argv, "ln:t:")) != -1) {
		if (opt == 'l')
			lock = 1;
		else if (opt == 'n')
			tasks = atoi(optarg);
		else if (opt == 't')
			timeout = atoi(optarg);
		else
			return usage();
	}
	if (argc - optind != 2 || tasks < 1 || tasks > MAX_TASKS || timeout < 1)
		return usage();

	b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED || pipe(go) < 0) {
		perror("burst");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < tasks; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("burst: fork");
			return 1;
		}
		if (!pid) {
			close(go[1]);
			run_task(b, i, argv[optind], argv[optind + 1], lock,
				 go[0]);
		}
	}
	while (atomic_load(&b->ready) < tasks)
		pause_ms(1);

	b->opened = now();
	deadline = b->opened + timeout;
	close(go[1]);
	while (count_done(b, tasks) < tasks && now() < deadline)
		pause_ms(10);
	return report(b, tasks);
}
