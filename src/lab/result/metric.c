/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/metric.h"

#include <string.h>

/*
 * A metric is worth no more than the worst of its inputs: absent when one is absent or
 * nothing was there to divide by, scaled when one is scaled.
 *
 * Cycles with a walk under way are counted for loads and for stores by counters that
 * run at the same time, so their sum counts cycles twice: cycle metrics take the loads
 * alone. Walks are events; loads' and stores' add up.
 */
const struct metric_desc metric_table[METRIC_N] = {
	[METRIC_NS_PER_OP] = {"ns_per_op", "runtime per operation", "ns", BETTER_LOWER,
			      "time a worker spends on one operation, all its delays "
			      "included"},
	[METRIC_OPS_PER_S] = {"ops_per_s", "operations per second", "/s", BETTER_HIGHER,
			      "operations of all workers together"},
	[METRIC_RUNTIME_S] = {"runtime_s", "runtime", "s", BETTER_LOWER,
			      "measured length of the whole run, without the warm-up"},
	[METRIC_SHOOTDOWNS_PER_OP] =
		{"shootdowns_per_op", "shootdowns per operation", "", BETTER_LOWER,
		 "other CPUs interrupted for one operation; counted "
		 "machine-wide, less the background that was there before the "
		 "workers were let go"},
	[METRIC_SHOOTDOWNS_PER_S] = {"shootdowns_per_s", "TLB shootdowns", "/s",
				     BETTER_LOWER,
				     "flush requests received by all CPUs in a second; "
				     "counted machine-wide, less the background that "
				     "was there before the workers were let go"},
	[METRIC_FULL_FLUSHES_PER_OP] =
		{"full_flushes_per_op", "full flushes per operation", "", BETTER_LOWER,
		 "flushes of the whole TLB made for one operation, "
		 "over the intervals in which flushes were "
		 "counted"},
	[METRIC_RANGED_FLUSHES_PER_OP] =
		{"ranged_flushes_per_op", "page-by-page flushes per operation", "",
		 BETTER_NEITHER,
		 "page-by-page flushes made for one operation, "
		 "over the intervals in which flushes were "
		 "counted"},
	[METRIC_DTLB_WALK_CYCLES_PER_OP] = {"dtlb_walk_cycles_per_op",
					    "dTLB walk cycles per operation", "cycles",
					    BETTER_LOWER,
					    "cycles with a page walk for a load under "
					    "way, for one operation; walks for stores "
					    "overlap with these and are not added"},
	[METRIC_DTLB_WALK_CYCLES_PCT] =
		{"dtlb_walk_cycles_pct", "dTLB walk cycles", "%", BETTER_LOWER,
		 "part of the workers' cycles with a page walk "
		 "for a load under way; walks for stores overlap "
		 "with these and are not added"},
	[METRIC_DTLB_WALKS_PER_OP] = {"dtlb_walks_per_op", "dTLB walks per operation",
				      "", BETTER_LOWER,
				      "page walks for loads and for stores, for one "
				      "operation; where one counter covers both (AMD), "
				      "that one"},
	[METRIC_DTLB_WALK_MEAN_CYCLES] = {"dtlb_walk_mean_cycles",
					  "mean length of a load's page walk", "cycles",
					  BETTER_LOWER,
					  "load walks under way, summed over cycles, "
					  "over the load walks that completed; walks "
					  "that overlap each count in full"},
	[METRIC_REFILL_NS_PER_PAGE] =
		{"refill_ns_per_page", "refill per page", "ns", BETTER_LOWER,
		 "timed estimate of what bringing one translation "
		 "back costs after a flush"},
	[METRIC_VICTIM_SLOWDOWN] =
		{"victim_slowdown", "victim slowdown", "x", BETTER_LOWER,
		 "the victims' rate alone over their rate beside the "
		 "workers; 1 is unharmed"},
	[METRIC_VICTIM_STALL_P99_NS] =
		{"victim_stall_p99_ns", "victim stall p99", "ns", BETTER_LOWER,
		 "99 of 100 stalls of the victims are shorter; of "
		 "merged intervals the largest"},
	[METRIC_VICTIM_STALL_P999_NS] =
		{"victim_stall_p999_ns", "victim stall p99.9", "ns", BETTER_LOWER,
		 "999 of 1,000 stalls of the victims are shorter; "
		 "of merged intervals the largest"},
	[METRIC_VICTIM_STALL_MAX_NS] = {"victim_stall_max_ns", "longest victim stall",
					"ns", BETTER_LOWER,
					"the longest time a victim stood still"},
	[METRIC_VICTIM_LOST_NS_PER_OP] =
		{"victim_lost_ns_per_op", "lost by a victim per operation", "ns",
		 BETTER_LOWER,
		 "time that each victim falls behind its own quiet pace for one "
		 "operation: the interrupt, the flush and the refill"},
	[METRIC_CPUS_TOLD_PER_OP] =
		{"cpus_told_per_op", "CPUs told per operation", "", BETTER_LOWER,
		 "other CPUs told to flush for one operation, by the best source that "
		 "moves here: the TLB row, traced requests, the hypervisor's "
		 "tracepoint, the victims' stalls or a model; cpus_told_source names it"},
	[METRIC_CPUS_TOLD_PER_S] =
		{"cpus_told_per_s", "CPUs told to flush", "/s", BETTER_LOWER,
		 "other CPUs told to flush in a second, over the time in which they "
		 "were counted; cpus_told_source names the source"},
	[METRIC_FLUSHING_WORKERS_PCT] =
		{"flushing_workers_pct", "workers' time in flushes", "%", BETTER_LOWER,
		 "share of the workers' time spent flushing other CPUs, waiting for "
		 "their answers included; recorded while the run warmed up"},
	[METRIC_FLUSHING_CPUS_PCT] =
		{"flushing_cpus_pct", "all CPUs' time in flushes", "%", BETTER_LOWER,
		 "share of all CPUs' time spent flushing, by those that ask and those "
		 "that answer; recorded while the run warmed up"},
	[METRIC_KERNEL_FLUSH_MEAN_NS] =
		{"kernel_flush_mean_ns", "mean flush in the kernel", "ns", BETTER_LOWER,
		 "length of a flush of other CPUs in the kernel, begin to last answer, "
		 "of the whole machine; recorded while the run warmed up, and longer "
		 "by that"},
	[METRIC_KERNEL_FLUSH_P50_NS] = {"kernel_flush_p50_ns",
					"median flush in the kernel", "ns",
					BETTER_LOWER,
					"half of these flushes are shorter"},
	[METRIC_KERNEL_FLUSH_P99_NS] = {"kernel_flush_p99_ns",
					"flush in the kernel p99", "ns", BETTER_LOWER,
					"99 of 100 of these flushes are shorter"},
};

enum metric metric_find(const char *name)
{
	int m = 0;

	while (m < METRIC_N && strcmp(metric_table[m].name, name))
		m++;
	return (enum metric)m;
}

static struct reading reading_divide(struct reading a, struct reading b)
{
	if (!reading_present(a) || !reading_present(b) || !(b.value > 0))
		return READING_ABSENT;
	return (struct reading){a.value / b.value,
				a.quality > b.quality ? a.quality : b.quality};
}

static struct reading ratio(const struct sample *s, enum channel a, enum channel b)
{
	return reading_divide(sample_get(s, a), sample_get(s, b));
}

static struct reading per_second(const struct sample *s, struct reading r)
{
	return reading_divide(r, (struct reading){s->elapsed_s, QUALITY_EXACT});
}

/* What the machine does anyway is an expectation, so an interval may have had less. */
static struct reading shootdowns(const struct sample *s)
{
	struct reading r = sample_get(s, CH_SHOOTDOWNS);
	struct reading background = sample_get(s, CH_SHOOTDOWNS_BACKGROUND);

	if (reading_present(r) && reading_present(background))
		r.value = r.value > background.value ? r.value - background.value : 0;
	return r;
}

static struct reading told(const struct sample *s)
{
	struct reading r = sample_get(s, CH_TOLD);
	struct reading background = sample_get(s, CH_TOLD_BACKGROUND);

	if (reading_present(r) && reading_present(background))
		r.value = r.value > background.value ? r.value - background.value : 0;
	return r;
}

/* Where they were not counted all the time, only those operations count that were done
 * meanwhile: the ones noted, else by their share of the time. */
static struct reading told_ops(const struct sample *s)
{
	struct reading ops = sample_get(s, CH_TOLD_OPS);

	if (reading_present(ops))
		return ops;
	ops = sample_ops(s);
	double share = s->elapsed_s > 0
			       ? sample_get(s, CH_TOLD_NS).value / (s->elapsed_s * 1e9)
			       : 1;

	if (share < 1 - 1e-9) /* sums of times differ by that much from their sum */
		ops.value *= share;
	return ops;
}

static struct reading told_per_second(const struct sample *s)
{
	struct reading seconds = sample_get(s, CH_TOLD_NS);

	seconds.value *= 1e-9;
	return reading_divide(told(s), seconds);
}

/* AMD counts the walks of loads and stores in one, and has none for stores alone. */
static struct reading dtlb_walks(const struct sample *s)
{
	struct reading loads = sample_get(s, CH_DTLB_LOAD_WALKS);
	struct reading stores = sample_get(s, CH_DTLB_STORE_WALKS);

	if (!reading_present(loads) || !reading_present(stores))
		return loads;
	return (struct reading){loads.value + stores.value,
				loads.quality > stores.quality ? loads.quality
							       : stores.quality};
}

/* By turns not made, so the refill after an interrupt is in it as well as the interrupt
 * itself. Beside workers that harm nobody it is noise about zero, below it too. */
static struct reading victim_lost_per_op(const struct sample *s)
{
	struct reading done = ratio(s, CH_VICTIM_LOOPS, CH_VICTIM_QUIET_LOOPS);
	struct reading each = reading_divide(
		(struct reading){s->elapsed_s * 1e9, QUALITY_EXACT}, sample_ops(s));

	if (!reading_present(done) || !reading_present(each))
		return READING_ABSENT;
	return (struct reading){(1 - done.value) * each.value,
				done.quality > each.quality ? done.quality
							    : each.quality};
}

bool metric_is_ratio(enum metric m)
{
	switch (m) {
	case METRIC_RUNTIME_S:
	case METRIC_REFILL_NS_PER_PAGE:
	case METRIC_FLUSHING_WORKERS_PCT:
	case METRIC_FLUSHING_CPUS_PCT:
	case METRIC_KERNEL_FLUSH_MEAN_NS:
	case METRIC_KERNEL_FLUSH_P50_NS:
	case METRIC_KERNEL_FLUSH_P99_NS:
	case METRIC_VICTIM_STALL_P99_NS:
	case METRIC_VICTIM_STALL_P999_NS:
	case METRIC_VICTIM_STALL_MAX_NS:
	case METRIC_N: return false;
	default: return true;
	}
}

bool metric_is_copied(enum metric m)
{
	return m == METRIC_REFILL_NS_PER_PAGE;
}

bool metric_is_of_run(enum metric m)
{
	return m >= METRIC_FLUSHING_WORKERS_PCT && m <= METRIC_KERNEL_FLUSH_P99_NS;
}

struct reading metric_of(enum metric m, const struct sample *s)
{
	struct reading r = READING_ABSENT;

	switch (m) {
	case METRIC_NS_PER_OP: return sample_ns_per_op(s);
	case METRIC_OPS_PER_S: return per_second(s, sample_ops(s));
	case METRIC_SHOOTDOWNS_PER_OP:
		return reading_divide(shootdowns(s), sample_ops(s));
	case METRIC_SHOOTDOWNS_PER_S: return per_second(s, shootdowns(s));
	case METRIC_FULL_FLUSHES_PER_OP: return ratio(s, CH_FLUSH_FULL, CH_FLUSH_OPS);
	case METRIC_RANGED_FLUSHES_PER_OP:
		return ratio(s, CH_FLUSH_RANGED, CH_FLUSH_OPS);
	case METRIC_DTLB_WALK_CYCLES_PER_OP:
		return reading_divide(sample_get(s, CH_DTLB_LOAD_WALK_CYCLES),
				      sample_ops(s));
	case METRIC_DTLB_WALK_CYCLES_PCT:
		r = ratio(s, CH_DTLB_LOAD_WALK_CYCLES, CH_CYCLES);
		r.value *= 100;
		return r;
	case METRIC_DTLB_WALKS_PER_OP:
		return reading_divide(dtlb_walks(s), sample_ops(s));
	case METRIC_DTLB_WALK_MEAN_CYCLES:
		return ratio(s, CH_DTLB_LOAD_WALK_PENDING, CH_DTLB_LOAD_WALKS);
	case METRIC_REFILL_NS_PER_PAGE: return sample_get(s, CH_REFILL_NS_PER_PAGE);
	case METRIC_VICTIM_SLOWDOWN:
		return ratio(s, CH_VICTIM_QUIET_LOOPS, CH_VICTIM_LOOPS);
	case METRIC_VICTIM_STALL_P99_NS: return sample_get(s, CH_VICTIM_STALL_P99_NS);
	case METRIC_VICTIM_STALL_P999_NS: return sample_get(s, CH_VICTIM_STALL_P999_NS);
	case METRIC_VICTIM_STALL_MAX_NS: return sample_get(s, CH_VICTIM_STALL_MAX_NS);
	case METRIC_VICTIM_LOST_NS_PER_OP: return victim_lost_per_op(s);
	case METRIC_CPUS_TOLD_PER_OP: return reading_divide(told(s), told_ops(s));
	case METRIC_CPUS_TOLD_PER_S: return told_per_second(s);
	case METRIC_FLUSHING_WORKERS_PCT: return sample_get(s, CH_FLUSHING_WORKERS_PCT);
	case METRIC_FLUSHING_CPUS_PCT: return sample_get(s, CH_FLUSHING_CPUS_PCT);
	case METRIC_KERNEL_FLUSH_MEAN_NS: return sample_get(s, CH_KERNEL_FLUSH_MEAN_NS);
	case METRIC_KERNEL_FLUSH_P50_NS: return sample_get(s, CH_KERNEL_FLUSH_P50_NS);
	case METRIC_KERNEL_FLUSH_P99_NS: return sample_get(s, CH_KERNEL_FLUSH_P99_NS);
	case METRIC_RUNTIME_S:
	case METRIC_N: break;
	}
	return r;
}
