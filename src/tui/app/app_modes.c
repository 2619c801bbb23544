/* SPDX-License-Identifier: MIT */
/* Which modes there are at the moment, what each keeps, and what goes out of the model.
 */
#include <errno.h>
#include <stdlib.h>

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
	for (int m = 0; m < MODE_N; m++) {
		if (action == ACTION_BEGIN(m)) {
			*effect = effect_begin((enum mode)m, "");
			return true;
		}
		if (mode_table[m]->enter &&
		    mode_table[m]->enter(a, snap, action, effect))
			return true;
	}
	return false;
}
