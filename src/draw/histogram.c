/* SPDX-License-Identifier: MIT */
/*
 * The classes are a decimal ladder, the finest that fits the rows. A class that holds
 * anything shows at least the thinnest bar: the longest stall must not vanish beside a
 * million ordinary operations.
 */
#include "tlblab/draw/histogram.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/scale.h"

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
enum { N_LADDERS = sizeof(ladders) / sizeof(ladders[0]) };

struct classes {
	const struct ladder *ladder;
	int first; /* the ladder's rung, counted from 1 ns, of class 0 */
	int n;
	bool open; /* the last class holds everything above as well */
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

static void shares_add(const struct classes *k, double *share,
		       const struct hist_view *v, double ns_per_tick)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (v->count[i] == 0)
			continue;
		int at = ladder_rung(k->ladder, bucket_ns(i, ns_per_tick)) - k->first;

		at = at < 0 ? 0 : at >= k->n ? k->n - 1 : at;
		share[at] += (double)v->count[i] / (double)v->total;
	}
}

/* The finest ladder with which the values from low to high fit the rows; false when
 * not even the coarsest does, and then the highest are lumped together. */
static bool ladder_fit(struct classes *k, double low_ns, double high_ns, int rows,
		       int n_ladders)
{
	for (int i = 0; i < n_ladders; i++) {
		k->ladder = &ladders[i];
		k->first = ladder_rung(k->ladder, low_ns);
		k->n = ladder_rung(k->ladder, high_ns) - k->first + 1;
		if (k->n <= rows)
			return true;
	}
	k->n = rows;
	return false;
}

static double at_least_one(double ns)
{
	return ns < 1 ? 1 : ns;
}

/*
 * All of the distribution where three classes a decade have room for it; where rows
 * are few, its body, the tails lumped into the first and the last row.
 */
static bool classes_make(struct classes *k, const struct histogram *h, int rows)
{
	const struct hist_view *v = h->ticks;

	*k = (struct classes){.n = 0};
	if (!v || v->total == 0)
		return false;
	double low = at_least_one(hist_view_quantile(v, 0) * h->ns_per_tick);
	double high = at_least_one(hist_view_max(v) * h->ns_per_tick);

	if (!ladder_fit(k, low, high, rows, N_LADDERS - 1)) {
		low = at_least_one(hist_view_quantile(v, 0.01) * h->ns_per_tick);
		high = at_least_one(hist_view_quantile(v, 0.99) * h->ns_per_tick);
		ladder_fit(k, low, high, rows > 1 ? rows - 1 : 1, N_LADDERS);
		k->open = rows > 1;
		k->n += k->open;
	}
	shares_add(k, k->share, v, h->ns_per_tick);
	if (h->baseline_ticks && h->baseline_ticks->total > 0)
		shares_add(k, k->baseline_share, h->baseline_ticks, h->ns_per_tick);
	return true;
}

/* "p50 14.1 µs" beside the class that holds it, each on a row of its own. */
static void quantiles_draw(struct canvas *c, struct rect r, const struct classes *k,
			   const struct latency_summary *l)
{
	const struct {
		const char *name;
		double ns;
	} marks[] = {{"p50", l->p50_ns}, {"p99", l->p99_ns}, {"max", l->max_ns}};
	int rows[3];
	char value[32], label[64];

	for (int i = 0; i < 3; i++) { /* down where rows are taken … */
		rows[i] = isnan(marks[i].ns)
				  ? 0
				  : ladder_rung(k->ladder, at_least_one(marks[i].ns)) -
					    k->first;
		rows[i] = rows[i] < 0 ? 0 : rows[i] >= k->n ? k->n - 1 : rows[i];
		if (i > 0 && rows[i] <= rows[i - 1])
			rows[i] = rows[i - 1] + 1;
	}
	for (int i = 2, lowest = r.h - 1; i >= 0; i--, lowest--) { /* … up at the end */
		rows[i] = rows[i] < lowest ? rows[i] : lowest;
		lowest = rows[i];
		if (rows[i] < 0 || isnan(marks[i].ns))
			continue;
		snprintf(label, sizeof(label), "%s %s", marks[i].name,
			 text_quantity(value, sizeof(value), marks[i].ns, "ns"));
		canvas_text_right(c, r.x + r.w, r.y + rows[i], QUANTILE_COLUMNS,
				  ROLE_NORMAL, label);
	}
}

static void class_label(const struct classes *k, int i, char *buf, size_t buf_bytes)
{
	char edge[24];

	scale_label(edge, sizeof(edge), ladder_edge(k->ladder, k->first + i), "ns");
	snprintf(buf, buf_bytes, "%s%s", k->open && i == k->n - 1 ? "≥" : "", edge);
}

bool histogram_draw(struct canvas *c, struct rect r, const struct histogram *h)
{
	struct classes k;
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

		class_label(&k, i, label, sizeof(label));
		canvas_text_right(c, x - 1, r.y + i, LABEL_COLUMNS - 1, ROLE_DIM,
				  label);
		canvas_put(c, x, r.y + i, ROLE_BORDER, 0x2502);
		canvas_bar(c, x + 1, r.y + i, bars_w, h->role, k.share[i] / top);
		int baseline_series =
			(int)lround(k.baseline_share[i] / top * (bars_w - 1));

		/* Never in place of the thinnest bar. */
		if (k.baseline_share[i] > 0 &&
		    (baseline_series > 0 || !(k.share[i] > 0)))
			canvas_put(c, x + 1 + baseline_series, r.y + i, ROLE_BASELINE,
				   0x250A);
	}
	quantiles_draw(c, r, &k, h->summary);
	canvas_unclip(c, old);
	return true;
}
