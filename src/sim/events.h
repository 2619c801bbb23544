/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_EVENTS_H
#define TLBLAB_SRC_SIM_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t sim_time; /* picoseconds */

/* What happens next: a heap of one event at most for each source. Equal times are
 * taken in the order of their sources, so a run never depends on the heap's shape. */
struct event {
	sim_time at;
	uint32_t source;
};

struct events {
	struct event *heap; /* owned */
	uint32_t n, room;
};

int events_init(struct events *e, uint32_t sources);
void events_fini(struct events *e);
void events_push(struct events *e, sim_time at, uint32_t source);
/* Takes the first event off; there must be one. */
struct event events_pop(struct events *e);

#endif
