/* SPDX-License-Identifier: MIT */
/* Were as many CPUs interrupted as the workload means to? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"
#include "tlblab/lab/told.h"

/* The row is machine-wide, and what others add to it in a second is known to no better
 * than this: the background is watched for a tenth of one. */
static const double others_per_s = 10;
static const double slack_that_matters = 0.1; /* per operation */
/* As good as 0: the row may be silent altogether. */
static const double none_per_op = 0.005;

/* Whether others' shootdowns alone may be what sets r apart from what was meant. */
static bool is_lost_in_others(const struct check_facts *f, double per_op, double low,
			      double high)
{
	double ops = sample_get(&f->total, CH_OPS).value;
	double slack = ops > 0 ? others_per_s * f->total.elapsed_s / ops : 0;

	return slack > slack_that_matters &&
	       check_is_within(per_op, low - slack, high + slack);
}

/* Where the row does not count these flushes: by what does. A request says that CPUs
 * were told, not that they were interrupted. */
static bool told_make(const struct check_facts *f, struct check *c)
{
	double low = f->expectation.shootdowns_per_op_low;
	double high = f->expectation.shootdowns_per_op_high;
	struct reading told = metric_of(METRIC_CPUS_TOLD_PER_OP, &f->total);
	const char *source = told_source_name[f->total.told_source];
	char seen[24];

	if (!reading_present(told) || f->total.told_source == TOLD_ROW) {
		check_unknown(c, "shootdowns not countable",
			      f->told_reason && *f->told_reason ? f->told_reason
								: f->mechanism_note);
		return true;
	}
	check_number_text(told.value < 0.005 ? 0 : told.value, seen, sizeof(seen));
	snprintf(c->observed, sizeof(c->observed), "%s CPUs told per op, by %s", seen,
		 source);
	if (check_is_within(told.value, low, high)) {
		text_copy(c->note, sizeof(c->note), f->expectation.why);
		return true;
	}
	if (f->total.told_source == TOLD_STALLS) {
		check_unknown(c, c->observed,
			      "an estimate from the victims' stalls: stalls merge, and "
			      "other interrupts stall a victim too");
		return true;
	}
	c->state = CHECK_WARN;
	text_copy(
		c->note, sizeof(c->note),
		told.value > high
			? "more than expected: other threads of these processes flush "
			  "too, or an operation flushes in several steps"
			: "fewer than expected: the other threads were not on their "
			  "CPUs when the flush was requested");
	return true;
}

static bool shootdowns_make(const struct check_facts *f, struct check *c)
{
	double low = f->expectation.shootdowns_per_op_low;
	double high = f->expectation.shootdowns_per_op_high;
	struct reading r = metric_of(METRIC_SHOOTDOWNS_PER_OP, &f->total);
	char seen[24];

	check_range_text(low, high, c->expected, sizeof(c->expected));
	if (!f->mechanism_ipi)
		return told_make(f, c);
	if (!reading_present(r)) {
		check_unknown(c, "shootdowns not counted",
			      "no operation was counted, or the TLB row of "
			      "/proc/interrupts cannot be read");
		return true;
	}
	check_number_text(r.value < 0.005 ? 0 : r.value, seen, sizeof(seen));
	snprintf(c->observed, sizeof(c->observed), "%s shootdowns per op", seen);
	text_copy(c->note, sizeof(c->note), f->expectation.why);
	if (check_is_within(r.value, low, high))
		return true;
	if (is_lost_in_others(f, r.value, low, high)) {
		check_unknown(c, c->observed,
			      "so few operations a second that other programs' "
			      "shootdowns are as many: flushes are counted for the "
			      "workers alone, see there");
		check_name_others(f, c);
		return true;
	}
	c->state = CHECK_WARN;
	text_copy(c->note, sizeof(c->note),
		  r.value > high
			  ? "more than meant: the count is machine-wide, so look for "
			    "another busy program, or other threads of these processes"
		  : r.value < none_per_op
			  ? "none of those meant: the CPUs were idle or preempted, or "
			    "flushes travel another way here; see tlblab doctor"
			  : "fewer than meant: the CPUs meant to be interrupted were "
			    "idle, elsewhere or preempted by the hypervisor");
	if (r.value > high)
		check_name_others(f, c);
	return true;
}

const struct check_kind check_shootdowns = {
	.name = "shootdowns_per_op", .reach = CHECK_VOIDS, .make = shootdowns_make};
