/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_MACHINE_INSPECTION_H
#define TLBLAB_SRC_COMMANDS_MACHINE_INSPECTION_H

#include "tlblab/knobs/guardian.h"
#include "tlblab/machine/machine.h"
#include "tlblab/sensors/sensor.h"

/*
 * A look at what can be measured, without measuring: the machine, and every sensor and
 * knob opened the way a run opens them, then closed. Of a captured root only what files
 * can tell is known.
 */
struct inspection {
	const char *root; /* "" is this machine */
	struct guardian *guardian;
	struct machine machine;
	struct sensor_set sensors;
	struct availability ceiling;
	int64_t ceiling_pages; /* -1 unknown */
};

/* root must outlive it. On failure nothing is left to close. */
int inspection_open(struct inspection *in, const char *root, struct error *error);
void inspection_close(struct inspection *in);

#endif
