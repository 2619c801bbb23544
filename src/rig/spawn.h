/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_SPAWN_H
#define TLBLAB_SRC_RIG_SPAWN_H

#include <sys/types.h>

#include "rig/shared.h"

/*
 * Runs this program again as the rig, in a session of its own, with the shared
 * memory and its end of the event socket and no other descriptor. Returns the pid, or
 * -errno. What fails after the fork is left in s->start_errno.
 */
pid_t spawn_rig(struct rig_shared *s, int shared_fd, int event_fd);

#endif
