/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void run_record_free(struct run_record *r)
{
	if (!r)
		return;
	free(r->workers);
	free(r->victims);
	series_free(r->series);
	free(r);
}

/*
 * A thinned point may reach back across the border; it belongs where its middle lies.
 */
static bool point_after(const struct series_point *p, double t_from_s)
{
	return p->sample.t_s - p->sample.elapsed_s / 2 > t_from_s;
}

/*
 * Over points, not over the sum: the spread between intervals is what is wanted. The
 * extremes are those of the original intervals, which every thinned point keeps.
 */
static void metric_summarise(const struct series *series, enum metric m,
			     double t_from_s, double *values, struct stats *out)
{
	double low = INFINITY, high = -INFINITY;
	size_t n = 0;

	for (int i = 0; i < series_count(series); i++) {
		const struct series_point *p = series_at(series, i);
		struct reading r = metric_of(m, &p->sample);

		if (!point_after(p, t_from_s) || !reading_present(r))
			continue;
		values[n++] = r.value;
		low = fmin(low, p->low[m]);
		high = fmax(high, p->high[m]);
	}
	if (stats_of(values, n, out) || !out->n || series_thinning(series) == 1)
		return;
	/* They are kept as floats: never inside what the doubles say. */
	out->min = fmin(out->min, low);
	out->max = fmax(out->max, high);
}

void run_record_summarise(struct run_record *r, double t_from_s)
{
	size_t n = r->series ? (size_t)series_count(r->series) : 0;
	double *values = calloc(n ? n : 1, sizeof(*values));

	memset(r->summary, 0, sizeof(r->summary));
	if (!values)
		return;
	for (int m = 0; m < METRIC_N && n; m++)
		metric_summarise(r->series, (enum metric)m, t_from_s, values,
				 &r->summary[m]);
	free(values);
	if (r->elapsed_s > 0)
		stats_of(&r->elapsed_s, 1, &r->summary[METRIC_RUNTIME_S]);
}
