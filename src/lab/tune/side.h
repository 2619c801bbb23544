/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_TUNE_SIDE_H
#define TLBLAB_SRC_LAB_TUNE_SIDE_H

#include "tlblab/lab/tune.h"

/* Fills a->side from its pairs; aa_ns: what the same flush differs from itself by. */
void tune_sides_find(struct tune_answer *a, double aa_ns);
bool tune_sides_all(const struct tune_answer *a, enum tune_side one,
		    enum tune_side other);

/* The first size from which on all at once is cheaper, as far as any larger one says
 * anything; n_sizes: none. */
int tune_sides_first_full(const struct tune_answer *a);

#endif
