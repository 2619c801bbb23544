/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_TUNER_PRIV_H
#define TLBLAB_BACKENDS_TUNER_PRIV_H

#include "backends/tuner_round.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/rig/rig.h"

enum tuner_stage {
	STAGE_NEXT_SET,
	STAGE_STARTING,
	STAGE_WARM_UP,
	STAGE_SETTLE,
	STAGE_WINDOW,
	STAGE_END,
};

struct tuner {
	const struct machine *machine;
	struct guardian *guardian;
	struct experiment experiment;
	struct tune_mix mix;
	bool membarrier;
	int64_t ceiling;       /* in force while measuring with span */
	int64_t original, set; /* knob: what was found, what is in force */

	struct tune_data data[TUNER_MAX_SETS];
	struct tune_answer answers[TUNER_MAX_SETS];
	int n_sets;

	enum tuner_stage stage;
	struct rig *rig;
	int *cpus;
	uint64_t open_ns, due_ns, set_end_ns;
	struct rng rng;
	struct round round;
	int step, again;
	int batch, batch_rounds, rounds_per_batch;
	/* At the start of the window. */
	uint64_t begin_ns, begin_ops;
	uint64_t *begin_turns;

	struct tuner_view view;
	struct fault fault;
	char doing[64];
};

#endif
