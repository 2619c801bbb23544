/* SPDX-License-Identifier: MIT */
#include "knobs/guardian_answer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/perf.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"

#define TLB_FLUSH    "events/tlb/tlb_flush/id"
#define HYPERV_FLUSH "events/hyperv/hyperv_mmu_flush_tlb_multi/id"
#define XEN_FLUSH    "events/xen/xen_mmu_flush_tlb_multi/id"

static bool is_offered(const char *which)
{
	static const char *const offered[] = {
		TLB_FLUSH,
		HYPERV_FLUSH,
		XEN_FLUSH,
		"events/tlb/tlb_flush/format",
		"events/csd/csd_queue_cpu/format",
		"events/csd/csd_function_entry/format",
		"events/csd/csd_function_exit/format",
	};

	for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
		if (!strcmp(which, offered[i]))
			return true;
	return false;
}

static int read_tracepoint(const struct guard *g, const char *which, char *out,
			   size_t bytes)
{
	static const char *const folders[] = {"/sys/kernel/tracing/",
					      "/sys/kernel/debug/tracing/"};
	int err = -ENOENT;

	if (!is_offered(which))
		return -EPERM;
	for (int i = 0; i < 2 && err; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", folders[i], which);
		err = file_read_text(g->custody.root, path, out, bytes);
	}
	return err;
}

/* 0: there is none. */
static uint64_t tracepoint_number(const struct guard *g, const char *which)
{
	char id[32];
	int64_t number;

	if (read_tracepoint(g, which, id, sizeof(id)) ||
	    text_to_int(id, false, &number))
		return 0;
	return number > 0 ? (uint64_t)number : 0;
}

void guard_init(struct guard *g, const char *root, uid_t uid, gid_t gid)
{
	memset(g, 0, sizeof(*g));
	g->leader_fd = -1;
	custody_init(&g->custody, root);
	guard_perf_rules_init(&g->rules, root);
	g->rules.uid = uid;
	g->rules.gid = gid;
	g->rules.tracepoint = tracepoint_number(g, TLB_FLUSH);
	g->rules.hypervisor_flush[0] = tracepoint_number(g, HYPERV_FLUSH);
	g->rules.hypervisor_flush[1] = tracepoint_number(g, XEN_FLUSH);
}

void guard_forget_leader(struct guard *g)
{
	if (g->leader_fd >= 0)
		close(g->leader_fd);
	g->leader_fd = -1;
	g->leader = 0;
}

void guard_sent(const struct guard *g, int fd)
{
	if (fd >= 0 && fd != g->leader_fd)
		close(fd);
}

/* 0 and a descriptor in *fd, or -errno. */
static int open_counter(struct guard *g, const struct guard_request *q,
			const char *filter, int *fd)
{
	struct perf_event_attr attr = q->attr;
	int group_fd = -1, err = guard_check_attr(&g->rules, &attr);

	if (!err)
		err = guard_check_scope(&attr, q->tid, q->cpu, filter);
	if (!err && q->tid != -1)
		err = guard_check_task(&g->rules, q->tid);
	if (err)
		return err;
	if (q->leader) {
		if (g->leader_fd < 0 || q->leader != g->leader)
			return -EINVAL;
		group_fd = g->leader_fd;
	} else {
		guard_forget_leader(g);
	}
	*fd = perf_opener_direct.open(perf_opener_direct.self, &attr, q->tid, q->cpu,
				      group_fd, filter);
	if (*fd < 0)
		return *fd;
	/* A tid may have passed to another task since it was checked. */
	err = q->tid == -1 ? 0 : guard_check_task(&g->rules, q->tid);
	if (err) {
		close(*fd);
		*fd = -1;
	} else if (!q->leader) {
		g->leader_fd = *fd;
		g->leader = q->serial;
	}
	return err;
}

void guard_fill_state(struct guard *g, struct guard_reply *r)
{
	r->original = g->custody.original;
	r->left = g->custody.changed ? g->custody.entry.ours[1] : -1;
	r->ceiling = g->custody.state;
	text_copy(r->note, sizeof(r->note), g->custody.note);
	g->custody.note[0] = '\0';
}

void guard_answer(struct guard *g, const struct guard_request *q, struct guard_reply *r,
		  int *fd)
{
	struct custody *c = &g->custody;
	char text[sizeof(q->text)];

	memcpy(text, q->text, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(r, 0, sizeof(*r));
	r->serial = q->serial;
	r->pages = -1;
	*fd = -1;
	if (q->op != GUARD_PERF_OPEN)
		guard_forget_leader(g);
	switch (q->op) {
	case GUARD_CEILING_GET:
		custody_take(c);
		r->err = ceiling_read(c->root, &r->pages, NULL);
		break;
	case GUARD_CEILING_SET:
		custody_take(c);
		r->err = custody_set(c, q->pages, &r->error);
		break;
	case GUARD_CEILING_KEEP: r->err = custody_keep(c, &r->error); break;
	case GUARD_PERF_OPEN:
		r->err = open_counter(g, q, q->has_filter ? text : NULL, fd);
		break;
	case GUARD_TRACEPOINT:
		r->err = read_tracepoint(g, text, r->text, sizeof(r->text));
		break;
	case GUARD_LEAVE: r->err = custody_put_back(c, &r->error); break;
	default: r->err = -EOPNOTSUPP; break;
	}
	guard_fill_state(g, r);
}
