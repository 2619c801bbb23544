/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_COMPARE_PRINT_H
#define TLBLAB_SRC_COMMANDS_COMPARE_PRINT_H

#include <stdio.h>

#include "tlblab/io/json_writer.h"
#include "tlblab/lab/compare.h"
#include "tlblab/lab/failed_checks.h"

/* One file held against the base. */
struct compared {
	char name[512]; /* of the file, as it may be printed */
	struct compare_mismatch mismatches[COMPARE_MAX_MISMATCHES];
	int n_mismatches;
	struct comparison comparison;
	struct failed_check failed[CHECKS_MAX]; /* of its own runs */
	int n_failed;
};

/* Tables as ministat prints them, one for each point and metric. */
void compare_print_tables(FILE *out, const struct compared *base,
			  const struct compared *c);
void compare_put_json(struct json_writer *w, const struct compared *base,
		      const struct compared *compared, int n);

#endif
