/* SPDX-License-Identifier: MIT */
/* The plots. */
#include "tui/keys/keys.h"

#include <stddef.h>

enum {
	PLOTS = CONTEXT_BENCH | CONTEXT_REPLAY | CONTEXT_ZOOM,
	MOVABLE = CONTEXT_BENCH | CONTEXT_ZOOM,
};

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{PLOTS, ACTION_ZOOM, {'z'}, "z", NULL, "zoom",
	 "the leading plot alone, as large as the screen, and back"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "plots",
	 "other plots: full flushes, victim slowdown, victim stalls"},
	{PLOTS, ACTION_SCALE, {'y'}, "y", NULL, NULL,
	 "the leading plot on a logarithmic or a linear scale"},
	{PLOTS, ACTION_ZOOM_IN, {'+', '='}, "+", NULL, NULL, "a shorter time axis"},
	{PLOTS, ACTION_ZOOM_OUT, {'-'}, "-", NULL, NULL, "a longer time axis"},
	{MOVABLE, ACTION_TIME_BACK, {'<', KEY_PAGE_UP}, "<", NULL, NULL,
	 "back in time by half of what is shown"},
	{MOVABLE, ACTION_TIME_ON, {'>', KEY_PAGE_DOWN}, ">", "<>", "time",
	 "forward again"},
	{CONTEXT_BENCH, ACTION_TIME_FIRST, {KEY_TO_START}, "Home", NULL, NULL,
	 "to the first interval"},
	{MOVABLE, ACTION_TIME_NOW, {KEY_TO_END}, "End", NULL, NULL,
	 "to the newest interval, and follow it"},
	{CONTEXT_MAIN, ACTION_CLEAR, {'c'}, "c", NULL, NULL,
	 "clear the plots and start at 0:00"},
};
/* clang-format on */

const struct binding_group keys_plot = BINDING_GROUP(bindings);
