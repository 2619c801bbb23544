/* SPDX-License-Identifier: MIT */
/* Wherever one is. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_ANY | CONTEXT_MODES, ACTION_HELP, {'?', KEY_FUNCTION_1}, "? F1", "?", "help", "this page"},
	{CONTEXT_ANY | CONTEXT_MODES, ACTION_ABOUT, {'x'}, "x", NULL, "explain",
	 "explain a number on this view: what it counts, where it comes from, what misleads"},
	{CONTEXT_ANY | CONTEXT_MODES, ACTION_MESSAGES, {'m'}, "m", NULL, NULL,
	 "what was said lately, in full"},
	{CONTEXT_ANY | CONTEXT_MODES, ACTION_SCHEME, {'C'}, "C", NULL, NULL,
	 "other colours: dark, light, contrast, safe, projector, mono"},
	{CONTEXT_ANY | CONTEXT_SMALL, ACTION_QUIT, {'q', KEY_FUNCTION_10}, "q F10", "q", "quit",
	 "quit: workers stop, the ceiling is put back"},
};
/* clang-format on */

const struct binding_group keys_always = BINDING_GROUP(bindings);
