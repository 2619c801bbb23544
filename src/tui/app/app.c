/* SPDX-License-Identifier: MIT */
#include "tui/app/app.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

struct form_facts app_form_facts(const struct app *a, const struct snapshot *snap)
{
	return (struct form_facts){
		.catalogue = a->catalogue,
		.machine = a->machine,
		.ceiling_original = snap->view.ceiling_original,
		.absent = snap->absent,
		.n_absent = snap->n_absent,
	};
}

bool app_is_stopped(const struct snapshot *snap)
{
	return snap->paused || snap->phase == SESSION_IDLE ||
	       snap->phase == SESSION_DONE || snap->phase == SESSION_FAILED;
}

static void said_keep(struct app *a, const char *text, bool is_error)
{
	struct app_said *s = &a->said[a->n_said > 0 ? a->n_said - 1 : 0];

	if (a->n_said > 0 && strcmp(s->text, text) == 0)
		return; /* pressed again, said again */
	if (a->n_said == APP_SAID_MAX)
		memmove(&a->said[0], &a->said[1],
			(size_t)--a->n_said * sizeof(a->said[0]));
	s = &a->said[a->n_said++];
	text_copy(s->text, sizeof(s->text), text);
	s->is_error = is_error;
}

void app_say(struct app *a, const char *text)
{
	text_copy(a->message, sizeof(a->message), text);
	a->message_is_error = false;
	said_keep(a, a->message, false);
}

void app_say_error(struct app *a, const struct error *error)
{
	error_text(error, a->message, sizeof(a->message));
	a->message_is_error = true;
	said_keep(a, a->message, true);
}

struct experiment app_experiment_to_save(const struct app *a)
{
	struct experiment e = a->draft;

	if (!a->until_set)
		e.duration_s = a->preset->experiment.duration_s;
	return e;
}

enum mode app_mode(const struct app *a)
{
	return a->modes[a->n_modes - 1];
}

enum mode app_bottom(const struct app *a)
{
	return a->modes[0];
}

void app_bottom_set(struct app *a, enum mode mode)
{
	a->modes[0] = mode;
	a->n_modes = 1;
}

void app_mode_enter(struct app *a, enum mode mode)
{
	a->scroll = 0;
	for (int i = 0; i < a->n_modes; i++)
		if (a->modes[i] == mode) {
			a->n_modes = i + 1;
			return;
		}
	if (a->n_modes < APP_MODES_DEEP)
		a->n_modes++;
	a->modes[a->n_modes - 1] = mode;
}

void app_mode_leave(struct app *a)
{
	a->scroll = 0;
	if (a->n_modes > 1)
		a->n_modes--;
}

struct effect effect_of(enum effect_kind kind, const char *text)
{
	struct effect e = {.kind = kind};

	text_copy(e.text, sizeof(e.text), text);
	return e;
}

struct effect effect_begin(enum mode mode, const char *text)
{
	struct effect e = effect_of(EFFECT_BEGIN, text);

	e.mode = mode;
	return e;
}

struct effect app_draft_changed(struct app *a, const struct snapshot *snap)
{
	if (snap->paused || snap->phase == SESSION_IDLE) {
		a->draft_waits = true;
		return effect_of(EFFECT_NONE, "");
	}
	return effect_of(EFFECT_APPLY, "");
}

void app_ask(struct app *a, enum mode mode, const char *suggested)
{
	line_edit_start(&a->edit, suggested);
	a->prompt = PROMPT_MODE;
	a->asking = mode;
}

void app_asked(struct app *a)
{
	a->prompt = PROMPT_NONE;
}
