/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/draw/canvas.h"
#include "tlblab/draw/utf8.h"

static struct canvas canvas_of(int w, int h, enum glyph_set set)
{
	struct canvas c;

	canvas_init(&c, glyphs_get(set));
	assert_int_equal(canvas_resize(&c, w, h), 0);
	return c;
}

static void assert_dump(const struct canvas *c, const char *expected)
{
	char *text = canvas_dump(c, false);

	assert_string_equal(text, expected);
	free(text);
}

static void text_is_cut_with_an_ellipsis(void **state)
{
	struct canvas c = canvas_of(8, 1, GLYPHS_BRAILLE);

	(void)state;
	assert_int_equal(canvas_text(&c, 0, 0, 5, ROLE_NORMAL, "shootdown"), 5);
	assert_dump(&c, "shoo…\n");
	assert_int_equal(canvas_text(&c, 0, 0, 8, ROLE_NORMAL, "14.9 µs"), 7);
	assert_dump(&c, "14.9 µs\n");
	canvas_fini(&c);
}

static void wide_characters_take_two_cells(void **state)
{
	struct canvas c = canvas_of(6, 1, GLYPHS_BRAILLE);

	(void)state;
	assert_int_equal(canvas_text(&c, 0, 0, 6, ROLE_NORMAL, "日本x"), 5);
	assert_dump(&c, "日本x\n");
	assert_int_equal(canvas_at(&c, 1, 0)->columns, 0);
	/* Overwriting a half takes the other half away. */
	canvas_put(&c, 1, 0, ROLE_NORMAL, 'y');
	assert_dump(&c, " y本x\n");
	canvas_put(&c, 2, 0, ROLE_NORMAL, 'z');
	assert_dump(&c, " yz x\n");
	/* Half of one does not fit at the edge. */
	canvas_clear(&c);
	canvas_put(&c, 5, 0, ROLE_NORMAL, 0x65E5);
	assert_dump(&c, "     ?\n");
	/* Cut before a wide character, not through it. */
	canvas_clear(&c);
	assert_int_equal(canvas_text(&c, 0, 0, 4, ROLE_NORMAL, "日本x"), 3);
	assert_dump(&c, "日…\n");
	canvas_fini(&c);
}

static void combining_marks_stay_with_their_character(void **state)
{
	struct canvas c = canvas_of(4, 1, GLYPHS_BRAILLE);

	(void)state;
	assert_int_equal(canvas_text(&c, 0, 0, 4, ROLE_NORMAL, "e\xCC\x81x"), 2);
	assert_dump(&c, "e\xCC\x81x\n");
	canvas_fini(&c);
}

static void broken_bytes_and_controls_are_drawn(void **state)
{
	struct canvas c = canvas_of(8, 1, GLYPHS_BRAILLE);

	(void)state;
	canvas_text(&c, 0, 0, 8, ROLE_NORMAL, "a\xFF\xE2\x82z\x1B[");
	assert_dump(&c, "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz?[\n");
	canvas_fini(&c);
}

static void borders_join(void **state)
{
	struct canvas c = canvas_of(7, 5, GLYPHS_BRAILLE);

	(void)state;
	canvas_box(&c, (struct rect){0, 0, 4, 5}, ROLE_BORDER);
	canvas_box(&c, (struct rect){3, 0, 4, 3}, ROLE_BORDER);
	canvas_box(&c, (struct rect){3, 2, 4, 3}, ROLE_BORDER);
	assert_dump(&c, "╭──┬──╮\n│  │  │\n│  ├──┤\n│  │  │\n╰──┴──╯\n");
	c.glyphs = glyphs_get(GLYPHS_ASCII);
	assert_dump(&c, "+--+--+\n|  |  |\n|  +--+\n|  |  |\n+--+--+\n");
	canvas_fini(&c);
}

static void dots_of_two_lines_share_a_cell(void **state)
{
	struct canvas c = canvas_of(1, 1, GLYPHS_BRAILLE);

	(void)state;
	canvas_dot(&c, 0, 0, ROLE_BASELINE, glyphs_dot_bit(c.glyphs, 0, 0));
	canvas_dot(&c, 0, 0, ROLE_INITIATOR, glyphs_dot_bit(c.glyphs, 1, 3));
	assert_int_equal(canvas_code(&c, canvas_at(&c, 0, 0)), 0x2881);
	assert_int_equal(canvas_at(&c, 0, 0)->role, ROLE_INITIATOR);
	canvas_fini(&c);
}

static void nothing_leaves_the_clip(void **state)
{
	struct canvas c = canvas_of(20, 10, GLYPHS_BRAILLE);
	struct rect r = {5, 3, 6, 4};

	(void)state;
	for (int y = 0; y < 10; y++)
		canvas_text(&c, 0, y, 20, ROLE_DIM, "####################");
	struct rect old = canvas_clip(&c, r);

	canvas_fill(&c, (struct rect){-3, -3, 40, 40}, ROLE_NORMAL);
	canvas_box(&c, (struct rect){0, 0, 20, 10}, ROLE_BORDER);
	canvas_text(&c, -4, 4, 40, ROLE_NORMAL, "日本日本日本日本日本日本");
	canvas_paint(&c, (struct rect){-5, -5, 50, 50}, ROLE_OK);
	canvas_dot(&c, 4, 3, ROLE_OK, 1);
	canvas_unclip(&c, old);
	for (int y = 0; y < 10; y++)
		for (int x = 0; x < 20; x++) {
			bool inside = x >= 5 && x < 11 && y >= 3 && y < 7;

			if (!inside) {
				assert_int_equal(canvas_at(&c, x, y)->code, '#');
				assert_int_equal(canvas_at(&c, x, y)->role, ROLE_DIM);
			} else {
				assert_int_equal(canvas_at(&c, x, y)->role, ROLE_OK);
			}
		}
	canvas_fini(&c);
}

static void words_wrap_and_the_rest_is_cut(void **state)
{
	struct canvas c = canvas_of(10, 3, GLYPHS_BRAILLE);
	struct rect r = {0, 0, 10, 3};

	(void)state;
	assert_int_equal(canvas_wrap(&c, r, ROLE_NORMAL, "no hardware counters here"),
			 3);
	assert_dump(&c, "no\nhardware\ncounters …\n");
	assert_int_equal(canvas_wrap(NULL, (struct rect){0, 0, 10, 99}, ROLE_NORMAL,
				     "no hardware counters here"),
			 4);
	canvas_clear(&c);
	assert_int_equal(canvas_wrap(&c, r, ROLE_NORMAL, "abcdefghijklmn"), 2);
	assert_dump(&c, "abcdefghij\nklmn\n\n");
	canvas_clear(&c);
	/* A wide character in a column of one still comes to an end. */
	assert_int_equal(
		canvas_wrap(&c, (struct rect){0, 0, 1, 3}, ROLE_NORMAL, "日本"), 2);
	canvas_fini(&c);
}

static void every_border_and_dot_has_ascii(void **state)
{
	const struct glyphs *g = glyphs_get(GLYPHS_ASCII);

	(void)state;
	for (unsigned int i = 0; i < 256; i++) {
		assert_true(glyphs_line_code(g, i) < 0x7F);
		assert_true(glyphs_dot_code(g, (uint8_t)i) < 0x7F);
		assert_true(glyphs_bar_code(g, (int)i % 12) < 0x7F);
		assert_true(glyphs_level_code(g, (int)i % 12) < 0x7F);
	}
	assert_int_equal(glyphs_fold(g, 0xB5), 'u');
	assert_int_equal(glyphs_fold(g, 0x65E5), '?');
	assert_int_equal(glyphs_choose(false, "xterm", "braille"), GLYPHS_ASCII);
	assert_int_equal(glyphs_choose(true, "linux", NULL), GLYPHS_BLOCK);
	assert_int_equal(glyphs_choose(true, "xterm", NULL), GLYPHS_BRAILLE);
	assert_int_equal(glyphs_choose(true, "xterm", "ascii"), GLYPHS_ASCII);
}

static void roles_have_letters_and_mono_has_no_colour(void **state)
{
	(void)state;
	for (int a = 0; a < ROLE_N; a++) {
		const struct style *mono = theme_style(SCHEME_MONO, 256, (enum role)a);

		assert_int_equal(mono->foreground, -1);
		assert_int_equal(mono->background, -1);
		for (int b = 0; b < a; b++)
			assert_int_not_equal(theme_letter((enum role)a),
					     theme_letter((enum role)b));
	}
	for (int i = 0; i < SCHEME_N; i++) {
		assert_int_equal(scheme_find(scheme_table[i].name), i);
		assert_int_equal(theme_choose((enum scheme)i, true, 256), SCHEME_MONO);
		assert_int_equal(theme_choose((enum scheme)i, false, 0), SCHEME_MONO);
		assert_int_equal(theme_choose((enum scheme)i, false, 8), i);
		for (int role = 0; role < ROLE_N; role++)
			assert_true(theme_style((enum scheme)i, 16, (enum role)role)
					    ->foreground < 8);
	}
	assert_int_equal(scheme_find("pink"), SCHEME_N);
}

struct rgb {
	double r, g, b;
};

/* Linear light of an xterm palette entry from 16 on. */
static struct rgb palette(int index)
{
	static const int steps[6] = {0, 95, 135, 175, 215, 255};
	int v[3], i = index - 16;

	for (int k = 0; k < 3; k++)
		v[k] = index >= 232 ? 8 + 10 * (index - 232)
				    : steps[k == 0   ? i / 36
					    : k == 1 ? i / 6 % 6
						     : i % 6];
	double c[3];

	for (int k = 0; k < 3; k++)
		c[k] = v[k] <= 10 ? v[k] / 255.0 / 12.92
				  : pow((v[k] / 255.0 + 0.055) / 1.055, 2.4);
	return (struct rgb){c[0], c[1], c[2]};
}

static double luminance(struct rgb c)
{
	return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

/* As WCAG counts it: 1 to 21. */
static double contrast(int a, int b)
{
	double x = luminance(palette(a)), y = luminance(palette(b));

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

/* Whoever cannot read it has the scheme changed for nothing. Dark stands on the
 * terminal's own background, taken for black; only its frames may be faint. */
static void every_scheme_can_be_read(void **state)
{
	(void)state;
	for (int scheme = 0; scheme < SCHEME_MONO; scheme++)
		for (int role = 0; role < ROLE_N; role++) {
			const struct style *s =
				theme_style((enum scheme)scheme, 256, (enum role)role);
			double least = role == ROLE_BORDER	   ? 1.9
				       : scheme == SCHEME_CONTRAST ? 7
								   : 4.5;

			if (s->foreground < 0)
				continue;
			if (scheme != SCHEME_DARK)
				assert_true(s->background >= 16);
			if (contrast(s->foreground,
				     s->background < 0 ? 16 : s->background) < least)
				fail_msg("%s: role %c: %d on %d",
					 scheme_table[scheme].name,
					 theme_letter((enum role)role), s->foreground,
					 s->background);
		}
}

/* Red and green cones that answer alike: what is left is their common answer, and
 * blue. (Viénot 1999, in linear light.) */
static double distance_dichromat(int a, int b, bool protan)
{
	struct rgb x = palette(a), y = palette(b);
	double xr =
		protan ? 0.11238 * x.r + 0.88762 * x.g : 0.29275 * x.r + 0.70725 * x.g;
	double yr =
		protan ? 0.11238 * y.r + 0.88762 * y.g : 0.29275 * y.r + 0.70725 * y.g;

	return hypot(cbrt(xr) - cbrt(yr), cbrt(x.b) - cbrt(y.b));
}

static void safe_colours_stay_apart_without_red_and_green(void **state)
{
	static const enum role pairs[][2] = {{ROLE_INITIATOR, ROLE_VICTIM},
					     {ROLE_OK, ROLE_WARNING},
					     {ROLE_INITIATOR, ROLE_BASELINE}};

	(void)state;
	for (int i = 0; i < 6; i++) {
		int a = theme_style(SCHEME_SAFE, 256, pairs[i / 2][0])->foreground;
		int b = theme_style(SCHEME_SAFE, 256, pairs[i / 2][1])->foreground;

		if (distance_dichromat(a, b, i % 2) < 0.12)
			fail_msg("%d and %d", a, b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_with_an_ellipsis),
		cmocka_unit_test(wide_characters_take_two_cells),
		cmocka_unit_test(combining_marks_stay_with_their_character),
		cmocka_unit_test(broken_bytes_and_controls_are_drawn),
		cmocka_unit_test(borders_join),
		cmocka_unit_test(dots_of_two_lines_share_a_cell),
		cmocka_unit_test(nothing_leaves_the_clip),
		cmocka_unit_test(words_wrap_and_the_rest_is_cut),
		cmocka_unit_test(every_border_and_dot_has_ascii),
		cmocka_unit_test(roles_have_letters_and_mono_has_no_colour),
		cmocka_unit_test(every_scheme_can_be_read),
		cmocka_unit_test(safe_colours_stay_apart_without_red_and_green),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
