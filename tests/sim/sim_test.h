/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_SIM_SIM_TEST_H
#define TLBLAB_TESTS_SIM_SIM_TEST_H

#include "support/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/strategy.h"

/* An experiment from "key=value" words, ended by NULL. */
static inline struct experiment experiment_of(const char *workload,
					      const char *const *words)
{
	struct experiment e;
	struct error error = {0};
	char key[64];

	assert_int_equal(experiment_init(&e, sim_catalogue(), workload, &error), 0);
	for (; words && *words; words++) {
		const char *is = strchr(*words, '=');

		assert_non_null(is);
		snprintf(key, sizeof(key), "%.*s", (int)(is - *words), *words);
		if (experiment_set(&e, sim_catalogue(), key, is + 1, &error))
			fail_msg("%s: %s", *words, error.why);
	}
	return e;
}

#define EXPERIMENT(workload, ...)                                                      \
	experiment_of(workload, (const char *const[]){__VA_ARGS__, NULL})

/* Runs it for so long, or until its operations are done. The caller frees. */
static inline struct sim *sim_after(const struct experiment *e,
				    const struct strategy_ops *strategy,
				    const struct sim_costs *costs, double ms)
{
	struct sim_options o = {.experiment = e, .strategy = strategy, .costs = costs};
	struct error error = {0};
	struct sim *s = NULL;

	if (sim_new(&s, &o, &error))
		fail_msg("%s: %s", error.what, error.why);
	sim_open_gate(s);
	sim_run(s, sim_now_ps(s) + (uint64_t)(ms * 1e9), UINT64_MAX);
	return s;
}

static inline double ns_per_op(struct sim *s)
{
	double busy_ns = 0;
	struct sim_slot slot;

	for (int i = 0; i < s->n_workers; i++) {
		sim_slot(s, i, &slot);
		busy_ns += (double)slot.busy_ps / SIM_PS_PER_NS;
	}
	return busy_ns / (double)sim_counts(s)->ops;
}

/* A call alone took so long. */
static inline void observe(struct sim_measured *m, enum sim_call call, int pages,
			   bool full, double ns)
{
	sim_measured_add(m, &(struct sim_observed){.call = call,
						   .pages = pages,
						   .full = full,
						   .ns = ns,
						   .stall_ns = NAN});
}

#endif
