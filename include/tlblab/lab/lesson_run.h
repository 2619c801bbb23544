/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_LESSON_RUN_H
#define TLBLAB_LAB_LESSON_RUN_H

#include "tlblab/lab/check.h"
#include "tlblab/lab/preset.h"
#include "tlblab/lab/series.h"

/*
 * A lesson being played. Whoever plays it (the screen, or nobody at all with --auto)
 * hands in what a person decides and what was measured; this says what comes next, and
 * measures the answers. No clock, no terminal, no workers in here.
 *
 *   READY ── answer or skip ──▶ SETUP ── started ──▶ RUNNING ── enough ──▶ TOLD
 *     ▲                           ▲                     │ failed ─────────▶  │
 *     │ a question                │ none                                     │
 *     └───────────────────────────┴────────────── next ◀────────────────────┘ OVER
 *
 * Where the measure cannot be had and the step has a simulation, RUNNING goes back to
 * SETUP once, for lesson_run_experiment to give that one.
 */
enum lesson_phase {
	LESSON_READY,	/* the question is asked, nothing of this step runs */
	LESSON_SETUP,	/* preset_step_experiment is to be started */
	LESSON_RUNNING, /* lesson_run_look is to be called */
	LESSON_TOLD,	/* the result of the step stands */
	LESSON_OVER,	/* behind the last step */
};

enum lesson_outcome {
	LESSON_NOT_MADE,
	LESSON_SHOWN,  /* ran as long as it was meant to, and measured what it asked */
	LESSON_ABSENT, /* cannot be had on this machine: why says what is missing */
	LESSON_SIMULATED, /* the same, and the number is a simulation's: no answer */
	LESSON_FAILED,	  /* why says what went wrong */
};

enum { LESSON_MIN_VALUES = 10, LESSON_WHY_BYTES = 320 };

struct lesson_result {
	enum lesson_outcome outcome;
	char why[LESSON_WHY_BYTES];
	double seconds; /* measured */
	int intervals;
	int disturbed;	    /* of them, from outside */
	double ops;	    /* operations that ended in them; NaN: not counted */
	enum metric metric; /* by which it was measured */
	/* A check failed, or that of the step it is compared with: not scored. */
	bool is_void;
	/* Why the number has not the cause that its answer gives; "": it has. */
	char refused[LESSON_WHY_BYTES];
	uint8_t noise; /* bits of enum noise_kind, of all */
	/* Of the step's measure, where it has one and it was shown. The interval is NaN
	 * where there were too few values for one. */
	double estimate, ci95_low, ci95_high;
	size_t n;      /* values behind it */
	int predicted; /* -1: no prediction was made */
	int answer;    /* what the estimate falls into; -1: nothing was asked */
	int answer_low, answer_high; /* what the interval reaches into */
};

struct lesson_values {
	double value[LESSON_MAX_INTERVALS]; /* of the metric, in order; the newest */
	size_t n;
};

/* Whether flushes reach other CPUs as interrupts. */
enum lesson_interrupts {
	LESSON_INTERRUPTS_UNKNOWN,
	LESSON_INTERRUPTS_YES, /* counted */
	LESSON_INTERRUPTS_NO,
};

struct lesson_run {
	const struct preset *preset; /* borrowed */
	enum lesson_phase phase;
	int step;
	int chosen;	 /* the answer under the cursor; -1: none */
	double cap_s;	 /* no step measures longer; 0: as it is written */
	double part;	 /* of the step under way that is done, 0 to 1 */
	bool simulating; /* the step under way, for want of its measure */
	enum lesson_interrupts interrupts;     /* as the steps so far have shown */
	char interrupts_why[LESSON_WHY_BYTES]; /* the evidence */
	struct lesson_result result[LESSON_MAX_STEPS];
	struct lesson_values *values; /* owned; one for each step */
};

/* What was measured of the step under way. */
struct lesson_look {
	const struct series *series;
	double from_s;		/* where its window begins; NaN: not yet */
	const char *why_absent; /* when the step's metric cannot be had; may be NULL */
	const struct check *checks; /* of the run */
	int n_checks;
	bool simulated; /* its counts are complete: 0 is 0 */
};

/* The preset outlives the run, and has a lesson. 0 or -ENOMEM. */
int lesson_run_begin(struct lesson_run *l, const struct preset *preset);
void lesson_run_fini(struct lesson_run *l); /* fine on a zeroed one */

const struct lesson_step *lesson_run_step(const struct lesson_run *l);
/* SETUP: what is to be started. -EINVAL or -ENOMEM with an error. */
int lesson_run_experiment(const struct lesson_run *l, const struct catalogue *c,
			  struct experiment *out, struct error *error);
/* READY: goes on with what is chosen, or without a prediction. TOLD: to the next step.
 */
void lesson_run_next(struct lesson_run *l);
/* To the step before, or to the start of this one when it is the first. */
void lesson_run_back(struct lesson_run *l);
/* READY: moves the cursor over the answers. */
void lesson_run_choose(struct lesson_run *l, int by);
/* READY: predicts the answer (from 0) and goes on; false when there is none such. */
bool lesson_run_answer(struct lesson_run *l, int answer);
/* SETUP: the experiment runs. */
void lesson_run_started(struct lesson_run *l);
/* SETUP, RUNNING: it cannot be had here (absent), or it went wrong. */
void lesson_run_fail(struct lesson_run *l, bool absent, const char *why);
/* RUNNING: somebody changed the bench; the step waits to be set up again. */
void lesson_run_disturbed(struct lesson_run *l);
/* RUNNING: true when that was enough, and the step is TOLD. */
bool lesson_run_look(struct lesson_run *l, const struct lesson_look *look);
/* Whether a later step is compared with this one. */
bool lesson_run_is_reference(const struct lesson_run *l, int step);

/* Why this happened: of the answer, or why that is refused; NULL where nothing is to be
 * said. */
const char *lesson_cause(const struct lesson_step *s, const struct lesson_result *r);

/* In words; each returns buf. */
/* "7.93x", "19.7 µs" */
const char *lesson_number_text(const struct lesson_step *s, double value, char *buf,
			       size_t buf_bytes);
/* "Runtime per operation: 7.93x (95 % interval 7.6x to 8.2x, 20 intervals)." */
const char *lesson_measured_text(const struct lesson_step *s,
				 const struct lesson_result *r, char *buf,
				 size_t buf_bytes);
/* "Read with care: steal in 20 of 61 intervals."; "" where few were disturbed. */
const char *lesson_noise_text(const struct lesson_result *r, char *buf,
			      size_t buf_bytes);
/* "That is: more than five times. You said so." "" when nothing was asked. */
const char *lesson_verdict_text(const struct lesson_step *s,
				const struct lesson_result *r, char *buf,
				size_t buf_bytes);

#endif
