/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_SIM_SAMPLE_H
#define TLBLAB_SRC_BACKENDS_SIM_SAMPLE_H

#include "backends/work.h"
#include "tlblab/lab/channel.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/sim/sim.h"

/* Samples of a simulation: what happened since the one before. */
struct sim_samples {
	int n_cpus, n_workers, n_victims;
	struct sim_counts counts; /* as of the last sample, and so on */
	struct sim_slot *slots;
	uint64_t *cpu_totals;
	uint32_t *cpu_row;
	struct work_seen *work; /* by worker */
	double waiting_ns;	/* worked before the first operation ended */
	double ns_per_op;	/* in the last interval in which one ended */
	uint64_t gate_ps, last_ps, last_ns;
};

int sim_samples_init(struct sim_samples *o, const struct sim *s,
		     const struct experiment *e);
void sim_samples_fini(struct sim_samples *o);
/* The gate has just opened. */
void sim_samples_begin(struct sim_samples *o, const struct sim *s);
/* Fills everything but t_s. */
void sim_samples_take(struct sim_samples *o, const struct sim *s, struct sample *out);

#endif
