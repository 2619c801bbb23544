/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_INTERRUPTS_CENSUS_H
#define TLBLAB_SRC_SENSORS_INTERRUPTS_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What one look at /proc/interrupts tells of its TLB row: whether it is there, counts
 * for every CPU that has a column, and ever moved.
 */
struct interrupts_census {
	int columns;
	bool row;	   /* there, with a count for each column */
	bool foreign;	   /* the rows are those of an ARM kernel */
	double tlb, calls; /* since boot, of all columns; NaN where there is no row */
	char why_no_row[120]; /* "" where there is one */
};

/* text NULL: the file cannot be read, for err (-errno). */
void interrupts_take_census(const char *text, size_t bytes, int err,
			    struct interrupts_census *out);

#endif
