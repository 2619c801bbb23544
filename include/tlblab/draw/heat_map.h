/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_HEAT_MAP_H
#define TLBLAB_DRAW_HEAT_MAP_H

#include "tlblab/draw/canvas.h"

/* A table whose cells are filled by their value: the shade shows the shape, the number
 * in it the value, its second line the interval. */
struct heat_map {
	int rows, columns;
	/* All may be called with self; NaN: not measured yet. */
	double (*value)(const void *self, int row, int column);
	double (*half_width)(const void *self, int row,
			     int column); /* of the interval */
	const char *(*row_label)(const void *self, int row, char *buf, size_t bytes);
	const char *(*column_label)(const void *self, int column);
	const void *self;
	const char *unit;
	bool log;
	int mark_row, mark_column; /* the cell that is measured now; -1 none */
};

/* Rows from row `scroll` on; returns how far it can be scrolled. */
int heat_map_draw(struct canvas *c, struct rect r, const struct heat_map *m,
		  int scroll);

#endif
