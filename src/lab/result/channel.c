/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/channel.h"

/*
 * Merging keeps one rule above all: what was counted stays counted. A channel absent
 * in one interval and present in the next keeps what is present, because counting is
 * sliced by design (flushes are traced in some intervals only, and CH_FLUSH_OPS holds
 * the operations of just those). The quality of a merged count is the worse of the two.
 *
 * CPUs told are the exception: two sources do not measure the same, and the better one
 * may have been read before it was known to be silent. So the weaker one's counts are
 * kept with the time they are of, the other's dropped; in any order that is the same.
 */
const struct channel_desc channel_table[CH_N] = {
	[CH_OPS] = {"ops", "operations", MERGE_SUM, "operations of all workers"},
	[CH_OPS_MIN] = {"ops_min", "operations", MERGE_SUM,
			"operations of the slowest worker, interval by interval"},
	[CH_OPS_MAX] = {"ops_max", "operations", MERGE_SUM,
			"operations of the fastest worker, interval by interval"},
	[CH_OPS_NS] = {"ops_ns", "ns", MERGE_SUM,
		       "time that the operations took that ended in the interval, from "
		       "the end of the one before"},
	[CH_WORKER_NS] = {"worker_ns", "ns", MERGE_SUM,
			  "running workers times elapsed time"},
	[CH_RUNNING_OPS] = {"running_ops", "operations", MERGE_LAST,
			    "operations under way when the interval ended"},
	[CH_RUNNING_NS] = {"running_ns", "ns", MERGE_LAST,
			   "time that the operations under way have taken so far"},
	[CH_SHOOTDOWNS] =
		{"shootdowns", "interrupts", MERGE_SUM,
		 "flush requests received from other CPUs, whole machine; the "
		 "CPU that asked is not counted"},
	[CH_SHOOTDOWNS_BACKGROUND] =
		{"shootdowns_background", "interrupts", MERGE_SUM,
		 "shootdowns that other programs would have caused anyway: the "
		 "machine's rate while the workers stood at their gate, times elapsed "
		 "time; where a program is watched, those of the CPUs it was not on"},
	[CH_TOLD] = {"told", "CPUs", MERGE_SUM,
		     "other CPUs told to flush, counted by the source named beside it; "
		     "of merged intervals with several, by the weakest"},
	[CH_TOLD_BACKGROUND] = {"told_background", "CPUs", MERGE_SUM,
				"of those, what the same source showed while the "
				"workers stood at their gate, times elapsed time"},
	[CH_TOLD_OPS] = {"told_ops", "operations", MERGE_SUM,
			 "operations done while they were counted; absent where all "
			 "operations were"},
	[CH_TOLD_NS] = {"told_ns", "ns", MERGE_SUM, "time in which they were counted"},
	[CH_FLUSH_OPS] = {"flush_ops", "operations", MERGE_SUM,
			  "operations done while flushes were being counted"},
	[CH_FLUSH_NS] = {"flush_ns", "ns", MERGE_SUM,
			 "time in which flushes were being counted"},
	[CH_FLUSH_FULL] = {"flush_full", "flushes", MERGE_SUM,
			   "flushes of the whole TLB made by the workers' operations"},
	[CH_FLUSH_RANGED] = {"flush_ranged", "flushes", MERGE_SUM,
			     "page-by-page flushes made by the workers' operations"},
	[CH_FLUSH_TASK_SWITCH] =
		{"flush_task_switch", "flushes", MERGE_SUM,
		 "flushes on a task switch, workers and victims; events "
		 "of 0 pages, which found nothing to do, left out"},
	[CH_FLUSH_REMOTE_SHOOTDOWN] = {"flush_remote_shootdown", "flushes", MERGE_SUM,
				       "flushes requested by another CPU, workers and "
				       "victims; events of 0 pages, which found "
				       "nothing to do, left out"},
	[CH_FLUSH_LOCAL_SHOOTDOWN] =
		{"flush_local_shootdown", "flushes", MERGE_SUM,
		 "batched flushes (reclaim, migration) of the CPU's own "
		 "TLB, workers and victims; flushes of kernel "
		 "ranges make no event"},
	[CH_FLUSH_LOCAL_MM_SHOOTDOWN] = {"flush_local_mm_shootdown", "flushes",
					 MERGE_SUM,
					 "flushes of the CPU's own for one address "
					 "space, workers and victims"},
	[CH_FLUSH_REMOTE_IPI_SEND] =
		{"flush_remote_ipi_send", "flushes", MERGE_SUM,
		 "requests sent to other CPUs, workers and victims"},
	[CH_FLUSH_REMOTE_WRONG_CPU] =
		{"flush_remote_wrong_cpu", "flushes", MERGE_SUM,
		 "flush requests that arrived after the CPU had switched to "
		 "another address space, local ones too; workers and victims"},
	[CH_HYPERVISOR_FLUSHES] =
		{"hypervisor_flushes", "flushes", MERGE_SUM,
		 "flushes of other CPUs asked of the hypervisor, workers and victims "
		 "(hyperv_mmu_flush_tlb_multi or xen_mmu_flush_tlb_multi)"},
	[CH_FLUSH_PAGES_1] = {"flush_pages_1", "flushes", MERGE_SUM,
			      "the workers' flushes of one page"},
	[CH_FLUSH_PAGES_2_8] = {"flush_pages_2_8", "flushes", MERGE_SUM,
				"the workers' flushes of 2 to 8 pages"},
	[CH_FLUSH_PAGES_9_33] = {"flush_pages_9_33", "flushes", MERGE_SUM,
				 "the workers' flushes of 9 to 33 pages"},
	[CH_FLUSH_PAGES_34_UP] =
		{"flush_pages_34_up", "flushes", MERGE_SUM,
		 "the workers' page-by-page flushes of 34 pages or more"},
	[CH_VMSTAT_REMOTE_FLUSHES] =
		{"vmstat_remote_flushes", "flushes", MERGE_SUM,
		 "flush requests sent to other CPUs, machine-wide, counted inside the "
		 "kernel's own flush function: nothing where a hypervisor or the "
		 "hardware flushes instead (nr_tlb_remote_flush)"},
	[CH_VMSTAT_REMOTE_RECEIVED] =
		{"vmstat_remote_received", "flushes", MERGE_SUM,
		 "flush requests received and carried out, machine-wide "
		 "(nr_tlb_remote_flush_received)"},
	[CH_VMSTAT_LOCAL_FULL] = {"vmstat_local_full", "flushes", MERGE_SUM,
				  "full flushes of a CPU's own TLB, machine-wide "
				  "(nr_tlb_local_flush_all)"},
	[CH_VMSTAT_LOCAL_PAGES] = {"vmstat_local_pages", "pages", MERGE_SUM,
				   "pages flushed page by page, machine-wide "
				   "(nr_tlb_local_flush_one)"},
	[CH_CYCLES] = {"cycles", "cycles", MERGE_SUM,
		       "cycles of the workers while walks were counted"},
	[CH_DTLB_LOAD_WALK_CYCLES] = {"dtlb_load_walk_cycles", "cycles", MERGE_SUM,
				      "cycles with a page walk for a load under way; "
				      "store walks overlap with these"},
	[CH_DTLB_LOAD_WALKS] = {"dtlb_load_walks", "walks", MERGE_SUM,
				"page walks for loads; on AMD for loads and stores"},
	[CH_DTLB_STORE_WALK_CYCLES] = {"dtlb_store_walk_cycles", "cycles", MERGE_SUM,
				       "cycles with a page walk for a store under way; "
				       "load walks overlap with these"},
	[CH_DTLB_STORE_WALKS] = {"dtlb_store_walks", "walks", MERGE_SUM,
				 "page walks for stores"},
	[CH_ITLB_WALK_CYCLES] = {"itlb_walk_cycles", "cycles", MERGE_SUM,
				 "cycles with a page walk for instructions under way"},
	[CH_ITLB_WALKS] = {"itlb_walks", "walks", MERGE_SUM,
			   "page walks for instructions"},
	[CH_STLB_FLUSH] = {"stlb_flush", "flushes", MERGE_SUM,
			   "flushes of the second-level TLB, as the CPU counts them"},
	[CH_DTLB_FLUSH] =
		{"dtlb_flush", "flushes", MERGE_SUM,
		 "flushes of the first-level data TLB, as the CPU counts them"},
	[CH_DTLB_LOAD_WALK_PENDING] =
		{"dtlb_load_walk_pending", "cycles", MERGE_SUM,
		 "page walks for loads under way, summed over cycles: over the walks it "
		 "is the mean length of one, never a part of the cycles"},
	[CH_VICTIM_LOOPS] = {"victim_loops", "loops", MERGE_SUM,
			     "iterations of the victims' loops"},
	[CH_VICTIM_QUIET_LOOPS] =
		{"victim_quiet_loops", "loops", MERGE_SUM,
		 "iterations the victims would have made undisturbed, at "
		 "their rate measured alone"},
	[CH_VICTIM_NS] = {"victim_ns", "ns", MERGE_SUM, "victims times elapsed time"},
	[CH_VICTIM_STALLS] = {"victim_stalls", "stalls", MERGE_SUM,
			      "gaps in the victims' loops longer than the threshold"},
	[CH_VICTIM_QUIET_STALLS] = {"victim_quiet_stalls", "stalls", MERGE_SUM,
				    "gaps the victims would have had undisturbed, at "
				    "their rate measured alone"},
	[CH_VICTIM_LOST_NS] = {"victim_lost_ns", "ns", MERGE_SUM,
			       "time the victims spent inside those gaps"},
	[CH_VICTIM_STALL_P50_NS] = {"victim_stall_p50_ns", "ns", MERGE_MAX,
				    "median stall of an interval; merged, the largest"},
	[CH_VICTIM_STALL_P99_NS] = {"victim_stall_p99_ns", "ns", MERGE_MAX,
				    "99th percentile of an interval's stalls; merged, "
				    "the largest"},
	[CH_VICTIM_STALL_P999_NS] =
		{"victim_stall_p999_ns", "ns", MERGE_MAX,
		 "99.9th percentile of an interval's stalls; merged, "
		 "the largest"},
	[CH_VICTIM_STALL_MAX_NS] = {"victim_stall_max_ns", "ns", MERGE_MAX,
				    "longest stall; of victims with work of their own, "
				    "all of these are of its pieces (bystander: of "
				    "batches)"},
	[CH_VICTIM_STALL_MIN_NS] = {"victim_stall_min_ns", "ns", MERGE_MIN,
				    "shortest stall of an interval, or piece of work; "
				    "merged, the shortest"},
	[CH_VICTIM_STALL_P90_NS] = {"victim_stall_p90_ns", "ns", MERGE_MAX,
				    "90th percentile of an interval's stalls; merged, "
				    "the largest"},
	[CH_LATENCY_P50_NS] = {"latency_p50_ns", "ns", MERGE_MAX,
			       "median of an interval's timed operations; merged, the "
			       "largest"},
	[CH_LATENCY_P99_NS] = {"latency_p99_ns", "ns", MERGE_MAX,
			       "99th percentile of an interval's timed operations; "
			       "merged, the largest"},
	[CH_LATENCY_MAX_NS] = {"latency_max_ns", "ns", MERGE_MAX,
			       "longest timed operation"},
	[CH_STEAL_NS] = {"steal_ns", "ns", MERGE_SUM,
			 "time the hypervisor took from the CPUs in use"},
	[CH_CPUS_NS] = {"cpus_ns", "ns", MERGE_SUM, "CPUs in use times elapsed time"},
	[CH_MIGRATIONS] = {"migrations", "moves", MERGE_SUM,
			   "moves of workers and victims from one CPU to another"},
	[CH_INVOLUNTARY_SWITCHES] =
		{"involuntary_switches", "switches", MERGE_SUM,
		 "times the scheduler took the CPU from a worker or "
		 "victim"},
	[CH_RAN_NS] = {"ran_ns", "ns", MERGE_SUM,
		       "time that workers and victims were on a CPU, as the scheduler "
		       "counts it; to be held against worker_ns and victim_ns"},
	[CH_FREQUENCY_HZ] = {"frequency_hz", "Hz", MERGE_MIN,
			     "clock of the CPUs in use as the kernel tells it, mean of "
			     "those looked at; merged, the lowest"},
	[CH_FREQUENCY_CHANGE_PCT] =
		{"frequency_change_pct", "%", MERGE_MAX,
		 "how far the clock of a CPU in use was from its own running mean, the "
		 "farthest of those looked at; merged, the largest"},
	[CH_THROTTLES] = {"throttles", "events", MERGE_SUM,
			  "times a CPU in use, or its package, was slowed for heat"},
	[CH_REFILL_NS_PER_PAGE] =
		{"refill_ns_per_page", "ns", MERGE_LAST,
		 "timed estimate of what bringing one translation back "
		 "costs; the latest"},
	[CH_FLUSHING_WORKERS_PCT] =
		{"flushing_workers", "%", MERGE_LAST,
		 "share of the workers' time spent flushing other CPUs, waiting for "
		 "their answers included; recorded in the warm-up"},
	[CH_FLUSHING_CPUS_PCT] =
		{"flushing_cpus", "%", MERGE_LAST,
		 "share of all CPUs' time spent flushing: of those that ask and of "
		 "those that answer; recorded in the warm-up"},
	[CH_KERNEL_FLUSH_MEAN_NS] =
		{"kernel_flush_mean", "ns", MERGE_LAST,
		 "mean length of a flush of other CPUs in the kernel, begin to last "
		 "answer; recorded in the warm-up"},
	[CH_KERNEL_FLUSH_P50_NS] = {"kernel_flush_p50", "ns", MERGE_LAST,
				    "the same, its median"},
	[CH_KERNEL_FLUSH_P99_NS] = {"kernel_flush_p99", "ns", MERGE_LAST,
				    "the same, its 99th percentile"},
};

/* Ordered from good to bad; absent is not compared. */
static enum quality quality_worse(enum quality a, enum quality b)
{
	return a > b ? a : b;
}

static struct reading reading_merge(enum channel_merge how, struct reading a,
				    struct reading b)
{
	struct reading r = {0, quality_worse(a.quality, b.quality)};

	if (!reading_present(a))
		return b;
	if (!reading_present(b))
		return a;
	switch (how) {
	case MERGE_SUM: r.value = a.value + b.value; break;
	case MERGE_MAX: r.value = a.value > b.value ? a.value : b.value; break;
	case MERGE_MIN: r.value = a.value < b.value ? a.value : b.value; break;
	case MERGE_LAST: return b;
	}
	return r;
}

struct reading sample_ns_per_op(const struct sample *s)
{
	struct reading ops = sample_get(s, CH_OPS), took = sample_get(s, CH_OPS_NS);
	struct reading running = sample_get(s, CH_RUNNING_OPS);
	double running_ns = sample_get(s, CH_RUNNING_NS).value;

	if (!reading_present(took))
		took = sample_get(s, CH_WORKER_NS);
	if (!reading_present(ops) || !reading_present(took) || !(ops.value > 0) ||
	    !(took.value > 0))
		return READING_ABSENT;
	/* What is under way has already taken longer than those that ended: it is one
	 * more, and at least as long as that. */
	if (reading_present(running) &&
	    running_ns * ops.value > running.value * took.value) {
		ops.value += running.value;
		took.value += running_ns;
	}
	return (struct reading){took.value / ops.value,
				quality_worse(ops.quality, took.quality)};
}

struct reading sample_ops(const struct sample *s)
{
	struct reading ops = sample_get(s, CH_OPS), each;
	struct reading worked = sample_get(s, CH_WORKER_NS);

	if (!reading_present(sample_get(s, CH_OPS_NS)) || !reading_present(worked))
		return ops;
	each = sample_ns_per_op(s);
	if (!reading_present(each))
		return READING_ABSENT;
	/* Exactly ops where nothing was under way. */
	if (sample_get(s, CH_OPS_NS).value == worked.value)
		return ops;
	return (struct reading){worked.value / each.value, each.quality};
}

static bool is_told(enum channel c)
{
	return c >= CH_TOLD && c <= CH_TOLD_NS;
}

void sample_merge(struct sample *into, const struct sample *next)
{
	for (int c = 0; c < CH_N; c++) {
		if (is_told((enum channel)c) &&
		    next->told_source != into->told_source) {
			if (next->told_source > into->told_source)
				sample_put(into, (enum channel)c, next->value[c],
					   (enum quality)next->quality[c]);
			continue;
		}
		struct reading r = reading_merge(channel_table[c].merge,
						 sample_get(into, (enum channel)c),
						 sample_get(next, (enum channel)c));

		sample_put(into, (enum channel)c, r.value, r.quality);
	}
	extras_merge(&into->extras, &next->extras);
	if (next->told_source > into->told_source)
		into->told_source = next->told_source;
	into->noise |= next->noise;
	into->t_s = next->t_s;
	into->elapsed_s += next->elapsed_s;
}
