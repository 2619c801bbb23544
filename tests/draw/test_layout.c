/* SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/draw/layout.h"

static bool overlap(struct rect a, struct rect b)
{
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void assert_inside(struct rect r, int w, int h)
{
	assert_true(r.x >= 0 && r.y >= 0 && r.x + r.w <= w && r.y + r.h <= h);
}

/* Frames may share an edge; what stands in them may not. */
static void assert_layout(int w, int h)
{
	struct layout l;
	int plots = 0;

	layout_make(&l, w, h);
	assert_int_not_equal(l.kind, LAYOUT_TOO_SMALL);
	for (int i = 0; i < PANEL_N; i++) {
		struct rect a = l.panel[i];

		if (rect_is_empty(a))
			continue;
		plots += i >= PANEL_PLOT_1 && i <= PANEL_PLOT_6;
		assert_inside(a, w, h);
		assert_true(a.w >= 24 && a.h >= 4);
		assert_false(overlap(a, l.header));
		assert_false(overlap(a, l.footer));
		assert_false(overlap(a, l.check_line));
		for (int k = 0; k < i; k++)
			if (!rect_is_empty(l.panel[k]))
				assert_false(
					overlap(rect_inner(a), rect_inner(l.panel[k])));
	}
	assert_int_equal(plots, l.kind == LAYOUT_FOLDED ? 1
				: l.kind >= LAYOUT_WIDE ? 6
							: 3);
	assert_false(rect_is_empty(l.panel[PANEL_FORM]));
	assert_false(rect_is_empty(l.panel[PANEL_SUMMARY]));
	assert_true(rect_is_empty(l.check_line) !=
		    rect_is_empty(l.panel[PANEL_CHECKS]));
}

/* Every cell between header and footer belongs to a frame or to the check line. */
static void assert_no_hole(int w, int h)
{
	struct layout l;

	layout_make(&l, w, h);
	for (int y = 1; y < h - 1; y++)
		for (int x = 0; x < w; x++) {
			struct rect cell = {x, y, 1, 1};
			bool taken =
				overlap(cell, l.check_line) || overlap(cell, l.note);

			for (int i = 0; i < PANEL_N && !taken; i++)
				taken = !rect_is_empty(l.panel[i]) &&
					overlap(cell, l.panel[i]);
			assert_true(taken);
		}
}

static void panels_stand_apart_at_every_size(void **state)
{
	(void)state;
	for (int w = 80; w <= 300; w++)
		for (int h = 24; h <= 90; h++)
			assert_layout(w, h);
}

/* A lesson has a place of its own, room for words, and covers no plot. */
static void a_lesson_stands_beside_the_plots(void **state)
{
	(void)state;
	for (int w = 80; w <= 300; w++)
		for (int h = 24; h <= 90; h++) {
			struct layout l, without;

			layout_make(&without, w, h);
			l = without;
			layout_lesson(&l);
			struct rect lesson = l.panel[PANEL_SUMMARY];

			assert_true((lesson.w - 4) * (lesson.h - 2) >= 450);
			for (int i = 0; i < PANEL_N; i++) {
				struct rect r = l.panel[i];

				assert_inside(r, w, h - 1);
				for (int k = 0; k < i; k++)
					assert_false(overlap(rect_inner(r),
							     rect_inner(l.panel[k])));
			}
			for (int i = PANEL_PLOT_1; i <= PANEL_PLOT_6; i++)
				assert_int_equal(rect_is_empty(l.panel[i]),
						 rect_is_empty(without.panel[i]));
		}
}

static void no_room_is_wasted(void **state)
{
	(void)state;
	for (int w = 80; w <= 300; w += 11)
		for (int h = 24; h <= 90; h += 3)
			assert_no_hole(w, h);
}

static void too_small_is_said(void **state)
{
	struct layout l;

	(void)state;
	for (int w = 1; w <= 300; w++) {
		layout_make(&l, w, 23);
		assert_int_equal(l.kind, LAYOUT_TOO_SMALL);
	}
	for (int h = 1; h <= 90; h++) {
		layout_make(&l, 79, h);
		assert_int_equal(l.kind, LAYOUT_TOO_SMALL);
	}
	layout_make(&l, 80, 24);
	assert_int_equal(l.kind, LAYOUT_FOLDED);
	layout_make(&l, 120, 40);
	assert_int_equal(l.kind, LAYOUT_STANDARD);
	layout_make(&l, 200, 50);
	assert_int_equal(l.kind, LAYOUT_WIDE);
	layout_make(&l, 300, 90);
	assert_int_equal(l.kind, LAYOUT_HUGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_stand_apart_at_every_size),
		cmocka_unit_test(a_lesson_stands_beside_the_plots),
		cmocka_unit_test(no_room_is_wasted),
		cmocka_unit_test(too_small_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
