/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_LESSON_AUTO_H
#define TLBLAB_SRC_COMMANDS_LESSON_AUTO_H

#include "commands/lab.h"
#include "tlblab/lab/lesson_run.h"

/* Plays a lesson with nobody there: every step as it is written, no prediction made,
 * question, measured answer and verdict on standard output. No step measures longer
 * than step_s; 0: as long as the lesson says. An exit status of the contract: 0 when
 * every step reached its point or cannot on this machine (which is said). */
int lesson_auto(struct lab *lab, const struct preset *preset, double step_s,
		struct error *error);
/* What a lesson that was played elsewhere found, LESSON_MAX_STEPS results, is printed
 * as well; its exit status. */
int lesson_report(const struct preset *preset, const struct lesson_result *results,
		  struct error *error);
/* "--step-seconds" as typed. */
int lesson_step_seconds(const char *value, double *out, struct error *error);
/* -EINVAL with an error for a preset that has none. */
int lesson_check(const struct preset *preset, struct error *error);

#endif
