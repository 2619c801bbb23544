/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_MODES_H
#define TLBLAB_SRC_TUI_APP_APP_MODES_H

#include "tui/app/app.h"

/* The part of the model that all modes have in common; the bench is at the bottom. */
int app_modes_init(struct app *a); /* or -ENOMEM */
void app_modes_fini(struct app *a);
/* Another preset is open; NULL: none any more. */
void app_modes_renew(struct app *a, const struct preset *p);
/* The first mode that a key of the bench leads to; false: it leads to none. */
bool app_modes_enter(struct app *a, const struct snapshot *snap, enum action action,
		     struct effect *effect);

#endif
