/* SPDX-License-Identifier: MIT */
/*
 * What a dead rig died from, in a sentence that says what to do about it. In order: the
 * worker or victim that broke first, what the rig itself left word of, and last what
 * the kernel says of its process.
 */
#include "rig/death.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* The kernel sends SIGXCPU at the soft limit and SIGKILL at the hard one; the rig has
 * its parent's. */
static bool cpu_time_is_limited(void)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_CPU, &limit) && limit.rlim_cur != RLIM_INFINITY;
}

static const char *death_todo(int signal_number)
{
	if (signal_number == SIGXCPU ||
	    (signal_number == SIGKILL && cpu_time_is_limited()))
		return "if the limit on CPU time was reached, raise it (ulimit -t "
		       "unlimited)";
	if (signal_number == SIGKILL)
		return "if memory ran out (see dmesg), use fewer threads or less memory";
	if (signal_number == SIGTERM || signal_number == SIGINT)
		return "somebody ended it from outside; start it again";
	return "start it again; if it happens again, report it with the preset";
}

static void death_by_signal(const char *who, int signal_number, struct error *error)
{
	char what[64];
	const char *name = sigabbrev_np(signal_number);

	snprintf(what, sizeof(what), "%s %s", who,
		 signal_number == SIGKILL || signal_number == SIGXCPU ? "was killed"
								      : "crashed");
	error_setf(error, ERROR_MACHINE, EFAULT, what, death_todo(signal_number),
		   "SIG%s", name ? name : "?");
}

static void death_of_member(const struct rig_shared *s, int index, struct error *error)
{
	const struct rig_slot *slot = shared_slot(s, index);
	bool worker = index < s->workers;
	int signal_number = atomic_load(&slot->signal);
	char who[32];

	snprintf(who, sizeof(who), "%s %d", worker ? "worker" : "victim",
		 worker ? index : index - s->workers);
	if (signal_number)
		death_by_signal(who, signal_number, error);
	else if (atomic_load(&slot->stage) == STAGE_FAILED)
		error_set(error, ERROR_MACHINE, EIO, who, slot->failure,
			  "check the workload's parameters and the number of threads");
	else
		error_set(error, ERROR_MACHINE, EIO, who, "its process ended early",
			  death_todo(0));
}

void death_describe(const struct rig_shared *s, bool ended, int status,
		    struct error *error)
{
	int broken = atomic_load(&s->broken);
	int start_errno = atomic_load(&s->start_errno);

	if (broken >= 0 && broken < s->workers + s->victims)
		death_of_member(s, broken, error);
	else if (s->failure[0])
		error_set(error, ERROR_MACHINE, EIO, "workers", s->failure,
			  start_errno == EINVAL
				  ? "choose a placement on CPUs that are online and "
				    "allowed (taskset -p $$)"
				  : "use fewer threads or less memory, or raise that "
				    "limit");
	else if (start_errno)
		error_setf(error, ERROR_MACHINE, start_errno, "workers' process",
			   "check that /proc is mounted and that CPU is online and "
			   "allowed (taskset -p $$)",
			   "it cannot be started on CPU %d: %s", s->cpus[0],
			   strerror(start_errno));
	else if (ended && WIFSIGNALED(status))
		death_by_signal("workers' process", WTERMSIG(status), error);
	else
		error_set(error, ERROR_MACHINE, EIO, "workers' process",
			  "it ended without a word", death_todo(0));
}
