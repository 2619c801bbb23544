/* SPDX-License-Identifier: MIT */
/* Are workers and victims where they were put, and did they stay there? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static bool pinned_make(const struct check_facts *f, struct check *c)
{
	struct reading moves = sample_get(&f->total, CH_MIGRATIONS);
	bool moved = reading_present(moves) && moves.value > 0;

	c->terse = true;
	if (f->program)
		return false;
	if (check_is_unpinned(f))
		text_append(c->observed, sizeof(c->observed), "not pinned, as asked");
	else
		text_append(c->observed, sizeof(c->observed), "%d of %d pinned",
			    f->pinned, f->workers_and_victims);
	if (reading_present(moves))
		text_append(c->observed, sizeof(c->observed), ", %.0f migration%s",
			    moves.value, moves.value == 1 ? "" : "s");
	if (check_is_unpinned(f))
		return true;
	snprintf(c->expected, sizeof(c->expected), "%d pinned, 0 migrations",
		 f->workers_and_victims);
	if (f->pinned == f->workers_and_victims && !moved)
		return true;
	c->state = CHECK_WARN;
	text_copy(c->note, sizeof(c->note),
		  moved ? "something moved them between CPUs; their caches, TLBs and "
			  "shootdowns are no longer those of one CPU"
			: "the scheduler may move what is not pinned; see what limits "
			  "the CPUs this process may use");
	return true;
}

const struct check_kind check_pinned = {.name = "pinned", .make = pinned_make};
