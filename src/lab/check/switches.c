/* SPDX-License-Identifier: MIT */
/* Was anybody forced off their CPU? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static const double switches_warn_per_s = 25; /* of each worker or victim */

static bool switches_make(const struct check_facts *f, struct check *c)
{
	struct reading r = sample_get(&f->total, CH_INVOLUNTARY_SWITCHES);
	int n = f->workers_and_victims > 0 ? f->workers_and_victims : 1;

	c->terse = true;
	if (f->program)
		return false;
	snprintf(c->expected, sizeof(c->expected), "at most %g/s each",
		 switches_warn_per_s);
	if (!reading_present(r) || f->total.elapsed_s <= 0) {
		check_unknown(c, "switches not counted",
			      "the workers' /proc entries cannot be read");
		return true;
	}
	double per_s = r.value / f->total.elapsed_s / n;

	snprintf(c->observed, sizeof(c->observed), "%.1f forced switches/s", per_s);
	if (per_s > switches_warn_per_s) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "other programs take the CPU from each worker or victim this "
			  "often; close them or choose other CPUs");
	}
	return true;
}

const struct check_kind check_switches = {.name = "involuntary_switches",
					  .make = switches_make};
