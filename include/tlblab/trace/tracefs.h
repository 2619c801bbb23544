/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_TRACEFS_H
#define TLBLAB_TRACE_TRACEFS_H

/* Sees to it that this process finds tracefs under /sys/kernel/tracing, without
 * changing what others see. With one thread only, and as root where it is not mounted.
 * 0 or -errno. */
int tracefs_show(void);

#endif
