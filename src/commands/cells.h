/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_CELLS_H
#define TLBLAB_SRC_COMMANDS_CELLS_H

#include <stdio.h>

/* A text padded to so many columns; printf would pad to bytes, and "µ", "±" and "–"
 * have more than one. Whole where it is wider. */
void cell_left(FILE *out, const char *text, int columns);
void cell_right(FILE *out, const char *text, int columns);

#endif
