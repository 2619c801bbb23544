/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_ORPHANS_H
#define TLBLAB_SRC_RIG_ORPHANS_H

#include <sys/types.h>

/*
 * A command may leave processes behind in a session of their own (a daemon), which the
 * end of the rig's process group does not reach. While the rig runs, this process is
 * the one they fall to when their parent ends (PR_SET_CHILD_SUBREAPER); whoever is its
 * child afterwards and was not before is one of them.
 */
enum { ORPHANS_KEPT = 16 };

struct orphans {
	int n;
	pid_t group;		  /* of the rig, which ended with it */
	pid_t kept[ORPHANS_KEPT]; /* children of this process that are its own */
};

/* Call after the rig was started: it and all others so far are no orphans. */
void orphans_watch(struct orphans *o, pid_t rig);
/* Ends and reaps them with all they started; how many had left the rig's group. Call
 * after the rig was reaped.
 */
int orphans_end(const struct orphans *o);

#endif
