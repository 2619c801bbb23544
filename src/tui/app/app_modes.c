/* SPDX-License-Identifier: MIT */
#include "tui/app/app_modes.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app/app_fields.h"

int app_sweep_preset(const struct app *a, struct preset *dst)
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
		a->mode == MODE_SWEEP ? &a->sweep.preset : a->preset;

	sweep_axes_text(known, text, sizeof(text));
	if (!*text)
		sweep_axis_suggest(&a->draft, a->catalogue,
				   a->focus < n ? fields[a->focus].key : "",
				   a->machine ? a->machine->topology.n_allowed : 2,
				   text, sizeof(text));
	line_edit_start(&a->edit, text);
	a->prompt = PROMPT_SWEEP;
}

struct effect app_sweep_open(struct app *a, const struct snapshot *snap)
{
	a->scroll = 0;
	if (a->sweep.state != SWEEP_NONE) {
		a->mode = MODE_SWEEP;
		app_say(a, "the sweep made before; w sweeps anew");
		return effect_of(EFFECT_NONE, "");
	}
	if (a->preset->n_axes > 0)
		return effect_of(EFFECT_SWEEP_BEGIN, "");
	sweep_ask(a, snap);
	return effect_of(EFFECT_NONE, "");
}

/* A refused text stays in the line to be put right. */
struct effect app_sweep_accept(struct app *a, const struct snapshot *snap)
{
	struct error error = {.code = ERROR_NONE};
	struct preset trial = {.n_axes = 0};

	(void)snap;
	if (app_sweep_preset(a, &trial))
		return effect_of(EFFECT_NONE, "");
	int err = sweep_axes_parse(&trial, a->catalogue, a->edit.text, &error);

	preset_fini(&trial);
	if (err) {
		app_say_error(a, &error);
		return effect_of(EFFECT_NONE, "");
	}
	a->prompt = PROMPT_NONE;
	return effect_of(EFFECT_SWEEP_BEGIN, a->edit.text);
}

static bool is_for_all(enum action action)
{
	return action == ACTION_UP || action == ACTION_DOWN ||
	       action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN ||
	       action == ACTION_FIRST || action == ACTION_LAST ||
	       action == ACTION_EXPORT || action == ACTION_HELP ||
	       action == ACTION_ABOUT || action == ACTION_SCHEME ||
	       action == ACTION_MESSAGES;
}

bool app_sweep_act(struct app *a, const struct snapshot *snap, enum action action,
		   struct effect *effect)
{
	struct sweep *s = &a->sweep;

	if (is_for_all(action))
		return false;
	switch (action) {
	case ACTION_RUN:
		if (s->state == SWEEP_RUNNING)
			*effect = effect_of(EFFECT_SWEEP_PAUSE, "");
		else if (s->state == SWEEP_PAUSED)
			*effect = effect_of(EFFECT_SWEEP_RESUME, "");
		else
			sweep_ask(a, snap);
		break;
	case ACTION_SWEEP:
		if (s->state == SWEEP_DONE)
			sweep_ask(a, snap);
		else
			app_say(a, "the sweep is under way: s stops it");
		break;
	case ACTION_STOP: *effect = effect_of(EFFECT_SWEEP_STOP, ""); break;
	case ACTION_CANCEL:
		a->scroll = 0;
		*effect = effect_of(EFFECT_SWEEP_LEAVE, "");
		break;
	case ACTION_PLOT_NEXT: sweep_metric_step(s, 1); break;
	case ACTION_SCALE: s->linear = !s->linear; break;
	default: break;
	}
	return true;
}

enum tuner_phase app_tune_phase(const struct app *a)
{
	return a->trial ? a->trial->phase : a->tune ? a->tune->phase : TUNER_DONE;
}

bool app_tune_act(struct app *a, const struct snapshot *snap, enum action action,
		  struct effect *effect)
{
	enum tuner_phase phase = app_tune_phase(a);
	bool over = phase == TUNER_DONE || phase == TUNER_FAILED;

	(void)snap;
	if (is_for_all(action))
		return false;
	if (action == ACTION_RUN) {
		*effect = effect_of(over ? EFFECT_TUNE_BEGIN : EFFECT_TUNE_STOP, "");
	} else if (action == ACTION_TUNE_WAIT) {
		if (over || !a->tune)
			app_say(a, "only a tuning of the CPU that is under way waits");
		else
			*effect = effect_of(EFFECT_TUNE_WAIT, "");
	} else if (action == ACTION_CANCEL) {
		a->scroll = 0;
		*effect = effect_of(EFFECT_TUNE_LEAVE, "");
	}
	return true;
}
