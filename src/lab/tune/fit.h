/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_TUNE_FIT_H
#define TLBLAB_SRC_LAB_TUNE_FIT_H

#include "lab/tune/pairs.h"

/* 0, or -ENODATA with fewer than 2 sizes of 3 batches. */
int tune_fit_make(const struct tune_batches *batches, const struct tune_pairs *pairs,
		  struct tune_fit *out);
/* Where the pairs themselves cross, with all variances so many times as large. */
struct stats_interval tune_direct_crossing(const struct tune_pairs *p, double times);

#endif
