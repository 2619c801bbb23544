/* SPDX-License-Identifier: MIT */
/*
 * Freeing memory or reusing it: every worker writes to its own k pages and releases
 * them by one of four methods, to get them again for the next operation.
 *
 *   munmap    unmaps them (and maps them again first); the page table stays, so the
 *             span flushed is exactly the pages'
 *   dontneed  MADV_DONTNEED: the pages go at once, the mapping stays
 *   free      MADV_FREE: the pages stay until memory is short, but lose their dirty
 *             bits, which takes a flush all the same (mm/madvise.c)
 *   reuse     keeps them: no system call, no flush
 *
 * With span_pages the k pages are spread over a wider span, all released by one call:
 * the same k pages are then flushed page by page or all at once as the span is chosen,
 * with no privilege.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES, SPAN_PAGES, METHOD };
enum method { MUNMAP, DONTNEED, FREE, REUSE };

struct release_own {
	struct region region; /* first for the bench */
	enum method method;
	size_t bytes; /* of the span */
	/* The pages written to: n, each `step` pages after the one before it, and one
	 * more whenever `remainder` of n - 1 have added up. */
	int64_t n, step, remainder;
};
_Static_assert(sizeof(struct release_own) <= sizeof(((struct worker *)0)->local), "");

static int64_t release_span_pages(const struct param_value *params)
{
	int64_t span = params[SPAN_PAGES].number;

	return span ? span : params[PAGES].number;
}

static int release_check(const struct experiment *e, const struct param_value *params,
			 struct fault *fault)
{
	int64_t pages = params[PAGES].number, span = params[SPAN_PAGES].number;

	(void)e;
	if (!span || span == pages || (span > pages && pages >= 2))
		return 0;
	return fault_setf(
		fault, FAULT_INPUT, EINVAL, "span_pages",
		"leave it 0, or choose pages 2 or more and a span at least as "
		"wide",
		"%lld pages cannot be spread over a span of %lld", (long long)pages,
		(long long)span);
}

static int release_enter(struct worker *w)
{
	struct release_own *own = memset(w->local, 0, sizeof(*own));
	int64_t n = w->params[PAGES].number, span = release_span_pages(w->params);

	w->own = own;
	own->method = (enum method)w->params[METHOD].number;
	own->bytes = (size_t)span * REGION_PAGE_BYTES;
	own->n = n;
	if (n > 1) {
		own->step = (span - 1) / (n - 1);
		own->remainder = (span - 1) % (n - 1);
	}
	int err = region_init(&own->region, span, w->failure, sizeof(w->failure));

	if (!err && own->method == MUNMAP && munmap(own->region.pages, own->bytes)) {
		worker_fail(w, "munmap");
		err = w->failed;
	}
	return err;
}

/* The first and the last page of the span are among those written to. */
static void release_touch(const struct release_own *own)
{
	volatile char *page = own->region.pages;
	int64_t carry = 0;

	for (int64_t left = own->n; left; left--) {
		*page = 1;
		page += own->step * REGION_PAGE_BYTES;
		carry += own->remainder;
		if (carry >= own->n - 1) {
			carry -= own->n - 1;
			page += REGION_PAGE_BYTES;
		}
	}
}

static int release_map(const struct release_own *own)
{
	/* Should anything ever have moved in here, stop rather than overwrite it. */
	void *map = mmap(own->region.pages, own->bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	return map == own->region.pages ? 0 : -1;
}

static void release_operate(struct worker *w)
{
	const struct release_own *own = w->own;
	int failed = 0;

	if (own->method == MUNMAP && release_map(own)) {
		worker_fail(w, "mmap");
		return;
	}
	release_touch(own);
	switch (own->method) {
	case MUNMAP: failed = munmap(own->region.pages, own->bytes); break;
	case DONTNEED:
		failed = madvise(own->region.pages, own->bytes, MADV_DONTNEED);
		break;
	case FREE: failed = madvise(own->region.pages, own->bytes, MADV_FREE); break;
	case REUSE: break;
	}
	if (failed)
		worker_fail(w, own->method == MUNMAP ? "munmap" : "madvise");
}

static void release_leave(struct worker *w)
{
	struct release_own *own = w->own;

	region_fini(&own->region);
}

static void release_expect(const struct expect_case *c, struct expectation *out)
{
	enum method method = (enum method)c->params[METHOD].number;

	if (method == REUSE)
		expect_nothing(out, "the pages are kept and written to again: there is "
				    "nothing to flush");
	else
		expect_one_flush(c, release_span_pages(c->params),
				 method == MUNMAP ? ZAP_IN_TURN : ZAP_TOGETHER, out);
}

static const char *const release_methods[] = {
	[MUNMAP] = "munmap",
	[DONTNEED] = "dontneed",
	[FREE] = "free",
	[REUSE] = "reuse",
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
			.max = 1048576,
			.def = "0"},
	[METHOD] = {.key = "method",
		    .kind = PARAM_CHOICE,
		    .unit = "",
		    .help = "how the pages are released",
		    .choices = release_methods,
		    .def = "munmap"},
};

const struct workload_ops release_ops = {
	.desc = {.name = "release",
		 .title = "free or reuse",
		 .summary =
			 "Writes to pages and releases them by munmap, MADV_DONTNEED or "
			 "MADV_FREE, or keeps them for reuse.",
		 .params = release_params,
		 .n_params = sizeof(release_params) / sizeof(release_params[0])},
	.check = release_check,
	.enter = release_enter,
	.operate = release_operate,
	.leave = release_leave,
	.expect = release_expect,
};
