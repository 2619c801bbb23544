/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_TUNER_QUIET_H
#define TLBLAB_SRC_BACKENDS_TUNER_QUIET_H

#include <stdbool.h>
#include <stdint.h>

/* Waiting until other programs leave the CPUs alone. */
enum { QUIET_LOOK_NS = 500000000 };

struct quiet {
	uint64_t busy, all; /* ticks, when it was last looked at */
	int calm;	    /* looks in a row */
};

void quiet_init(struct quiet *q);
/* From the first line of /proc/stat; false when that is none. */
bool quiet_parse(const char *stat, uint64_t *busy, uint64_t *all);
/* How busy all CPUs were between two looks, in percent; NaN at the first. */
double quiet_share(struct quiet *q, uint64_t busy, uint64_t all);
/* Call it every QUIET_LOOK_NS. True after a second of quiet, and where nothing can be
 * known. */
bool quiet_look(struct quiet *q, double *busy_pct);

#endif
