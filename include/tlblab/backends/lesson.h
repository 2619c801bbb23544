/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_LESSON_H
#define TLBLAB_BACKENDS_LESSON_H

#include "tlblab/backends/session.h"
#include "tlblab/lab/lesson_run.h"

/* Shows a lesson that runs what its session has measured, or that it failed; true when
 * the step is told now. `running` is what was started for the step: the session having
 * gone over to something else disturbs it. */
bool lesson_follow(struct lesson_run *l, const struct snapshot *snap,
		   const struct experiment *running);
/* Why the session has no reading of a metric, "" when it knows of no reason. */
const char *snapshot_why_absent(const struct snapshot *snap, enum metric m);
/* Where a step's numbers come from: "live" or "simulated". */
const char *lesson_source_text(const struct experiment *e);

#endif
