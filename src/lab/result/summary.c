/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Runs come in a shuffled order, so they are first sorted by point (counting sort:
 * begin[p] to begin[p + 1] are the runs of point p), and then each point is worked off
 * once. Linear in runs, however many points there are.
 */
struct runs_by_point {
	const struct run_record **run; /* those of each point together */
	int *begin;		       /* n_points + 1 */
	double *values;		       /* room for one value per run */
};

static void by_point_fini(struct runs_by_point *b)
{
	free(b->run);
	free(b->begin);
	free(b->values);
}

static int by_point_init(struct runs_by_point *b, struct run_record *const *runs,
			 int n_runs, int n_points)
{
	b->run = calloc((size_t)n_runs + 1, sizeof(*b->run));
	b->begin = calloc((size_t)n_points + 2, sizeof(*b->begin));
	b->values = calloc((size_t)n_runs + 1, sizeof(*b->values));
	if (!b->run || !b->begin || !b->values)
		return -ENOMEM;
	/* Counted one place too far, so that filling moves each begin into place. */
	for (int i = 0; i < n_runs; i++) {
		if (!runs[i])
			continue;
		if (runs[i]->point < 0 || runs[i]->point >= n_points)
			return -ERANGE;
		b->begin[runs[i]->point + 2]++;
	}
	for (int p = 2; p <= n_points; p++)
		b->begin[p] += b->begin[p - 1];
	for (int i = 0; i < n_runs; i++)
		if (runs[i])
			b->run[b->begin[runs[i]->point + 1]++] = runs[i];
	return 0;
}

static bool run_counts(const struct run_record *r, enum metric m)
{
	return !*r->failure && !(r->interrupted && m == METRIC_RUNTIME_S);
}

static int point_summarise(const struct run_record *const *run, int n, double *values,
			   struct point_summary *out)
{
	for (int i = 0; i < n; i++)
		out->n_failed += *run[i]->failure != '\0';
	out->n_runs = n;
	for (int i = 0; i < n; i++)
		if (run_counts(run[i], METRIC_CPUS_TOLD_PER_OP) &&
		    reading_present(run_record_metric(run[i], METRIC_CPUS_TOLD_PER_OP)))
			out->told |= 1u << run[i]->told_source;
	for (int m = 0; m < METRIC_N; m++) {
		size_t kept = 0;

		for (int i = 0; i < n; i++) {
			struct reading r = run_record_metric(run[i], (enum metric)m);

			if (run_counts(run[i], (enum metric)m) && reading_present(r))
				values[kept++] = r.value;
		}
		/* The latest; there is nothing that it varies with. */
		if (metric_is_copied((enum metric)m) && kept > 1) {
			values[0] = values[kept - 1];
			kept = 1;
		}
		int err = stats_of(values, kept, &out->metric[m]);

		if (err)
			return err;
	}
	return 0;
}

int points_summarise(struct run_record *const *runs, int n_runs, int n_points,
		     struct point_summary *out)
{
	struct runs_by_point b = {NULL, NULL, NULL};
	int err = by_point_init(&b, runs, n_runs, n_points);

	memset(out, 0, (size_t)n_points * sizeof(*out));
	for (int p = 0; p < n_points && !err; p++) {
		out[p].point = p;
		err = point_summarise(b.run + b.begin[p], b.begin[p + 1] - b.begin[p],
				      b.values, &out[p]);
	}
	by_point_fini(&b);
	return err;
}
