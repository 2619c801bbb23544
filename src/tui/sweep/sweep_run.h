/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_SWEEP_SWEEP_RUN_H
#define TLBLAB_SRC_TUI_SWEEP_SWEEP_RUN_H

#include "tui/app/app.h"

/* Makes the runs of app.sweep, one after another, in the session that the bench
 * otherwise has to itself. Leaving gives it back: the bench's settings, running or
 * paused as they were, its plots empty. */

/* axes: as sweep_axes_parse takes them; "" for the preset's own. */
void sweep_run_begin(struct app *a, struct session *session, const char *axes);
void sweep_run_pause(struct app *a, struct session *session);
void sweep_run_resume(struct app *a, struct session *session);
void sweep_run_stop(struct app *a, struct session *session);
void sweep_run_leave(struct app *a, struct session *session);
/* After every session_tick: takes a finished run over and starts the next. */
void sweep_run_tick(struct app *a, struct session *session);

#endif
