/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_RUN_PLAN_H
#define TLBLAB_SRC_COMMANDS_RUN_PLAN_H

#include <stdio.h>

#include "commands/lab.h"
#include "tlblab/lab/plan.h"
#include "tlblab/lab/steady.h"

/* The runs of a preset, made one after another without a screen. */
struct run_plan {
	struct lab *lab;
	const struct preset *preset;
	struct plan plan;
	struct run_record **records; /* owned; n_records so far */
	int n_records;
	/* precision_pct 0: every repeat is made. Else the preset's repeats are the
	 * most, and those of a point that is precise enough are left out. */
	struct repeat_goal goal;
	double budget_s;  /* no run begins later than this; 0: none */
	bool stop;	  /* set by a callback: nobody wants the rest */
	bool interrupted; /* a signal ended it; what was measured is kept */
	FILE *progress;	  /* NULL: quiet */
	uint64_t begin_ns;
	uint64_t run_begin_ns; /* of the present run */
	/* Called for every new interval of a run; may be NULL. */
	void (*on_interval)(void *self, int run, const struct series_point *point);
	/* Called when a run is over. */
	void (*on_end)(void *self, int run);
	void *self;
};

/* 0, also when interrupted or when a worker failed (its record says so); a run that
 * could not even start is an error. */
int run_plan_execute(struct run_plan *r, struct error *error);
void run_plan_fini(struct run_plan *r);

#endif
