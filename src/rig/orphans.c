/* SPDX-License-Identifier: MIT */
#include "rig/orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tlblab/workloads/program.h"

/* The children of one that is ended fall to this process, too, and are next. */
enum { ROUNDS_MAX = 64, FOUND_MAX = 256 };

void orphans_watch(struct orphans *o, pid_t rig)
{
	o->group = rig;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	o->n = program_children(getpid(), o->kept, ORPHANS_KEPT);
}

static bool is_kept(const struct orphans *o, pid_t pid)
{
	for (int i = 0; i < o->n; i++)
		if (o->kept[i] == pid)
			return true;
	return false;
}

/* One that has already ended by itself, or with the group, outlived nothing. */
static bool end_one(const struct orphans *o, pid_t pid)
{
	bool left = getpgid(pid) != o->group;

	if (waitpid(pid, NULL, WNOHANG) == pid)
		return false;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return left;
}

int orphans_end(const struct orphans *o)
{
	int ended = 0, found = 1;

	for (int round = 0; found && round < ROUNDS_MAX; round++) {
		pid_t pids[FOUND_MAX];
		int n = program_children(getpid(), pids, FOUND_MAX);

		found = 0;
		for (int i = 0; i < n; i++)
			if (!is_kept(o, pids[i])) {
				ended += end_one(o, pids[i]);
				found++;
			}
	}
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	return ended;
}
