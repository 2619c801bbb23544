/* SPDX-License-Identifier: MIT */
/*
 * Ratios are logarithms here, so that twice as fast and half as fast weigh the same,
 * and trimmed means of them, since another program now and then takes a window away.
 * A candidate is better than the present ceiling when its interval, one of as many as
 * there are candidates, lies above 0 and its gain above what the present ceiling gains
 * over itself by chance; else there is no difference.
 */
#include "tlblab/lab/trial.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { SETTLE_MIN_ROUNDS = 12 };

static const double settle_pct = 1;

void trial_data_init(struct trial_data *d, int64_t ceiling_now,
		     const int64_t *candidates, int n)
{
	*d = (struct trial_data){.n = 1, .ceiling = {ceiling_now}};
	for (int i = 0; i < n && d->n < TRIAL_MAX_CEILINGS; i++) {
		bool known = false;

		for (int k = 0; k < d->n; k++)
			known = known || d->ceiling[k] == candidates[i];
		if (!known)
			d->ceiling[d->n++] = candidates[i];
	}
}

void trial_data_fini(struct trial_data *d)
{
	free(d->rounds);
	memset(d, 0, sizeof(*d));
}

int trial_data_add(struct trial_data *d, const struct trial_round *r)
{
	if (d->n_rounds == TRIAL_MAX_ROUNDS)
		return -ENOSPC;
	if (d->n_rounds == d->room) {
		int room = d->room ? 2 * d->room : 32;
		struct trial_round *grown =
			realloc(d->rounds, (size_t)room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		d->rounds = grown;
		d->room = room;
	}
	d->rounds[d->n_rounds++] = *r;
	return 0;
}

void trial_order(const struct trial_data *d, struct rng *rng,
		 int order[TRIAL_MAX_CEILINGS + 1])
{
	rng_order(rng, order, d->n + 1);
}

/* What candidate a gains over candidate b in a round, as a logarithm. The present one
 * was measured twice. */
static double gain_of(const struct trial_round *r, int a, int b)
{
	double of_a = log(r->rate[a]), of_b = log(r->rate[b]);

	if (a == 0)
		of_a = (of_a + log(r->again)) / 2;
	if (b == 0)
		of_b = (of_b + log(r->again)) / 2;
	return of_a - of_b;
}

static int gain_interval(const struct trial_data *d, int a, int b, double *values,
			 struct stats_interval *out)
{
	double confidence = 1 - 0.05 / (d->n > 1 ? d->n - 1 : 1);

	for (int r = 0; r < d->n_rounds; r++)
		values[r] = gain_of(&d->rounds[r], a, b);
	return stats_trimmed(values, (size_t)d->n_rounds, confidence, out);
}

static double to_pct(double logarithm)
{
	return expm1(logarithm) * 100;
}

static int arms_describe(const struct trial_data *d, double *values,
			 struct trial_answer *a)
{
	struct stats_interval aa = {.estimate = NAN};
	int err = 0;

	for (int i = 0; i < d->n && !err; i++) {
		struct trial_arm *arm = &a->arm[i];
		struct stats_interval gain = {0, 0, 0};

		arm->ceiling = d->ceiling[i];
		for (int r = 0; r < d->n_rounds; r++)
			values[r] = d->rounds[r].rate[i];
		err = stats_of(values, (size_t)d->n_rounds, &arm->rate);
		if (!err && i)
			err = gain_interval(d, i, 0, values, &gain);
		arm->gain_pct = (struct stats_interval){to_pct(gain.estimate),
							to_pct(gain.ci95_low),
							to_pct(gain.ci95_high)};
	}
	for (int r = 0; r < d->n_rounds; r++)
		values[r] = log(d->rounds[r].rate[0] / d->rounds[r].again);
	if (!err)
		err = stats_trimmed(values, (size_t)d->n_rounds, 0.95, &aa);
	if (!err)
		a->aa_noise_pct = to_pct(fmax(fabs(aa.ci95_low), fabs(aa.ci95_high)));
	return err;
}

/* The best one, and who is proven to be behind it. */
static int arms_rank(const struct trial_data *d, double *values, struct trial_answer *a)
{
	int err = 0;

	a->best = 0;
	for (int i = 1; i < a->n; i++)
		if (a->arm[i].gain_pct.estimate > a->arm[a->best].gain_pct.estimate)
			a->best = i;
	for (int i = 0; i < a->n && !err; i++) {
		struct stats_interval ahead;

		if (i == a->best)
			continue;
		err = gain_interval(d, a->best, i, values, &ahead);
		a->arm[i].behind = ahead.ci95_low > 0;
	}
	return err;
}

/* The nearest candidate below (or, with -1, above) that is proven to be behind bounds
 * the interval; the last before it is its end. */
static int64_t interval_end(const struct trial_answer *a, int direction)
{
	int64_t bound = direction > 0 ? INT64_MAX : -1, end = a->recommended;

	for (int i = 0; i < a->n; i++) {
		int64_t c = a->arm[i].ceiling;

		if (!a->arm[i].behind || (c - a->recommended) * direction <= 0)
			continue;
		bound = direction > 0 ? (c < bound ? c : bound)
				      : (c > bound ? c : bound);
	}
	for (int i = 0; i < a->n; i++) {
		int64_t c = a->arm[i].ceiling;

		if (!a->arm[i].behind && (c - end) * direction > 0 &&
		    (bound - c) * direction > 0)
			end = c;
	}
	return end;
}

static void answer_judge(struct trial_answer *a)
{
	const struct trial_arm *best = &a->arm[a->best];

	a->verdict = TRIAL_NO_DIFFERENCE;
	if (a->best > 0 && best->gain_pct.ci95_low > 0 &&
	    best->gain_pct.estimate > a->aa_noise_pct)
		a->verdict = TRIAL_BETTER;
	a->recommended = a->verdict == TRIAL_BETTER ? best->ceiling : a->ceiling_now;
	a->ci95_low = interval_end(a, -1);
	a->ci95_high = interval_end(a, 1);
}

int trial_answer_make(const struct trial_data *d, struct trial_answer *out)
{
	double *values = calloc((size_t)d->n_rounds + 1, sizeof(*values));
	int err = values ? 0 : -ENOMEM;

	*out = (struct trial_answer){
		.n = d->n,
		.n_rounds = d->n_rounds,
		.aa_noise_pct = NAN,
		.ceiling_now = d->ceiling[0],
		.best = -1,
		.recommended = -1,
		.ci95_low = -1,
		.ci95_high = -1,
		.verdict = TRIAL_UNSETTLED,
	};
	if (!err)
		err = arms_describe(d, values, out);
	if (!err && d->n_rounds >= TRIAL_MIN_ROUNDS) {
		err = arms_rank(d, values, out);
		answer_judge(out);
	}
	free(values);
	return err;
}

bool trial_answer_settled(const struct trial_answer *a)
{
	double widest = 0, farthest = 0;

	if (a->verdict == TRIAL_UNSETTLED || a->n_rounds < SETTLE_MIN_ROUNDS)
		return false;
	for (int i = 1; i < a->n; i++) {
		const struct stats_interval *g = &a->arm[i].gain_pct;

		widest = fmax(widest, g->ci95_high - g->ci95_low);
		farthest = fmax(farthest, fmax(fabs(g->ci95_low), fabs(g->ci95_high)));
	}
	return a->verdict == TRIAL_BETTER ? widest < 2 * settle_pct
					  : farthest < settle_pct;
}

const char *trial_verdict_name(enum trial_verdict v)
{
	static const char *const names[] = {"unsettled", "ceiling", "no difference"};

	return names[v];
}

const char *trial_verdict_text(const struct trial_answer *a, char *buf,
			       size_t buf_bytes)
{
	if (buf_bytes)
		buf[0] = '\0';
	if (a->verdict == TRIAL_UNSETTLED) {
		text_append(buf, buf_bytes,
			    "not settled: %d rounds are too few, give it more time",
			    a->n_rounds);
		return buf;
	}
	const struct stats_interval *g = &a->arm[a->best].gain_pct;

	if (a->verdict == TRIAL_BETTER) {
		text_append(buf, buf_bytes, "the ceiling for this program is %lld (",
			    (long long)a->recommended);
		if (a->ci95_low < a->ci95_high)
			text_append(buf, buf_bytes, "%lld to %lld do as well",
				    (long long)a->ci95_low, (long long)a->ci95_high);
		else
			text_append(buf, buf_bytes, "no other does as well");
		text_append(buf, buf_bytes,
			    "): %+.1f %% (%+.1f to %+.1f) over the present %lld",
			    g->estimate, g->ci95_low, g->ci95_high,
			    (long long)a->ceiling_now);
		return buf;
	}
	text_append(buf, buf_bytes, "no difference: ");
	if (a->best == 0)
		text_append(buf, buf_bytes,
			    "no candidate does better than the present %lld",
			    (long long)a->ceiling_now);
	else
		text_append(buf, buf_bytes,
			    "the best, %lld, gains %+.1f %% (%+.1f to %+.1f) over the "
			    "present %lld, not proven or not beyond the A/A noise of "
			    "%.1f %%",
			    (long long)a->arm[a->best].ceiling, g->estimate,
			    g->ci95_low, g->ci95_high, (long long)a->ceiling_now,
			    a->aa_noise_pct);
	return buf;
}
