/* SPDX-License-Identifier: MIT */
/*
 * What each size says by itself, and which size is worth measuring next. Answers are
 * looked at again and again while a tuning goes on, so a size is believed at 99.5 %,
 * not at 95: a difference counts when that interval excludes 0 and it exceeds both what
 * the same flush differs from itself by, and a margin too small to matter; two kinds
 * cost the same when the whole interval lies within that margin. Everything else is
 * open.
 */
#include "lab/tune/side.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "lab/tune/pairs.h"
#include "tlblab/base/text.h"

static const double margin_share = 0.05; /* of what the flush costs */
static const double believed = 0.9975;	 /* two-sided 99.5 % */

enum { LINE_BATCHES = 4 }; /* before a line says where to look */

static enum tune_side side_of(const struct stats *pair, double cost, double aa_ns)
{
	double margin = fmax(margin_share * cost, aa_ns), half;

	if (pair->n < TUNE_MIN_BATCHES)
		return TUNE_OPEN;
	half = gsl_cdf_tdist_Pinv(believed, (double)pair->n - 1) * pair->stddev /
	       sqrt((double)pair->n);
	if (fabs(pair->mean) + half <= margin)
		return TUNE_SAME;
	if (fabs(pair->mean) <= fmax(margin, half))
		return TUNE_OPEN;
	return pair->mean > 0 ? TUNE_FULL : TUNE_RANGED;
}

void tune_sides_find(struct tune_answer *a, double aa_ns)
{
	for (int s = 0; s < a->n_sizes; s++)
		a->side[s] =
			side_of(&a->pair[s], fmin(a->ranged[s].mean, a->full[s].mean),
				isnan(aa_ns) ? INFINITY : aa_ns);
}

bool tune_sides_all(const struct tune_answer *a, enum tune_side one,
		    enum tune_side other)
{
	for (int s = 0; s < a->n_sizes; s++)
		if (a->side[s] != one && a->side[s] != other)
			return false;
	return true;
}

int tune_sides_first_full(const struct tune_answer *a)
{
	int first = a->n_sizes;

	for (int s = a->n_sizes - 1; s >= 0; s--) {
		if (a->side[s] == TUNE_RANGED || a->side[s] == TUNE_SAME)
			break;
		if (a->side[s] == TUNE_FULL)
			first = s;
	}
	return first;
}

static bool is_measured(const struct tune_answer *a, int pages)
{
	for (int s = 0; s < a->n_sizes; s++)
		if (a->pages[s] == pages)
			return true;
	return false;
}

/* Where a line that holds crosses: the sizes on either side of it. */
static int next_on_line(const struct tune_answer *a)
{
	double x = a->fit.crossover.estimate;

	if (a->n_batches < LINE_BATCHES || !(x >= a->pages[0]) ||
	    x >= a->pages[a->n_sizes - 1])
		return 0;
	for (int pages = (int)x; pages <= (int)x + 1; pages++)
		if (!is_measured(a, pages))
			return pages;
	return 0;
}

int tune_answer_next_size(const struct tune_answer *a)
{
	int full;

	if (a->n_sizes == TUNE_MAX_SIZES || a->n_batches < TUNE_MIN_BATCHES)
		return 0;
	/* What was added last is to speak first. */
	for (int s = 0; s < a->n_sizes; s++)
		if (a->pair[s].n < TUNE_MIN_BATCHES)
			return 0;
	if (!a->from_pairs && a->fit.bounded)
		return next_on_line(a);
	full = tune_sides_first_full(a);
	if (full == 0 || full == a->n_sizes || a->pages[full] - a->pages[full - 1] < 2)
		return 0;
	return (a->pages[full - 1] + a->pages[full]) / 2;
}

/* "2 pages", "8 to 33 pages": the sizes of one side. */
static void put_side(const struct tune_answer *a, enum tune_side side, const char *what,
		     char *buf, size_t bytes)
{
	const char *before = *buf ? ", " : "so far: ";
	bool any = false;

	for (int s = 0, e; s < a->n_sizes; s = e + 1) {
		for (e = s; e + 1 < a->n_sizes && a->side[e + 1] == side; e++)
			;
		if (a->side[s] != side) {
			e = s;
			continue;
		}
		text_append(buf, bytes, "%s%s%d", any ? ", " : before, any ? "" : what,
			    a->pages[s]);
		if (e > s)
			text_append(buf, bytes, " to %d", a->pages[e]);
		any = true;
	}
	if (any)
		text_append(buf, bytes, " pages");
}

const char *tune_sides_text(const struct tune_answer *a, char *buf, size_t buf_bytes)
{
	if (buf_bytes)
		buf[0] = '\0';
	put_side(a, TUNE_RANGED, "page by page costs less at ", buf, buf_bytes);
	put_side(a, TUNE_SAME, "both cost the same at ", buf, buf_bytes);
	put_side(a, TUNE_FULL, "all at once costs less at ", buf, buf_bytes);
	return buf;
}
