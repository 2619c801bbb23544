/* SPDX-License-Identifier: MIT */
/* The rounds that an answer rests on. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/lab/tune.h"

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

static void costs_shift(double *costs, int at, int n)
{
	memmove(costs + at + 1, costs + at, (size_t)(n - at) * sizeof(*costs));
	costs[at] = NAN;
}

int tune_data_add_size(struct tune_data *d, int pages)
{
	int at = 0;

	while (at < d->n_sizes && d->pages[at] < pages)
		at++;
	if (at < d->n_sizes && d->pages[at] == pages)
		return at;
	if (d->n_sizes == TUNE_MAX_SIZES)
		return -ENOSPC;
	memmove(d->pages + at + 1, d->pages + at,
		(size_t)(d->n_sizes - at) * sizeof(*d->pages));
	d->pages[at] = pages;
	for (int r = 0; r < d->n_rounds; r++) {
		costs_shift(d->rounds[r].ranged_ns, at, d->n_sizes);
		costs_shift(d->rounds[r].full_ns, at, d->n_sizes);
	}
	d->n_sizes++;
	return at;
}
