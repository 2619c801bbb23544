/* SPDX-License-Identifier: MIT */
/*
 * The total is read and subtracted, because a trigger of one's own in the same file
 * takes a privilege on kernels before 6.5 (kernel/sched/psi.c), and the averages move
 * too slowly. The thread stays on its creator's CPUs, so that it adds no receiver of
 * shootdowns.
 */
#include "workloads/pressure.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 500, ALARM_US = 50000, NS_PER_MS = 1000000 };

struct pressure {
	alignas(128) _Atomic uint64_t alarms;
	alignas(128) pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop_asked;
	bool stop;
	int fd;
	uint64_t total_us;
};

int pressure_parse(const char *text, uint64_t *total_us)
{
	const char *line = strstr(text, "some ");
	const char *total = line ? strstr(line, "total=") : NULL;
	const char *end = line ? strchr(line, '\n') : NULL;
	char *rest;

	if (!total || (end && total > end))
		return -EINVAL;
	total += strlen("total=");
	errno = 0;
	*total_us = strtoull(total, &rest, 10);
	return rest == total || errno ? -EINVAL : 0;
}

static int pressure_read(const struct pressure *p, uint64_t *total_us)
{
	char text[256];
	ssize_t n = pread(p->fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return -errno;
	text[n] = '\0';
	return pressure_parse(text, total_us);
}

static void pressure_look(struct pressure *p)
{
	uint64_t now_us;

	if (pressure_read(p, &now_us))
		return;
	if (now_us - p->total_us >= ALARM_US)
		atomic_fetch_add_explicit(&p->alarms, 1, memory_order_relaxed);
	p->total_us = now_us;
}

static void pressure_wait(struct pressure *p)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)LOOK_EVERY_MS * NS_PER_MS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&p->stop_asked, &p->lock, &until);
}

static void *pressure_main(void *arg)
{
	struct pressure *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		pressure_wait(p);
		pressure_look(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pressure *pressure_watch_new(const char *path)
{
	struct pressure *p = aligned_alloc(alignof(struct pressure), sizeof(*p));
	pthread_condattr_t attr;

	if (!p)
		return NULL;
	memset(p, 0, sizeof(*p));
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->stop_asked, &attr);
	pthread_condattr_destroy(&attr);
	p->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (p->fd >= 0 && !pressure_read(p, &p->total_us) &&
	    !pthread_create(&p->thread, NULL, pressure_main, p))
		return p;
	if (p->fd >= 0)
		close(p->fd);
	free(p);
	return NULL;
}

void pressure_watch_free(struct pressure *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_signal(&p->stop_asked);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	close(p->fd);
	free(p);
}

uint64_t pressure_alarms(const struct pressure *p)
{
	return p ? atomic_load_explicit(&p->alarms, memory_order_relaxed) : 0;
}
