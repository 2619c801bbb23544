/* SPDX-License-Identifier: MIT */
#include "tui/app/app_fields.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app/app_undo.h"

static struct effect draft_changed(struct app *a, const struct snapshot *snap,
				   const struct form_field *field)
{
	a->until_set |= strcmp(field->key, "duration_s") == 0;
	return app_draft_changed(a, snap);
}

/* The field in focus; false when there is none. */
static bool field_focused(struct app *a, const struct snapshot *snap,
			  struct form_field *out, struct form_facts *facts)
{
	struct form_field fields[FORM_MAX_FIELDS];

	*facts = app_form_facts(a, snap);
	int n = form_fields(&a->draft, facts, fields);

	if (a->focus >= n)
		a->focus = n - 1;
	*out = fields[a->focus];
	return n > 0;
}

/* Whether the field may be changed; if not, says why. */
static bool field_is_open(struct app *a, const struct snapshot *snap,
			  const struct form_field *field)
{
	struct error error = {.code = ERROR_NONE};

	if (strcmp(field->key, "ceiling") != 0 || !snap->view.ceiling ||
	    snap->view.ceiling->available)
		return true;
	error_set(&error, ERROR_MACHINE, 0, "the ceiling cannot be set here",
		  snap->view.ceiling->reason, "d explains");
	app_say_error(a, &error);
	return false;
}

/* A workload that this machine cannot run may be passed by on the form, and says why it
 * would not run: what runs goes on. */
static bool workload_is_absent(struct app *a, const struct form_facts *facts,
			       const struct form_field *field)
{
	const char *why = form_absence(facts, a->draft.backend, a->draft.workload);
	struct error error = {.code = ERROR_NONE};
	char what[EXPERIMENT_NAME_BYTES + 16];

	if (!why || strcmp(field->key, "workload") != 0)
		return false;
	snprintf(what, sizeof(what), "%s: not here", a->draft.workload);
	error_set(&error, ERROR_MACHINE, 0, what, why, "what ran goes on");
	app_say_error(a, &error);
	return true;
}

struct effect app_field_step(struct app *a, const struct snapshot *snap, int direction)
{
	struct error error = {.code = ERROR_NONE};
	struct experiment changed = a->draft;
	struct form_facts facts;
	struct form_field field;

	if (!field_focused(a, snap, &field, &facts) || !field_is_open(a, snap, &field))
		return effect_of(EFFECT_NONE, "");
	if (form_step(&changed, &facts, &field, direction, &error) ||
	    experiment_check(&changed, a->catalogue, &error)) {
		app_say_error(a, &error);
		return effect_of(EFFECT_NONE, "");
	}
	app_undo_keep(a, &a->draft);
	a->draft = changed;
	if (workload_is_absent(a, &facts, &field))
		return effect_of(EFFECT_NONE, "");
	return draft_changed(a, snap, &field);
}

void app_field_edit(struct app *a, const struct snapshot *snap)
{
	struct form_facts facts;
	struct form_field field;
	char text[PARAM_TEXT_BYTES];

	if (!field_focused(a, snap, &field, &facts) || !field_is_open(a, snap, &field))
		return;
	line_edit_offer(&a->edit,
			form_plain(&a->draft, &facts, &field, text, sizeof(text)));
	a->prompt = PROMPT_FIELD;
}

struct effect app_field_accept(struct app *a, const struct snapshot *snap)
{
	struct error error = {.code = ERROR_NONE};
	struct experiment changed = a->draft;
	struct form_facts facts;
	struct form_field field;

	if (!field_focused(a, snap, &field, &facts))
		return effect_of(EFFECT_NONE, "");
	if (form_enter(&changed, &facts, &field, a->edit.text, &error) ||
	    experiment_check(&changed, a->catalogue, &error)) {
		app_say_error(a, &error); /* and goes on typing */
		return effect_of(EFFECT_NONE, "");
	}
	a->prompt = PROMPT_NONE;
	app_undo_keep(a, &a->draft);
	a->draft = changed;
	return draft_changed(a, snap, &field);
}

void app_focus_move(struct app *a, const struct snapshot *snap, int by)
{
	struct form_facts facts = app_form_facts(a, snap);
	struct form_field fields[FORM_MAX_FIELDS];
	int n = form_fields(&a->draft, &facts, fields);

	a->focus = (a->focus + by + n) % n;
}
