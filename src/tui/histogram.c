/* SPDX-License-Identifier: MIT */
/*
 * The classes are a decimal ladder, the finest of four that fits the rows; the first
 * and the last class hold the distribution's ends. A class that holds anything shows
 * at least the thinnest bar: the longest stall must not vanish beside a million
 * ordinary operations.
 */
#include "tui/histogram.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tui/scale.h"

enum { CLASSES_MAX = 96, LABEL_COLUMNS = 9, QUANTILE_COLUMNS = 13 };

/* Lower edges within a decade, finest first. */
static const struct ladder {
	int n;
	double rungs[10];
} ladders[] = {
	{10, {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8}},
	{6, {1, 1.5, 2, 3, 5, 7}},
	{3, {1, 2, 5}},
	{1, {1}},
};

struct classes {
	const struct ladder *ladder;
	int first; /* the ladder's rung, counted from 1 ns, of class 0 */
	int n;
	double share[CLASSES_MAX], baseline_share[CLASSES_MAX];
};

static int ladder_rung(const struct ladder *l, double ns)
{
	double decade = floor(log10(ns));
	double mantissa = ns / pow(10, decade);
	int rung = l->n - 1;

	while (rung > 0 && l->rungs[rung] > mantissa * 1.000001)
		rung--;
	return (int)decade * l->n + rung;
}

static double ladder_edge(const struct ladder *l, int rung)
{
	int decade = rung >= 0 ? rung / l->n : -((l->n - 1 - rung) / l->n);

	return l->rungs[rung - decade * l->n] * pow(10, decade);
}

static double bucket_ns(unsigned int i, double ns_per_tick)
{
	uint64_t low, high;

	hist_bucket_range(i, &low, &high);
	double ns = ((double)low + (double)(high - low) / 2) * ns_per_tick;

	return ns < 1 ? 1 : ns;
}

static bool used_range(const struct hist_view *v, unsigned int *first,
		       unsigned int *last)
{
	bool any = false;

	for (unsigned int i = 0; v && i < HIST_BUCKETS; i++) {
		if (v->count[i] == 0)
			continue;
		if (!any)
			*first = i;
		*last = i;
		any = true;
	}
	return any;
}

static void shares_add(const struct classes *k, double *share,
		       const struct hist_view *v, double ns_per_tick)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (v->count[i] == 0)
			continue;
		int at = ladder_rung(k->ladder, bucket_ns(i, ns_per_tick)) - k->first;

		if (at >= 0 && at < k->n)
			share[at] += (double)v->count[i] / (double)v->total;
	}
}

static bool classes_make(struct classes *k, const struct histogram *h, int rows)
{
	unsigned int first = 0, last = 0;

	*k = (struct classes){0};
	if (!used_range(h->ticks, &first, &last))
		return false;
	for (unsigned int i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		k->ladder = &ladders[i];
		k->first = ladder_rung(k->ladder, bucket_ns(first, h->ns_per_tick));
		k->n = ladder_rung(k->ladder, bucket_ns(last, h->ns_per_tick)) -
		       k->first + 1;
		if (k->n <= rows)
			break;
	}
	if (k->n > rows) { /* more decades than rows: the lowest are left out */
		k->first += k->n - rows;
		k->n = rows;
	}
	if (k->n > CLASSES_MAX)
		k->n = CLASSES_MAX;
	shares_add(k, k->share, h->ticks, h->ns_per_tick);
	if (h->baseline_ticks && h->baseline_ticks->total > 0)
		shares_add(k, k->baseline_share, h->baseline_ticks, h->ns_per_tick);
	return true;
}

static void bar_draw(struct canvas *c, int x, int y, int w, enum role role,
		     double share)
{
	int eighths = (int)lround(share * w * 8);

	if (share > 0 && eighths == 0)
		eighths = 1;
	for (int i = 0; i < w && eighths > 0; i++, eighths -= 8)
		canvas_put(c, x + i, y, role, glyphs_bar_code(c->glyphs, eighths));
}

/* "p50 14.1 µs" beside the class that holds it. */
static void quantile_draw(struct canvas *c, struct rect r, const struct classes *k,
			  const char *name, double ns, bool taken[CLASSES_MAX])
{
	char value[32], label[64];

	if (isnan(ns))
		return;
	int row = ladder_rung(k->ladder, ns < 1 ? 1 : ns) - k->first;

	row = row < 0 ? 0 : row >= k->n ? k->n - 1 : row;
	while (row < r.h - 1 && taken[row])
		row++;
	if (taken[row])
		return;
	taken[row] = true;
	snprintf(label, sizeof(label), "%s %s", name,
		 text_quantity(value, sizeof(value), ns, "ns"));
	canvas_text_right(c, r.x + r.w, r.y + row, QUANTILE_COLUMNS, ROLE_NORMAL,
			  label);
}

bool histogram_draw(struct canvas *c, struct rect r, const struct histogram *h)
{
	struct classes k;
	bool taken[CLASSES_MAX] = {false};
	int bars_w = r.w - LABEL_COLUMNS - QUANTILE_COLUMNS - 2;
	double top = 0;
	char label[32];

	if (r.h < 1 || bars_w < 4)
		return false;
	if (r.h > CLASSES_MAX)
		r.h = CLASSES_MAX;
	if (!classes_make(&k, h, r.h))
		return false;
	struct rect old = canvas_clip(c, r);

	for (int i = 0; i < k.n; i++)
		top = fmax(top, fmax(k.share[i], k.baseline_share[i]));
	for (int i = 0; i < k.n; i++) {
		int x = r.x + LABEL_COLUMNS;

		scale_label(label, sizeof(label), ladder_edge(k.ladder, k.first + i),
			    "ns");
		canvas_text_right(c, x - 1, r.y + i, LABEL_COLUMNS - 1, ROLE_DIM,
				  label);
		canvas_put(c, x, r.y + i, ROLE_BORDER, 0x2502);
		bar_draw(c, x + 1, r.y + i, bars_w, h->role, k.share[i] / top);
		if (k.baseline_share[i] > 0)
			canvas_put(c,
				   x + 1 +
					   (int)lround(k.baseline_share[i] / top *
						       (bars_w - 1)),
				   r.y + i, ROLE_BASELINE, 0x250A);
	}
	quantile_draw(c, r, &k, "p50", h->summary->p50_ns, taken);
	quantile_draw(c, r, &k, "p99", h->summary->p99_ns, taken);
	quantile_draw(c, r, &k, "max", h->summary->max_ns, taken);
	canvas_unclip(c, old);
	return true;
}
