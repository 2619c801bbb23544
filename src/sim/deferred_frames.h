/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_DEFERRED_FRAMES_H
#define TLBLAB_SRC_SIM_DEFERRED_FRAMES_H

#include "sim/strategy.h"

/*
 * FreeBSD's page daemon: it may take a page as soon as nobody maps it, while whoever
 * unmapped it is still flushing. What tells it to wait is the strategy's.
 */
typedef bool deferred_frames_rule(const struct sim *s, uint64_t stamp);

/* The task's gathered frames may be found by the daemon from now on. */
enum verdict deferred_frames_flush(struct sim *s, struct sim_task *t, uint64_t stamp,
				   double *cost_ns);
/* The daemon looks at one task's pages and frees what the rule allows. STEP_AGAIN
 * while the task's own list is full. */
enum verdict deferred_frames_release(struct sim *s, struct sim_task *t,
				     deferred_frames_rule *free_to_go, double *cost_ns);

#endif
