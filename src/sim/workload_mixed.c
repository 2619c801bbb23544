/* SPDX-License-Identifier: MIT */
/*
 * A little of everything, drawn by the seed: touches of everybody's memory and of
 * one's own, all ways of giving memory back, lazy freeing with reclaim and migration
 * where there is such a thing, sleeps. What is unmapped stays so for a while, and the
 * others go on trying it. It measures nothing; it looks for a strategy that lets go of
 * a page too early.
 */
#include "sim/workload.h"

enum { PAGES };
enum { OWN_SPANS = 4, SLEEP_MAX_NS = 40000 };

static bool mixed_prepare(struct sim *s, struct sim_task *t)
{
	uint32_t pages = (uint32_t)s->experiment.params[PAGES].number;

	t->span_pages = pages;
	t->spans = OWN_SPANS;
	return mm_grow(t->mm, pages * OWN_SPANS, &t->base_vpn);
}

/* Memory of any worker of this address space: its translations get about. */
static void mixed_touch_any(struct sim *s, struct sim_task *t)
{
	const struct sim_task *other;
	uint32_t vpn;

	do
		other = &s->tasks[rng_below(&t->rng, (uint64_t)s->n_workers)];
	while (other->mm != t->mm);
	vpn = other->base_vpn +
	      (uint32_t)rng_below(&t->rng, other->span_pages * OWN_SPANS);
	add_touch(t, vpn, 1, 1, rng_below(&t->rng, 2));
}

static bool mixed_span_is_lazy(struct sim_task *t, uint32_t vpn)
{
	for (int i = 0; i < t->n_deferred; i++)
		if (deferred_at(t, i)->lazy && deferred_at(t, i)->vpn == vpn)
			return true;
	return false;
}

static void mixed_lazy(struct sim *s, struct sim_task *t, uint32_t vpn)
{
	switch (rng_below(&t->rng, 4)) {
	case 0: add_reuse(s, t); break;
	case 1: add_reclaim(t); break;
	case 2: add_migrate(t); break;
	default:
		if (!mixed_span_is_lazy(t, vpn))
			add_lazyfree(s, t, vpn, t->span_pages);
	}
}

static bool mixed_span_has_hole(const struct sim_task *t, uint32_t vpn)
{
	for (uint32_t i = vpn; i < vpn + t->span_pages; i++)
		if (t->mm->pte[i].unmapped)
			return true;
	return false;
}

static void mixed_give_back(struct sim *s, struct sim_task *t, uint32_t vpn)
{
	uint32_t pages = 1 + (uint32_t)rng_below(&t->rng, t->span_pages);
	bool tables = rng_below(&t->rng, 8) == 0;

	if (mixed_span_is_lazy(t, vpn)) /* not the program's until MADV_REUSE */
		return;
	switch (rng_below(&t->rng, 3)) {
	case 0: add_take(s, t, vpn, pages, TAKE_DISCARD, false); break;
	case 1: add_take(s, t, vpn, pages, TAKE_CLEAN, false); break;
	default:
		if (mixed_span_has_hole(t, vpn))
			add_map(s, t, vpn, t->span_pages);
		else
			add_take(s, t, vpn, pages, TAKE_UNMAP, tables);
	}
}

static void mixed_build(struct sim *s, struct sim_task *t)
{
	uint32_t span = (uint32_t)rng_below(&t->rng, OWN_SPANS);
	uint32_t vpn = t->base_vpn + span * t->span_pages;
	uint64_t draw = rng_below(&t->rng, 16);

	add_compute(t, 100);
	if (draw < 8)
		mixed_touch_any(s, t);
	else if (draw < 10)
		add_touch(t, vpn, t->span_pages, 1, true);
	else if (draw < 13)
		mixed_give_back(s, t, vpn);
	else if (draw < 15 && s->strategy->knows_lazyfree)
		mixed_lazy(s, t, vpn);
	else
		add_sleep(t, (double)rng_below(&t->rng, SLEEP_MAX_NS));
}

static void mixed_expect(const struct expect_case *c, struct expectation *out)
{
	*out = (struct expectation){
		.kind = FLUSH_EITHER,
		.flushes_per_op_high = 1,
		.shootdowns_per_op_high = c->mm_cpus > 1 ? c->mm_cpus - 1 : 0,
		.why = "what flushes is drawn by the seed; the check is that no stale "
		       "translation is ever used",
	};
}

static const struct param_desc mixed_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "pages in each of a worker's four ranges",
		   .min = 1,
		   .max = 4096,
		   .def = "4"},
	SIM_PARAMS,
};

const struct workload_sim sim_mixed = {
	.desc = {.name = "mixed",
		 .title = "a little of everything",
		 .summary =
			 "Touches, frees, lazily frees and sleeps at random, to find "
			 "a strategy that lets go of pages too early.",
		 .params = mixed_params,
		 .n_params = sizeof(mixed_params) / sizeof(mixed_params[0])},
	.prepare = mixed_prepare,
	.build = mixed_build,
	.expect = mixed_expect,
};
