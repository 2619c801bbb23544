/* SPDX-License-Identifier: MIT */
/*
 * From key to action. The letter l could be vi's "right" and the lesson notes: it
 * opens the notes wherever there are settings to change, and goes right only in the
 * list of presets, where notes stand beside the list anyway.
 */
#include "tui/keys/keymap.h"

#include <stddef.h>

#include "tui/mode.h"

/* One a line, so that two additions do not meet. */
/* clang-format off */
static const struct binding_group *const shared[] = {
	&keys_modes,
	&keys_plot,
	&keys_read,
	&keys_about,
	&keys_list,
	&keys_text,
	&keys_always,
	NULL,
};
/* clang-format on */

/* Counts *i down over the groups; NULL when they end before it. */
static const struct binding *group_at(const struct binding_group *const *groups, int *i)
{
	for (int g = 0; groups && groups[g]; *i -= groups[g++]->n)
		if (*i < groups[g]->n)
			return &groups[g]->bindings[*i];
	return NULL;
}

const struct binding *keymap_at(int i)
{
	const struct binding *b = NULL;

	for (int m = 0; !b && m < MODE_N; m++)
		b = group_at(mode_table[m]->keys, &i);
	return b ? b : group_at(shared, &i);
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
