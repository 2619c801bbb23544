/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TUNE_FIT_H
#define TLBLAB_LAB_TUNE_FIT_H

#include "lab/tune_batch.h"

/* 0, -ENODATA with fewer than 3 batches or 2 sizes, or -ENOMEM. */
int tune_fit_make(const struct tune_data *d, const struct tune_batches *batches,
		  struct tune_fit *out);

#endif
