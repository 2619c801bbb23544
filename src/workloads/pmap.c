/* SPDX-License-Identifier: MIT */
/*
 * Removing mappings under a delayed-invalidation protocol, in user space: what a kernel
 * other than this one does in every munmap, and what made will-it-scale's mmap1
 * collapse there on 96 CPUs until the lock around it was replaced by epochs.
 *
 * One operation enters its pages into a table of mappings and removes them again inside
 * a block (delayed.h). The table and the protocol are ordinary memory: no system call,
 * no TLB flush, so that the only thing measured is the protocol. With private mappings
 * workers have nothing in common but the protocol, and still lose to its lock. With
 * shared ones they also remove one another's mappings, and every so often one of them
 * waits for a page, as a page daemon would.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/workloads/workload.h"
#include "workloads/delayed.h"
#include "workloads/expect.h"

enum { RECLAIM, SHARED, PAGES, WAIT_EVERY };
enum reclaim { MUTEX, EPOCH };
enum { WAITS };

/* A page and the entry that maps it; 0: not mapped. */
struct pmap_entry {
	_Atomic uint64_t mapping;
	struct delayed_page page;
};

struct workload_space {
	struct delayed delayed;
	struct pmap_entry *shared; /* everybody's entries */
	/* Stay until all are gone: others may still look at the record of one that
	 * has left. */
	struct delayed_block *blocks;
	_Atomic int joined;
};

struct pmap_own {
	struct delayed_block *block;
	struct pmap_entry *entries;
	int64_t n, wait_every;
	uint64_t ops, waits;
};
_Static_assert(sizeof(struct pmap_own) <= sizeof(((struct worker *)0)->local), "");

static void pmap_dispose(struct workload_space *space)
{
	space->delayed.ops->fini(&space->delayed);
	free(space->shared);
	free(space->blocks);
	free(space);
}

static int pmap_prepare(struct workload_space **space, const struct param_value *params,
			int workers, char *failure, size_t failure_bytes)
{
	struct workload_space *s = aligned_alloc(alignof(struct workload_space),
						 sizeof(struct workload_space));
	size_t blocks_bytes = (size_t)workers * sizeof(struct delayed_block);
	int err = -ENOMEM;

	if (!s)
		goto fail;
	memset(s, 0, sizeof(*s));
	s->shared = calloc((size_t)params[PAGES].number, sizeof(*s->shared));
	s->blocks = aligned_alloc(alignof(struct delayed_block), blocks_bytes);
	if (!s->shared || !s->blocks)
		goto fail;
	memset(s->blocks, 0, blocks_bytes);
	s->delayed.ops = params[RECLAIM].number == MUTEX ? &delayed_mutex_ops
							 : &delayed_epoch_ops;
	err = s->delayed.ops->init(&s->delayed);
	if (err)
		goto fail;
	*space = s;
	return 0;
fail:
	snprintf(failure, failure_bytes, "the protocol: %s", strerror(-err));
	if (s) {
		free(s->shared);
		free(s->blocks);
	}
	free(s);
	return err;
}

static int pmap_enter(struct worker *w)
{
	struct pmap_own *own = memset(w->local, 0, sizeof(w->local));
	struct workload_space *space = w->space;

	w->own = own;
	own->n = w->params[PAGES].number;
	own->wait_every = w->params[WAIT_EVERY].number;
	own->block = &space->blocks[atomic_fetch_add(&space->joined, 1)];
	space->delayed.ops->join(&space->delayed, own->block);
	own->entries = w->params[SHARED].number
			       ? space->shared
			       : calloc((size_t)own->n, sizeof(*own->entries));
	return own->entries ? 0 : -ENOMEM;
}

static void pmap_operate(struct worker *w)
{
	struct pmap_own *own = w->own;
	struct delayed *d = &w->space->delayed;
	uint64_t mapping = (uint64_t)w->index + 1;

	for (int64_t i = 0; i < own->n; i++)
		atomic_store_explicit(&own->entries[i].mapping, mapping,
				      memory_order_relaxed);
	d->ops->start(d, own->block);
	for (int64_t i = 0; i < own->n; i++)
		/* Only who removes a mapping has something to flush. */
		if (atomic_exchange(&own->entries[i].mapping, 0))
			d->ops->note(own->block, &own->entries[i].page);
	d->ops->finish(d, own->block);
	if (!own->wait_every || ++own->ops % (uint64_t)own->wait_every)
		return;
	d->ops->wait(d, own->block, &own->entries[0].page);
	worker_publish(w, WAITS, ++own->waits);
}

static void pmap_leave(struct worker *w)
{
	struct pmap_own *own = w->own;

	if (!w->params[SHARED].number)
		free(own->entries);
}

static void pmap_expect(const struct expect_case *c, struct expectation *out)
{
	(void)c;
	expect_nothing(out, "the mappings are a table in ordinary memory: nothing is "
			    "flushed; what threads lose, they lose to the protocol");
}

static const char *const pmap_reclaim[] = {[MUTEX] = "mutex", [EPOCH] = "epoch", NULL};

static const struct param_desc pmap_params[] = {
	[RECLAIM] = {.key = "reclaim",
		     .kind = PARAM_CHOICE,
		     .unit = "",
		     .help = "how blocks under way are kept track of: a list under one "
			     "lock, or epochs",
		     .choices = pmap_reclaim,
		     .def = "mutex"},
	[SHARED] = {.key = "shared",
		    .kind = PARAM_BOOL,
		    .unit = "",
		    .help = "all threads map the same pages, or each its own",
		    .def = "no"},
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many mappings one operation enters and removes",
		   .min = 1,
		   .max = 65536,
		   .def = "4"},
	[WAIT_EVERY] = {.key = "wait_every",
			.kind = PARAM_INT,
			.unit = "",
			.help = "wait for a page after so many operations, as a page "
				"daemon would; 0: never",
			.min = 0,
			.max = 1000000,
			.def = "0"},
};

static const struct extra_desc pmap_extras[] = {
	[WAITS] = {"waits", "waits", "times it waited for a page", false},
};

const struct workload_ops pmap_ops = {
	.desc = {.name = "pmap",
		 .title = "delayed invalidation",
		 .summary = "Enters and removes mappings of a table under a protocol "
			    "that all threads share: one lock, or epochs.",
		 .params = pmap_params,
		 .n_params = sizeof(pmap_params) / sizeof(pmap_params[0]),
		 .extras = pmap_extras,
		 .n_extras = sizeof(pmap_extras) / sizeof(pmap_extras[0])},
	.prepare = pmap_prepare,
	.dispose = pmap_dispose,
	.enter = pmap_enter,
	.operate = pmap_operate,
	.leave = pmap_leave,
	.expect = pmap_expect,
};
