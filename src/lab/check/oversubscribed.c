/* SPDX-License-Identifier: MIT */
/* Does everyone have a CPU of their own? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static bool oversubscribed_make(const struct check_facts *f, struct check *c)
{
	c->terse = true;
	if (check_is_unpinned(f) && !f->gives_way)
		return false;
	text_copy(c->expected, sizeof(c->expected), "one worker or victim a CPU");
	if (f->gives_way) {
		c->state = CHECK_WARN;
		snprintf(c->observed, sizeof(c->observed), "%d that give way",
			 f->workers_and_victims);
		text_copy(c->note, sizeof(c->note),
			  "so many to a CPU run at idle priority (SCHED_IDLE), or the "
			  "screen would get no turn: all else goes before them, and "
			  "each waits for the others");
		return true;
	}
	if (!f->oversubscribed_cpus) {
		text_copy(c->observed, sizeof(c->observed), "no CPU shared");
		return true;
	}
	c->state = CHECK_WARN;
	snprintf(c->observed, sizeof(c->observed), "%d CPU%s shared",
		 f->oversubscribed_cpus, f->oversubscribed_cpus == 1 ? "" : "s");
	text_copy(c->note, sizeof(c->note),
		  "more workers and victims than CPUs: they wait for each other, and "
		  "who sleeps is not interrupted");
	return true;
}

const struct check_kind check_oversubscribed = {
	.name = "oversubscribed", .reach = CHECK_VOIDS, .make = oversubscribed_make};
