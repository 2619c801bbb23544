/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_DETACH_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_DETACH_H

#include <stdbool.h>

enum { GUARD_SOCKET_FD = 3 };

/* Leaves everything of the client's but the socket, which becomes GUARD_SOCKET_FD: no
 * terminal, no open file, no signal, no core. 0 or -errno. */
int guard_detach(int socket);
/* Mounts of its own below /sys, which neither show outside nor go when the system's do.
 * A failure shows in what cannot be opened later, with its reason. */
void guard_mount_privately(void);

#endif
