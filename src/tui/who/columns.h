/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_WHO_COLUMNS_H
#define TLBLAB_SRC_TUI_WHO_COLUMNS_H

#include "tui/who/row.h"

/*
 * A column of a table: its head, what stands in a row, and the order it gives. One
 * with a text sorts by that, any other by its value. A new column is a line in
 * columns.c.
 */
struct who_column {
	const char *head;
	int w;		  /* 0: what room is left */
	int from_w;	  /* left out where the page is narrower */
	const char *unit; /* of the value, for text_quantity */
	double (*value)(const struct who_row *r);
	const char *(*text)(const struct who_row *r, char *buf, unsigned long bytes);
	const char *help; /* what it counts, for the help page */
};

enum { WHO_COLUMNS_MAX = 10, WHO_CELL = 64 };

/* The columns of a page, n of them; none where the page is no table. */
const struct who_column *who_columns(enum who_page page, int *n);
/* The one a page is sorted by at first. */
int who_columns_first_sort(enum who_page page);
const char *who_column_cell(const struct who_column *c, const struct who_row *r,
			    char buf[WHO_CELL]);

#endif
