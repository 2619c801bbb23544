/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_CRASH_H
#define TLBLAB_SRC_RIG_CRASH_H

#include <stddef.h>

#include "rig/shared.h"

/* Installs the handlers and reserves alternate stacks for n threads. 0 or -errno. */
int crash_init(struct rig_shared *s, int n);
/* From now on a crash of the calling thread is that of worker or victim `index`. */
int crash_watch(int index);

#endif
