/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_SUMMARY_H
#define TLBLAB_LAB_SUMMARY_H

#include "tlblab/lab/result.h"

/*
 * What a plan found out: for every point of the sweep and every metric, one value per
 * run, and the statistics of these over the repeats. Runs are the independent
 * observations here, not intervals, so this is where a confidence interval says
 * whether two points differ.
 */
struct point_summary {
	int point;
	int n_runs;   /* that were made, failed ones included */
	int n_failed; /* ended early by a failure: they count in no metric */
	/* Of cpus_told_*: by which sources these runs counted, 1 << enum told_source;
	 * with several the statistics are of no one thing. */
	unsigned int told;
	struct stats metric[METRIC_N]; /* n 0: absent; interrupted: without runtime_s */
};

/*
 * Fills out[n_points], out[i] for point i. runs may hold NULL for runs not made; each
 * was closed by run_record_summarise. 0, or -ENOMEM, or -ERANGE when a run belongs to
 * none of the points.
 */
int points_summarise(struct run_record *const *runs, int n_runs, int n_points,
		     struct point_summary *out);

#endif
