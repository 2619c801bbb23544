/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_PROGRAM_TRIAL_H
#define TLBLAB_BACKENDS_PROGRAM_TRIAL_H

#include <sys/types.h>

#include "tlblab/backends/program_counter.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/lab/trial.h"

/*
 * Candidate ceilings tried on a program, in windows that alternate, against its own
 * throughput: how many runs of a command are finished a second, or how fast a counter
 * of a running process rises. Like a tuner it never blocks, and the ceiling goes back
 * as soon as nothing is measured any more, and on every way out.
 */
struct program_trial;

struct program_trial_options {
	const struct machine *machine; /* outlives the trial */
	struct guardian *guardian;     /* the same */
	const char *command;	       /* NULL: pid is watched */
	pid_t pid;
	enum program_counter_kind counter; /* of pid */
	const char *counter_path;	   /* PROGRAM_FILE's; outlives the trial */
	const int64_t *candidates;	   /* copied; the present one is always there */
	int n_candidates;
	double budget_s, window_s; /* a window lasts so long, or one run if longer */
	uint64_t seed;
};

/* What is tried beside the present ceiling, and for how long at a time, unless somebody
 * says otherwise. */
enum { PROGRAM_TRIAL_CANDIDATES = 4 };
extern const int64_t program_trial_candidates[PROGRAM_TRIAL_CANDIDATES];
extern const double program_trial_window_s;

struct program_trial_view {
	enum tuner_phase phase;
	const char *program; /* the command, or "process 123, by minor_faults" */
	const struct trial_answer *answer;
	const struct trial_data *data;
	double elapsed_s, budget_s;
	int windows, rounds_lost; /* lost: without any progress in some window */
	int runs_a_window;	  /* of the command; 0 until known */
	const char *unit;	  /* of a rate: "runs/s" */
	const char *doing;	  /* "ceiling 8" */
	const struct error *error;
};

/* The error says what the machine lacks: the right to set the ceiling, or the counter,
 * and what would allow it. */
int program_trial_open(struct program_trial **out,
		       const struct program_trial_options *options,
		       struct error *error);
/* Milliseconds until it wants to be called again. */
int program_trial_tick(struct program_trial *t);
/* Valid until the next call; the answer is renewed after every round. */
const struct program_trial_view *program_trial_view(struct program_trial *t);
/* Ends, early or not, and puts the ceiling back. */
void program_trial_stop(struct program_trial *t);
void program_trial_close(struct program_trial *t); /* stops first; NULL is fine */

#endif
