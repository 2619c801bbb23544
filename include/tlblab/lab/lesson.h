/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_LESSON_H
#define TLBLAB_LAB_LESSON_H

#include <stdbool.h>

#include "tlblab/lab/catalogue.h"
#include "tlblab/lab/metric.h"

/*
 * Silence is no answer. A metric that counts (shootdowns, flushes) is 0 both where
 * nothing happens and where its source cannot see it. So a step may name further
 * metrics of the same meaning, and a simulation to fall back on; an answer that holds 0
 * needs a control, an earlier step that was counted by the same metric and was not 0.
 *
 * The steps of a lesson, as a preset holds them. A step sets something, says what to
 * look at, may ask for a prediction, runs until enough is known and measures its
 * answer; nothing that is measured is written in the lesson.
 *
 * What a step measures is a metric's median over the intervals of its run, divided by
 * `divide`; with ratio_to or minus, this against the same of an earlier, named step.
 * Its answers divide the line of all numbers, in ascending order: each holds what is
 * below its bound and not below the one before, the last has no bound.
 */
enum {
	LESSON_MAX_STEPS = 24,
	LESSON_MAX_SETS = 12,
	LESSON_MIN_ANSWERS = 2,
	LESSON_MAX_ANSWERS = 5,
	LESSON_MAX_INTERVALS = 400, /* that count; the newest of more */
	LESSON_MAX_METRICS = 4,	    /* that a step may be measured by */
	LESSON_NAME_BYTES = 32,
};

/* The panel a step points at. */
enum lesson_watch {
	LESSON_WATCH_NONE,
	LESSON_WATCH_RUNTIME,
	LESSON_WATCH_SHOOTDOWNS,
	LESSON_WATCH_WALKS,
	LESSON_WATCH_FULL_FLUSHES,
	LESSON_WATCH_VICTIM_SLOWDOWN,
	LESSON_WATCH_VICTIM_STALLS,
	LESSON_WATCH_CHECKS,
	LESSON_WATCH_N
};

/* As presets name them; NULL for none. */
extern const char *const lesson_watch_name[LESSON_WATCH_N];

/* What must hold of the machine, or the step has no meaning. */
enum lesson_needs {
	LESSON_NEEDS_NOTHING,
	LESSON_NEEDS_INTERRUPTS, /* flushes reach other CPUs as interrupts */
	LESSON_NEEDS_N
};

/* As presets name them; NULL for nothing. */
extern const char *const lesson_needs_name[LESSON_NEEDS_N];

enum lesson_compare { LESSON_ALONE, LESSON_RATIO_TO, LESSON_MINUS };

struct lesson_set {
	char key[48]; /* as experiment_set takes it */
	char *value;  /* as text, owned */
};

struct lesson_answer {
	char *text;   /* owned */
	double below; /* infinite for the last */
	char *so;     /* what it means when this was measured; owned, may be NULL */
};

struct lesson_measure {
	bool given;
	enum metric metric;
	/* Of the same meaning and unit, tried in this order where it is silent. */
	enum metric instead[LESSON_MAX_METRICS - 1];
	int n_instead;
	double divide; /* 1 where it is not given */
	enum lesson_compare compare;
	int with;      /* the earlier step */
	char *what;    /* what the number is, in a few words; owned, may be NULL */
	char unit[16]; /* "" is the metric's own, "x" for ratios */
	/* Earlier steps, counted from 1; 0: none. The control shows that the metric can
	 * be other than 0 here. The cause is refused where `unless` shows most of the
	 * effect as well. */
	int control, unless;
	/* The cause is refused where the number, or what it adds to the step it is
	 * compared with, is beyond this; 0: no bound. */
	double at_most;
};

/* Whichever comes first; 0: not given. */
struct lesson_until {
	double seconds; /* of measuring, on the backend's clock */
	int intervals;
	double precision_pct; /* half the 95 % interval, of the median */
};

/* All texts are owned; those that may be missing are then NULL. */
struct lesson_step {
	char name[LESSON_NAME_BYTES]; /* "" when nothing refers to it */
	char *title, *say, *ask, *then;
	struct lesson_set sets[LESSON_MAX_SETS];
	int n_sets;
	/* On top of them, where the measure cannot be had: a simulation. */
	struct lesson_set simulate[LESSON_MAX_SETS];
	int n_simulate;
	enum lesson_needs needs;
	struct lesson_measure measure;
	struct lesson_answer answers[LESSON_MAX_ANSWERS];
	int n_answers;
	enum lesson_watch watch;
	struct lesson_until until;
};

void lesson_step_fini(struct lesson_step *s);
/* dst is overwritten. 0 or -ENOMEM, with dst empty. */
int lesson_step_copy(struct lesson_step *dst, const struct lesson_step *src);
/* Which of the answers a number falls into. */
int lesson_answer_of(const struct lesson_step *s, double value);

#endif
