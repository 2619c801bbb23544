/* SPDX-License-Identifier: MIT */
/*
 * Roles times schemes. The 256-colour scheme takes the nearest palette entries to the
 * Okabe-Ito colours, which stay apart for every common kind of colour blindness;
 * initiator and victim are its blue and orange. Backgrounds are the terminal's own.
 */
#include "tui/theme.h"

static const struct {
	char letter;
	struct style style[3];
} theme_table[ROLE_N] = {
	[ROLE_NORMAL] = {'.', {{-1, -1}, {-1, -1}, {-1, -1}}},
	[ROLE_DIM] = {'d', {{-1, -1, .dim = true}, {-1, -1, .dim = true}, {245, -1}}},
	[ROLE_BORDER] = {'-',
			 {{-1, -1, .dim = true}, {-1, -1, .dim = true}, {240, -1}}},
	[ROLE_TITLE] = {'t',
			{{-1, -1, .bold = true},
			 {-1, -1, .bold = true},
			 {-1, -1, .bold = true}}},
	[ROLE_ACCENT] = {'a',
			 {{-1, -1, .bold = true},
			  {6, -1, .bold = true},
			  {117, -1, .bold = true}}},
	[ROLE_INITIATOR] = {'i', {{-1, -1}, {6, -1}, {74, -1}}},
	[ROLE_VICTIM] = {'v', {{-1, -1, .underline = true}, {3, -1}, {214, -1}}},
	[ROLE_BASELINE] = {'b',
			   {{-1, -1, .dim = true}, {-1, -1, .dim = true}, {250, -1}}},
	[ROLE_OK] = {'o', {{-1, -1}, {2, -1}, {36, -1}}},
	[ROLE_WARNING] = {'w',
			  {{-1, -1, .bold = true},
			   {3, -1, .bold = true},
			   {227, -1, .bold = true}}},
	[ROLE_MARKER] = {'m', {{-1, -1, .dim = true}, {5, -1}, {175, -1}}},
	[ROLE_SELECTED] = {'s',
			   {{-1, -1, .reverse = true},
			    {-1, -1, .reverse = true},
			    {255, 24, .bold = true}}},
	[ROLE_KEY] = {'k',
		      {{-1, -1, .bold = true},
		       {-1, -1, .bold = true},
		       {-1, -1, .bold = true}}},
	/* Even in lightness, from blue to yellow: apart for every kind of colour
	 * blindness and on a grey print. */
	[ROLE_HEAT_0] = {'0', {{-1, -1, .dim = true}, {7, 4}, {255, 17}}},
	[ROLE_HEAT_1] = {'1', {{-1, -1}, {7, 4}, {255, 24}}},
	[ROLE_HEAT_2] = {'2', {{-1, -1}, {0, 6}, {255, 60}}},
	[ROLE_HEAT_3] = {'3', {{-1, -1, .bold = true}, {0, 6}, {16, 102}}},
	[ROLE_HEAT_4] = {'4', {{-1, -1, .reverse = true}, {0, 3}, {16, 143}}},
	[ROLE_HEAT_5] = {'5',
			 {{-1, -1, .bold = true, .reverse = true}, {0, 3}, {16, 221}}},
};

const struct style *theme_style(enum scheme scheme, enum role role)
{
	return &theme_table[role].style[scheme];
}

enum scheme theme_choose(bool no_colour, int colours)
{
	if (no_colour || colours < 8)
		return SCHEME_MONO;
	return colours >= 256 ? SCHEME_256 : SCHEME_16;
}

char theme_letter(enum role role)
{
	return theme_table[role].letter;
}
