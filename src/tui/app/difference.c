/* SPDX-License-Identifier: MIT */
#include "tui/app/difference.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

/* Welford's running sums: one pass, and no cancellation between large values. */
struct running {
	size_t n;
	double mean, squares;
};

static void running_add(struct running *r, double value)
{
	double apart = value - r->mean;

	r->n++;
	r->mean += apart / (double)r->n;
	r->squares += apart * (value - r->mean);
}

static void running_end(const struct running *r, struct stats *out)
{
	*out = (struct stats){
		.n = r->n,
		.mean = r->n ? r->mean : NAN,
		.median = NAN,
		.stddev = r->n > 1 ? sqrt(r->squares / (double)(r->n - 1)) : NAN,
		.min = NAN,
		.max = NAN,
		.ci95_low = NAN,
		.ci95_high = NAN,
	};
}

double window_from_s(const struct snapshot *snap)
{
	/* A point that ends with the change itself is the one before. */
	return snap->latest ? snap->latest->sample.t_s - snap->window.elapsed_s +
				      snap->latest->sample.elapsed_s / 2
			    : 0;
}

static void metric_stats(const struct series *series, double from_s, enum metric m,
			 struct stats *out)
{
	struct running r = {.n = 0};

	for (int i = series ? series_count(series) - 1 : -1; i >= 0; i--) {
		const struct sample *s = &series_at(series, i)->sample;
		struct reading value = metric_of(m, s);

		if (s->t_s <= from_s)
			break;
		if (reading_present(value))
			running_add(&r, value.value);
	}
	running_end(&r, out);
}

void series_stats(const struct series *series, double from_s, struct stats *out)
{
	for (int m = 0; m < METRIC_N; m++)
		metric_stats(series, from_s, (enum metric)m, &out[m]);
}

bool view_is_its_baseline(const struct view *v)
{
	const struct measured *b = view_baseline(v);
	const struct snapshot *snap = v->snap;
	char key[64];

	/* A twin and a recording are measured by other clocks. */
	if (!b || b == &v->app->twin || b->series || !snap->latest ||
	    window_from_s(snap) >= b->to_s || snap->latest->sample.t_s <= b->from_s)
		return false;
	experiment_diff(&b->experiment, snap->experiment, v->app->catalogue, key,
			sizeof(key));
	return !*key;
}

bool view_difference(const struct view *v, enum metric m, struct stats_difference *out)
{
	const struct measured *b = view_baseline(v);
	struct stats now;

	if (!b || b->stats[m].n < 2 || view_is_its_baseline(v))
		return false;
	metric_stats(v->snap->series, window_from_s(v->snap), m, &now);
	if (now.n < 2)
		return false;
	/* The simulated is held against the measured, not the other way round. */
	if (b == &v->app->twin)
		stats_difference_of(&now, &b->stats[m], STATS_WELCH, out);
	else
		stats_difference_of(&b->stats[m], &now, STATS_WELCH, out);
	return !isnan(out->ci95_low_pct) && !isnan(out->ci95_high_pct);
}

/* Beyond this a factor says more than per cent. */
enum { PCT_MAX = 400 };

static int decimals_of(double value)
{
	return fabs(value) >= 9.95 ? 0 : fabs(value) >= 0.995 ? 1 : 2;
}

const char *difference_text(const struct stats_difference *d, const char *name,
			    char *buf, size_t bytes)
{
	double half = (d->ci95_high_pct - d->ci95_low_pct) / 2;
	double ratio = 1 + d->difference_pct / 100;

	if (!*name)
		name = "baseline";
	if (d->ci95_low <= 0 && d->ci95_high >= 0)
		snprintf(buf, bytes, "no difference proven (±%.*f %%)",
			 decimals_of(half), half);
	else if (d->difference_pct > PCT_MAX)
		snprintf(buf, bytes, "%.*fx ±%.*f vs %s", decimals_of(ratio), ratio,
			 decimals_of(half / 100), half / 100, name);
	else
		snprintf(buf, bytes, "%+.*f %% ±%.*f vs %s",
			 decimals_of(d->difference_pct), d->difference_pct,
			 decimals_of(half), half, name);
	return buf;
}

const char *twin_error_text(const struct stats_difference *d, char *buf, size_t bytes)
{
	double half = (d->ci95_high_pct - d->ci95_low_pct) / 2;

	snprintf(buf, bytes, "simulated: error %+.*f %% ±%.*f",
		 decimals_of(d->difference_pct), d->difference_pct, decimals_of(half),
		 half);
	return buf;
}

const char *difference_brief(const struct stats_difference *d, char *buf, size_t bytes)
{
	double ratio = 1 + d->difference_pct / 100;

	if (d->ci95_low <= 0 && d->ci95_high >= 0)
		text_copy(buf, bytes, "same?");
	else if (d->difference_pct > PCT_MAX)
		snprintf(buf, bytes, "%.*fx", decimals_of(ratio), ratio);
	else
		snprintf(buf, bytes, "%+.*f %%", decimals_of(d->difference_pct),
			 d->difference_pct);
	return buf;
}
