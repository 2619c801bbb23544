/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_THEME_H
#define TLBLAB_DRAW_THEME_H

#include <stdbool.h>

/* What a cell means; a scheme says how that looks. Colour is never the only sign: the
 * words and shapes on the canvas carry the same meaning. */
enum role {
	ROLE_NORMAL,
	ROLE_DIM,
	ROLE_BORDER,
	ROLE_TITLE,
	ROLE_ACCENT, /* the newest value, the thing to look at */
	ROLE_INITIATOR,
	ROLE_VICTIM,
	ROLE_BASELINE,
	ROLE_OK,
	ROLE_WARNING,
	ROLE_MARKER,
	ROLE_SELECTED,
	ROLE_KEY,
	ROLE_HEAT_0, /* cells of a heat map, from the lowest value */
	ROLE_HEAT_1,
	ROLE_HEAT_2,
	ROLE_HEAT_3,
	ROLE_HEAT_4,
	ROLE_HEAT_5,
	ROLE_N
};

enum { ROLE_HEAT_N = ROLE_N - ROLE_HEAT_0 };

enum scheme {
	SCHEME_DARK,
	SCHEME_LIGHT,
	SCHEME_CONTRAST,
	SCHEME_SAFE, /* for every kind of colour blindness */
	SCHEME_PROJECTOR,
	SCHEME_MONO,
	SCHEME_N
};

struct style {
	int foreground; /* palette index; -1: the terminal's own */
	int background;
	bool bold, dim, reverse, underline;
};

struct scheme_desc {
	const char *name;  /* as --scheme takes it */
	const char *words; /* as it is announced */
	bool thick;	   /* plots in blocks: braille dots drown in a projector */
};

extern const struct scheme_desc scheme_table[SCHEME_N];

/* SCHEME_N when there is none of that name. */
enum scheme scheme_find(const char *name);
/* colours: what the terminal has, 0 for none. */
const struct style *theme_style(enum scheme scheme, int colours, enum role role);
/* Whether the scheme can be shown, or else what replaces it. no_colour: NO_COLOR is set
 * and not empty. */
enum scheme theme_choose(enum scheme wanted, bool no_colour, int colours);
char theme_letter(enum role role); /* in role dumps */

#endif
