/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_APP_MAP_H
#define TLBLAB_TUI_APP_MAP_H

#include "tui/app.h"

/* The model's part on the machine view: the cursor, and picking CPUs by hand into a
 * cpus: placement, in the order in which they were picked. */
void app_map_move(struct app *a, enum action action);
void app_map_pick(struct app *a);
/* All usable CPUs of the cursor's box; drops them when all are picked already. */
void app_map_pick_group(struct app *a);
void app_map_forget(struct app *a);
/* Makes the placement of what was picked. */
struct effect app_map_accept(struct app *a, const struct snapshot *snap);

#endif
