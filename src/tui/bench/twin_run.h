/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_TWIN_RUN_H
#define TLBLAB_SRC_TUI_BENCH_TWIN_RUN_H

#include "tlblab/backends/twin.h"
#include "tui/app/app.h"

/* The simulated twin of the bench, whose series stands behind the plots. *twin is the
 * loop's: NULL while there is none. */
void twin_run_toggle(struct twin **twin, struct app *a, struct session *session);
/* Lets it follow; an experiment without a twin ends it, and says why. */
void twin_run_tick(struct twin **twin, struct app *a, struct session *session);

#endif
