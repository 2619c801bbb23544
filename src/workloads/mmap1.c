/* SPDX-License-Identifier: MIT */
/*
 * mmap and munmap of a large private mapping, as will-it-scale's mmap1 does it.
 *
 * Untouched, it makes no shootdown at all: no page, no page table, nothing to flush.
 * What it loses with more threads it loses to mmap_lock; as processes it scales.
 * Touched, munmap frees the page tables too: the flush covers their whole 2 MiB blocks
 * (mm/memory.c, free_pgd_range) and reaches lazy CPUs as well. Two threads never zap at
 * once here, since munmap begins under the write lock and keeps it for reading.
 *
 * What a call costs depends on its neighbours in the address space. Where the kernel
 * chooses, a mapping comes to lie below the last one: in a program's first thread below
 * a library, with a gap (3.7 us a pair on one machine), in another often right against
 * a thread's stack (5.5 us; 3.8 with one inaccessible page more below that stack). So
 * every worker maps at a place of its own, far from where the kernel puts anything,
 * between two guards that it does not touch: 3.0 us in any thread, the kernel's search
 * spared.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/place.h"
#include "workloads/region.h"

enum { SIZE_BYTES, TOUCH };

_Static_assert(sizeof(struct place) <= sizeof(((struct worker *)0)->local), "");

static int mmap1_prepare(struct workload_space **space,
			 const struct param_value *params, int workers, char *failure,
			 size_t failure_bytes)
{
	(void)space;
	(void)params;
	(void)workers;
	if (!prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return 0;
	int err = -errno;

	snprintf(failure, failure_bytes, "cannot switch huge pages off: %s",
		 strerror(-err));
	return err;
}

static int mmap1_enter(struct worker *w)
{
	struct place *place = (struct place *)w->local;

	place_take(place, w->index, (size_t)w->params[SIZE_BYTES].number);
	w->own = place;
	if (place->at)
		return 0;
	snprintf(w->failure, sizeof(w->failure),
		 "no address of its own for a mapping of %lld bytes",
		 (long long)w->params[SIZE_BYTES].number);
	return -ENOMEM;
}

static void mmap1_leave(struct worker *w)
{
	place_leave(w->own);
}

static void mmap1_operate(struct worker *w)
{
	const struct place *place = w->own;
	size_t bytes = (size_t)w->params[SIZE_BYTES].number;
	size_t touch_bytes = w->params[TOUCH].number ? bytes : 0;
	char *map = mmap(place->at, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED) {
		worker_fail(w, "mmap");
		return;
	}
	region_write(map, touch_bytes);
	if (munmap(map, bytes))
		worker_fail(w, "munmap");
}

static void mmap1_expect(const struct expect_case *c, struct expectation *out)
{
	int64_t pages = (c->params[SIZE_BYTES].number + REGION_PAGE_BYTES - 1) /
			REGION_PAGE_BYTES;

	if (!c->params[TOUCH].number) {
		expect_nothing(out,
			       "nobody touched the mapping, so there is nothing to "
			       "flush; threads lose to mmap_lock, not to "
			       "shootdowns");
		return;
	}
	expect_zap_all(c,
		       &(struct expect_zap_case){.pages = pages,
						 .span_pages = pages,
						 .frees_tables = true,
						 .zap = ZAP_IN_TURN},
		       out);
}

static const struct param_desc mmap1_params[] = {
	[SIZE_BYTES] = {.key = "size_bytes",
			.kind = PARAM_INT,
			.unit = "bytes",
			.help = "how large the mapping is",
			.min = 4096,
			.max = 1099511627776.0,
			.def = "128M",
			.step = 1},
	[TOUCH] = {.key = "touch",
		   .kind = PARAM_BOOL,
		   .unit = "",
		   .help = "write to every page of the mapping before it goes",
		   .def = "no"},
};

const struct workload_ops mmap1_ops = {
	.desc = {.name = "mmap1",
		 .title = "mmap and munmap loop",
		 .summary = "Maps private memory and unmaps it again: lock contention "
			    "when untouched, full flushes when touched.",
		 .layout = PLACE_LAYOUT,
		 .params = mmap1_params,
		 .n_params = sizeof(mmap1_params) / sizeof(mmap1_params[0])},
	.prepare = mmap1_prepare,
	.enter = mmap1_enter,
	.leave = mmap1_leave,
	.operate = mmap1_operate,
	.expect = mmap1_expect,
};
