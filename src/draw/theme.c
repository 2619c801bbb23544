/* SPDX-License-Identifier: MIT */
/*
 * Roles times schemes. Dark takes the terminal's own background and the nearest palette
 * entries to the Okabe-Ito colours, which stay apart for every common kind of colour
 * blindness: initiator and victim are its blue and orange. The other schemes bring
 * their background along, so that they can be chosen whatever the terminal is. Safe
 * tells apart by blue against yellow, and by lightness, alone. Terminals of fewer than
 * 256 colours have one dark and one light set.
 */
#include "tlblab/draw/theme.h"

#include <string.h>

const struct scheme_desc scheme_table[SCHEME_N] = {
	[SCHEME_DARK] = {"dark", "dark, on the terminal's own background", false},
	[SCHEME_LIGHT] = {"light", "light", false},
	[SCHEME_CONTRAST] = {"contrast", "high contrast", false},
	[SCHEME_SAFE] = {"safe", "safe for colour blindness", false},
	[SCHEME_PROJECTOR] = {"projector", "for a projector, with thick strokes", true},
	[SCHEME_MONO] = {"mono", "no colours", false},
};

enum set {
	SET_MONO,
	SET_DARK_16,
	SET_LIGHT_16,
	SET_DARK,
	SET_LIGHT,
	SET_CONTRAST,
	SET_SAFE,
	SET_PROJECTOR,
	SET_N
};

static const enum set sets[SCHEME_N][2] = {
	/* 256 colours, fewer */
	[SCHEME_DARK] = {SET_DARK, SET_DARK_16},
	[SCHEME_LIGHT] = {SET_LIGHT, SET_LIGHT_16},
	[SCHEME_CONTRAST] = {SET_CONTRAST, SET_DARK_16},
	[SCHEME_SAFE] = {SET_SAFE, SET_DARK_16},
	[SCHEME_PROJECTOR] = {SET_PROJECTOR, SET_LIGHT_16},
	[SCHEME_MONO] = {SET_MONO, SET_MONO},
};

static const char letters[ROLE_N + 1] = ".d-taivbowmsk012345";

/* One row a role: clang-format would give each a paragraph. */
/* clang-format off */
static const struct style styles[SET_N][ROLE_N] = {
	[SET_MONO] = {
		[ROLE_NORMAL] = {-1, -1},
		[ROLE_DIM] = {-1, -1, .dim = true},
		[ROLE_BORDER] = {-1, -1, .dim = true},
		[ROLE_TITLE] = {-1, -1, .bold = true},
		[ROLE_ACCENT] = {-1, -1, .bold = true},
		[ROLE_INITIATOR] = {-1, -1},
		[ROLE_VICTIM] = {-1, -1, .underline = true},
		[ROLE_BASELINE] = {-1, -1, .dim = true},
		[ROLE_OK] = {-1, -1},
		[ROLE_WARNING] = {-1, -1, .bold = true},
		[ROLE_MARKER] = {-1, -1, .dim = true},
		[ROLE_SELECTED] = {-1, -1, .reverse = true},
		[ROLE_KEY] = {-1, -1, .bold = true},
		[ROLE_HEAT_0] = {-1, -1, .dim = true},
		[ROLE_HEAT_1] = {-1, -1},
		[ROLE_HEAT_2] = {-1, -1},
		[ROLE_HEAT_3] = {-1, -1, .bold = true},
		[ROLE_HEAT_4] = {-1, -1, .reverse = true},
		[ROLE_HEAT_5] = {-1, -1, .bold = true, .reverse = true},
	},
	[SET_DARK_16] = {
		[ROLE_NORMAL] = {-1, -1},
		[ROLE_DIM] = {-1, -1, .dim = true},
		[ROLE_BORDER] = {-1, -1, .dim = true},
		[ROLE_TITLE] = {-1, -1, .bold = true},
		[ROLE_ACCENT] = {6, -1, .bold = true},
		[ROLE_INITIATOR] = {6, -1},
		[ROLE_VICTIM] = {3, -1},
		[ROLE_BASELINE] = {-1, -1, .dim = true},
		[ROLE_OK] = {2, -1},
		[ROLE_WARNING] = {3, -1, .bold = true},
		[ROLE_MARKER] = {5, -1},
		[ROLE_SELECTED] = {-1, -1, .reverse = true},
		[ROLE_KEY] = {-1, -1, .bold = true},
		[ROLE_HEAT_0] = {7, 4},
		[ROLE_HEAT_1] = {7, 4},
		[ROLE_HEAT_2] = {0, 6},
		[ROLE_HEAT_3] = {0, 6},
		[ROLE_HEAT_4] = {0, 3},
		[ROLE_HEAT_5] = {0, 3},
	},
	[SET_LIGHT_16] = {
		[ROLE_NORMAL] = {0, 7},
		[ROLE_DIM] = {0, 7},
		[ROLE_BORDER] = {0, 7},
		[ROLE_TITLE] = {0, 7, .bold = true},
		[ROLE_ACCENT] = {4, 7, .bold = true},
		[ROLE_INITIATOR] = {4, 7},
		[ROLE_VICTIM] = {1, 7, .underline = true},
		[ROLE_BASELINE] = {0, 7},
		[ROLE_OK] = {0, 7},
		[ROLE_WARNING] = {1, 7, .bold = true},
		[ROLE_MARKER] = {5, 7},
		[ROLE_SELECTED] = {7, 4},
		[ROLE_KEY] = {0, 7, .bold = true},
		[ROLE_HEAT_0] = {0, 7},
		[ROLE_HEAT_1] = {0, 7},
		[ROLE_HEAT_2] = {0, 6},
		[ROLE_HEAT_3] = {0, 6},
		[ROLE_HEAT_4] = {7, 4},
		[ROLE_HEAT_5] = {7, 4},
	},
	[SET_DARK] = {
		[ROLE_NORMAL] = {-1, -1},
		[ROLE_DIM] = {245, -1},
		[ROLE_BORDER] = {240, -1},
		[ROLE_TITLE] = {-1, -1, .bold = true},
		[ROLE_ACCENT] = {117, -1, .bold = true},
		[ROLE_INITIATOR] = {74, -1},
		[ROLE_VICTIM] = {214, -1},
		[ROLE_BASELINE] = {250, -1},
		[ROLE_OK] = {36, -1},
		[ROLE_WARNING] = {227, -1, .bold = true},
		[ROLE_MARKER] = {175, -1},
		[ROLE_SELECTED] = {255, 24, .bold = true},
		[ROLE_KEY] = {-1, -1, .bold = true},
		[ROLE_HEAT_0] = {255, 17},
		[ROLE_HEAT_1] = {255, 24},
		[ROLE_HEAT_2] = {255, 60},
		[ROLE_HEAT_3] = {16, 102},
		[ROLE_HEAT_4] = {16, 143},
		[ROLE_HEAT_5] = {16, 221},
	},
	[SET_LIGHT] = {
		[ROLE_NORMAL] = {16, 231},
		[ROLE_DIM] = {241, 231},
		[ROLE_BORDER] = {246, 231},
		[ROLE_TITLE] = {16, 231, .bold = true},
		[ROLE_ACCENT] = {25, 231, .bold = true},
		[ROLE_INITIATOR] = {25, 231},
		[ROLE_VICTIM] = {130, 231},
		[ROLE_BASELINE] = {242, 231},
		[ROLE_OK] = {22, 231},
		[ROLE_WARNING] = {124, 231, .bold = true},
		[ROLE_MARKER] = {90, 231},
		[ROLE_SELECTED] = {231, 25, .bold = true},
		[ROLE_KEY] = {16, 231, .bold = true},
		[ROLE_HEAT_0] = {16, 195},
		[ROLE_HEAT_1] = {16, 153},
		[ROLE_HEAT_2] = {16, 111},
		[ROLE_HEAT_3] = {16, 74},
		[ROLE_HEAT_4] = {231, 25},
		[ROLE_HEAT_5] = {231, 17},
	},
	[SET_CONTRAST] = {
		[ROLE_NORMAL] = {231, 16},
		[ROLE_DIM] = {252, 16},
		[ROLE_BORDER] = {250, 16},
		[ROLE_TITLE] = {231, 16, .bold = true},
		[ROLE_ACCENT] = {226, 16, .bold = true},
		[ROLE_INITIATOR] = {51, 16},
		[ROLE_VICTIM] = {214, 16, .bold = true},
		[ROLE_BASELINE] = {252, 16},
		[ROLE_OK] = {46, 16},
		[ROLE_WARNING] = {16, 226, .bold = true},
		[ROLE_MARKER] = {219, 16},
		[ROLE_SELECTED] = {16, 231, .bold = true},
		[ROLE_KEY] = {226, 16, .bold = true},
		[ROLE_HEAT_0] = {231, 16},
		[ROLE_HEAT_1] = {231, 17},
		[ROLE_HEAT_2] = {231, 18},
		[ROLE_HEAT_3] = {16, 75},
		[ROLE_HEAT_4] = {16, 220},
		[ROLE_HEAT_5] = {16, 231},
	},
	[SET_SAFE] = {
		[ROLE_NORMAL] = {254, 16},
		[ROLE_DIM] = {248, 16},
		[ROLE_BORDER] = {243, 16},
		[ROLE_TITLE] = {231, 16, .bold = true},
		[ROLE_ACCENT] = {231, 16, .bold = true},
		[ROLE_INITIATOR] = {75, 16},
		[ROLE_VICTIM] = {220, 16, .underline = true},
		[ROLE_BASELINE] = {250, 16},
		[ROLE_OK] = {75, 16},
		[ROLE_WARNING] = {220, 16, .bold = true},
		[ROLE_MARKER] = {252, 16},
		[ROLE_SELECTED] = {16, 75, .bold = true},
		[ROLE_KEY] = {231, 16, .bold = true},
		[ROLE_HEAT_0] = {255, 17},
		[ROLE_HEAT_1] = {255, 24},
		[ROLE_HEAT_2] = {255, 60},
		[ROLE_HEAT_3] = {16, 102},
		[ROLE_HEAT_4] = {16, 143},
		[ROLE_HEAT_5] = {16, 221},
	},
	[SET_PROJECTOR] = {
		[ROLE_NORMAL] = {16, 231, .bold = true},
		[ROLE_DIM] = {238, 231, .bold = true},
		[ROLE_BORDER] = {240, 231},
		[ROLE_TITLE] = {16, 231, .bold = true},
		[ROLE_ACCENT] = {19, 231, .bold = true},
		[ROLE_INITIATOR] = {19, 231, .bold = true},
		[ROLE_VICTIM] = {160, 231, .bold = true},
		[ROLE_BASELINE] = {240, 231, .bold = true},
		[ROLE_OK] = {22, 231, .bold = true},
		[ROLE_WARNING] = {160, 231, .bold = true},
		[ROLE_MARKER] = {53, 231, .bold = true},
		[ROLE_SELECTED] = {231, 19, .bold = true},
		[ROLE_KEY] = {16, 231, .bold = true},
		[ROLE_HEAT_0] = {16, 195, .bold = true},
		[ROLE_HEAT_1] = {16, 153, .bold = true},
		[ROLE_HEAT_2] = {16, 111, .bold = true},
		[ROLE_HEAT_3] = {16, 74, .bold = true},
		[ROLE_HEAT_4] = {231, 25, .bold = true},
		[ROLE_HEAT_5] = {231, 17, .bold = true},
	},
};
/* clang-format on */

enum scheme scheme_find(const char *name)
{
	int i = 0;

	while (i < SCHEME_N && strcmp(scheme_table[i].name, name) != 0)
		i++;
	return (enum scheme)i;
}

const struct style *theme_style(enum scheme scheme, int colours, enum role role)
{
	return &styles[sets[scheme][colours < 256]][role];
}

enum scheme theme_choose(enum scheme wanted, bool no_colour, int colours)
{
	return no_colour || colours < 8 ? SCHEME_MONO : wanted;
}

char theme_letter(enum role role)
{
	return letters[role];
}
