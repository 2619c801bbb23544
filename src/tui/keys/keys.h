/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_KEYS_KEYS_H
#define TLBLAB_SRC_TUI_KEYS_KEYS_H

#include "tui/keys/binding.h"

/*
 * The key table in parts, one file for each place a key is pressed in. A mode's own are
 * named in its mode_ops; those below are shared, and a new one is a line in keymap.c,
 * whose order is that of help and footer.
 */
struct binding_group {
	const struct binding *bindings;
	int n;
};

#define CONTROL(letter) ((letter)&0x1F)

#define BINDING_GROUP(array)                                                           \
	{                                                                              \
		(array), (int)(sizeof(array) / sizeof((array)[0]))                     \
	}

extern const struct binding_group keys_form;
extern const struct binding_group keys_zoom;
extern const struct binding_group keys_map;
extern const struct binding_group keys_modes;
extern const struct binding_group keys_plot;
extern const struct binding_group keys_read;
extern const struct binding_group keys_about;
extern const struct binding_group keys_list;
extern const struct binding_group keys_text;
extern const struct binding_group keys_always;

#endif
