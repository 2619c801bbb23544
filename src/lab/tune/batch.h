/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_TUNE_BATCH_H
#define TLBLAB_SRC_LAB_TUNE_BATCH_H

#include "tlblab/lab/tune.h"

/* The rounds of one batch as one observation: the mean of the middle half of them. */
struct tune_batch {
	double ranged_ns[TUNE_MAX_SIZES], full_ns[TUNE_MAX_SIZES];
	double pair_ns[TUNE_MAX_SIZES]; /* ranged - full of the same round */
	double aa_ns, level_ns;		/* A minus A, and the mean of both */
	double membarrier_ns;
};

struct tune_batches {
	int n;
	struct tune_batch *batch; /* owned */
	int outliers, pairs;	  /* of all pairs, those far outside the others */
};

/* 0 or -ENOMEM. A batch broken off before half of its rounds were made is left out. */
int tune_batches_make(const struct tune_data *d, struct tune_batches *out);
void tune_batches_fini(struct tune_batches *b);

#endif
