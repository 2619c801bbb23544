/* SPDX-License-Identifier: MIT */
/*
 * Every split shares its border: the second part begins on the row or column where the
 * first one ends.
 */
#include "tlblab/draw/layout.h"

enum {
	STANDARD_H = 34, /* from here three plots stand above each other */
	WIDE_W = 160,
	WIDE_H = 44,
	FORM_W = 31,
	FORM_WIDE_W = 38,
	HUGE_W = 270,
	HUGE_H = 64,
	FORM_HUGE_W = 44,
	FORM_HUGE_H = 22,
	RIGHT_W = 80,
	SUMMARY_HUGE_H = 18,
	FIGURES_H = 7,
	FLUSHES_H = 9, /* a row for each reason, and for each size */
	LESSON_FOLDED_W = 40,
	LESSON_MORE_H = 4, /* rows the plots give a lesson */
};

/* Cuts h rows (frames included) off the top. */
static struct rect take_top(struct rect *r, int h)
{
	struct rect top = {r->x, r->y, r->w, h};

	r->y += h - 1;
	r->h -= h - 1;
	return top;
}

static struct rect take_left(struct rect *r, int w)
{
	struct rect left = {r->x, r->y, w, r->h};

	r->x += w - 1;
	r->w -= w - 1;
	return left;
}

/* n panels of equal height, the odd rows given to the last, which also carries the
 * labels of the time axis. */
static void stack(struct rect r, struct rect *panels, int n)
{
	for (int i = 0; i < n; i++) {
		int left = n - i;

		panels[i] = left > 1 ? take_top(&r, (r.h - 1) / left + 1) : r;
	}
}

static void layout_folded(struct layout *l, struct rect r)
{
	struct rect *panel = l->panel;

	panel[PANEL_FORM] = take_left(&r, FORM_W);
	panel[PANEL_PLOT_1] = take_top(&r, r.h - 9);
	panel[PANEL_SPARKS] = take_top(&r, 5);
	panel[PANEL_SUMMARY] = r;
}

/* Latency and the summary share the lowest row of the right side. */
static void layout_standard(struct layout *l, struct rect r)
{
	struct rect *panel = l->panel;
	struct rect left = take_left(&r, FORM_W);
	int low_h = r.h / 4 + 1;

	panel[PANEL_FORM] = take_top(&left, left.h * 5 / 8);
	panel[PANEL_CHECKS] = left;

	struct rect plots = take_top(&r, r.h - low_h + 1);

	stack(plots, &panel[PANEL_PLOT_1], 3);
	if (r.w < 75) {
		panel[PANEL_LATENCY] = take_top(&r, r.h / 2 + 1);
		panel[PANEL_SUMMARY] = r;
	} else {
		panel[PANEL_LATENCY] = take_left(&r, r.w * 11 / 20);
		panel[PANEL_SUMMARY] = r;
	}
}

static void layout_wide(struct layout *l, struct rect r)
{
	struct rect *panel = l->panel;
	struct rect left = take_left(&r, FORM_WIDE_W);
	int low_h = r.h / 4 + 1;

	panel[PANEL_FORM] = take_top(&left, left.h * 5 / 9);
	panel[PANEL_CHECKS] = take_top(&left, left.h / 2 + 1);
	panel[PANEL_CPUS] = left;

	struct rect plots = take_top(&r, r.h - low_h + 1);
	struct rect first = take_left(&plots, plots.w / 2 + 1);

	stack(first, &panel[PANEL_PLOT_1], 3);
	stack(plots, &panel[PANEL_PLOT_4], 3);
	panel[PANEL_LATENCY] = take_left(&r, r.w * 7 / 20);
	panel[PANEL_VICTIM_LATENCY] = take_left(&r, r.w * 7 / 13);
	panel[PANEL_SUMMARY] = r;
}

/* What is set at the left, what happens in the middle, what it means at the right. */
static void layout_huge(struct layout *l, struct rect r)
{
	struct rect *panel = l->panel;
	struct rect left = take_left(&r, FORM_HUGE_W);
	struct rect middle = take_left(&r, r.w - RIGHT_W + 1);
	struct rect plots = take_top(&middle, middle.h * 3 / 4);
	struct rect first = take_left(&plots, plots.w / 2 + 1);

	panel[PANEL_FORM] = take_top(&left, FORM_HUGE_H);
	panel[PANEL_CHECKS] = take_top(&left, left.h / 3 + 1);
	panel[PANEL_CPUS] = left;
	stack(first, &panel[PANEL_PLOT_1], 3);
	stack(plots, &panel[PANEL_PLOT_4], 3);
	panel[PANEL_LATENCY] = take_left(&middle, middle.w / 2 + 1);
	panel[PANEL_VICTIM_LATENCY] = middle;
	panel[PANEL_SUMMARY] = take_top(&r, SUMMARY_HUGE_H);
	panel[PANEL_FIGURES] = take_top(&r, FIGURES_H);
	panel[PANEL_FLUSH_REASONS] = take_top(&r, FLUSHES_H);
	panel[PANEL_FLUSH_SIZES] = take_top(&r, FLUSHES_H);
	panel[PANEL_FLUSH_SLOTS] = take_top(&r, r.h / 2 + 1);
	panel[PANEL_TLBS] = r;
}

void layout_make(struct layout *l, int w, int h)
{
	*l = (struct layout){.kind = LAYOUT_TOO_SMALL};
	if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H)
		return;
	l->header = (struct rect){0, 0, w, 1};
	l->footer = (struct rect){0, h - 1, w, 1};
	l->note = (struct rect){0, h - 2, w, 1};
	l->page = (struct rect){0, 1, w, h - 3};
	if (h < STANDARD_H) {
		l->kind = LAYOUT_FOLDED;
		l->check_line = (struct rect){0, h - 3, w, 1};
		layout_folded(l, (struct rect){0, 1, w, h - 4});
	} else if (w < WIDE_W || h < WIDE_H) {
		l->kind = LAYOUT_STANDARD;
		layout_standard(l, l->page);
	} else if (w < HUGE_W || h < HUGE_H) {
		l->kind = LAYOUT_WIDE;
		layout_wide(l, l->page);
	} else {
		l->kind = LAYOUT_HUGE;
		layout_huge(l, l->page);
	}
}

static int bottom(struct rect r)
{
	return r.y + r.h;
}

/* The lesson stands where the form does, and the plot takes the summary's rows. */
static void lesson_folded(struct rect *panel)
{
	struct rect r = panel[PANEL_FORM];

	r.w += panel[PANEL_PLOT_1].w - 1;
	panel[PANEL_FORM] = (struct rect){0, 0, 0, 0};
	panel[PANEL_SUMMARY] = take_left(&r, LESSON_FOLDED_W);
	panel[PANEL_PLOT_1] = take_top(&r, r.h - 4);
	panel[PANEL_SPARKS] = r;
}

static void lesson_standard(struct rect *panel)
{
	struct rect plots = panel[PANEL_PLOT_1];
	int end = bottom(panel[PANEL_SUMMARY]);

	plots.h = bottom(panel[PANEL_PLOT_3]) - plots.y - LESSON_MORE_H;
	stack(plots, &panel[PANEL_PLOT_1], 3);
	panel[PANEL_LATENCY] = (struct rect){0, 0, 0, 0};
	panel[PANEL_SUMMARY] = (struct rect){plots.x, bottom(plots) - 1, plots.w,
					     end - bottom(plots) + 1};
}

static void lesson_wide(struct rect *panel)
{
	struct rect r = panel[PANEL_LATENCY];

	r.w = panel[PANEL_SUMMARY].x + panel[PANEL_SUMMARY].w - r.x;
	panel[PANEL_LATENCY] = take_left(&r, r.w / 4 + 1);
	panel[PANEL_VICTIM_LATENCY] = take_left(&r, r.w / 3 + 1);
	panel[PANEL_SUMMARY] = r;
}

void layout_lesson(struct layout *l)
{
	if (l->kind == LAYOUT_FOLDED)
		lesson_folded(l->panel);
	else if (l->kind == LAYOUT_STANDARD)
		lesson_standard(l->panel);
	else if (l->kind == LAYOUT_WIDE)
		lesson_wide(l->panel);
}
