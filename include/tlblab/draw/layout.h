/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_LAYOUT_H
#define TLBLAB_DRAW_LAYOUT_H

#include "tlblab/draw/canvas.h"

/*
 * Where everything stands, from the size alone: what is measured, absent or running
 * has no say, so the picture never jumps. Panels are given with their frames; frames
 * of neighbours share a row or a column. A panel that has no place is empty.
 */
enum layout_kind {
	LAYOUT_TOO_SMALL,
	LAYOUT_FOLDED, /* one plot at a time, the others as sparklines */
	LAYOUT_STANDARD,
	LAYOUT_WIDE, /* two columns of plots, the machine, both latencies */
	LAYOUT_HUGE, /* and a column for the flushes, the TLBs and what it all means */
};

enum panel {
	PANEL_FORM,
	PANEL_CHECKS,
	PANEL_CPUS, /* the machine map */
	PANEL_PLOT_1,
	PANEL_PLOT_2,
	PANEL_PLOT_3,
	PANEL_PLOT_4,
	PANEL_PLOT_5,
	PANEL_PLOT_6,
	PANEL_SPARKS,
	PANEL_LATENCY,
	PANEL_VICTIM_LATENCY,
	PANEL_SUMMARY,
	PANEL_FIGURES, /* of both latencies */
	PANEL_FLUSH_REASONS,
	PANEL_FLUSH_SIZES,
	PANEL_FLUSH_SLOTS,
	PANEL_TLBS,
	PANEL_N
};

enum { LAYOUT_MIN_W = 80, LAYOUT_MIN_H = 24 };

struct layout {
	enum layout_kind kind;
	struct rect header, footer; /* one row each */
	struct rect note;	    /* one row above the footer, for words */
	struct rect check_line;	    /* one row; empty where PANEL_CHECKS stands */
	struct rect page;	    /* what lies between, for pages of one panel */
	struct rect panel[PANEL_N];
};

void layout_make(struct layout *l, int w, int h);
/* With room for a lesson in the place of PANEL_SUMMARY; folded, the form gives its own.
 */
void layout_lesson(struct layout *l);

#endif
