/* SPDX-License-Identifier: MIT */
/* The plots. */
#include "tui/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "plots",
	 "other plots: full flushes, victim slowdown, victim stalls"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_SCALE, {'y'}, "y", NULL, NULL,
	 "runtime on a logarithmic or a linear scale"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_ZOOM_IN, {'+', '='}, "+", NULL, NULL,
	 "a shorter time axis"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_ZOOM_OUT, {'-'}, "-", NULL, NULL, "a longer time axis"},
	{CONTEXT_MAIN, ACTION_CLEAR, {'c'}, "c", NULL, NULL,
	 "clear the plots and start at 0:00"},
};
/* clang-format on */

const struct binding_group keys_plot = BINDING_GROUP(bindings);
