/* SPDX-License-Identifier: MIT */
/* Siblings are opened enabled and the leader disabled, so that the leader's state is
 * the whole group's. */
#include "sensors/perf_group.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What read(2) gives for PERF_FORMAT_GROUP with both times. */
struct group_image {
	uint64_t n, enabled_ns, running_ns;
	uint64_t count[PERF_GROUP_MAX];
};

int perf_group_add(struct perf_group *g, const struct perf_opener *opener,
		   struct perf_event_attr *attr, pid_t tid, const char *filter)
{
	int fd;

	if (g->n == PERF_GROUP_MAX)
		return -ENOSPC;
	attr->read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			    PERF_FORMAT_TOTAL_TIME_RUNNING;
	attr->disabled = g->n == 0;
	fd = opener->open(opener->self, attr, tid, -1, g->n ? g->fd[0] : -1, filter);
	if (fd < 0)
		return fd;
	g->fd[g->n] = fd;
	g->last[g->n] = 0;
	g->n++;
	return 0;
}

int perf_group_enable(struct perf_group *g)
{
	return g->n && ioctl(g->fd[0], PERF_EVENT_IOC_ENABLE, 0) ? -errno : 0;
}

int perf_group_disable(struct perf_group *g)
{
	return g->n && ioctl(g->fd[0], PERF_EVENT_IOC_DISABLE, 0) ? -errno : 0;
}

int perf_group_take(struct perf_group *g, struct perf_group_delta *out)
{
	struct group_image image;
	ssize_t want = (ssize_t)(3 + g->n) * (ssize_t)sizeof(uint64_t);
	ssize_t got;

	memset(out, 0, sizeof(*out));
	if (!g->n)
		return 0;
	got = read(g->fd[0], &image, sizeof(image));
	if (got < 0)
		return -errno;
	if (got != want || image.n != (uint64_t)g->n)
		return -EIO;
	for (int i = 0; i < g->n; i++) {
		out->count[i] = image.count[i] - g->last[i];
		g->last[i] = image.count[i];
	}
	out->enabled_ns = image.enabled_ns - g->last_enabled_ns;
	out->running_ns = image.running_ns - g->last_running_ns;
	g->last_enabled_ns = image.enabled_ns;
	g->last_running_ns = image.running_ns;
	return 0;
}

int perf_group_scale(const struct perf_group_delta *d, double *scale)
{
	*scale = 1;
	if (d->running_ns >= d->enabled_ns)
		return 0;
	if (!d->running_ns)
		return -ENODATA;
	*scale = (double)d->enabled_ns / (double)d->running_ns;
	return 1;
}

void perf_group_close(struct perf_group *g)
{
	while (g->n > 0)
		close(g->fd[--g->n]);
	memset(g, 0, sizeof(*g));
}
