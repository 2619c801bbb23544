/* SPDX-License-Identifier: MIT */
/* Is the ceiling what was asked for, and was it all along? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static bool ceiling_make(const struct check_facts *f, struct check *c)
{
	int64_t wanted = f->experiment->ceiling_pages;
	long long before = f->ceiling_before, now = f->ceiling_now;
	bool keep = wanted == EXPERIMENT_CEILING_KEEP;

	c->terse = true;
	if (keep)
		text_copy(c->expected, sizeof(c->expected), "unchanged");
	else
		snprintf(c->expected, sizeof(c->expected), "%lld", (long long)wanted);
	if (!f->ceiling_known || now < 0) {
		check_unknown(c, "ceiling cannot be read", f->ceiling_reason);
		return true;
	}
	if (keep && (before < 0 || now == before)) {
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld, unchanged",
			 now);
	} else if (!keep && now == wanted) {
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld, as set", now);
	} else {
		c->state = CHECK_WARN;
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld", now);
		text_copy(
			c->note, sizeof(c->note),
			keep ? "it changed while this ran: something else writes it"
			     : "it is not what was asked for: something else writes it");
	}
	return true;
}

const struct check_kind check_ceiling = {.name = "ceiling", .make = ceiling_make};
