/* SPDX-License-Identifier: MIT */
/* A plot that fills the screen. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_ZOOM, ACTION_CURSOR_BACK, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL,
	 "zoomed plot: the cursor to the left, with exact values"},
	{CONTEXT_ZOOM, ACTION_CURSOR_ON, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←→", "cursor",
	 "zoomed plot: the cursor to the right"},
	{CONTEXT_ZOOM, ACTION_CURSOR_STEP_BACK, {','}, ",", NULL, NULL,
	 "zoomed plot: the cursor to the interval before"},
	{CONTEXT_ZOOM, ACTION_CURSOR_STEP_ON, {'.'}, ".", ",.", "interval",
	 "zoomed plot: the cursor to the interval after"},
	{CONTEXT_ZOOM, ACTION_CURSOR_SKIP_BACK, {'['}, "[", NULL, NULL,
	 "zoomed plot: the cursor to the change before"},
	{CONTEXT_ZOOM, ACTION_CURSOR_SKIP_ON, {']'}, "]", "[]", "change",
	 "zoomed plot: the cursor to the change after"},
	{CONTEXT_ZOOM, ACTION_CURSOR_FIRST, {KEY_TO_START}, "Home", NULL, NULL,
	 "zoomed plot: the cursor to the first interval"},
	{CONTEXT_ZOOM, ACTION_PLOT_BEFORE, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL,
	 NULL},
	{CONTEXT_ZOOM, ACTION_PLOT_NEXT, {KEY_ARROW_DOWN, 'j', 'p'}, "↓ j", "↑↓", "plot",
	 "zoomed plot: another plot"},
	{CONTEXT_ZOOM, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, NULL,
	 "zoomed plot: no cursor, then no zoom"},
};
/* clang-format on */

const struct binding_group keys_zoom = BINDING_GROUP(bindings);
