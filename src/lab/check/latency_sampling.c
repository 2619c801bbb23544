/* SPDX-License-Identifier: MIT */
/* Which operations the latency is of. */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static bool latency_sampling_make(const struct check_facts *f, struct check *c)
{
	c->terse = true;
	if (f->time_one_in < 1)
		return false;
	if (f->time_one_in == 1) {
		text_copy(c->observed, sizeof(c->observed), "every operation timed");
		return true;
	}
	snprintf(c->observed, sizeof(c->observed), "1 operation in %d timed",
		 f->time_one_in);
	text_copy(
		c->note, sizeof(c->note),
		"operations this short would be slowed by timing each; the longest of "
		"all may have gone by untimed");
	return true;
}

const struct check_kind check_latency_sampling = {.name = "latency_sampling",
						  .make = latency_sampling_make};
