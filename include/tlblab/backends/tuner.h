/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_TUNER_H
#define TLBLAB_BACKENDS_TUNER_H

#include "tlblab/base/reading.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/lab/tune.h"
#include "tlblab/machine/machine.h"

/*
 * A tuner measures what flushing k pages costs all CPUs, page by page and all at once,
 * by single operations that alternate inside one rig: one initiator, passive victims
 * that walk through a working set. Like a session it never blocks: tuner_tick does what
 * is due and says when to come back, and tuner_view is what a screen draws meanwhile.
 */
struct tuner;
struct guardian;

enum tuner_method {
	TUNER_AUTO, /* knob where the ceiling can be set, else span */
	TUNER_SPAN, /* the pages side by side, or over a span past the ceiling */
	TUNER_KNOB, /* the ceiling moves between k and k - 1 */
};

struct tuner_options {
	const struct machine *machine; /* outlives the tuner */
	struct guardian *guardian;     /* the same */
	/* Of the workload "collateral": placement, victims, working_set_pages and seed
	 * count; there is one initiator. Copied. */
	const struct experiment *experiment;
	struct tune_mix mix;
	enum tuner_method method;
	double budget_s;
	bool one_working_set; /* the experiment's only */
};

enum tuner_phase { TUNER_STARTING, TUNER_MEASURING, TUNER_DONE, TUNER_FAILED };

enum { TUNER_MAX_SETS = 5 };

struct tuner_view {
	enum tuner_phase phase;
	enum tuner_method method; /* never TUNER_AUTO */
	int64_t ceiling_now;	  /* -1 unknown: 33 is assumed */
	/* One answer for each working set; the first is the experiment's and the one
	 * that counts. Those not begun have no rounds. */
	const struct tune_answer *answers;
	const struct tune_data *data; /* the rounds each rests on */
	int n_answers, current;
	int victims;
	double elapsed_s, budget_s;
	int windows;	 /* attempts at an operation */
	int disturbed;	 /* of these, left out: a thread did not run, before or in it */
	int rounds_lost; /* in which no size had enough of them */
	bool stuck;	 /* so busy that it cannot settle; see tuner_wait */
	bool waiting;	 /* for the machine to be quiet */
	double busy_pct; /* while waiting: of all CPUs; NaN unknown */
	const char *doing; /* "8 pages, all at once" */
	const struct error *error;
};

enum { TUNER_USUAL_VICTIMS = 3 };

/* What is tuned with unless a person says otherwise: one initiator, and victims on the
 * CPUs that are left, a few of them at most. */
int tuner_experiment(struct experiment *out, const struct machine *m,
		     struct error *error);
/* The error says what the machine lacks: a ceiling of 3 or more for span, the right to
 * set it for knob. */
int tuner_open(struct tuner **out, const struct tuner_options *options,
	       struct error *error);
/* Milliseconds until it wants to be called again. */
int tuner_tick(struct tuner *t);
/* Valid until the next call; answers are renewed after every round. */
const struct tuner_view *tuner_view(struct tuner *t);
/* Stops measuring until other programs leave the CPUs alone, then goes on; what it
 * waits is not of the budget. Again: goes on at once. */
void tuner_wait(struct tuner *t);
/* Ends, early or not, and puts the ceiling back as it was: the answers are of what was
 * measured. Valid again and again. */
void tuner_stop(struct tuner *t);
/* Stops first; NULL is fine. */
void tuner_close(struct tuner *t);
const char *tuner_method_name(enum tuner_method m); /* "auto", "span", "knob" */

#endif
