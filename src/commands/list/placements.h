/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_LIST_PLACEMENTS_H
#define TLBLAB_SRC_COMMANDS_LIST_PLACEMENTS_H

#include "tlblab/base/error.h"
#include "tlblab/io/json_writer.h"

struct placements_wanted {
	const char *root; /* a captured machine, NULL: this one */
	int workers;	  /* -1: as many as there are allowed CPUs */
	int victims;
};

/* Every placement and the CPUs it would give, one row each (node:N one for every node),
 * as text on standard output or into the array that json has begun. */
int list_placements(const struct placements_wanted *wanted, struct json_writer *json,
		    struct error *error);
/* A count of workers or victims as typed. */
int list_placements_count(const char *option, const char *text, int *out,
			  struct error *error);

#endif
