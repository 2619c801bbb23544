/* SPDX-License-Identifier: MIT */
#include "tui/mode.h"

#define MODE_DECLARE(NAME, name) extern const struct mode_ops mode_##name;
MODES(MODE_DECLARE)

const struct mode_ops *const mode_table[MODE_N] = {
#define MODE_ENTRY(NAME, name) [MODE_##NAME] = &mode_##name,
	MODES(MODE_ENTRY)
#undef MODE_ENTRY
};
