/* SPDX-License-Identifier: MIT */
/* The overview: its settings. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_BENCH, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL,
	 "the setting above"},
	{CONTEXT_BENCH, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL,
	 "the setting below"},
	{CONTEXT_BENCH, ACTION_FIRST, {'g'}, "g", NULL, NULL, "the first setting"},
	{CONTEXT_BENCH, ACTION_LAST, {'G'}, "G", NULL, NULL, "the last setting"},
	{CONTEXT_BENCH, ACTION_LESS, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL,
	 "the value before, or less"},
	{CONTEXT_BENCH, ACTION_MORE, {KEY_ARROW_RIGHT, 'L'}, "→ L", "↑↓←→", "change",
	 "the value after, or more (not l: that is the lesson notes)"},
	{CONTEXT_BENCH, ACTION_EDIT, {KEY_RETURN, '\n'}, "Enter", NULL, "edit",
	 "type a number or a text for this setting"},
};
/* clang-format on */

const struct binding_group keys_form = BINDING_GROUP(bindings);
