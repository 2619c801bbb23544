/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_PROCESS_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_PROCESS_H

#include "tlblab/knobs/guardian.h"

/* What guardian_start finds out of the environment, and a test chooses. */
struct guardian_place {
	char root[200]; /* in front of /sys, /run and the tracepoints; "" this machine
			 */
	bool process;	/* whether there is a guardian at all */
	bool drop;	/* the client becomes uid and gid for good */
	uid_t uid;
	gid_t gid;
};

int guardian_start_at(struct guardian **out, const struct guardian_place *place,
		      struct error *error);

int guardian_mend_at(const char *root, char *line, unsigned long line_bytes);

/* The guardian's own life, in the forked child, until its client is gone; returns an
 * exit status, 0 when whatever had to be put back is. */
int guardian_main(const struct guardian_place *place, int socket, pid_t client);

#endif
