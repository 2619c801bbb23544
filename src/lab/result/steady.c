/* SPDX-License-Identifier: MIT */
/*
 * Warm-up by White's rule (MSER): the beginning to cut is that which makes the standard
 * error of the rest's mean smallest. It nearly always cuts something, so a cut counts
 * only when the part cut off differs from the rest by a t test, and by more than a
 * little. Drift is tested by ranks, so a single outlier is no drift. Intervals of one
 * run depend on each other, hence the small probabilities asked for.
 */
#include "tlblab/lab/steady.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/text.h"

enum { STEADY_MAX_PAIRS_OF = 512 }; /* values among which all pairs are looked at */

static const double chance = 0.001;
static const double little_pct = 2;

static int warming_cut(const double *values, int n)
{
	double sum = 0, squares = 0, least = INFINITY;
	int cut = 0;

	/* From the back; a cut may take half at most. */
	for (int i = n - 1; i >= 0; i--) {
		double kept = n - i;

		sum += values[i];
		squares += values[i] * values[i];
		if (i > n / 2)
			continue;
		double error = (squares - sum * sum / kept) / (kept * kept);

		if (error <= least) {
			least = error;
			cut = i;
		}
	}
	return cut;
}

static int judge_warming(const double *values, int n, struct steadiness *out)
{
	int cut = warming_cut(values, n);
	struct stats before, after;
	struct stats_difference d;
	int err;

	if (cut < 2)
		return 0;
	err = stats_of(values, (size_t)cut, &before);
	if (!err)
		err = stats_of(values + cut, (size_t)(n - cut), &after);
	if (err)
		return err;
	stats_difference_of(&after, &before, STATS_WELCH, &d);
	if (d.p_value < chance && fabs(d.difference_pct) > little_pct)
		out->warming = cut;
	return 0;
}

/* Long runs are thinned to means of neighbours: pairs grow with the square. */
static int thin(const double *values, int n, double *out)
{
	int each = (n + STEADY_MAX_PAIRS_OF - 1) / STEADY_MAX_PAIRS_OF;
	int kept = n / each;

	for (int i = 0; i < kept; i++) {
		out[i] = 0;
		for (int k = 0; k < each; k++)
			out[i] += values[i * each + k] / each;
	}
	return kept;
}

static int judge_drift(const double *values, int n, double median,
		       struct steadiness *out)
{
	double *means = calloc((size_t)n, sizeof(*means));
	int m = means ? thin(values, n, means) : 0;
	size_t n_slopes = 0, pairs = (size_t)m * (size_t)(m - 1) / 2;
	double *slopes = calloc(pairs + 1, sizeof(*slopes));
	long sign = 0;

	if (!means || !slopes) {
		free(means);
		free(slopes);
		return -ENOMEM;
	}
	for (int i = 0; i < m; i++)
		for (int k = i + 1; k < m; k++) {
			sign += (means[k] > means[i]) - (means[k] < means[i]);
			slopes[n_slopes++] = (means[k] - means[i]) / (k - i);
		}
	gsl_sort(slopes, 1, n_slopes);
	double slope = stats_quantile_sorted(slopes, n_slopes, 0.5);
	double variance = m * (m - 1.0) * (2.0 * m + 5) / 18;
	double z = (fabs((double)sign) - 1) / sqrt(variance);

	out->drift_p = sign ? 2 * gsl_cdf_ugaussian_Q(fmax(z, 0)) : 1;
	out->drift_pct = slope * (m - 1) / fabs(median) * 100;
	out->drifts = out->drift_p < chance && fabs(out->drift_pct) > little_pct;
	free(means);
	free(slopes);
	return 0;
}

static void judge_outliers(const double *values, const double *sorted, int n,
			   struct steadiness *out)
{
	double low = stats_quantile_sorted(sorted, (size_t)n, 0.25);
	double high = stats_quantile_sorted(sorted, (size_t)n, 0.75);
	double reach = 3 * (high - low), farthest = 0;

	for (int i = 0; i < n; i++) {
		double beyond = fmax(low - reach - values[i], values[i] - high - reach);

		if (!(beyond > 0) || high == low)
			continue;
		out->outliers++;
		if (beyond > farthest) {
			farthest = beyond;
			out->worst = values[i];
		}
	}
}

int steady_judge(const double *values, size_t n_values, double interval_s,
		 struct steadiness *out)
{
	double *kept = calloc(2 * n_values + 1, sizeof(*kept)), *sorted;
	int n = 0, err = 0;

	*out = (struct steadiness){.drift_p = 1, .worst = NAN};
	if (!kept)
		return -ENOMEM;
	sorted = kept + n_values;
	for (size_t i = 0; i < n_values; i++)
		if (!isnan(values[i]))
			kept[n++] = values[i];
	out->n = n;
	if (n >= STEADY_MIN_VALUES) {
		memcpy(sorted, kept, (size_t)n * sizeof(*sorted));
		gsl_sort(sorted, 1, (size_t)n);
		judge_outliers(kept, sorted, n, out);
		err = judge_warming(kept, n, out);
		out->warming_s = out->warming * interval_s;
		if (!err)
			err = judge_drift(kept, n,
					  stats_quantile_sorted(sorted, (size_t)n, 0.5),
					  out);
	}
	free(kept);
	return err;
}

int run_judge_steady(const struct run_record *r, enum metric m, struct steadiness *out)
{
	int n = r->series ? series_count(r->series) : 0;
	double *values = calloc((size_t)n + 1, sizeof(*values));
	double from_s, interval_s = 0;
	int kept = 0, err;

	*out = (struct steadiness){.drift_p = 1, .worst = NAN};
	if (!values)
		return -ENOMEM;
	from_s = n ? series_at(r->series, n - 1)->sample.t_s - r->elapsed_s : 0;
	for (int i = 0; i < n; i++) {
		const struct sample *s = &series_at(r->series, i)->sample;
		struct reading v = metric_of(m, s);

		if (s->t_s - s->elapsed_s / 2 <= from_s || !reading_present(v))
			continue;
		values[kept++] = v.value;
		interval_s = s->elapsed_s > interval_s ? s->elapsed_s : interval_s;
	}
	err = steady_judge(values, (size_t)kept, interval_s, out);
	free(values);
	return err;
}

const char *steady_text(const struct steadiness *s, const char *unit, char *buf,
			size_t buf_bytes)
{
	char value[32];
	const char *comma = "";

	if (buf_bytes)
		buf[0] = '\0';
	if (s->warming) {
		text_append(buf, buf_bytes,
			    "its first %.1f s differ from the rest: warm up longer",
			    s->warming_s);
		comma = "; ";
	}
	if (s->drifts && !s->warming) {
		text_append(buf, buf_bytes, "%sdrifts by %+.1f %% over the run", comma,
			    s->drift_pct);
		comma = "; ";
	}
	if (s->outliers)
		text_append(buf, buf_bytes, "%s%d outlier%s, up to %s", comma,
			    s->outliers, s->outliers == 1 ? "" : "s",
			    text_quantity(value, sizeof(value), s->worst, unit));
	return buf;
}

bool repeat_goal_met(const struct repeat_goal *g, struct run_record *const *runs,
		     int n_runs, int point)
{
	double *values = calloc((size_t)n_runs + 1, sizeof(*values));
	bool met = g->precision_pct > 0 && values;
	struct stats s = {.n = 0};
	size_t n = 0;

	for (int i = 0; i < n_runs && met; i++) {
		struct reading v;

		if (!runs[i] || runs[i]->point != point)
			continue;
		v = run_record_metric(runs[i], g->metric);
		met = !*runs[i]->failure && reading_present(v);
		values[n++] = v.value;
	}
	met = met && n >= REPEAT_MIN_RUNS && !stats_of(values, n, &s) &&
	      (s.ci95_high - s.mean) <= fabs(s.mean) * g->precision_pct / 100;
	free(values);
	return met;
}
