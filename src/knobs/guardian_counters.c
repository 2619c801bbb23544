/* SPDX-License-Identifier: MIT */
/*
 * Counters by way of the guardian. Members of a group are opened right behind their
 * leader, so that remembering one leader is enough for both sides.
 */
#include <errno.h>

#include "knobs/guardian_priv.h"
#include "tlblab/base/text.h"

static int open_by_guardian(struct guardian *g, const struct guard_request *request,
			    int group_fd)
{
	struct guard_request q = *request;
	struct guard_reply r;
	int fd = -1, err;

	if (g->link.socket < 0 || (group_fd >= 0 && group_fd != g->leader_fd))
		return -EINVAL;
	q.leader = group_fd >= 0 ? g->leader : 0;
	err = guard_link_ask(&g->link, &q, &r, &fd);
	if (err)
		guardian_bury(g, err, NULL);
	else
		err = r.err;
	if (err)
		return err;
	if (group_fd < 0) {
		g->leader_fd = fd;
		g->leader = q.serial;
	}
	return fd;
}

int guardian_open_counter(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
			  int group_fd, const char *filter)
{
	struct guardian *g = self;
	struct guard_request q = {
		.op = GUARD_PERF_OPEN, .attr = *attr, .tid = tid, .cpu = cpu};
	int fd = -EPERM;

	q.has_filter = filter != NULL;
	if (g->dropped && (!filter || text_copy(q.text, sizeof(q.text), filter)))
		fd = open_by_guardian(g, &q, group_fd);
	if (fd >= 0)
		return fd;
	if (group_fd < 0)
		g->leader_fd = -1;
	/* This process may still be allowed to, and if not has the kernel's own word.
	 */
	return perf_opener_direct.open(perf_opener_direct.self, attr, tid, cpu,
				       group_fd, filter);
}

int guardian_read_tracefs(void *self, const char *which, char *buf,
			  unsigned long buf_bytes)
{
	struct guardian *g = self;
	struct guard_request q = {.op = GUARD_TRACEPOINT};
	struct guard_reply r;
	int err;

	if (g->link.socket < 0 || !text_copy(q.text, sizeof(q.text), which))
		return -ENOENT;
	err = guard_link_ask(&g->link, &q, &r, NULL);
	if (err) {
		guardian_bury(g, err, NULL);
		return err;
	}
	if (r.err)
		return r.err;
	return text_copy(buf, buf_bytes, r.text) ? 0 : -EOVERFLOW;
}
