/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_PLAN_H
#define TLBLAB_SRC_TUI_APP_APP_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/lab/experiment.h"
#include "tlblab/machine/machine.h"

/* On which CPUs the draft would put its workers and victims, before anything runs. */
struct app_plan {
	bool known;
	char placement[PARAM_TEXT_BYTES]; /* what it was made for */
	int n_workers, n_victims;
	int cpus[EXPERIMENT_MAX_WORKERS]; /* workers, then victims; -1 not pinned */
	char why[200];			  /* there is none */
};

/* Makes it again when the draft asks for another one. Without a machine (m NULL), or
 * with one that is only simulated, there is none. */
void app_plan_refresh(struct app_plan *p, const struct experiment *e,
		      const struct machine *m);
/* "CPUs 0-3, victims on 4"; returns buf. */
const char *app_plan_text(const struct app_plan *p, char *buf, size_t buf_bytes);

#endif
