/* SPDX-License-Identifier: MIT */
/* Was the victims' quiet reference quiet? Nothing that workers do makes a victim faster
 * than it is alone, so a slowdown below 1 tells of the reference. */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"

static const double slowdown_least = 0.95;

static bool victims_make(const struct check_facts *f, struct check *c)
{
	struct reading slow = metric_of(METRIC_VICTIM_SLOWDOWN, &f->total);

	if (f->experiment->victims == 0 || !reading_present(slow))
		return false;
	c->terse = true;
	text_copy(c->expected, sizeof(c->expected), "1.00 or more");
	snprintf(c->observed, sizeof(c->observed), "victim slowdown %.2f", slow.value);
	if (slow.value < slowdown_least) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "the victims' reference, measured before the workers start, "
			  "was disturbed: run again");
	}
	return true;
}

const struct check_kind check_victims = {.name = "victim_reference",
					 .make = victims_make};
