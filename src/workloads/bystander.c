/* SPDX-License-Identifier: MIT */
/*
 * Does a thread suffer when another one frees memory that it does not even use?
 *
 * The workers are culprits: each maps chunk A, traverses it once and, at set times or
 * when poked, gives it back; so one operation is one free, and its latency is that of
 * the free alone. The victims work: each writes its own chunk B page by page, round and
 * round, and the time of every batch of pages is recorded. One flush more or less is
 * lost in a mean over thousands of batches; the longest batch shows it.
 *
 * A is mapped anew half a period after it was freed, so that the moments just before
 * and just after a free differ in nothing but the free.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "tlblab/base/clock.h"
#include "tlblab/workloads/workload.h"
#include "workloads/backing.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { A_BYTES, B_BYTES, BATCH_PAGES, MEMORY, METHOD, EVERY_MS };
enum method { MUNMAP, DONTNEED, REUSE };

enum {
	LOOK_NS = 1000000,   /* how often a waiting culprit looks about */
	REST_NS = 100000000, /* before A is mapped anew, where no period says */
};

struct bystander_own {
	char *chunk; /* first for the bench */
	struct backing backing;
	bool full; /* A: traversed, and not yet given back */
	size_t at; /* B: where the next batch begins */
	size_t batch_bytes;
	uint64_t freed_ns, due_ns;
	uint32_t triggers_seen;
};
_Static_assert(sizeof(struct bystander_own) <= sizeof(((struct worker *)0)->local), "");

static uint64_t bystander_period_ns(const struct worker *w)
{
	return (uint64_t)w->params[EVERY_MS].number * 1000000;
}

/* Maps the chunk where it is not, and traverses it once. */
static int bystander_fill(struct worker *w)
{
	struct bystander_own *own = w->own;

	if (!own->chunk) {
		void *map = backing_map(&own->backing);

		if (map == MAP_FAILED) {
			worker_fail(w, "mmap");
			return w->failed;
		}
		own->chunk = map;
	}
	region_write(own->chunk, own->backing.bytes);
	own->full = true;
	return 0;
}

static int bystander_enter(struct worker *w)
{
	struct bystander_own *own = memset(w->local, 0, sizeof(*own));
	size_t bytes = (size_t)w->params[w->victim ? B_BYTES : A_BYTES].number;
	int err;

	w->own = own;
	err = backing_init(&own->backing, (enum backing_kind)w->params[MEMORY].number,
			   bytes / REGION_PAGE_BYTES * REGION_PAGE_BYTES, w->failure,
			   sizeof(w->failure));
	if (err)
		return err;
	own->batch_bytes = (size_t)w->params[BATCH_PAGES].number * REGION_PAGE_BYTES;
	if (own->batch_bytes > own->backing.bytes)
		own->batch_bytes = own->backing.bytes;
	return bystander_fill(w);
}

static void victim_operate(struct bystander_own *own)
{
	if (own->at + own->batch_bytes > own->backing.bytes)
		own->at = 0;
	region_write(own->chunk + own->at, own->batch_bytes);
	own->at += own->batch_bytes;
}

/* Sleeps until the time comes, a trigger, or the end; returns whether to go on. */
static bool initiator_wait(struct worker *w, uint64_t until_ns, bool trigger_ends)
{
	struct bystander_own *own = w->own;

	for (;;) {
		uint32_t triggers =
			w->trigger
				? atomic_load_explicit(w->trigger, memory_order_relaxed)
				: 0;
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = now_ns < until_ns ? until_ns - now_ns : 0;

		if (worker_must_stop(w))
			return false;
		if (trigger_ends && triggers != own->triggers_seen) {
			own->triggers_seen = triggers;
			return true;
		}
		if (!left_ns)
			return true;
		const struct timespec look = {
			.tv_nsec = (long)(left_ns < LOOK_NS ? left_ns : LOOK_NS)};

		nanosleep(&look, NULL);
	}
}

static void initiator_free(struct worker *w)
{
	struct bystander_own *own = w->own;
	enum method method = (enum method)w->params[METHOD].number;
	uint64_t begin_ns = clock_now_ns(), begin = clock_tsc();
	int failed = 0;

	switch (method) {
	case MUNMAP: failed = munmap(own->chunk, own->backing.bytes); break;
	case DONTNEED:
		failed = madvise(own->chunk, own->backing.bytes, MADV_DONTNEED);
		break;
	case REUSE: break;
	}
	w->took_ticks = clock_tsc() - begin;
	own->freed_ns = clock_now_ns();
	if (failed) {
		worker_fail(w, method == MUNMAP ? "munmap" : "madvise");
		return;
	}
	if (method == MUNMAP)
		own->chunk = NULL;
	own->full = false;
	worker_note_moment(w, begin_ns, own->freed_ns);
}

static void initiator_operate(struct worker *w)
{
	struct bystander_own *own = w->own;
	uint64_t period_ns = bystander_period_ns(w);

	if (!own->due_ns)
		own->due_ns = clock_now_ns();
	own->due_ns += period_ns;
	if (!own->full) {
		uint64_t rest_ns = period_ns ? period_ns / 2 : REST_NS;

		if (!initiator_wait(w, own->freed_ns + rest_ns, false) ||
		    bystander_fill(w))
			return;
	}
	if (initiator_wait(w, period_ns ? own->due_ns : UINT64_MAX, true))
		initiator_free(w);
}

static void bystander_operate(struct worker *w)
{
	if (w->victim)
		victim_operate(w->own);
	else
		initiator_operate(w);
}

static void bystander_leave(struct worker *w)
{
	struct bystander_own *own = w->own;

	if (own->chunk)
		munmap(own->chunk, own->backing.bytes);
	backing_fini(&own->backing);
}

static void bystander_expect(const struct expect_case *c, struct expectation *out)
{
	int64_t pages = c->params[A_BYTES].number / REGION_PAGE_BYTES;
	bool tables = c->params[METHOD].number == MUNMAP;

	if (c->params[METHOD].number == REUSE)
		expect_nothing(out, "chunk A is kept and written to again: there is "
				    "nothing to flush, at the set times or ever");
	else
		expect_zap_all(c,
			       &(struct expect_zap_case){
				       .pages = pages,
				       .span_pages = pages,
				       .dirty_file = c->params[MEMORY].number !=
						     BACKING_ANONYMOUS,
				       .frees_tables = tables,
				       .zap = tables ? ZAP_IN_TURN : ZAP_TOGETHER,
			       },
			       out);
}

static const char *const bystander_methods[] = {
	[MUNMAP] = "munmap", [DONTNEED] = "dontneed", [REUSE] = "reuse", NULL};

static const struct param_desc bystander_params[] = {
	[A_BYTES] = {.key = "a_bytes",
		     .kind = PARAM_INT,
		     .unit = "bytes",
		     .help = "chunk A, which each culprit traverses once and frees",
		     .min = 4096,
		     .max = 68719476736.0,
		     .def = "64M",
		     .step = 1},
	[B_BYTES] = {.key = "b_bytes",
		     .kind = PARAM_INT,
		     .unit = "bytes",
		     .help = "chunk B, which each victim writes to, round and round",
		     .min = 4096,
		     .max = 68719476736.0,
		     .def = "16M",
		     .step = 1},
	[BATCH_PAGES] = {.key = "batch_pages",
			 .kind = PARAM_INT,
			 .unit = "pages",
			 .help = "pages of B that a victim writes to for each latency "
				 "it records",
			 .min = 1,
			 .max = 1048576,
			 .def = "64",
			 .step = 1},
	[MEMORY] = {.key = "memory",
		    .kind = PARAM_CHOICE,
		    .unit = "",
		    .help = "what the chunks are: private, shared between processes, "
			    "or a file",
		    .choices = backing_kinds,
		    .def = "anonymous"},
	[METHOD] = {.key = "method",
		    .kind = PARAM_CHOICE,
		    .unit = "",
		    .help = "how A is freed; reuse keeps it",
		    .choices = bystander_methods,
		    .def = "munmap"},
	[EVERY_MS] = {.key = "every_ms",
		      .kind = PARAM_INT,
		      .unit = "ms",
		      .help = "how often A is freed; 0: only on the key f",
		      .min = 0,
		      .max = 3600000,
		      .def = "500"},
};

const struct workload_ops bystander_ops = {
	.desc = {.name = "bystander",
		 .title = "a free beside a working thread",
		 .summary =
			 "Frees a chunk now and then, while victims write to another "
			 "chunk and the latency of every batch is recorded.",
		 .params = bystander_params,
		 .n_params = sizeof(bystander_params) / sizeof(bystander_params[0]),
		 .trigger = "free",
		 .victims_work = true},
	.enter = bystander_enter,
	.operate = bystander_operate,
	.leave = bystander_leave,
	.expect = bystander_expect,
};
