/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_LESSON_MEASURE_H
#define TLBLAB_SRC_LAB_LESSON_MEASURE_H

#include "tlblab/lab/lesson_run.h"

/* Takes the values of the step under way, by the metric that speaks here, and counts
 * its intervals. */
void lesson_values_take(struct lesson_run *l, const struct lesson_look *look);
/* Fills the result of the step under way, but for its outcome. NULL, or why it cannot
 * be measured here. */
const char *lesson_measure_make(struct lesson_run *l, const struct lesson_look *look);

#endif
