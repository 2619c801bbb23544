/* SPDX-License-Identifier: MIT */
/* u: the settings as they were, one change after the other. What runs then differs from
 * what ran before, so the session marks it like any other change. */
#include "tui/app/app_undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/app_change.h"

void app_undo_keep(struct app *a, const struct experiment *before)
{
	if (!a->undo)
		a->undo = calloc(APP_UNDO_MAX, sizeof(*a->undo));
	if (!a->undo)
		return; /* without memory the change is made all the same */
	if (a->n_undo == APP_UNDO_MAX)
		memmove(&a->undo[0], &a->undo[1],
			(size_t)--a->n_undo * sizeof(a->undo[0]));
	a->undo[a->n_undo++] = *before;
}

void app_undo_forget(struct app *a)
{
	free(a->undo);
	a->undo = NULL;
	a->n_undo = 0;
}

struct effect app_undo(struct app *a, const struct snapshot *snap)
{
	struct experiment undone = a->draft;
	char what[APP_CHANGE_BYTES], text[128];

	if (a->n_undo == 0) {
		app_say(a, "nothing to undo");
		return effect_of(EFFECT_NONE, "");
	}
	a->draft = a->undo[--a->n_undo];
	app_change_text(a, snap, &undone, &a->draft, what);
	snprintf(text, sizeof(text), "undone: %s", *what ? what : "the last change");
	app_say(a, text);
	return app_draft_changed(a, snap);
}
