/* SPDX-License-Identifier: MIT */
/* What the keys of a sweep do, and how one gets there. */
#include "tui/app/app_fields.h"
#include "tui/sweep/sweep.h"

int sweep_preset(const struct app *a, struct preset *dst)
{
	int err = preset_copy(dst, a->preset);

	if (!err)
		dst->experiment = app_experiment_to_save(a);
	return err;
}

/* Asks for the values, with something sensible already typed. */
static void sweep_ask(struct app *a, const struct snapshot *snap)
{
	struct form_facts facts = app_form_facts(a, snap);
	struct form_field fields[FORM_MAX_FIELDS];
	char text[LINE_EDIT_BYTES];
	int n = form_fields(&a->draft, &facts, fields);
	const struct preset *known =
		app_mode(a) == MODE_SWEEP ? &sweep_of(a)->preset : a->preset;

	sweep_axes_text(known, text, sizeof(text));
	if (!*text)
		sweep_axis_suggest(&a->draft, a->catalogue,
				   a->focus < n ? fields[a->focus].key : "",
				   a->machine ? a->machine->topology.n_allowed : 2,
				   text);
	app_ask(a, MODE_SWEEP, text);
}

bool sweep_enter(struct app *a, const struct snapshot *snap, enum action action,
		 struct effect *effect)
{
	if (action != ACTION_SWEEP)
		return false;
	if (sweep_of(a)->state != SWEEP_NONE) {
		app_mode_enter(a, MODE_SWEEP);
		app_say(a, "this is the previous sweep; press w for a new one");
	} else if (a->preset->n_axes > 0) {
		*effect = effect_begin(MODE_SWEEP, "");
	} else {
		sweep_ask(a, snap);
	}
	return true;
}

/* A refused text stays in the line to be put right. */
struct effect sweep_accept(struct app *a)
{
	struct error error = {.code = ERROR_NONE};
	struct preset trial = {.n_axes = 0};

	if (sweep_preset(a, &trial))
		return effect_of(EFFECT_NONE, "");
	int err = sweep_axes_parse(&trial, a->catalogue, a->edit.text, &error);

	preset_fini(&trial);
	if (err) {
		app_say_error(a, &error);
		return effect_of(EFFECT_NONE, "");
	}
	app_asked(a);
	return effect_begin(MODE_SWEEP, a->edit.text);
}

bool sweep_act(struct app *a, const struct snapshot *snap, enum action action,
	       struct effect *effect)
{
	struct sweep *s = sweep_of(a);

	if (page_is_for_all(action))
		return false;
	switch (action) {
	case ACTION_RUN:
		if (s->state == SWEEP_RUNNING)
			*effect = effect_of(EFFECT_PAUSE, "");
		else if (s->state == SWEEP_PAUSED)
			*effect = effect_of(EFFECT_RESUME, "");
		else
			sweep_ask(a, snap);
		break;
	case ACTION_SWEEP:
		if (s->state == SWEEP_DONE)
			sweep_ask(a, snap);
		else
			app_say(a, "the sweep is under way: s stops it");
		break;
	case ACTION_STOP: *effect = effect_of(EFFECT_STOP, ""); break;
	case ACTION_CANCEL: *effect = effect_of(EFFECT_LEAVE, ""); break;
	case ACTION_PLOT_NEXT: sweep_metric_step(s, 1); break;
	case ACTION_SCALE: s->linear = !s->linear; break;
	default: break;
	}
	return true;
}
