/* SPDX-License-Identifier: MIT */
/*
 * From the lines to an answer. A recommendation must gain more on the mix of flush
 * sizes than an A/A comparison of the same length shows by chance, and its gain must be
 * proven; else the answer is that there is no difference, whatever the lines say.
 */
#include "lab/tune_fit.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

enum {
	DEFAULT_CEILING_PAGES = 33,
	SETTLE_MIN_BATCHES = 8,
	/* That a gain is small is believed later than that a value is known. */
	SETTLE_GAIN_BATCHES = 12,
	SETTLE_PAGES = 2,
	CEILING_MAX_PAGES = 1 << 20,
};

static const double settle_share = 0.2;
static const double settle_gain_pct = 1;

void tune_data_init(struct tune_data *d, int64_t working_set_pages, const int *pages,
		    int n_sizes)
{
	*d = (struct tune_data){.working_set_pages = working_set_pages,
				.n_sizes = n_sizes};
	memcpy(d->pages, pages, (size_t)n_sizes * sizeof(*pages));
}

void tune_data_fini(struct tune_data *d)
{
	free(d->rounds);
	memset(d, 0, sizeof(*d));
}

int tune_data_add(struct tune_data *d, const struct tune_round *r)
{
	if (d->n_rounds == TUNE_MAX_ROUNDS)
		return -ENOSPC;
	if (d->n_rounds == d->room) {
		int room = d->room ? 2 * d->room : 32;
		struct tune_round *grown =
			realloc(d->rounds, (size_t)room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		d->rounds = grown;
		d->room = room;
	}
	d->rounds[d->n_rounds++] = *r;
	return 0;
}

static int column(const struct tune_batches *b, double *values,
		  double (*pick)(const struct tune_batch *b, int size), int size,
		  struct stats *out)
{
	for (int i = 0; i < b->n; i++)
		values[i] = pick(&b->batch[i], size);
	return stats_of(values, (size_t)b->n, out);
}

static double pick_ranged(const struct tune_batch *b, int size)
{
	return b->ranged_ns[size];
}

static double pick_full(const struct tune_batch *b, int size)
{
	return b->full_ns[size];
}

static double pick_pair(const struct tune_batch *b, int size)
{
	return b->pair_ns[size];
}

static double pick_aa(const struct tune_batch *b, int size)
{
	(void)size;
	return b->aa_ns;
}

static double pick_level(const struct tune_batch *b, int size)
{
	(void)size;
	return b->level_ns;
}

static double pick_membarrier(const struct tune_batch *b, int size)
{
	(void)size;
	return b->membarrier_ns;
}

static int answer_describe(const struct tune_batches *b, struct tune_answer *a)
{
	double *values = calloc((size_t)b->n + 1, sizeof(*values));
	struct stats aa, level;
	int err = values ? 0 : -ENOMEM;

	for (int s = 0; s < a->n_sizes && !err; s++) {
		err = column(b, values, pick_ranged, s, &a->ranged[s]);
		if (!err)
			err = column(b, values, pick_full, s, &a->full[s]);
		if (!err)
			err = column(b, values, pick_pair, s, &a->pair[s]);
	}
	if (!err)
		err = column(b, values, pick_membarrier, 0, &a->membarrier);
	if (!err)
		err = column(b, values, pick_aa, 0, &aa);
	if (!err)
		err = column(b, values, pick_level, 0, &level);
	if (!err)
		a->aa_noise_pct = fmax(fabs(aa.ci95_low), fabs(aa.ci95_high)) /
				  fabs(level.mean) * 100;
	free(values);
	return err;
}

/* -1, 0, 1: all at once is cheaper at no size, unclear, at every size (each proven). */
static int pairs_agree(const struct tune_answer *a)
{
	int above = 0, below = 0;

	for (int s = 0; s < a->n_sizes; s++) {
		above += a->pair[s].ci95_low > 0;
		below += a->pair[s].ci95_high < 0;
	}
	return above == a->n_sizes ? 1 : below == a->n_sizes ? -1 : 0;
}

/* A whole number of pages; unbounded when it is beyond any sense. */
static int64_t whole_pages(double pages)
{
	if (!(pages > 0))
		return 0;
	return pages >= CEILING_MAX_PAGES ? INT64_MAX : (int64_t)pages;
}

/* Where the same is found by another tuning, which scatters as well. */
static struct stats_interval repeated(const struct stats_interval *once)
{
	double wider = sqrt(2);

	return (struct stats_interval){
		once->estimate,
		once->estimate - wider * (once->estimate - once->ci95_low),
		once->estimate + wider * (once->ci95_high - once->estimate),
	};
}

/* The value and its interval, or -1. */
static void answer_recommend(struct tune_answer *a)
{
	struct stats_interval c = a->fit.repeatable;
	int largest = a->pages[a->n_sizes - 1];
	int agree = pairs_agree(a);

	a->from_pairs = !a->fit.agrees && !isnan(a->fit.direct.ci95_low);
	if (a->from_pairs)
		c = repeated(&a->fit.direct);
	if (agree < 0 || c.ci95_low > largest) {
		/* Where the lines cross beyond what was measured they are believed to
		 * cross, but not where: that value came out between 70 and 180 on one
		 * machine. */
		a->recommended = a->ci95_low = largest;
		a->ci95_high = INT64_MAX;
	} else if (a->fit.bounded || a->from_pairs) {
		a->recommended = whole_pages(c.estimate);
		a->ci95_low = whole_pages(c.ci95_low);
		a->ci95_high = whole_pages(ceil(c.ci95_high));
	} else if (agree > 0) {
		/* No page's flush costs more than another: none is worth it. */
		a->recommended = a->ci95_low = a->ci95_high = 0;
	}
	a->extrapolated = a->recommended > largest ||
			  (a->recommended >= 0 && a->recommended < a->pages[0] - 1);
}

/* Weights that turn offset and flush into the ns saved by going from `now` to `to`. */
static void gain_weights(const struct tune_mix *mix, int64_t now, int64_t to,
			 double *offset, double *flush)
{
	*offset = *flush = 0;
	for (int i = 0; i < mix->n; i++) {
		int64_t k = mix->part[i].pages;
		/* Page by page before and all at once after saves the difference. */
		double sign = (k <= now) - (k <= to);

		*offset += sign * mix->part[i].share;
		*flush += sign * mix->part[i].share * (double)k;
	}
}

static double mix_cost_ns(const struct tune_fit *f, const struct tune_mix *mix,
			  int64_t ceiling)
{
	/* Of what is freed with them nobody knows how much it is. */
	double sum = mix->whole * f->fixed_full_ns;

	for (int i = 0; i < mix->n; i++) {
		double k = mix->part[i].pages;

		sum += mix->part[i].share *
		       (mix->part[i].pages <= ceiling
				? f->fixed_ranged_ns + f->per_page_ranged_ns * k
				: f->fixed_full_ns + f->per_page_full_ns * k);
	}
	return sum;
}

static void answer_gain(struct tune_answer *a, const struct tune_mix *mix)
{
	const struct tune_fit *f = &a->fit;
	int64_t now = a->ceiling_now >= 0 ? a->ceiling_now : DEFAULT_CEILING_PAGES;
	double w0, w1, to_pct = 100 / mix_cost_ns(f, mix, now);

	gain_weights(mix, now, a->recommended, &w0, &w1);
	double gain = w0 * f->offset_ns + w1 * f->flush_ns_per_page;
	double variance = w0 * w0 * f->var_offset + w1 * w1 * f->var_flush +
			  2 * w0 * w1 * f->covariance;
	double half = gsl_cdf_tdist_Pinv(0.975, f->degrees_of_freedom) *
		      sqrt(fmax(variance, 0));

	a->gain_pct = (struct stats_interval){gain * to_pct, (gain - half) * to_pct,
					      (gain + half) * to_pct};
}

static enum tune_verdict answer_judge(const struct tune_answer *a)
{
	int64_t now = a->ceiling_now >= 0 ? a->ceiling_now : DEFAULT_CEILING_PAGES;
	int largest = a->pages[a->n_sizes - 1];

	if (a->recommended < 0)
		return TUNE_NO_DIFFERENCE;
	if (now >= a->ci95_low && now <= a->ci95_high)
		return a->recommended == largest && a->ci95_high == INT64_MAX
			       ? TUNE_RANGED_WINS
			       : TUNE_KEEP;
	if (!(a->gain_pct.ci95_low > 0) || a->gain_pct.estimate <= a->aa_noise_pct)
		return TUNE_NO_DIFFERENCE;
	if (a->ci95_high < 2)
		return TUNE_FULL_WINS;
	return TUNE_CEILING;
}

int tune_answer_make(const struct tune_data *d, const struct tune_mix *mix,
		     int64_t ceiling_now, struct tune_answer *out)
{
	struct tune_batches batches;
	int err;

	err = tune_batches_make(d, &batches);
	if (err)
		return err;
	*out = (struct tune_answer){
		.working_set_pages = d->working_set_pages,
		.n_sizes = d->n_sizes,
		.n_rounds = d->n_rounds,
		.n_batches = batches.n,
		.outliers = batches.outliers,
		.pairs = batches.pairs,
		.ceiling_now = ceiling_now,
		.recommended = -1,
		.ci95_low = -1,
		.ci95_high = -1,
		.aa_noise_pct = NAN,
		.gain_pct = {NAN, NAN, NAN},
		.verdict = TUNE_UNSETTLED,
	};
	memcpy(out->pages, d->pages, sizeof(out->pages));
	err = answer_describe(&batches, out);
	if (!err)
		err = tune_fit_make(d, &batches, &out->fit);
	tune_batches_fini(&batches);
	if (err)
		return err == -ENODATA ? 0 : err;
	out->fitted = true;
	answer_recommend(out);
	if (out->recommended >= 0)
		answer_gain(out, mix);
	out->verdict = answer_judge(out);
	return 0;
}

bool tune_no_difference(const struct tune_answer *a)
{
	return a->verdict == TUNE_NO_DIFFERENCE || a->verdict == TUNE_KEEP ||
	       a->verdict == TUNE_RANGED_WINS;
}

bool tune_answer_settled(const struct tune_answer *a)
{
	const struct stats_interval *c =
		a->from_pairs ? &a->fit.direct : &a->fit.crossover;

	if (!a->fitted || a->n_batches < SETTLE_MIN_BATCHES)
		return false;
	if ((a->recommended == 0 && a->ci95_high < 2) || a->verdict == TUNE_RANGED_WINS)
		return true;
	if (a->n_batches >= SETTLE_GAIN_BATCHES && a->recommended >= 0 &&
	    fabs(a->gain_pct.ci95_low) < settle_gain_pct &&
	    fabs(a->gain_pct.ci95_high) < settle_gain_pct)
		return true;
	if (a->recommended < 0 || a->ci95_high == INT64_MAX)
		return false;
	/* Not of the whole pages: when these look narrow depends on where they lie. */
	return c->ci95_high - c->ci95_low <=
	       fmax(settle_share * c->estimate, SETTLE_PAGES);
}
