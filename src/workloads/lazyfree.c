/* SPDX-License-Identifier: MIT */
/*
 * Lazy freeing in user space (arena.c): every worker hands its own ranges round. One
 * operation gets a range, writes to its pages and frees it again; the next one goes on
 * to the next range, so that the range it asks for is the one freed longest ago.
 *
 *   again=same   asks for that very range back: its data are there, unless reclaimed
 *   again=new    takes any range for something else: zeros; flushes nothing once all
 *                workers have passed the generation in which it was freed
 *
 * Within the budget nothing is ever flushed. Beyond it, one madvise for each batch of
 * budget + 1 - budget / 2 ranges: neighbours, as they were freed one after the other,
 * except where the batch goes round the end of the ranges.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/workloads/workload.h"
#include "workloads/arena.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/pressure.h"
#include "workloads/region.h"

enum { PAGES, RANGES, BUDGET_BYTES, AGAIN };
enum again { SAME, NEW };
enum { HELD, EMPTY, KEPT, RECYCLED, FLUSHES, AVOIDED };
enum { MAX_PAGES = 1 << 24, PUBLISH_EVERY = 16 };

struct workload_space {
	struct arena_generations *generations;
	struct pressure *pressure; /* NULL: not known on this machine */
	_Atomic int slots_taken;
};

struct lazyfree_own {
	struct region region;
	struct arena arena;
	int next;
	int again;
	unsigned int ops; /* wraps */
	uint64_t alarms_heard;
};

static int64_t lazyfree_budget_ranges(const struct param_value *params)
{
	int64_t ranges = params[RANGES].number;
	int64_t budget = params[BUDGET_BYTES].number /
			 (params[PAGES].number * REGION_PAGE_BYTES);

	return params[BUDGET_BYTES].is_null || budget > ranges ? ranges : budget;
}

static int lazyfree_check(const struct experiment *e, const struct param_value *params,
			  struct error *error)
{
	int64_t pages = params[PAGES].number, ranges = params[RANGES].number;

	(void)e;
	if (pages * ranges <= MAX_PAGES)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, "ranges",
			  "choose fewer ranges or smaller ones",
			  "%lld ranges of %lld pages are more than %d pages a worker",
			  (long long)ranges, (long long)pages, MAX_PAGES);
}

static void lazyfree_dispose(struct workload_space *space)
{
	pressure_watch_free(space->pressure);
	arena_generations_free(space->generations);
	free(space);
}

static int lazyfree_prepare(struct workload_space **space,
			    const struct param_value *params, int workers,
			    char *failure, size_t failure_bytes)
{
	struct workload_space *s = calloc(1, sizeof(*s));

	(void)params;
	if (s)
		s->generations = arena_generations_new(workers);
	if (!s || !s->generations) {
		free(s);
		snprintf(failure, failure_bytes, "out of memory");
		return -ENOMEM;
	}
	s->pressure = pressure_watch_new(PRESSURE_MEMORY_PATH);
	*space = s;
	return 0;
}

static int lazyfree_enter(struct worker *w)
{
	struct lazyfree_own *own = calloc(1, sizeof(*own));
	int64_t pages = w->params[PAGES].number, ranges = w->params[RANGES].number;

	if (!own)
		return -ENOMEM;
	w->own = own;
	own->again = (int)w->params[AGAIN].number;
	int err = region_init(&own->region, pages * ranges, w->failure,
			      sizeof(w->failure));

	if (err)
		return err;
	return arena_init(
		&own->arena,
		&(struct arena_config){
			.base = own->region.pages,
			.range_bytes = (size_t)pages * REGION_PAGE_BYTES,
			.n_ranges = (int)ranges,
			.budget_ranges = (int)lazyfree_budget_ranges(w->params),
			.generations = w->space->generations,
			.slot = atomic_fetch_add(&w->space->slots_taken, 1),
		});
}

static void lazyfree_publish(const struct worker *w, const struct arena *a)
{
	worker_publish(w, HELD, arena_held_bytes(a));
	worker_publish(w, EMPTY, (uint64_t)a->empty.n);
	worker_publish(w, KEPT, a->counts.kept);
	worker_publish(w, RECYCLED, a->counts.recycled);
	worker_publish(w, FLUSHES, a->counts.flushes);
	worker_publish(w, AVOIDED, arena_flushes_avoided(a));
}

static int lazyfree_get(struct lazyfree_own *own)
{
	int range = own->next;

	arena_pass(&own->arena);
	if (own->again == NEW)
		return arena_take(&own->arena);
	own->next = range + 1 < own->arena.n_ranges ? range + 1 : 0;
	arena_reuse(&own->arena, range);
	return range;
}

static void lazyfree_operate(struct worker *w)
{
	struct lazyfree_own *own = w->own;
	struct arena *a = &own->arena;
	uint64_t alarms = pressure_alarms(w->space->pressure);
	int range = lazyfree_get(own), err = range < 0 ? range : 0;

	if (range >= 0) {
		char *at = arena_address(a, range), *end = at + a->range_bytes;

		/* Written, not read: reading an empty page maps the zero page, and
		 * writing to that costs a flush. */
		for (; at < end; at += REGION_PAGE_BYTES)
			*(volatile char *)at = 1;
		err = arena_free(a, range);
	}
	if (!err && alarms != own->alarms_heard)
		err = arena_reclaim(a, a->freed.n);
	own->alarms_heard = alarms;
	if (++own->ops % PUBLISH_EVERY == 0)
		lazyfree_publish(w, a);
	if (err) {
		errno = -err;
		worker_fail(w, "madvise");
	}
}

static void lazyfree_leave(struct worker *w)
{
	struct lazyfree_own *own = w->own;

	lazyfree_publish(w, &own->arena);
	arena_fini(&own->arena);
	region_fini(&own->region);
	free(own);
}

/* Every batch is one flush, or two where it goes round the end. */
static void lazyfree_expect_batches(const struct expect_case *c, int64_t batch,
				    struct expectation *out)
{
	bool goes_round = c->params[RANGES].number % batch;
	int64_t span = batch * c->params[PAGES].number;
	double per_op = 1.0 / (double)batch;

	expect_one_flush(c, span, ZAP_TOGETHER, out);
	if (goes_round && out->kind == FLUSH_RANGED) {
		out->kind = FLUSH_EITHER;
		out->pages = 0;
	}
	out->flushes_per_op_low *= per_op;
	out->flushes_per_op_high *= per_op * (goes_round ? 2 : 1);
	out->shootdowns_per_op_low *= per_op;
	out->shootdowns_per_op_high *= per_op * (goes_round ? 2 : 1);
	snprintf(out->why, sizeof(out->why),
		 "what is freed beyond the budget is reclaimed %lld ranges at a time: "
		 "one flush, of %lld pages, for as many operations",
		 (long long)batch, (long long)span);
}

static void lazyfree_expect(const struct expect_case *c, struct expectation *out)
{
	int64_t ranges = c->params[RANGES].number;
	int64_t budget = lazyfree_budget_ranges(c->params);

	if (budget < ranges) {
		lazyfree_expect_batches(c, budget + 1 - budget / 2, out);
		return;
	}
	expect_nothing(out, "freeing notes the range, reusing it strikes the note out: "
			    "no system call, nothing to flush");
	if (c->params[AGAIN].number != NEW || !expect_workers_meet(c))
		return;
	/* Half the ranges, whenever somebody has not passed in time. */
	out->kind = FLUSH_EITHER;
	out->flushes_per_op_high = 2.0 / (double)ranges;
	expect_shootdowns(c, 0, 0, out->flushes_per_op_high, out);
	snprintf(out->why, sizeof(out->why),
		 "a range that all workers have passed is cleared, not flushed; only "
		 "when one lags behind are ranges reclaimed, half of them by one "
		 "flush");
}

static const char *const lazyfree_again[] = {[SAME] = "same", [NEW] = "new", NULL};

static const struct param_desc lazyfree_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages one range has",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	[RANGES] = {.key = "ranges",
		    .kind = PARAM_INT,
		    .unit = "",
		    .help = "how many ranges each worker hands round",
		    .min = 1,
		    .max = 65536,
		    .def = "64",
		    .step = 1},
	[BUDGET_BYTES] = {.key = "budget_bytes",
			  .kind = PARAM_INT,
			  .unit = "bytes",
			  .help = "freed memory a worker may hold before the oldest is "
				  "given back to the kernel",
			  .min = 0,
			  .max = 1099511627776.0,
			  .def = "null",
			  .nullable = true,
			  .null_text = "unlimited",
			  .step = 1},
	[AGAIN] = {.key = "again",
		   .kind = PARAM_CHOICE,
		   .unit = "",
		   .help = "ask for the same range back, or take one for something new",
		   .choices = lazyfree_again,
		   .def = "same"},
};

static const struct extra_desc lazyfree_extras[] = {
	[HELD] = {"held_bytes", "bytes", "freed and not reclaimed: data still there",
		  true},
	[EMPTY] = {"empty_ranges", "ranges", "reclaimed, or never used: zeros", true},
	[KEPT] = {"kept_ranges", "ranges", "asked back with their data", false},
	[RECYCLED] = {"recycled_ranges", "ranges",
		      "taken for something else without a flush", false},
	[FLUSHES] = {"reclaim_flushes", "flushes", "system calls that gave ranges back",
		     false},
	[AVOIDED] = {"avoided_flushes", "flushes",
		     "against giving every range back when it is freed", false},
};
_Static_assert(sizeof(lazyfree_extras) / sizeof(lazyfree_extras[0]) <=
		       WORKLOAD_MAX_EXTRAS,
	       "");

const struct workload_ops lazyfree_ops = {
	.desc = {.name = "lazyfree",
		 .title = "lazy free and reuse",
		 .summary =
			 "Frees ranges without a system call and asks for them back; "
			 "reclaims the oldest in batches, one flush for many.",
		 .layout = REGION_LAYOUT,
		 .params = lazyfree_params,
		 .n_params = sizeof(lazyfree_params) / sizeof(lazyfree_params[0]),
		 .extras = lazyfree_extras,
		 .n_extras = sizeof(lazyfree_extras) / sizeof(lazyfree_extras[0])},
	.check = lazyfree_check,
	.prepare = lazyfree_prepare,
	.dispose = lazyfree_dispose,
	.enter = lazyfree_enter,
	.operate = lazyfree_operate,
	.leave = lazyfree_leave,
	.expect = lazyfree_expect,
};
