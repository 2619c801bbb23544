/* SPDX-License-Identifier: MIT */
/*
 * Pages moved from one NUMA node to another and back (move_pages), as a program does
 * that wants its memory near, and as automatic NUMA balancing does unasked: the source
 * of shootdowns that is found last.
 *
 * A page must not be written to while it is copied, so its mappings are taken away and
 * flushed first: page by page before Linux 6.3, once for a batch of up to 512 pages
 * since then, and then the whole TLB (mm/migrate.c, migrate_pages_batch;
 * arch/x86/mm/tlb.c, arch_tlbbatch_flush).
 */
#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES };
enum { MOVED, LEFT };
enum { BATCH_PAGES = 512, NODES = 2 };

struct migrate_own {
	struct region region; /* first for the bench */
	void **pages;
	int *to[NODES]; /* the node to move each page to */
	int *status;
	int next;
	uint64_t moved, left;
};
_Static_assert(sizeof(struct migrate_own) <= sizeof(((struct worker *)0)->local), "");

/* The first nodes whose memory this process may use. */
static int migrate_nodes(int nodes[NODES])
{
	int n = 0;

	if (numa_available() < 0)
		return 0;
	struct bitmask *allowed = numa_get_mems_allowed();

	for (int i = 0; i <= numa_max_node() && n < NODES; i++)
		if (numa_bitmask_isbitset(allowed, (unsigned int)i))
			nodes[n++] = i;
	numa_bitmask_free(allowed);
	return n;
}

static int migrate_available(char *why, size_t why_bytes)
{
	int nodes[NODES];

	if (migrate_nodes(nodes) == NODES)
		return 0;
	snprintf(why, why_bytes,
		 "there is only one NUMA node whose memory may be used: nowhere to "
		 "move pages to (tlblab machine shows the nodes; make vm has two)");
	return -ENOTSUP;
}

static void migrate_free(struct migrate_own *own)
{
	free(own->pages);
	free(own->to[0]);
	free(own->to[1]);
	free(own->status);
	region_fini(&own->region);
}

static int migrate_enter(struct worker *w)
{
	struct migrate_own *own = memset(w->local, 0, sizeof(w->local));
	size_t n = (size_t)w->params[PAGES].number;
	int nodes[NODES];

	if (migrate_nodes(nodes) < NODES)
		return -ENOTSUP;
	own->pages = calloc(n, sizeof(*own->pages));
	own->status = calloc(n, sizeof(*own->status));
	for (int k = 0; k < NODES; k++)
		own->to[k] = calloc(n, sizeof(int));
	int err = own->pages && own->status && own->to[0] && own->to[1]
			  ? region_init(&own->region, (int64_t)n, w->failure,
					sizeof(w->failure))
			  : -ENOMEM;

	if (err) {
		migrate_free(own);
		return err;
	}
	for (size_t i = 0; i < n; i++) {
		own->pages[i] = own->region.pages + i * REGION_PAGE_BYTES;
		*(volatile char *)own->pages[i] = 1;
		for (int k = 0; k < NODES; k++)
			own->to[k][i] = nodes[k];
	}
	w->own = own;
	return 0;
}

static void migrate_operate(struct worker *w)
{
	struct migrate_own *own = w->own;
	int64_t n = own->region.n_pages;
	const int *to = own->to[own->next];

	/* A page that automatic NUMA balancing has made inaccessible, to see who
	 * touches it, needs no flush (mm/pgtable-generic.c, ptep_clear_flush). */
	for (int64_t i = 0; i < n; i++)
		*(volatile char *)own->pages[i] = 1;
	/* Above 0: so many pages could not be moved just now. */
	if (numa_move_pages(0, (unsigned long)n, own->pages, to, own->status,
			    MPOL_MF_MOVE) < 0) {
		worker_fail(w, "move_pages");
		return;
	}
	for (int64_t i = 0; i < n; i++) {
		own->moved += own->status[i] == to[i];
		own->left += own->status[i] != to[i];
	}
	own->next = !own->next;
	worker_publish(w, MOVED, own->moved);
	worker_publish(w, LEFT, own->left);
}

static void migrate_leave(struct worker *w)
{
	migrate_free(w->own);
}

static void migrate_expect(const struct expect_case *c, struct expectation *out)
{
	int64_t pages = c->params[PAGES].number;
	int64_t batches = (pages + BATCH_PAGES - 1) / BATCH_PAGES;

	expect_one_flush(c, 1, ZAP_TOGETHER, out);
	out->kind = FLUSH_EITHER;
	out->pages = 0;
	out->flushes_per_op_low *= (double)batches;
	out->flushes_per_op_high *= (double)pages;
	out->shootdowns_per_op_low *= (double)batches;
	out->shootdowns_per_op_high *= (double)pages;
	snprintf(out->why, sizeof(out->why),
		 "pages are unmapped and flushed before they are copied: page by "
		 "page before Linux 6.3, the whole TLB once per batch since then");
}

static const struct param_desc migrate_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages one call moves to the other node",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
};

static const struct extra_desc migrate_extras[] = {
	[MOVED] = {"moved_pages", "pages", "pages that came to be where they were sent",
		   false},
	[LEFT] = {"left_pages", "pages", "pages that could not be moved just then",
		  false},
};

const struct workload_ops migrate_ops = {
	.desc = {.name = "migrate",
		 .title = "page migration between nodes",
		 .summary =
			 "Writes to pages and moves them to another NUMA node and, by the next "
			 "operation, back.",
		 .layout = REGION_LAYOUT,
		 .params = migrate_params,
		 .n_params = sizeof(migrate_params) / sizeof(migrate_params[0]),
		 .extras = migrate_extras,
		 .n_extras = sizeof(migrate_extras) / sizeof(migrate_extras[0])},
	.available = migrate_available,
	.enter = migrate_enter,
	.operate = migrate_operate,
	.leave = migrate_leave,
	.expect = migrate_expect,
};
