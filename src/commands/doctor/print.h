/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_DOCTOR_PRINT_H
#define TLBLAB_SRC_COMMANDS_DOCTOR_PRINT_H

#include "tlblab/backends/diagnosis.h"

/* The findings of m on standard output, by state, or as JSON in the order they were
 * made. refill NULL: not measured. */
void doctor_print_text(const struct machine *m, const struct diagnosis *d);
void doctor_print_json(const struct machine *m, const struct refill_estimate *refill,
		       const struct diagnosis *d);

#endif
