/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/lab/latency.h"

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

/* A run has one mean, what was counted over what it is counted by: that of intervals
 * that weigh the same, however little happened in them, is another. */
static void centre_on(struct reading whole, struct stats *out)
{
	double by = whole.value - out->mean;

	if (!reading_present(whole))
		return;
	out->mean += by;
	out->ci95_low += by;
	out->ci95_high += by;
}

static bool is_of_another_source(enum metric m, const struct sample *s,
				 const struct sample *total)
{
	return (m == METRIC_CPUS_TOLD_PER_OP || m == METRIC_CPUS_TOLD_PER_S) &&
	       s->told_source != total->told_source;
}

/*
 * Over points, not over the sum: the spread between intervals is what is wanted. The
 * extremes are those of the original intervals, which every thinned point keeps.
 */
static void metric_summarise(const struct series *series, enum metric m,
			     double t_from_s, const struct sample *total,
			     double *values, struct stats *out)
{
	double low = INFINITY, high = -INFINITY;
	size_t n = 0;

	for (int i = 0; i < series_count(series); i++) {
		const struct series_point *p = series_at(series, i);
		struct reading r = metric_of(m, &p->sample);

		if (!point_after(p, t_from_s) || !reading_present(r) ||
		    is_of_another_source(m, &p->sample, total))
			continue;
		values[n++] = r.value;
		low = fmin(low, p->low[m]);
		high = fmax(high, p->high[m]);
	}
	if ((metric_is_copied(m) || metric_is_of_run(m)) && n > 1) {
		stats_of(values + n - 1, 1, out);
		return;
	}
	if (stats_of(values, n, out) || !out->n)
		return;
	if (metric_is_ratio(m))
		centre_on(metric_of(m, total), out);
	if (series_thinning(series) == 1)
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
	memset(&r->total, 0, sizeof(r->total));
	for (size_t i = 0; i < n; i++) {
		const struct series_point *p = series_at(r->series, (int)i);

		if (point_after(p, t_from_s))
			sample_merge(&r->total, &p->sample);
	}
	r->told_source = (enum told_source)r->total.told_source;
	if (!values)
		return;
	for (int m = 0; m < METRIC_N && n; m++)
		metric_summarise(r->series, (enum metric)m, t_from_s, &r->total, values,
				 &r->summary[m]);
	free(values);
	if (r->elapsed_s > 0)
		stats_of(&r->elapsed_s, 1, &r->summary[METRIC_RUNTIME_S]);
}

/* Quantiles of intervals do not merge into one of the run; histograms do. */
static bool stalls_summarise(const struct run_record *r, struct latency_summary *out)
{
	struct hist_view all = {.total = 0};
	double max_ns = NAN;

	for (int i = 0; i < r->n_victims; i++) {
		hist_view_merge(&all, &r->victims[i].latency);
		max_ns = fmax(max_ns, r->victims[i].max_ns);
	}
	latency_summarise(&all, r->ns_per_tick, max_ns, out);
	return out->count > 0;
}

static struct reading stall_metric(const struct run_record *r, enum metric m)
{
	struct latency_summary stalls;

	if (!stalls_summarise(r, &stalls))
		return metric_of(m, &r->total);
	if (m == METRIC_VICTIM_STALL_P99_NS)
		return (struct reading){stalls.p99_ns, QUALITY_EXACT};
	if (m == METRIC_VICTIM_STALL_P999_NS)
		return (struct reading){stalls.p999_ns, QUALITY_EXACT};
	return (struct reading){stalls.max_ns, QUALITY_EXACT};
}

struct reading run_record_metric(const struct run_record *r, enum metric m)
{
	switch (m) {
	case METRIC_RUNTIME_S:
		return r->elapsed_s > 0 ? (struct reading){r->elapsed_s, QUALITY_EXACT}
					: READING_ABSENT;
	case METRIC_VICTIM_STALL_P99_NS:
	case METRIC_VICTIM_STALL_P999_NS:
	case METRIC_VICTIM_STALL_MAX_NS: return stall_metric(r, m);
	default: return metric_of(m, &r->total);
	}
}
