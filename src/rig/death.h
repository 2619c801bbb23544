/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_DEATH_H
#define TLBLAB_SRC_RIG_DEATH_H

#include "rig/shared.h"
#include "tlblab/base/error.h"

/* Says why a rig is dead: who broke first, or how its process ended (wait status). */
void death_describe(const struct rig_shared *s, bool ended, int status,
		    struct error *error);

#endif
