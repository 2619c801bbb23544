/* SPDX-License-Identifier: MIT */
/*
 * From key to action. The letter l could be vi's "right" and the lesson notes: it
 * opens the notes wherever there are settings to change, and goes right only in the
 * list of presets, where notes stand beside the list anyway.
 */
#include "tui/keys/keymap.h"

#include <stddef.h>

#include "tui/keys/keys.h"

/* One a line, so that two additions do not meet. */
/* clang-format off */
static const struct binding_group *const groups[] = {
	&keys_lesson,
	&keys_form,
	&keys_zoom,
	&keys_replay,
	&keys_map,
	&keys_bench,
	&keys_modes,
	&keys_plot,
	&keys_read,
	&keys_about,
	&keys_list,
	&keys_text,
	&keys_who,
	&keys_always,
};
/* clang-format on */
enum { N_GROUPS = sizeof(groups) / sizeof(groups[0]) };

const struct binding *keymap_at(int i)
{
	for (int g = 0; i >= 0 && g < N_GROUPS; i -= groups[g++]->n)
		if (i < groups[g]->n)
			return &groups[g]->bindings[i];
	return NULL;
}

enum action keymap_action(enum context context, int key)
{
	const struct binding *b;

	for (int i = 0; (b = keymap_at(i)); i++) {
		if (!(b->contexts & context))
			continue;
		for (int k = 0; k < BINDING_KEYS && b->keys[k]; k++)
			if (b->keys[k] == key)
				return b->action;
	}
	return ACTION_NONE;
}
