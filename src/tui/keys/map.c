/* SPDX-License-Identifier: MIT */
/* The machine view. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_MAP, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_LESS, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL, NULL},
	{CONTEXT_MAP, ACTION_MORE, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←↑↓→", "CPU", NULL},
	{CONTEXT_MAP, ACTION_BOX_BEFORE, {'['}, "[", NULL, NULL,
	 "machine view: the box before"},
	{CONTEXT_MAP, ACTION_BOX_NEXT, {']'}, "]", NULL, NULL,
	 "machine view: the next box"},
	{CONTEXT_MAP, ACTION_PICK, {'p'}, "p", NULL, "pick",
	 "machine view: pick the CPU for a placement by hand, or drop it"},
	{CONTEXT_MAP, ACTION_PICK_BOX, {'P'}, "P", NULL, NULL,
	 "machine view: pick or drop the whole box"},
	{CONTEXT_MAP, ACTION_ACCEPT, {KEY_RETURN, '\n'}, "Enter", NULL, "place",
	 "machine view: put workers and victims on the picked CPUs, in that order"},
	{CONTEXT_MAP, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, NULL,
	 "machine view: forget what was picked"},
};
/* clang-format on */

const struct binding_group keys_map = BINDING_GROUP(bindings);
