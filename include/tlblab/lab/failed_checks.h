/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_FAILED_CHECKS_H
#define TLBLAB_LAB_FAILED_CHECKS_H

#include "tlblab/lab/result.h"

/* The checks that did not hold in some run of a result, each once, as the first run
 * that it did not hold in says it. */
struct failed_check {
	struct check check;
	int first;	/* index of that run */
	char point[96]; /* of the sweep; "" without one */
	int runs;	/* that it did not hold in */
};

/* Fills out[CHECKS_MAX]; returns how many. runs may hold NULL. */
int failed_checks_list(const struct preset *preset, struct run_record *const *runs,
		       int n_runs, struct failed_check *out);
/* "run 2, threads 4 (and 3 more): 0 shootdowns per op (1.00 expected): why". */
const char *failed_check_text(const struct failed_check *f, char *buf,
			      size_t buf_bytes);

#endif
