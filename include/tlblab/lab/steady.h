/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_STEADY_H
#define TLBLAB_LAB_STEADY_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/lab/result.h"

/*
 * Whether a run measured something steady, and when enough runs were made. Nothing here
 * drops a value: what looks wrong is said, and stays in.
 */
struct steadiness {
	int n; /* values judged; below STEADY_MIN_VALUES nothing is claimed */
	/* Leading values that differ from the rest by more than chance: the warm-up was
	 * too short by so much. 0: none. */
	int warming;
	double warming_s;
	/* A steady rise or fall, over the whole length, in percent of the median. */
	bool drifts;
	double drift_pct, drift_p; /* Theil and Sen's slope; Mann and Kendall's test */
	/* Beyond three times the interquartile range from the quartiles. */
	int outliers;
	double worst; /* the farthest of them; NaN when there is none */
};

enum { STEADY_MIN_VALUES = 10 };

/* Values in the order of time, interval_s apart; NaN are left out. 0 or -ENOMEM. */
int steady_judge(const double *values, size_t n, double interval_s,
		 struct steadiness *out);
/* Of one metric over the run's measured intervals. */
int run_judge_steady(const struct run_record *r, enum metric m, struct steadiness *out);
/* "drifts by +4.2 % over the run; 2 outliers, up to 31.0 µs"; "" when all is well. */
const char *steady_text(const struct steadiness *s, const char *unit, char *buf,
			size_t buf_bytes);

/* When to stop repeating a point. */
struct repeat_goal {
	enum metric metric;
	double precision_pct; /* half the 95 % interval, of the mean; 0: no goal */
};

enum { REPEAT_MIN_RUNS = 3 };

/* Whether the runs made of this point suffice for the goal: at least REPEAT_MIN_RUNS,
 * none of them failed, and the interval tight enough. */
bool repeat_goal_met(const struct repeat_goal *g, struct run_record *const *runs,
		     int n_runs, int point);

#endif
