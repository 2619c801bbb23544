/* SPDX-License-Identifier: MIT */
/* Siblings are opened enabled and the leader disabled, so that the leader's state is
 * the whole group's. The kernel inherits no group that is read as one: counters that
 * are inherited are switched and read one by one. */
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

static int group_add(struct perf_group *g, const struct perf_opener *opener,
		     struct perf_event_attr *attr, pid_t tid, int cpu,
		     const char *filter)
{
	int fd;

	if (g->n == PERF_GROUP_MAX)
		return -ENOSPC;
	attr->read_format =
		PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	if (!g->inherits)
		attr->read_format |= PERF_FORMAT_GROUP;
	attr->inherit = g->inherits;
	attr->disabled = g->inherits || g->n == 0;
	fd = opener->open(opener->self, attr, tid, cpu,
			  g->inherits || !g->n ? -1 : g->fd[0], filter);
	if (fd < 0)
		return fd;
	g->fd[g->n] = fd;
	g->last[g->n] = 0;
	g->n++;
	return 0;
}

static int switch_all(struct perf_group *g, unsigned long request)
{
	int n = g->inherits ? g->n : g->n > 0;

	for (int i = 0; i < n; i++)
		if (ioctl(g->fd[i], request, 0))
			return -errno;
	return 0;
}

int perf_group_add(struct perf_group *g, const struct perf_opener *opener,
		   struct perf_event_attr *attr, pid_t tid, const char *filter)
{
	return group_add(g, opener, attr, tid, -1, filter);
}

int perf_group_add_cpu(struct perf_group *g, const struct perf_opener *opener,
		       struct perf_event_attr *attr, int cpu, const char *filter)
{
	return group_add(g, opener, attr, -1, cpu, filter);
}

int perf_group_enable(struct perf_group *g)
{
	return switch_all(g, PERF_EVENT_IOC_ENABLE);
}

int perf_group_disable(struct perf_group *g)
{
	return switch_all(g, PERF_EVENT_IOC_DISABLE);
}

/* The same image as of a group; the first counter's times stand for all. */
static int read_singly(const struct perf_group *g, struct group_image *image)
{
	struct {
		uint64_t count, enabled_ns, running_ns;
	} one;

	image->n = (uint64_t)g->n;
	for (int i = 0; i < g->n; i++) {
		ssize_t got = read(g->fd[i], &one, sizeof(one));

		if (got != sizeof(one))
			return got < 0 ? -errno : -EIO;
		image->count[i] = one.count;
		if (i)
			continue;
		image->enabled_ns = one.enabled_ns;
		image->running_ns = one.running_ns;
	}
	return 0;
}

static int read_group(const struct perf_group *g, struct group_image *image)
{
	ssize_t want = (ssize_t)(3 + g->n) * (ssize_t)sizeof(uint64_t);
	ssize_t got = read(g->fd[0], image, sizeof(*image));

	if (got < 0)
		return -errno;
	return got == want && image->n == (uint64_t)g->n ? 0 : -EIO;
}

int perf_group_take(struct perf_group *g, struct perf_group_delta *out)
{
	struct group_image image;
	int err;

	memset(out, 0, sizeof(*out));
	if (!g->n)
		return 0;
	err = g->inherits ? read_singly(g, &image) : read_group(g, &image);
	if (err)
		return err;
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
