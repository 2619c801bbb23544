/* SPDX-License-Identifier: MIT */
/*
 * The same pages flushed page by page or all at once, and the refill that follows, as
 * the live workload of that name: k pages of a span are read and given back, and then
 * a working set is visited, which victims visit all the time.
 */
#include <errno.h>

#include "sim/workload.h"

enum { PAGES, SPAN_PAGES };
enum { MOST_PAGES = 8190 };

static uint32_t collateral_span(const struct experiment *e)
{
	int64_t span = e->params[SPAN_PAGES].number;

	return (uint32_t)(span ? span : e->params[PAGES].number);
}

static int collateral_check(const struct experiment *e, struct error *error)
{
	int64_t pages = e->params[PAGES].number, span = collateral_span(e);

	if (span == pages || (span > pages && pages >= 2))
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, "span_pages",
			  "leave it 0, or choose pages 2 or more and a span at least "
			  "as wide",
			  "%lld pages cannot be spread over a span of %lld",
			  (long long)pages, (long long)span);
}

/* The span, and behind it the working set. */
static bool collateral_prepare(struct sim *s, struct sim_task *t)
{
	t->span_pages = collateral_span(&s->experiment);
	return mm_grow(t->mm, MOST_PAGES + (uint32_t)s->working_set_pages,
		       &t->base_vpn);
}

static void collateral_build(struct sim *s, struct sim_task *t)
{
	uint32_t pages = (uint32_t)s->experiment.params[PAGES].number;

	if (pages > 1)
		add_touch(t, t->base_vpn, pages - 1, 1, false);
	add_touch(t, t->base_vpn + t->span_pages - 1, 1, 1, false);
	add_take(s, t, t->base_vpn, t->span_pages, TAKE_DISCARD, false);
	if (s->working_set_pages)
		add_touch(t, t->base_vpn + MOST_PAGES, (uint32_t)s->working_set_pages,
			  1, false);
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
}

static void collateral_expect(const struct expect_case *c, struct expectation *out)
{
	sim_expect_flush(c, collateral_span(c->experiment), out);
}

static const struct param_desc collateral_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are read and given back",
		   .min = 1,
		   .max = MOST_PAGES,
		   .def = "2"},
	[SPAN_PAGES] = {.key = "span_pages",
			.kind = PARAM_INT,
			.unit = "pages",
			.help = "how far the last lies from the first; 0: side by side",
			.min = 0,
			.max = MOST_PAGES,
			.def = "0"},
	SIM_PARAMS,
};

const struct workload_sim sim_collateral = {
	.desc = {.name = "collateral",
		 .title = "what a full flush destroys",
		 .summary = "Gives the same pages back side by side or over a span "
			    "past the ceiling, and visits a working set after each.",
		 .params = collateral_params,
		 .n_params = sizeof(collateral_params) / sizeof(collateral_params[0])},
	.check = collateral_check,
	.prepare = collateral_prepare,
	.build = collateral_build,
	.expect = collateral_expect,
};
