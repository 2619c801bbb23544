/* SPDX-License-Identifier: MIT */
/*
 * Do the sources of CPUs told agree? The TLB row counts interrupts received, the trace
 * requests sent, each to one CPU at least and to all others of the address space at the
 * most. A CPU that is idle, preempted or busy with another program is left out.
 */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"

static const double requests_enough = 100;
/* Of each worker and victim; up to here their CPUs were theirs. */
static const double switches_free_per_s = 10;
static const double others_per_s = 10; /* interrupts for other programs */

/* The part of the time that receivers were not running; false when it is not known. */
static bool away_share(const struct check_facts *f, double *share)
{
	struct reading steal = sample_get(&f->total, CH_STEAL_NS);
	struct reading cpus = sample_get(&f->total, CH_CPUS_NS);
	struct reading switches = sample_get(&f->total, CH_INVOLUNTARY_SWITCHES);
	double tasks_s = f->total.elapsed_s * f->workers_and_victims;

	*share = 0;
	if (!reading_present(switches) || f->total.noise ||
	    switches.value > switches_free_per_s * tasks_s)
		return false;
	if (reading_present(steal) && reading_present(cpus) && cpus.value > 0)
		*share = steal.value / cpus.value;
	return *share < 1;
}

static bool told_sources_make(const struct check_facts *f, struct check *c)
{
	struct reading row = metric_of(METRIC_SHOOTDOWNS_PER_OP, &f->total);
	struct reading sent = sample_get(&f->total, CH_FLUSH_REMOTE_IPI_SEND);
	struct reading traced_ops = sample_get(&f->total, CH_FLUSH_OPS);
	struct reading ops = sample_ops(&f->total);
	double away, low, high, slack;
	char a[24], b[24];

	if (!f->mechanism_ipi || !reading_present(row) || !reading_present(sent) ||
	    !reading_present(traced_ops) || !(traced_ops.value > 0) ||
	    !(ops.value > 0) || sent.value < requests_enough || !away_share(f, &away))
		return false;
	slack = others_per_s * f->total.elapsed_s / ops.value;
	low = sent.value / traced_ops.value * (1 - away);
	high = sent.value / traced_ops.value * (f->mm_cpus > 2 ? f->mm_cpus - 1 : 1);
	if (check_is_within(row.value, low, high + slack))
		return false;
	c->state = CHECK_WARN;
	snprintf(c->observed, sizeof(c->observed), "row %s, sent %s per op",
		 check_number_text(row.value, a, sizeof(a)),
		 check_number_text(sent.value / traced_ops.value, b, sizeof(b)));
	check_range_text(low, high, c->expected, sizeof(c->expected));
	text_copy(c->note, sizeof(c->note),
		  row.value > high
			  ? "more interrupts received than requested by these threads: "
			    "other programs flush too"
			  : "fewer interrupts received than requested: the hypervisor "
			    "flushes for CPUs that do not run, or CPUs were idle");
	if (row.value > high)
		check_name_others(f, c);
	return true;
}

const struct check_kind check_told_sources = {.name = "told_sources",
					      .make = told_sources_make};
