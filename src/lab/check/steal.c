/* SPDX-License-Identifier: MIT */
/* Did the hypervisor leave the CPUs to this machine? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static const double steal_warn_pct = 1;

static bool steal_make(const struct check_facts *f, struct check *c)
{
	struct reading stolen = sample_get(&f->total, CH_STEAL_NS);
	struct reading base = sample_get(&f->total, CH_CPUS_NS);

	c->terse = true;
	snprintf(c->expected, sizeof(c->expected), "at most %g %%", steal_warn_pct);
	if (!reading_present(stolen) || !reading_present(base) || base.value <= 0) {
		check_unknown(c, "steal not measured", "/proc/stat has no steal times");
		return true;
	}
	double pct = stolen.value / base.value * 100;

	snprintf(c->observed, sizeof(c->observed), "steal %.1f %%", pct);
	if (pct > steal_warn_pct) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "the hypervisor ran something else on these CPUs; times are "
			  "longer than they should be");
	}
	return true;
}

const struct check_kind check_steal = {.name = "steal", .make = steal_make};
