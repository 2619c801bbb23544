/* SPDX-License-Identifier: MIT */
/* Whatever takes the place of the bench. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_MODES, ACTION_EXPORT, {'e'}, "e", NULL, "export",
	 "sweep, tune: write all that was measured as JSON"},
	{CONTEXT_MODES, ACTION_CANCEL, {KEY_ESCAPE, 'q'}, "Esc", NULL, "bench",
	 "sweep, tune: stop, and go back to the bench"},
};
/* clang-format on */

const struct binding_group keys_modes = BINDING_GROUP(bindings);
