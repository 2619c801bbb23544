/* SPDX-License-Identifier: MIT */
/* Which modes there are at the moment, what each keeps, and what goes out of the model.
 */
#include <errno.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tui/app/app_modes.h"
#include "tui/mode.h"

int app_modes_init(struct app *a)
{
	app_bottom_set(a, MODE_BENCH);
	for (int m = 0; m < MODE_N; m++) {
		size_t bytes = mode_table[m]->state_bytes;

		a->state[m] = calloc(1, bytes ? bytes : 1);
		if (!a->state[m])
			return -ENOMEM;
	}
	return 0;
}

void app_modes_fini(struct app *a)
{
	app_modes_renew(a, NULL);
	for (int m = 0; m < MODE_N; m++) {
		free(a->state[m]);
		a->state[m] = NULL;
	}
}

void app_modes_renew(struct app *a, const struct preset *p)
{
	for (int m = 0; m < MODE_N; m++)
		if (mode_table[m]->renew && a->state[m])
			mode_table[m]->renew(a, p);
}

bool app_modes_enter(struct app *a, const struct snapshot *snap, enum action action,
		     struct effect *effect)
{
	if (app_bottom(a) != MODE_BENCH)
		return false;
	for (int m = 0; m < MODE_N; m++)
		if (mode_table[m]->enter &&
		    mode_table[m]->enter(a, snap, action, effect))
			return true;
	return false;
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
