/* SPDX-License-Identifier: MIT */
/*
 * Freeing memory or reusing it, as the live workload of that name. What it imitates in
 * user space is the kernel's here: MADV_LAZYFREE, and MADV_REUSE when its turn comes
 * round again.
 */
#include <errno.h>

#include "sim/workload.h"

enum { PAGES, SPAN_PAGES, METHOD, KEEP_PAGES };
enum method { MUNMAP, DONTNEED, FREE, MPROTECT, REUSE, LAZYFREE, MEMBARRIER };

enum { ARENA_PAGES = 65536 }; /* of one worker, when there are several spans */

static int64_t release_span(const struct experiment *e)
{
	int64_t span = e->params[SPAN_PAGES].number;

	return span ? span : e->params[PAGES].number;
}

static int release_check(const struct experiment *e, struct error *error)
{
	int64_t pages = e->params[PAGES].number, span = e->params[SPAN_PAGES].number;

	if (span && span != pages && (span < pages || pages < 2))
		return error_setf(error, ERROR_INPUT, EINVAL, "span_pages",
				  "leave it 0, or choose pages 2 or more and a span at "
				  "least as wide",
				  "%lld pages cannot be spread over a span of %lld",
				  (long long)pages, (long long)span);
	if (e->params[METHOD].number == LAZYFREE && !sim_strategy_of(e)->knows_lazyfree)
		return error_setf(error, ERROR_INPUT, EINVAL, "method",
				  "choose strategy lazyfree, or another method",
				  "the %s strategy has no MADV_LAZYFREE",
				  sim_strategy_of(e)->name);
	return 0;
}

/* Where frees are put off, memory comes back at another place, as mmap would have it;
 * a lazily freed range waits its turn in an arena, as in an allocator. */
static int release_spans(const struct sim *s, uint32_t span)
{
	enum method m = (enum method)s->experiment.params[METHOD].number;
	int spans = 1;

	if (m == LAZYFREE)
		spans = ARENA_SPANS;
	else if (m == MUNMAP && s->strategy->defers)
		spans = DEFERRED_SLOTS;
	while (spans > 2 && (uint64_t)spans * span > ARENA_PAGES)
		spans /= 2;
	return spans;
}

static bool release_prepare(struct sim *s, struct sim_task *t)
{
	t->span_pages = (uint32_t)release_span(&s->experiment);
	t->spans = release_spans(s, t->span_pages);
	return mm_grow(t->mm, t->span_pages * (uint32_t)t->spans, &t->base_vpn);
}

static void release_touch(struct sim *s, struct sim_task *t, uint32_t vpn)
{
	uint32_t pages = (uint32_t)s->experiment.params[PAGES].number;
	uint32_t stride = pages > 1 ? (t->span_pages - 1) / (pages - 1) : 1;

	/* First and last among them, however the rest divides. */
	add_touch(t, vpn, pages > 1 ? pages - 1 : 1, stride, true);
	if (pages > 1)
		add_touch(t, vpn + t->span_pages - 1, 1, 1, true);
}

static void release_build(struct sim *s, struct sim_task *t)
{
	enum method m = (enum method)s->experiment.params[METHOD].number;
	uint32_t vpn = t->base_vpn + (uint32_t)t->span * t->span_pages;
	int lazy = m == LAZYFREE ? lazy_oldest(t) : -1;

	if (m == MUNMAP)
		add_map(s, t, vpn, t->span_pages);
	else if (m == MPROTECT)
		add_give(s, t, vpn, t->span_pages);
	if (lazy >= 0 && deferred_at(t, lazy)->vpn == vpn)
		add_reuse(s, t);
	release_touch(s, t, vpn);
	switch (m) {
	case MUNMAP: add_take(s, t, vpn, t->span_pages, TAKE_UNMAP, false); break;
	case DONTNEED: add_take(s, t, vpn, t->span_pages, TAKE_DISCARD, false); break;
	case FREE: add_take(s, t, vpn, t->span_pages, TAKE_CLEAN, false); break;
	case MPROTECT: add_take(s, t, vpn, t->span_pages, TAKE_PROTECT, false); break;
	case MEMBARRIER: add_barrier(s, t); break;
	case LAZYFREE: add_lazyfree(s, t, vpn, t->span_pages); break;
	case REUSE: break;
	}
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
	t->span = (t->span + 1) % t->spans;
}

static void release_expect(const struct expect_case *c, struct expectation *out)
{
	enum method m = (enum method)c->params[METHOD].number;

	if (m == REUSE)
		sim_expect_nothing(out, "the pages are kept and written to again: "
					"there is nothing to flush");
	else if (m == MEMBARRIER)
		sim_expect_nothing(out, "the same CPUs are interrupted for nothing: "
					"the control");
	else if (m == LAZYFREE && !c->params[KEEP_PAGES].number)
		sim_expect_nothing(out, "neither MADV_LAZYFREE nor MADV_REUSE flushes; "
					"memory is never short here (keep_pages)");
	else
		sim_expect_flush(c, release_span(c->experiment), out);
}

static const char *const release_methods[] = {
	[MUNMAP] = "munmap",
	[DONTNEED] = "dontneed",
	[FREE] = "free",
	[MPROTECT] = "mprotect",
	[REUSE] = "reuse",
	[LAZYFREE] = "lazyfree",
	[MEMBARRIER] = "membarrier",
	NULL,
};

static const struct param_desc release_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are written to and released",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	[SPAN_PAGES] = {.key = "span_pages",
			.kind = PARAM_INT,
			.unit = "pages",
			.help = "spread them over so many pages; 0: side by side",
			.min = 0,
			.max = 65536,
			.def = "0"},
	[METHOD] = {.key = "method",
		    .kind = PARAM_CHOICE,
		    .unit = "",
		    .help = "how the pages are released; membarrier is the control: "
			    "interrupts that flush nothing",
		    .choices = release_methods,
		    .def = "munmap"},
	[KEEP_PAGES] = {.key = "keep_pages",
			.kind = PARAM_INT,
			.unit = "pages",
			.help = "lazily freed pages an address space may keep before "
				"the oldest are reclaimed; 0: memory is plenty",
			.min = 0,
			.max = 1000000000,
			.def = "0"},
	SIM_PARAMS,
};

const struct workload_sim sim_release = {
	.desc = {.name = "release",
		 .title = "free or reuse",
		 .summary =
			 "Writes to pages and releases them by munmap, "
			 "MADV_DONTNEED, MADV_FREE, mprotect or MADV_LAZYFREE, or keeps "
			 "them for reuse.",
		 .params = release_params,
		 .n_params = sizeof(release_params) / sizeof(release_params[0])},
	.check = release_check,
	.prepare = release_prepare,
	.build = release_build,
	.expect = release_expect,
};
