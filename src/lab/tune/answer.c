/* SPDX-License-Identifier: MIT */
/*
 * From measured costs to an answer. The line decides only where its own check accepts
 * it; otherwise the pairs do. Nothing but a size that was measured is recommended.
 * There is an answer only when it is proven: a ceiling gains more on the mix of flush
 * sizes than the A/A control shows by chance, "no difference" means that every size
 * costs the same within a margin that does not matter. Everything else is not settled.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/tune/fit.h"
#include "lab/tune/gain.h"
#include "lab/tune/side.h"

enum {
	SETTLE_MIN_BATCHES = 6,
	/* That costs are equal is believed later than that they differ. */
	SAME_MIN_BATCHES = 10,
	PRECISE_MIN_BATCHES = 8,
	PRECISE_PAGES = 2,
	CEILING_MAX_PAGES = 1 << 20,
};

static const double precise_share = 0.2;
static const double close_share = 0.1; /* of what the flush costs */
static const double equal_gain_pct = 1;
static const double control_limit_pct = 50;
/* Half widths that the same flush may differ from itself by: 99.9 % for ten batches. */
static const double control_times = 2.1;

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
	double *values = calloc((size_t)b->n + 1, sizeof(*values)), aa_ns = NAN;
	struct stats aa = {.n = 0}, level = {.n = 0};
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
	if (!err && aa.n > 1) {
		aa_ns = fmax(fabs(aa.ci95_low), fabs(aa.ci95_high));
		a->aa_noise_pct = aa_ns / fabs(level.mean) * 100;
		a->aa_differs = fabs(aa.mean) > control_times * (aa_ns - fabs(aa.mean));
	}
	tune_sides_find(a, aa_ns);
	free(values);
	return err;
}

/* Noise may hide that a line does not fit, but a line that misses a size by as much as
 * this decides nothing, whatever explains it. */
static bool line_is_close(const struct tune_answer *a)
{
	const struct tune_fit *f = &a->fit;

	for (int s = 0; s < a->n_sizes; s++) {
		double on_line = f->offset_ns + f->flush_ns_per_page * a->pages[s];
		double cost = fmin(a->ranged[s].mean, a->full[s].mean);

		if (a->pair[s].n >= TUNE_MIN_BATCHES &&
		    fabs(a->pair[s].mean - on_line) > close_share * cost)
			return false;
	}
	return true;
}

/* A whole number of pages; unbounded when it is beyond any sense. */
static int64_t whole_pages(double pages)
{
	if (!(pages > 0))
		return 0;
	return pages >= CEILING_MAX_PAGES ? INT64_MAX : (int64_t)pages;
}

/* The largest size measured that is at most so many pages; -1 none. */
static int64_t measured_below(const struct tune_answer *a, double pages)
{
	int64_t found = -1;

	for (int s = 0; s < a->n_sizes; s++)
		if (a->pages[s] <= pages && a->pair[s].n >= TUNE_MIN_BATCHES)
			found = a->pages[s];
	return found;
}

/* The ends of the interval. Between sizes that were measured the pairs know nothing,
 * so theirs reaches to the next that was. */
static void interval_find(struct tune_answer *a, const struct stats_interval *c)
{
	int largest = a->pages[a->n_sizes - 1];

	a->ci95_low = a->from_pairs ? measured_below(a, c->ci95_low)
				    : whole_pages(c->ci95_low);
	if (a->ci95_low < a->pages[0])
		a->ci95_low = a->pages[0] - (a->side[0] == TUNE_FULL);
	if (a->ci95_low > largest)
		a->ci95_low = largest;
	a->ci95_high = INT64_MAX;
	if (!isfinite(c->ci95_high) || c->ci95_high > largest) {
		int full = tune_sides_first_full(a);

		/* The largest sizes may not say anything by themselves. */
		if (a->from_pairs && full < a->n_sizes)
			a->ci95_high = a->pages[full] - 1;
		return;
	}
	a->ci95_high = whole_pages(ceil(c->ci95_high));
	for (int s = a->n_sizes - 1; s >= 0 && a->from_pairs; s--)
		if (a->pages[s] >= c->ci95_high && a->pair[s].n >= TUNE_MIN_BATCHES)
			a->ci95_high = a->pages[s] - 1;
	if (a->ci95_high < a->ci95_low)
		a->ci95_high = a->ci95_low;
}

/* The value that the costs point to, and its interval; whether it may be told is
 * another matter. */
static void answer_recommend(struct tune_answer *a)
{
	const struct tune_fit *f = &a->fit;
	struct stats_interval c = f->repeatable;

	a->from_pairs = !a->fitted || !f->agrees || !f->bounded;
	if (a->from_pairs)
		c = f->direct_repeatable;
	if (isnan(c.estimate))
		return;
	interval_find(a, &c);
	a->recommended = measured_below(a, c.estimate);
	if (a->recommended < a->pages[0])
		a->recommended = a->pages[0] - (a->side[0] == TUNE_FULL);
	if (a->ci95_low > a->recommended)
		a->ci95_low = a->recommended;
	if (a->ci95_high < a->recommended)
		a->ci95_high = a->recommended;
}

static bool is_precise(const struct tune_answer *a)
{
	double wide = (double)(a->ci95_high - a->ci95_low);

	return a->ci95_high != INT64_MAX &&
	       wide <= fmax(PRECISE_PAGES, precise_share * (double)a->recommended);
}

static enum tune_verdict answer_doubt(struct tune_answer *a, enum tune_doubt doubt)
{
	a->doubt = doubt;
	return TUNE_UNSETTLED;
}

/* Whether a size that would be flushed in the other way says by itself that this is
 * better: by more than the same flush differs from itself. */
static bool move_is_seen(const struct tune_answer *a, int64_t now)
{
	for (int s = 0; s < a->n_sizes; s++) {
		bool before = a->pages[s] <= now, after = a->pages[s] <= a->recommended;

		if (before != after && a->side[s] == (after ? TUNE_RANGED : TUNE_FULL))
			return true;
	}
	return false;
}

/* A crossing that was found: is it worth moving to? */
static enum tune_verdict judge_crossing(struct tune_answer *a, int64_t now)
{
	bool no_gain = fabs(a->gain_pct.ci95_low) < equal_gain_pct &&
		       fabs(a->gain_pct.ci95_high) < equal_gain_pct;

	if (now >= a->ci95_low && now <= a->ci95_high && (is_precise(a) || no_gain))
		return TUNE_KEEP;
	if (a->gain_pct.ci95_low > 0 && move_is_seen(a, now))
		return a->recommended < a->pages[0] ? TUNE_FULL_WINS : TUNE_CEILING;
	if (no_gain && a->n_batches >= SAME_MIN_BATCHES)
		return TUNE_NO_DIFFERENCE;
	return answer_doubt(a, TUNE_GAIN);
}

static enum tune_verdict answer_judge(struct tune_answer *a)
{
	int64_t now = a->ceiling_now >= 0 ? a->ceiling_now : TUNE_DEFAULT_CEILING_PAGES;
	int last = a->n_sizes - 1;

	if (a->n_batches < SETTLE_MIN_BATCHES)
		return answer_doubt(a, TUNE_FEW);
	if (a->recommended < 0)
		return answer_doubt(a, TUNE_SPREAD);
	if (!(a->aa_noise_pct <= control_limit_pct) || a->aa_differs)
		return answer_doubt(a, TUNE_CONTROL);
	if (tune_sides_all(a, TUNE_SAME, TUNE_SAME))
		return a->n_batches >= SAME_MIN_BATCHES ? TUNE_NO_DIFFERENCE
							: answer_doubt(a, TUNE_FEW);
	if (tune_sides_all(a, TUNE_RANGED, TUNE_SAME) && a->side[last] == TUNE_RANGED) {
		a->recommended = a->ci95_low = a->pages[last];
		a->ci95_high = INT64_MAX;
		return now >= a->pages[last]	  ? TUNE_RANGED_WINS
		       : a->gain_pct.ci95_low > 0 ? TUNE_CEILING
						  : answer_doubt(a, TUNE_GAIN);
	}
	if (a->ci95_high == INT64_MAX)
		return answer_doubt(a, TUNE_SPREAD);
	return judge_crossing(a, now);
}

/* What is not settled says no value. */
static void answer_withhold(struct tune_answer *a)
{
	if (a->verdict == TUNE_UNSETTLED) {
		a->recommended = a->ci95_low = a->ci95_high = -1;
		a->gain_pct = (struct stats_interval){NAN, NAN, NAN};
	}
	if (a->verdict == TUNE_NO_DIFFERENCE)
		a->recommended = a->ci95_low = a->ci95_high = -1;
	/* Somewhere below the first size, and nobody measured where. */
	if (a->verdict == TUNE_FULL_WINS && a->recommended > 0) {
		a->ci95_low = 0;
		a->ci95_high = a->recommended;
		a->recommended = -1;
	}
}

static int answer_conclude(const struct tune_batches *batches,
			   const struct tune_data *d, const struct tune_mix *mix,
			   struct tune_answer *a)
{
	struct tune_pairs pairs;
	int err = answer_describe(batches, a);

	if (err)
		return err;
	tune_pairs_make(d, batches, &pairs);
	a->fitted = !tune_fit_make(batches, &pairs, &a->fit);
	a->fit.agrees = a->fitted && a->fit.agrees && line_is_close(a);
	answer_recommend(a);
	if (a->recommended >= 0)
		a->gain_pct = tune_gain(&pairs, a, mix, a->recommended);
	a->verdict = answer_judge(a);
	answer_withhold(a);
	return 0;
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
		.fit.crossover = {NAN, NAN, NAN},
		.fit.direct = {NAN, NAN, NAN},
		.verdict = TUNE_UNSETTLED,
		.doubt = TUNE_FEW,
	};
	memcpy(out->pages, d->pages, sizeof(out->pages));
	err = answer_conclude(&batches, d, mix, out);
	tune_batches_fini(&batches);
	return err;
}

bool tune_no_difference(const struct tune_answer *a)
{
	return a->verdict == TUNE_NO_DIFFERENCE || a->verdict == TUNE_KEEP ||
	       a->verdict == TUNE_RANGED_WINS;
}

int tune_answer_batches_needed(const struct tune_answer *a)
{
	return a->n_batches < SETTLE_MIN_BATCHES ? SETTLE_MIN_BATCHES
						 : SAME_MIN_BATCHES;
}

bool tune_answer_settled(const struct tune_answer *a)
{
	return a->verdict != TUNE_UNSETTLED;
}

bool tune_answer_precise(const struct tune_answer *a)
{
	if (!tune_answer_settled(a) || a->n_batches < PRECISE_MIN_BATCHES)
		return false;
	if (a->verdict == TUNE_NO_DIFFERENCE || a->verdict == TUNE_FULL_WINS ||
	    a->ci95_high == INT64_MAX)
		return true;
	/* What was added last is to speak first. */
	for (int s = 0; s < a->n_sizes; s++)
		if (a->pair[s].n < TUNE_MIN_BATCHES)
			return false;
	return is_precise(a) && !tune_answer_next_size(a);
}
