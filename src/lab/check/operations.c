/* SPDX-License-Identifier: MIT */
/* Did enough operations end for a mean to say something? */
#include "lab/check/kind.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

static const double enough = 5;
static const double enough_each = 2; /* of every worker */

static double wanted(const struct check_facts *f)
{
	double each = enough_each * f->experiment->threads;

	return each > enough ? each : enough;
}

/* "each takes 1.1 s" or, of what has not ended, "one has run for 4.9 s". */
static void say_how_long(const struct check_facts *f, char *buf, size_t buf_bytes)
{
	struct reading each = sample_ns_per_op(&f->total);
	struct reading running = sample_get(&f->total, CH_RUNNING_OPS);
	double running_ns = sample_get(&f->total, CH_RUNNING_NS).value;
	char text[32];

	if (reading_present(each))
		text_append(buf, buf_bytes, "each takes %s",
			    text_quantity(text, sizeof(text), each.value, "ns"));
	else if (reading_present(running) && running.value > 0)
		text_append(buf, buf_bytes, "the one under way has run for %s",
			    text_quantity(text, sizeof(text),
					  running_ns / running.value, "ns"));
	else
		text_append(buf, buf_bytes, "none has begun");
}

static bool operations_make(const struct check_facts *f, struct check *c)
{
	struct reading ops = sample_get(&f->total, CH_OPS);
	bool counted = f->experiment->ops > 0; /* as many as were asked for */

	if (!f->measuring || !reading_present(ops) ||
	    ops.value >= (counted ? 1 : wanted(f)))
		return false;
	c->state = CHECK_WARN;
	if (ops.value > 0)
		snprintf(c->observed, sizeof(c->observed),
			 "%.0f operation%s ended in %.2g s", ops.value,
			 ops.value == 1 ? "" : "s", f->total.elapsed_s);
	else
		snprintf(c->observed, sizeof(c->observed),
			 "no operation ended in %.2g s", f->total.elapsed_s);
	snprintf(c->expected, sizeof(c->expected), "at least %.0f", wanted(f));
	text_append(c->note, sizeof(c->note), "too few for a mean: ");
	say_how_long(f, c->note, sizeof(c->note));
	text_append(c->note, sizeof(c->note),
		    "; run longer (duration_s), or make an operation smaller");
	return true;
}

const struct check_kind check_operations = {.name = "operations",
					    .make = operations_make};
