/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_UTF8_H
#define TLBLAB_DRAW_UTF8_H

#include <stdint.h>

enum { UTF8_BYTES = 5 }; /* one code point and its terminator */

/* The next code point of a terminated string, which moves on; 0 at its end. A broken
 * byte gives U+FFFD and is stepped over alone, so every text can be drawn. */
uint32_t utf8_next(const char **s);
/* Writes the code point with its terminator; returns its bytes. */
int utf8_put(char buf[UTF8_BYTES], uint32_t code);
/* Columns a code point takes on a terminal: 0 for combining marks, 1 or 2. Control
 * characters count 1: the canvas shows them as a question mark. */
int utf8_columns(uint32_t code);
/* Columns of a whole text. */
int utf8_text_columns(const char *s);

#endif
