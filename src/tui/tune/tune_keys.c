/* SPDX-License-Identifier: MIT */
/* The tuner, or a trial of a program, in the place of the bench. */
#include "tui/tune/tune.h"

enum { HERE = CONTEXT_OF(MODE_TUNE) | CONTEXT_OF(MODE_TRIAL) };

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{HERE, ACTION_RUN, {' '}, "space", NULL, "stop",
	 "tune: stop with what there is, or start over"},
	{HERE, ACTION_TUNE_WAIT, {'w'}, "w", NULL, "wait",
	 "tune: wait until other programs leave the CPUs alone, or go on at once"},
};
/* clang-format on */

const struct binding_group tune_keys = BINDING_GROUP(bindings);
