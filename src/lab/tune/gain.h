/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_TUNE_GAIN_H
#define TLBLAB_SRC_LAB_TUNE_GAIN_H

#include "lab/tune/pairs.h"

enum { TUNE_DEFAULT_CEILING_PAGES = 33 };

/* What the mix would cost less with the ceiling `to` than with `now`, of the answer's
 * costs; -1 is the kernel's default. In percent of what it costs now. */
struct stats_interval tune_gain(const struct tune_pairs *p, const struct tune_answer *a,
				const struct tune_mix *mix, int64_t to);

#endif
