/* SPDX-License-Identifier: MIT */
/* A sweep, or the tuner, in the place of the bench. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_SWEEP, ACTION_RUN, {' '}, "space", NULL, "pause",
	 "sweep: pause; the run under way is made anew"},
	{CONTEXT_SWEEP, ACTION_STOP, {'s'}, "s", NULL, "stop",
	 "sweep: stop, and keep what there is"},
	{CONTEXT_SWEEP, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "metric",
	 "sweep: another metric"},
	{CONTEXT_SWEEP, ACTION_SCALE, {'y'}, "y", NULL, "scale",
	 "sweep: a logarithmic or a linear scale"},
	{CONTEXT_SWEEP, ACTION_SWEEP, {'w'}, "w", NULL, "another",
	 "sweep: other keys or values"},
	{CONTEXT_TUNE, ACTION_RUN, {' '}, "space", NULL, "stop",
	 "tune: stop with what there is, or begin anew"},
	{CONTEXT_TUNE, ACTION_TUNE_WAIT, {'w'}, "w", NULL, "wait",
	 "tune: wait until other programs leave the CPUs alone, or go on at once"},
	{CONTEXT_MODES, ACTION_EXPORT, {'e'}, "e", NULL, "export",
	 "sweep, tune: write all that was measured as JSON"},
	{CONTEXT_MODES, ACTION_CANCEL, {KEY_ESCAPE, 'q'}, "Esc", NULL, "bench",
	 "sweep, tune: stop, and go back to the bench"},
};
/* clang-format on */

const struct binding_group keys_modes = BINDING_GROUP(bindings);
