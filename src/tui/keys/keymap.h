/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_KEYS_KEYMAP_H
#define TLBLAB_SRC_TUI_KEYS_KEYMAP_H

#include "tui/keys/binding.h"

/* All bindings, in the order of the help screen and the footer: the modes', then what
 * they share; NULL after the last. */
const struct binding *keymap_at(int i);

enum action keymap_action(enum context context, int key);

#endif
