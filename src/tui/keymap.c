/* SPDX-License-Identifier: MIT */
/*
 * The one table from key to action. The letter l could be vi's "right" and the lesson
 * notes: it opens the notes wherever there are settings to change, and goes right only
 * in the list of presets, where notes stand beside the list anyway.
 */
#include "tui/keymap.h"

#include <stddef.h>

#define CONTROL(letter) ((letter)&0x1F)

enum {
	MAIN = CONTEXT_BENCH | CONTEXT_PAGE | CONTEXT_MAP,
	ANY = MAIN | CONTEXT_REPLAY,
	MODES = CONTEXT_SWEEP | CONTEXT_TUNE,
	MOVING = CONTEXT_PAGE | CONTEXT_READ | MODES,
	PAGING = MOVING | CONTEXT_MAP,
};

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
const struct binding keymap_table[] = {
	{CONTEXT_BENCH, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL,
	 "the setting above"},
	{CONTEXT_BENCH, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", "↑↓", "field",
	 "the setting below"},
	{CONTEXT_BENCH, ACTION_LESS, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL,
	 "the value before, or less"},
	{CONTEXT_BENCH, ACTION_MORE, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←→", "change",
	 "the value after, or more (not l: that is the lesson notes)"},
	{CONTEXT_REPLAY, ACTION_SEEK_BACK, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL,
	 "back by a twentieth of what is shown"},
	{CONTEXT_REPLAY, ACTION_SEEK_ON, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←→", "seek",
	 "on by as much"},
	{CONTEXT_REPLAY, ACTION_LEAP_BACK, {KEY_PAGE_UP}, "PgUp", NULL, NULL,
	 "back by a tenth of the recording"},
	{CONTEXT_REPLAY, ACTION_LEAP_ON, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL,
	 "on by a tenth of the recording"},
	{CONTEXT_REPLAY, ACTION_STEP_BACK, {','}, ",", NULL, NULL,
	 "the interval before"},
	{CONTEXT_REPLAY, ACTION_STEP_ON, {'.'}, ".", ",.", "step",
	 "the interval after"},
	{CONTEXT_REPLAY, ACTION_SKIP_BACK, {'['}, "[", NULL, NULL,
	 "to the marker or run before"},
	{CONTEXT_REPLAY, ACTION_SKIP_ON, {']'}, "]", "[]", "marker",
	 "to the marker or run after"},
	{CONTEXT_REPLAY, ACTION_SLOWER, {'<'}, "<", NULL, NULL,
	 "slower, down to 0.1x"},
	{CONTEXT_REPLAY, ACTION_FASTER, {'>'}, ">", "<>", "speed",
	 "faster, up to 100x"},
	{CONTEXT_REPLAY, ACTION_TO_START, {KEY_TO_START}, "Home", NULL, NULL,
	 "to the start"},
	{CONTEXT_REPLAY, ACTION_TO_END, {KEY_TO_END}, "End", NULL, NULL,
	 "to the end"},
	{CONTEXT_REPLAY, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_REPLAY, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_LESS, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_MORE, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←↑↓→", "CPU", NULL},
	{CONTEXT_MAP, ACTION_BOX_BEFORE, {'['}, "[", NULL, NULL,
	 "machine view: the box before"},
	{CONTEXT_MAP, ACTION_BOX_NEXT, {']'}, "]", NULL, NULL,
	 "machine view: the next box"},
	{CONTEXT_MAP, ACTION_PICK, {'x'}, "x", NULL, "pick",
	 "machine view: pick the CPU for a placement by hand, or drop it"},
	{CONTEXT_MAP, ACTION_PICK_BOX, {'X'}, "X", NULL, NULL,
	 "machine view: pick or drop the whole box"},
	{CONTEXT_MAP, ACTION_ACCEPT, {KEY_RETURN, '\n'}, "Enter", NULL, "place",
	 "machine view: put workers and victims on the picked CPUs, in that order"},
	{CONTEXT_MAP, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, NULL,
	 "machine view: forget what was picked"},
	{ANY, ACTION_RUN, {' '}, "space", NULL, "pause",
	 "run, or pause: workers stop, the picture stays"},
	{ANY, ACTION_VIEW_NEXT, {KEY_TAB}, "Tab", NULL, "view",
	 "the next view: overview, latency, machine, sensors, provenance"},
	{ANY, ACTION_VIEW_BEFORE, {KEY_TAB_BACK}, "Shift-Tab", NULL, NULL,
	 "the view before"},
	{ANY, ACTION_NOTES, {'l'}, "l", NULL, "notes",
	 "the lesson notes of this preset"},
	{ANY, ACTION_BASELINE, {'b'}, "b", NULL, "baseline",
	 "keep what is measured now as a ghost behind what follows"},
	{ANY, ACTION_BASELINE_CLEAR, {'B'}, "B", NULL, NULL, "forget the baseline"},
	{MAIN, ACTION_SWEEP, {'w'}, "w", NULL, "sweep",
	 "sweep: run every combination of some settings, and plot what comes of it"},
	{MAIN, ACTION_TUNE, {'t'}, "t", NULL, "tune",
	 "tune: find the right flush ceiling for this CPU"},
	{CONTEXT_SWEEP, ACTION_RUN, {' '}, "space", NULL, "pause",
	 "sweep: pause; the run under way is made anew"},
	{CONTEXT_SWEEP, ACTION_STOP, {'x'}, "x", NULL, "stop",
	 "sweep: stop, and keep what there is"},
	{CONTEXT_SWEEP, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "metric",
	 "sweep: another metric"},
	{CONTEXT_SWEEP, ACTION_SCALE, {'y'}, "y", NULL, "scale",
	 "sweep: a logarithmic or a linear scale"},
	{CONTEXT_SWEEP, ACTION_SWEEP, {'w'}, "w", NULL, "another",
	 "sweep: other keys or values"},
	{CONTEXT_TUNE, ACTION_RUN, {' '}, "space", NULL, "stop",
	 "tune: stop with what there is, or begin anew"},
	{MODES, ACTION_EXPORT, {'e'}, "e", NULL, "export",
	 "sweep, tune: write all that was measured as JSON"},
	{MODES, ACTION_CANCEL, {KEY_ESCAPE, 'q'}, "Esc", NULL, "bench",
	 "sweep, tune: stop, and go back to the bench"},
	{CONTEXT_BENCH, ACTION_EDIT, {KEY_RETURN, '\n'}, "Enter", NULL, "edit",
	 "type a number or a text for this setting"},
	{MAIN, ACTION_OPEN, {'o'}, "o", NULL, "open", "open another preset"},
	{MAIN, ACTION_EXPORT, {'e'}, "e", NULL, "export",
	 "write what was measured as JSON"},
	{MAIN, ACTION_SAVE, {'s'}, "s", NULL, "save",
	 "save these settings as a preset"},
	{MAIN, ACTION_POKE, {'f'}, "f", NULL, "free",
	 "free chunk A now (workload bystander)"},
	{MAIN, ACTION_EXPLAIN, {'d'}, "d", NULL, "why absent",
	 "why the ceiling or a sensor is absent, and what would help"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_PLOT_NEXT, {'p'}, "p", NULL, "plots",
	 "other plots: full flushes, victim slowdown, victim stalls"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_SCALE, {'y'}, "y", NULL, NULL,
	 "runtime on a logarithmic or a linear scale"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_ZOOM_IN, {'+', '='}, "+", NULL, NULL,
	 "a shorter time axis"},
	{CONTEXT_BENCH | CONTEXT_REPLAY, ACTION_ZOOM_OUT, {'-'}, "-", NULL, NULL, "a longer time axis"},
	{MAIN, ACTION_CLEAR, {'c'}, "c", NULL, NULL,
	 "clear the plots and start at 0:00"},
	{MOVING, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{MOVING, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", "↑↓", "scroll", NULL},
	{PAGING, ACTION_PAGE_UP, {KEY_PAGE_UP}, "PgUp", NULL, NULL, NULL},
	{CONTEXT_PAGE | CONTEXT_MAP, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL, NULL},
	{CONTEXT_READ, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN, ' '}, "space", NULL, "page",
	 NULL},
	{CONTEXT_READ, ACTION_CANCEL, {KEY_ESCAPE, KEY_RETURN, '\n', 'q', 'l'}, "Esc",
	 NULL, "close", NULL},
	{CONTEXT_READ, ACTION_CANCEL, {'?', 'd'}, "Esc", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", "↑↓", "choose", NULL},
	{CONTEXT_LIST, ACTION_PAGE_UP, {KEY_PAGE_UP}, "PgUp", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_ACCEPT, {KEY_RETURN, '\n', KEY_ARROW_RIGHT, 'l'}, "Enter",
	 NULL, "open", NULL},
	{CONTEXT_LIST, ACTION_CANCEL, {KEY_ESCAPE, 'q', 'o', KEY_ARROW_LEFT, 'h'},
	 "Esc", NULL, "leave", NULL},
	{CONTEXT_TEXT, ACTION_ACCEPT, {KEY_RETURN, '\n'}, "Enter", NULL, "accept", NULL},
	{CONTEXT_TEXT, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, "leave", NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_LEFT, {KEY_ARROW_LEFT}, "←", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_RIGHT, {KEY_ARROW_RIGHT}, "→", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_START, {KEY_TO_START, CONTROL('a')}, "Home", NULL,
	 NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_END, {KEY_TO_END, CONTROL('e')}, "End", NULL, NULL,
	 NULL},
	{CONTEXT_TEXT, ACTION_ERASE, {KEY_ERASE, CONTROL('h')}, "Backspace", NULL, NULL,
	 NULL},
	{CONTEXT_TEXT, ACTION_DELETE, {KEY_DELETE}, "Delete", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_ERASE_ALL, {CONTROL('u')}, "^U", NULL, NULL, NULL},
	{ANY | MODES, ACTION_HELP, {'?'}, "?", NULL, "help", "this page"},
	{ANY | CONTEXT_SMALL, ACTION_QUIT, {'q'}, "q", NULL, "quit",
	 "quit: workers stop, the ceiling is put back"},
};
/* clang-format on */

const int keymap_count = sizeof(keymap_table) / sizeof(keymap_table[0]);

enum action keymap_action(enum context context, int key)
{
	for (int i = 0; i < keymap_count; i++) {
		const struct binding *b = &keymap_table[i];

		if (!(b->contexts & context))
			continue;
		for (int k = 0; k < BINDING_KEYS && b->keys[k]; k++)
			if (b->keys[k] == key)
				return b->action;
	}
	return ACTION_NONE;
}
