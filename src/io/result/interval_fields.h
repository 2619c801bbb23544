/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_RESULT_INTERVAL_FIELDS_H
#define TLBLAB_SRC_IO_RESULT_INTERVAL_FIELDS_H

#include "tlblab/lab/channel.h"

/*
 * Where each channel stands in an interval of a result: at most two groups deep.
 * Printing and reading both walk this table, so they cannot disagree. Rows of one
 * group are neighbours; every channel has one row.
 */
struct interval_field {
	const char *group, *subgroup; /* NULL: none */
	const char *key;
	enum channel channel;
};

extern const struct interval_field interval_fields[CH_N];

/* "exact", "scaled", "stale" */
const char *quality_name(enum quality q);

#endif
