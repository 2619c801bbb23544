/* SPDX-License-Identifier: MIT */
/* The three sets, and the tables from shape to character. */
#include "tlblab/draw/glyphs.h"

#include <string.h>

static const struct glyphs glyph_sets[] = {
	[GLYPHS_BRAILLE] = {"braille", false, true, 2, 4},
	[GLYPHS_BLOCK] = {"block", false, false, 2, 2},
	[GLYPHS_ASCII] = {"ascii", true, false, 1, 3},
};

const struct glyphs *glyphs_get(enum glyph_set set)
{
	return &glyph_sets[set];
}

enum glyph_set glyphs_choose(bool utf8, const char *term, const char *wanted)
{
	if (!utf8)
		return GLYPHS_ASCII;
	for (int i = GLYPHS_BRAILLE; wanted && i <= GLYPHS_ASCII; i++)
		if (strcmp(wanted, glyph_sets[i].name) == 0)
			return (enum glyph_set)i;
	/* The kernel's console has 512 characters, braille not among them. */
	return term && strcmp(term, "linux") == 0 ? GLYPHS_BLOCK : GLYPHS_BRAILLE;
}

uint8_t glyphs_dot_bit(const struct glyphs *g, int dx, int dy)
{
	static const uint8_t braille[4][2] = {
		{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

	if (g->dots_y == 4)
		return braille[dy][dx];
	return (uint8_t)(1 << (dy * g->dots_x + dx));
}

uint32_t glyphs_dot_code(const struct glyphs *g, uint8_t mask)
{
	/* Bit 0 upper left, 1 upper right, 2 lower left, 3 lower right. */
	static const uint32_t quadrants[16] = {
		' ',	0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E, 0x259B,
		0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588};
	/* Bit 0 top, 1 middle, 2 bottom. */
	static const char ascii[8] = {' ', '\'', '-', '"', '.', ':', '=', '|'};

	if (g->ascii)
		return (uint32_t)ascii[mask & 7];
	if (g->dots_y == 2)
		return quadrants[mask & 15];
	return 0x2800u + mask;
}

uint32_t glyphs_line_code(const struct glyphs *g, unsigned int directions)
{
	static const uint16_t square[16] = {
		' ',	0x2575, 0x2577, 0x2502, 0x2574, 0x2518, 0x2510, 0x2524,
		0x2576, 0x2514, 0x250C, 0x251C, 0x2500, 0x2534, 0x252C, 0x253C};
	static const char ascii[17] = " |||-+++-+++-+++";

	directions &= 15;
	if (g->ascii)
		return (uint32_t)ascii[directions];
	if (g->rounded) {
		switch (directions) {
		case LINE_DOWN | LINE_RIGHT: return 0x256D;
		case LINE_DOWN | LINE_LEFT: return 0x256E;
		case LINE_UP | LINE_LEFT: return 0x256F;
		case LINE_UP | LINE_RIGHT: return 0x2570;
		default: break;
		}
	}
	return square[directions];
}

uint32_t glyphs_bar_code(const struct glyphs *g, int eighths)
{
	static const char ascii[10] = " ::::====";

	if (eighths <= 0)
		return ' ';
	if (eighths >= 8)
		return g->ascii ? '#' : 0x2588;
	return g->ascii ? (uint32_t)ascii[eighths] : 0x2590u - (uint32_t)eighths;
}

uint32_t glyphs_level_code(const struct glyphs *g, int eighths)
{
	static const char ascii[10] = " ..--==##";

	if (eighths <= 0)
		return ' ';
	if (eighths > 8)
		eighths = 8;
	return g->ascii ? (uint32_t)ascii[eighths] : 0x2580u + (uint32_t)eighths;
}

uint32_t glyphs_fold(const struct glyphs *g, uint32_t code)
{
	static const struct {
		uint32_t code;
		char ascii;
	} likeness[] = {
		{0x00B5, 'u'},	{0x03BC, 'u'}, {0x00B7, '.'}, {0x00D7, 'x'},
		{0x00B1, '~'},	{0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
		{0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'}, {0x2026, '~'},
		{0x2190, '<'},	{0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'},
		{0x2212, '-'},	{0x2248, '~'}, {0x2264, '<'}, {0x2265, '>'},
		{0x250A, ':'},	{0x2502, '|'}, {0x2524, '|'}, {0x2500, '-'},
		{0x25B4, '^'},	{0x25B8, '>'}, {0x25BE, 'v'}, {0x25C2, '<'},
		{0x25CB, 'o'},	{0x25CF, '*'}, {0x2713, '+'}, {0x2717, 'x'},
		{0x2588, '_'},	{0x2016, '='}, {0x25A0, '#'},
	};

	if (!g->ascii || (code >= ' ' && code < 0x7F))
		return code;
	for (unsigned int i = 0; i < sizeof(likeness) / sizeof(likeness[0]); i++)
		if (likeness[i].code == code)
			return (uint32_t)likeness[i].ascii;
	return '?';
}
