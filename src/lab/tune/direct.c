/* SPDX-License-Identifier: MIT */
/*
 * Where the pairs cross, without any line through all of them: between neighbouring
 * sizes the difference is taken to go straight, and at every point Student's t says
 * whether it is proven to lie below 0 (page by page is cheaper), or above. What is not
 * proven below from the small sizes on, nor above from the large ones on, is where it
 * may cross: at the true crossing a wrong proof happens 5 times in 100. Curves of any
 * shape are served, also such as cost more at 8 pages than at 16.
 */
#include "lab/tune/fit.h"

#include <math.h>

enum { STEPS_BETWEEN = 16, HALVINGS = 24 };

/* -1 proven below, 1 above, 0 neither. */
static int side_at(const struct tune_pairs *p, double x, double times)
{
	double weights[TUNE_MAX_SIZES];

	if (!tune_pairs_at(p, x, weights))
		return 0;
	struct tune_sum sum = tune_pairs_sum(p, weights);
	double half = tune_sum_half_width(&sum) * sqrt(times);

	return sum.estimate + half < 0 ? -1 : sum.estimate - half > 0 ? 1 : 0;
}

/* The sizes that count, in order. */
static int counting(const struct tune_pairs *p, int *sizes)
{
	int n = 0;

	for (int s = 0; s < p->n_sizes; s++)
		if (p->n[s] >= TUNE_MIN_BATCHES)
			sizes[n++] = s;
	return n;
}

/* Between a point that is proven and one that is not: where that ends. */
static double edge_find(const struct tune_pairs *p, double proven, double open,
			double times)
{
	int side = side_at(p, proven, times);

	for (int i = 0; i < HALVINGS; i++) {
		double middle = (proven + open) / 2;

		if (side_at(p, middle, times) == side)
			proven = middle;
		else
			open = middle;
	}
	return proven;
}

/* The last point up to which, from the small end, page by page is proven; and the first
 * from which on, to the large end, all at once is. */
static void ends_find(const struct tune_pairs *p, const int *sizes, int n, double times,
		      struct stats_interval *out)
{
	int steps = (n - 1) * STEPS_BETWEEN;
	int first = 0, last = steps;
	double x[TUNE_MAX_SIZES * STEPS_BETWEEN + 1];

	for (int i = 0; i <= steps; i++) {
		int at = i / STEPS_BETWEEN;
		double share = (double)(i % STEPS_BETWEEN) / STEPS_BETWEEN;

		x[i] = p->pages[sizes[at]];
		if (share > 0)
			x[i] += share * (p->pages[sizes[at + 1]] - p->pages[sizes[at]]);
	}
	while (first <= steps && side_at(p, x[first], times) < 0)
		first++;
	while (last >= 0 && side_at(p, x[last], times) > 0)
		last--;
	out->ci95_low = first == 0	? -INFINITY
			: first > steps ? x[steps]
					: edge_find(p, x[first - 1], x[first], times);
	out->ci95_high = last == steps ? INFINITY
			 : last < 0    ? x[0]
				       : edge_find(p, x[last + 1], x[last], times);
}

/* The split that loses least: up to it page by page, beyond it all at once. Where the
 * difference changes sign there, that point. */
static double split_find(const struct tune_pairs *p, const int *sizes, int n)
{
	double sum = 0, least = 0;
	int best = 0;

	for (int i = 0; i < n; i++) {
		double sd = sqrt(p->covariance[sizes[i]][sizes[i]]);

		/* In standard errors, lest the largest sizes decide alone. */
		sum += p->mean[sizes[i]] / (sd > 0 ? sd : 1);
		if (sum <= least) {
			least = sum;
			best = i + 1;
		}
	}
	if (best == 0)
		return -INFINITY;
	if (best == n)
		return INFINITY;
	double below = p->mean[sizes[best - 1]], above = p->mean[sizes[best]];
	double x = p->pages[sizes[best - 1]];

	if (below < 0 && above > 0)
		x += (p->pages[sizes[best]] - x) * -below / (above - below);
	return x;
}

struct stats_interval tune_direct_crossing(const struct tune_pairs *p, double times)
{
	struct stats_interval out = {NAN, -INFINITY, INFINITY};
	int sizes[TUNE_MAX_SIZES] = {0};
	int n = counting(p, sizes);

	if (!n)
		return out;
	ends_find(p, sizes, n, times, &out);
	out.estimate = split_find(p, sizes, n);
	return out;
}
