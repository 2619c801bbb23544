/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_LAB_H
#define TLBLAB_SRC_COMMANDS_LAB_H

#include "tlblab/backends/session.h"
#include "tlblab/knobs/guardian.h"

/*
 * What a command that measures needs, in the order privilege demands: the guardian
 * first (after it, this process is the invoking user's), then the machine and a
 * session. No file the user gave is read before lab_open returned.
 */
struct lab {
	struct guardian *guardian;
	struct machine machine;
	struct session *session;
	struct session_costs costs; /* of the machine file, when there is one */
};

int lab_open(struct lab *lab, bool trace_flushes, struct error *error);
/* Puts the ceiling back and stops everything; fine on a lab that failed to open. A
 * ceiling that is not back becomes the command's error, or a line of its own on
 * standard error where that has one already. */
void lab_close(struct lab *lab, struct error *error);

#endif
