/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_EFFECTS_H
#define TLBLAB_SRC_TUI_EFFECTS_H

#include <stdbool.h>

#include "tlblab/io/result_file.h"
#include "tui/app/app.h"

/* Carries out what a key asked for, by the session and by files, and tells the model
 * what became of it. EFFECT_APPLY, EFFECT_QUIT and tuning are the loop's own business.
 */
void effect_run(const struct effect *effect, struct app *a, struct session *session);
/* Changes over to the draft; false when that was refused, and then it was said. */
bool effect_start_draft(struct app *a, struct session *session);

/* What the doctor says of the machine of a snapshot. */
void effect_diagnose(struct app *a, const struct snapshot *snap);

enum { EXPORT_MAX_SENSORS = 16 };

/* What every result says of where it was measured; sensors: EXPORT_MAX_SENSORS. */
void effect_result_fill(struct result *r, const struct snapshot *snap,
			struct result_sensor *sensors);

#endif
