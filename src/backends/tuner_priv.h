/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_TUNER_PRIV_H
#define TLBLAB_SRC_BACKENDS_TUNER_PRIV_H

#include "backends/tuner_quiet.h"
#include "backends/tuner_round.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/rig/rig.h"

enum tuner_stage {
	STAGE_NEXT_SET,
	STAGE_STARTING,
	STAGE_WARM_UP,
	STAGE_TRIALS,  /* an order is under way */
	STAGE_WAITING, /* for the machine to be quiet */
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
	uint64_t open_ns, due_ns, set_begin_ns, set_end_ns;
	struct rng rng;
	struct round round;
	int step, part; /* of a step: the ceiling moves between its parts */
	int read;	/* trials of the order that were looked at */
	uint64_t order_end_ns, batch_end_ns, batch_ns;
	int batch;
	struct quiet quiet;
	uint64_t waited_ns, wait_begin_ns;

	struct tuner_view view;
	struct error error;
	char doing[64];
};

#endif
