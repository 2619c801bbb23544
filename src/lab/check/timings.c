/* SPDX-License-Identifier: MIT */
/* Are the times those of a CPU? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static bool timings_make(const struct check_facts *f, struct check *c)
{
	if (!f->emulator)
		return false;
	c->state = CHECK_WARN;
	snprintf(c->observed, sizeof(c->observed), "times are %s's", f->emulator);
	text_copy(c->note, sizeof(c->note),
		  "every instruction is carried out by a program: times here are that "
		  "program's, no machine's; counts and reasons are true");
	return true;
}

const struct check_kind check_timings = {
	.name = "timings", .reach = CHECK_VOIDS_TIMES, .make = timings_make};
