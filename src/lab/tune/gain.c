/* SPDX-License-Identifier: MIT */
/* A gain on a mix: what was measured at each size, straight between sizes, weighed by
 * how often flushes of each size happen. */
#include "lab/tune/gain.h"

#include <math.h>

/* A cost at k pages: straight between the sizes with one; beyond them as the nearest
 * two go on. */
static double cost_at(const struct tune_answer *a, const struct stats *costs, double k)
{
	int left = -1, right = -1;

	for (int s = 0; s < a->n_sizes; s++) {
		if (!costs[s].n)
			continue;
		if (left < 0 || (right >= 0 && a->pages[right] < k))
			left = right >= 0 ? right : s;
		if (s != left && (right < 0 || a->pages[right] < k))
			right = s;
	}
	if (left < 0)
		return NAN;
	if (right < 0)
		return costs[left].mean;
	double share = (k - a->pages[left]) / (a->pages[right] - a->pages[left]);

	return fmax(costs[left].mean + share * (costs[right].mean - costs[left].mean),
		    0);
}

static double mix_cost_ns(const struct tune_answer *a, const struct tune_mix *mix,
			  int64_t ceiling)
{
	/* Of what is freed with them nobody knows how much it is. */
	double sum = mix->whole > 0 ? mix->whole * cost_at(a, a->full, 0) : 0;

	for (int i = 0; i < mix->n; i++) {
		int k = mix->part[i].pages;

		sum += mix->part[i].share *
		       cost_at(a, k <= ceiling ? a->ranged : a->full, k);
	}
	return sum;
}

struct stats_interval tune_gain(const struct tune_pairs *p, const struct tune_answer *a,
				const struct tune_mix *mix, int64_t to)
{
	int64_t now = a->ceiling_now >= 0 ? a->ceiling_now : TUNE_DEFAULT_CEILING_PAGES;
	double weights[TUNE_MAX_SIZES] = {0}, at[TUNE_MAX_SIZES];
	double to_pct = 100 / mix_cost_ns(a, mix, now);

	for (int i = 0; i < mix->n; i++) {
		int64_t k = mix->part[i].pages;
		/* Page by page before and all at once after saves the difference. */
		double sign = (k <= now) - (k <= to);

		if (sign == 0 || !tune_pairs_at(p, (double)k, at))
			continue;
		for (int s = 0; s < p->n_sizes; s++)
			weights[s] += sign * mix->part[i].share * at[s];
	}
	struct tune_sum gain = tune_pairs_sum(p, weights);
	double half = gain.variance > 0 ? tune_sum_half_width(&gain) : 0;

	return (struct stats_interval){gain.estimate * to_pct,
				       (gain.estimate - half) * to_pct,
				       (gain.estimate + half) * to_pct};
}
