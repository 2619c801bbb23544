/* SPDX-License-Identifier: MIT */
/* Do the workers get on equally fast? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static const double balance_warn = 0.5;

static const double few_per_interval = 20; /* of each worker */
static const uint64_t few_in_all = 10;

static double intervals(const struct check_facts *f)
{
	return f->total.elapsed_s * 1e3 / f->experiment->interval_ms;
}

static bool balance_make(const struct check_facts *f, struct check *c)
{
	struct reading low = sample_get(&f->total, CH_OPS_MIN);
	struct reading high = sample_get(&f->total, CH_OPS_MAX);

	c->terse = true;
	if (f->experiment->threads < 2 || !reading_present(low) ||
	    !reading_present(high) || high.value <= 0)
		return false;
	double share = low.value / high.value;

	/* Where an interval holds few, the rest of one says nothing: the whole does. */
	if (high.value < few_per_interval * intervals(f)) {
		if (f->ops_most < few_in_all)
			return false;
		share = (double)f->ops_least / (double)f->ops_most;
	}

	snprintf(c->observed, sizeof(c->observed), "slowest at %.0f %% of fastest",
		 share * 100);
	snprintf(c->expected, sizeof(c->expected), "at least %.0f %%",
		 balance_warn * 100);
	if (share < balance_warn) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "the workers get on unequally, interval by interval; a mean "
			  "over them hides that");
	}
	return true;
}

const struct check_kind check_balance = {.name = "balance", .make = balance_make};
