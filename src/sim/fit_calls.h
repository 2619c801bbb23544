/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_FIT_CALLS_H
#define TLBLAB_SRC_SIM_FIT_CALLS_H

#include "tlblab/sim/costs.h"

/* The costs of calls that nobody else is told of, by least squares. 0, or -ERANGE or
 * -ENOMEM with an error. */
int fit_calls(struct sim_costs *c, const struct sim_measured *m, struct error *error);

#endif
