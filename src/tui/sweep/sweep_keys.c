/* SPDX-License-Identifier: MIT */
/* A sweep in the place of the bench. */
#include "tui/sweep/sweep.h"

enum { HERE = CONTEXT_OF(MODE_SWEEP) };

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{HERE, ACTION_RUN, {' '}, "space", NULL, "pause",
	 "sweep: pause; the current run is repeated"},
	{HERE, ACTION_STOP, {'s'}, "s", NULL, "stop",
	 "sweep: stop, and keep what there is"},
	{HERE, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "metric",
	 "sweep: another metric"},
	{HERE, ACTION_SCALE, {'y'}, "y", NULL, "scale",
	 "sweep: a logarithmic or a linear scale"},
	{HERE, ACTION_SWEEP, {'w'}, "w", NULL, "another",
	 "sweep: other keys or values"},
};
/* clang-format on */

const struct binding_group sweep_keys = BINDING_GROUP(bindings);
