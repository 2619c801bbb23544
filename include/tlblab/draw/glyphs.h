/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_GLYPHS_H
#define TLBLAB_DRAW_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How shapes become characters. Panels write Unicode and draw dots, bars and borders;
 * the set decides what a terminal shows for them: braille, block elements (consoles
 * whose fonts hold no braille), or plain ASCII.
 */
enum glyph_set { GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII };

struct glyphs {
	const char *name;
	bool ascii;	    /* every character is folded to ASCII */
	bool rounded;	    /* has rounded corners */
	int dots_x, dots_y; /* dots of a plot in one cell */
};

/* Directions in which a border leaves a cell. */
enum { LINE_UP = 1, LINE_DOWN = 2, LINE_LEFT = 4, LINE_RIGHT = 8 };

const struct glyphs *glyphs_get(enum glyph_set set);
/* wanted: "braille", "block", "ascii", or NULL for what locale and TERM suggest. */
enum glyph_set glyphs_choose(bool utf8, const char *term, const char *wanted);

/* The bit of dot (dx, dy) in a cell's mask; dy counts from the top. */
uint8_t glyphs_dot_bit(const struct glyphs *g, int dx, int dy);
uint32_t glyphs_dot_code(const struct glyphs *g, uint8_t mask);
uint32_t glyphs_line_code(const struct glyphs *g, unsigned int directions);
/* A cell filled from the left, or from below, by 0 to 8 eighths. */
uint32_t glyphs_bar_code(const struct glyphs *g, int eighths);
uint32_t glyphs_level_code(const struct glyphs *g, int eighths);
/* What the set shows for a character: itself, or its ASCII likeness. */
uint32_t glyphs_fold(const struct glyphs *g, uint32_t code);

#endif
