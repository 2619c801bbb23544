/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_CANVAS_H
#define TLBLAB_DRAW_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/draw/glyphs.h"
#include "tlblab/draw/theme.h"

/*
 * The picture before it is a terminal's: a grid of cells that knows characters and
 * roles, nothing of colours or escape sequences. Everything outside the clip is left
 * untouched. A cell holds one of three things: a character, the directions of a border
 * (so that borders meeting in a cell join), or the dots of a plot (so that lines
 * crossing in a cell both show).
 */
struct rect {
	int x, y, w, h;
};

struct cell {
	uint32_t code;	 /* 0: blank */
	uint32_t mark;	 /* a combining mark on it, 0: none */
	uint8_t role;	 /* enum role */
	uint8_t columns; /* 1; 2 for a wide character, 0 for its right half */
	uint8_t lines;
	uint8_t dots;
};

/* A part of the picture that can be pointed at; what it means is known to who drew it.
 */
struct spot {
	struct rect r;
	int what, which;
};

enum { CANVAS_SPOTS = 128 };

struct canvas {
	int w, h;
	struct cell *cells; /* owned; row by row */
	size_t cap;
	struct rect clip;
	const struct glyphs *glyphs;
	struct spot spots[CANVAS_SPOTS]; /* since the last clear */
	int n_spots;
};

void canvas_init(struct canvas *c, const struct glyphs *glyphs);
void canvas_fini(struct canvas *c);
/* Blank, clip whole. 0 or -ENOMEM, with the old size kept. */
int canvas_resize(struct canvas *c, int w, int h);
void canvas_clear(struct canvas *c);
/* Narrows the clip to what it shares with r; returns the old one for restoring. */
struct rect canvas_clip(struct canvas *c, struct rect r);
void canvas_unclip(struct canvas *c, struct rect old);

void canvas_put(struct canvas *c, int x, int y, enum role role, uint32_t code);
void canvas_dot(struct canvas *c, int x, int y, enum role role, uint8_t bit);
void canvas_fill(struct canvas *c, struct rect r, enum role role);
/* Changes the role of what stands there. */
void canvas_paint(struct canvas *c, struct rect r, enum role role);
void canvas_hline(struct canvas *c, int x, int y, int w, enum role role);
void canvas_vline(struct canvas *c, int x, int y, int h, enum role role);
/* A frame on the rectangle's edge, joined to the borders it meets. */
void canvas_box(struct canvas *c, struct rect r, enum role role);

/* As far as the clip shows it, over what was there before; one too many is left out. */
void canvas_spot(struct canvas *c, struct rect r, int what, int which);
/* The uppermost spot there, NULL when there is none. */
const struct spot *canvas_spot_at(const struct canvas *c, int x, int y);

/* At most `width` columns, the cut shown by an ellipsis; returns columns written. */
int canvas_text(struct canvas *c, int x, int y, int width, enum role role,
		const char *text);
int canvas_textf(struct canvas *c, int x, int y, int width, enum role role,
		 const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same, ending just before column x_end. */
/* A share from 0 to 1 of w columns, in eighths of one; what is above 0 is seen. */
void canvas_bar(struct canvas *c, int x, int y, int w, enum role role, double share);
int canvas_text_right(struct canvas *c, int x_end, int y, int width, enum role role,
		      const char *text);
/* Broken at blanks into the rectangle; the last row is cut when it does not fit.
 * Returns the rows it used. With c NULL only counts them, r.h permitting. */
int canvas_wrap(struct canvas *c, struct rect r, enum role role, const char *text);

const struct cell *canvas_at(const struct canvas *c, int x, int y);
/* The character a cell shows; 0 for the right half of a wide one. */
uint32_t canvas_code(const struct canvas *c, const struct cell *cell);
/* All rows as UTF-8 text, or their roles as one letter a cell; malloc'd, NULL when
 * memory is short. Blanks at line ends are left out. */
char *canvas_dump(const struct canvas *c, bool roles);

static inline struct rect rect_inner(struct rect r)
{
	return (struct rect){r.x + 1, r.y + 1, r.w > 2 ? r.w - 2 : 0,
			     r.h > 2 ? r.h - 2 : 0};
}

static inline bool rect_is_empty(struct rect r)
{
	return r.w <= 0 || r.h <= 0;
}

#endif
