/* SPDX-License-Identifier: MIT */
/* What is done with the bench, whatever is looked at. */
#include "tui/bench/bench.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_ANY, ACTION_RUN, {' '}, "space", NULL, "pause",
	 "run, or pause: workers stop, the picture stays"},
	{CONTEXT_MAIN, ACTION_TRIGGER, {'f'}, "f", NULL, "free",
	 "free chunk A now (workload bystander)"},
	{CONTEXT_BENCH | CONTEXT_PAGE, ACTION_CONTROL, {'i'}, "i", NULL, "control",
	 "run the control, and go back: as many interrupts, no flush (valid where flushes are interrupts)"},
	{CONTEXT_ANY, ACTION_VIEW_NEXT, {KEY_TAB}, "Tab", NULL, "view",
	 "the next view: overview, latency, flushes, machine, sensors, provenance"},
	{CONTEXT_ANY, ACTION_VIEW_BEFORE, {KEY_TAB_BACK}, "Shift-Tab", NULL, NULL,
	 "the view before"},
	{CONTEXT_ANY, ACTION_NOTES, {'l'}, "l", NULL, "notes",
	 "the lesson notes of this preset"},
	{CONTEXT_ANY, ACTION_BASELINE, {'b'}, "b", NULL, "baseline",
	 "keep what is measured now as the baseline, drawn dimmed behind what follows"},
	{CONTEXT_ANY, ACTION_BASELINE_CLEAR, {'B'}, "B", NULL, NULL, "forget the baseline"},
	{CONTEXT_MAIN, ACTION_TWIN, {'v'}, "v", NULL, NULL,
	 "the same experiment on a simulated machine like this one, drawn dimmed behind; off again"},
	{CONTEXT_MAIN, ACTION_SWEEP, {'w'}, "w", NULL, "sweep",
	 "sweep: run every combination of some settings, and plot what comes of it"},
	{CONTEXT_MAIN, ACTION_TUNE, {'t'}, "t", NULL, "tune",
	 "tune: the right flush ceiling for this CPU, or for a program"},
	{CONTEXT_MAIN, ACTION_OPEN, {'o'}, "o", NULL, "open", "open another preset"},
	{CONTEXT_MAIN, ACTION_EXPORT, {'e'}, "e", NULL, "export",
	 "write what was measured as JSON"},
	{CONTEXT_MAIN, ACTION_SAVE, {'s'}, "s", NULL, "save",
	 "save these settings as a preset"},
	{CONTEXT_MAIN, ACTION_UNDO, {'u'}, "u", NULL, "undo",
	 "take the last change back, and the one before it"},
	{CONTEXT_ANY, ACTION_DOCTOR, {'d'}, "d", NULL, "doctor",
	 "doctor: what cannot be measured here and why, what disturbs, what would help"},
	{CONTEXT_MAIN, ACTION_RECOVER, {'R'}, "R", NULL, "last session",
	 "view a session that ended unexpectedly"},
};
/* clang-format on */

const struct binding_group bench_keys = BINDING_GROUP(bindings);
