/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_TUNE_PRINT_H
#define TLBLAB_SRC_COMMANDS_TUNE_PRINT_H

#include <stdio.h>

#include "tlblab/backends/program_trial.h"
#include "tlblab/backends/tuner.h"

/* One line over itself, for a terminal. */
void tune_print_progress(FILE *out, const struct tuner_view *v);
/* The verdict, why by the mechanism that was measured ("" unknown), the costs it rests
 * on, and the other working sets in a line each. */
void tune_print_answer(FILE *out, const struct tuner_view *v, const char *mechanism);

/* How often flushes of each size happen, and who says so. */
void tune_print_mix(FILE *out, const struct tune_mix *mix, const char *source);
void tune_print_trial_progress(FILE *out, const struct program_trial_view *v);
/* The verdict, and what every ceiling came to. */
void tune_print_trial(FILE *out, const struct program_trial_view *v);

#endif
