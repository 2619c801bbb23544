/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_PRESET_H
#define TLBLAB_LAB_PRESET_H

#include "tlblab/lab/experiment.h"
#include "tlblab/lab/lesson.h"

/* A named experiment with words for a reader, and the lists a sweep walks. */
enum {
	PRESET_MAX_NOTES = 32,
	PRESET_MAX_AXES = 4,
	PRESET_MAX_STEPS = 64, /* values on one axis */
};

struct sweep_axis {
	char key[48];			/* as experiment_set takes it */
	char *values[PRESET_MAX_STEPS]; /* as text, owned */
	int n;
};

struct preset {
	char name[EXPERIMENT_NAME_BYTES];
	char title[160];
	char path[512];		       /* where it was read from, "" when it was not */
	char *notes[PRESET_MAX_NOTES]; /* owned */
	int n_notes;
	/* The workload that title and notes are about, as the file has it; "" unknown.
	 */
	char about_workload[EXPERIMENT_NAME_BYTES];
	struct experiment experiment;
	struct sweep_axis sweep[PRESET_MAX_AXES];
	int n_axes;
	int course;		    /* its place among the lessons, from 1; 0: none */
	struct lesson_step *lesson; /* owned; n_lesson long */
	int n_lesson;
};

/* Whether title and notes still speak of what e does. */
bool preset_is_about(const struct preset *p, const struct experiment *e);
void preset_fini(struct preset *p); /* frees what it owns and clears it */
/* dst must be zeroed or finished. */
int preset_copy(struct preset *dst, const struct preset *src);
/*
 * One assignment on top of a preset: "threads=2", "params.pages=33", "pages=33". A key
 * that was swept is set to the one value and its axis dropped; steps of a lesson that
 * set it do so no more. "sweep.threads=1,2"
 * adds or replaces an axis ("sweep.placement=compact;cpus:0,2": semicolons where values
 * have commas), "sweep.threads=" removes it. A workload that cannot take the values of
 * an axis is refused. Refused assignments change nothing.
 */
int preset_set(struct preset *p, const struct catalogue *c, const char *assignment,
	       struct error *error);
/* What a step of the lesson runs: the preset's experiment with what the step sets,
 * until it is stopped. */
int preset_step_experiment(const struct preset *p, const struct catalogue *c, int step,
			   struct experiment *out, struct error *error);
/* Adds or replaces one axis from a list of values; the same checks. */
int preset_sweep(struct preset *p, const struct catalogue *c, const char *key,
		 const char *const *values, int n, struct error *error);

#endif
