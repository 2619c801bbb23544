/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_CHANNEL_H
#define TLBLAB_LAB_CHANNEL_H

#include <stdint.h>

#include "tlblab/base/reading.h"
#include "tlblab/lab/extra.h"

/*
 * A channel is one thing counted over an interval. Sensors fill channels; metrics
 * (metric.h) are computed from them. Counts add up, so two neighbouring intervals
 * merge exactly into a longer one; the few gauges say how they merge.
 */
enum channel {
	CH_OPS,			  /* operations, all workers */
	CH_OPS_MIN,		  /* of the slowest worker */
	CH_OPS_MAX,		  /* of the fastest worker */
	CH_OPS_NS,		  /* that these operations took, in all */
	CH_WORKER_NS,		  /* running workers x elapsed */
	CH_RUNNING_OPS,		  /* gauges: operations under way at the end, */
	CH_RUNNING_NS,		  /* and for how long, all together */
	CH_SHOOTDOWNS,		  /* received, all CPUs (TLB row of /proc/interrupts) */
	CH_SHOOTDOWNS_BACKGROUND, /* of those, expected of other programs */
	CH_TOLD,	    /* other CPUs told to flush, by the source of the sample */
	CH_TOLD_BACKGROUND, /* of those, expected without the workers */
	CH_TOLD_OPS,	    /* operations they belong to, where not all were counted */
	CH_TOLD_NS,	    /* time in which they were counted */
	CH_HYPERVISOR_FLUSHES, /* flushes of other CPUs asked of the hypervisor */
	CH_FLUSH_OPS,	       /* operations done while flushes were being counted */
	CH_FLUSH_NS,	       /* time in which they were being counted */
	CH_FLUSH_FULL,	       /* flushes the workers' operations made, whole TLB */
	CH_FLUSH_RANGED,       /* the same, page by page */
	/* tlb:tlb_flush by reason, workers and victims (kernel order 0 to 5) */
	CH_FLUSH_TASK_SWITCH,
	CH_FLUSH_REMOTE_SHOOTDOWN,
	CH_FLUSH_LOCAL_SHOOTDOWN,
	CH_FLUSH_LOCAL_MM_SHOOTDOWN,
	CH_FLUSH_REMOTE_IPI_SEND,
	CH_FLUSH_REMOTE_WRONG_CPU,
	/* the workers' flushes by size; "all" is CH_FLUSH_FULL */
	CH_FLUSH_PAGES_1,
	CH_FLUSH_PAGES_2_8,
	CH_FLUSH_PAGES_9_33,
	CH_FLUSH_PAGES_34_UP,
	/* the kernel's own counts, machine-wide (CONFIG_DEBUG_TLBFLUSH) */
	CH_VMSTAT_REMOTE_FLUSHES,
	CH_VMSTAT_REMOTE_RECEIVED,
	CH_VMSTAT_LOCAL_FULL,
	CH_VMSTAT_LOCAL_PAGES,
	CH_CYCLES, /* of the workers, while walks were counted */
	CH_DTLB_LOAD_WALK_CYCLES,
	CH_DTLB_LOAD_WALKS,
	CH_DTLB_STORE_WALK_CYCLES,
	CH_DTLB_STORE_WALKS,
	CH_ITLB_WALK_CYCLES,
	CH_ITLB_WALKS,
	CH_STLB_FLUSH,
	CH_DTLB_FLUSH,
	CH_DTLB_LOAD_WALK_PENDING, /* walks under way, summed over cycles */
	CH_VICTIM_LOOPS,	   /* iterations of the victims' loops */
	CH_VICTIM_QUIET_LOOPS,	   /* turns they would have made undisturbed */
	CH_VICTIM_NS,		   /* victims x elapsed */
	CH_VICTIM_STALLS,	   /* gaps longer than the stall threshold */
	CH_VICTIM_QUIET_STALLS,	   /* gaps they would have had undisturbed */
	CH_VICTIM_LOST_NS,	   /* time inside those gaps */
	CH_VICTIM_STALL_P50_NS,	   /* gauges: of the interval; the larger when merged */
	CH_VICTIM_STALL_P99_NS,
	CH_VICTIM_STALL_P999_NS,
	CH_VICTIM_STALL_MAX_NS,
	CH_VICTIM_STALL_MIN_NS, /* the smaller when merged */
	CH_VICTIM_STALL_P90_NS,
	CH_LATENCY_P50_NS, /* of the workers' timed operations in the interval */
	CH_LATENCY_P99_NS,
	CH_LATENCY_MAX_NS,
	CH_STEAL_NS,   /* taken by the hypervisor from the CPUs in use */
	CH_CPUS_NS,    /* CPUs in use x elapsed (the base of steal) */
	CH_MIGRATIONS, /* of workers and victims between CPUs */
	CH_INVOLUNTARY_SWITCHES,
	CH_RAN_NS,	 /* workers and victims on a CPU, not waiting for one */
	CH_FREQUENCY_HZ, /* gauge: mean of the CPUs in use; the lower when merged */
	CH_FREQUENCY_CHANGE_PCT, /* gauge: of the CPU whose clock left its usual the
				  * most; the larger when merged */
	CH_THROTTLES,		 /* thermal throttling of the CPUs in use, events */
	CH_REFILL_NS_PER_PAGE,	 /* gauge: timed estimate by the refill probe */
	/* gauges, of the warm-up: share of the workers' time, and of all CPUs', spent
	 * flushing; length of a flush of other CPUs in the kernel */
	CH_FLUSHING_WORKERS_PCT,
	CH_FLUSHING_CPUS_PCT,
	CH_KERNEL_FLUSH_MEAN_NS,
	CH_KERNEL_FLUSH_P50_NS,
	CH_KERNEL_FLUSH_P99_NS,
	CH_N
};

enum channel_merge { MERGE_SUM, MERGE_MAX, MERGE_MIN, MERGE_LAST };

struct channel_desc {
	const char *name; /* "flush_full", as in CSV headings */
	const char *unit; /* "flushes", "ns", "cycles" … */
	enum channel_merge merge;
	const char *help; /* what it counts and what it does not */
};

extern const struct channel_desc channel_table[CH_N];

/*
 * Where CH_TOLD comes from (told.h), from the best source to the weakest. Counts of
 * two sources are never added: merged, the weaker one's are kept.
 */
enum told_source {
	TOLD_ABSENT,
	TOLD_ROW,	 /* TLB row of /proc/interrupts */
	TOLD_SENT,	 /* requests traced, x receivers */
	TOLD_HYPERVISOR, /* requests to the hypervisor traced, x receivers */
	TOLD_STALLS,	 /* victims' gaps beyond their quiet rate, x receivers */
	TOLD_MODELLED,	 /* simulated: hardware carries them, no CPU is interrupted */
	TOLD_SOURCES
};

/* One interval. Channels that nobody filled are absent. */
struct sample {
	double t_s;	  /* end of the interval, from the start of the series */
	double elapsed_s; /* measured length */
	double value[CH_N];
	uint8_t quality[CH_N]; /* enum quality */
	uint8_t told_source;   /* enum told_source; absent where CH_TOLD is */
	uint8_t noise;	       /* noise.h: of any of the intervals merged into this */
	struct extras extras;  /* what only the workload knows */
	/* Shootdowns received per CPU id in this interval; SAMPLE_CPU_ABSENT where
	 * the CPU is offline or unknown. Borrowed: n_cpus long, valid until the next
	 * sample is taken; NULL when the sensor is absent. */
	const uint32_t *cpu_shootdowns;
	int n_cpus;
};

#define SAMPLE_CPU_ABSENT UINT32_MAX

static inline void sample_put(struct sample *s, enum channel c, double value,
			      enum quality quality)
{
	s->value[c] = value;
	s->quality[c] = (uint8_t)quality;
}

static inline struct reading sample_get(const struct sample *s, enum channel c)
{
	return (struct reading){s->value[c], (enum quality)s->quality[c]};
}

/*
 * An operation belongs to the time it took. Its mean time is of those that ended, and
 * no shorter than one under way has already taken; absent when none ended.
 */
struct reading sample_ns_per_op(const struct sample *s);
/* How many were done, each in the part of it that fell into the sample: 2.9 when two
 * ended in two seconds that take 0.7 s each. What is counted meanwhile (shootdowns,
 * walks) is divided by this one. Absent when none ended. */
struct reading sample_ops(const struct sample *s);

/* into += next, where next follows into directly. cpu_shootdowns is left alone. */
void sample_merge(struct sample *into, const struct sample *next);

#endif
