/* SPDX-License-Identifier: MIT */
#include "tlblab/base/priority.h"

#include <errno.h>
#include <sched.h>
#include <sys/resource.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* glibc names it since 2.41. */
enum { POLICY_DEADLINE = 6 };

struct priority priority_inherited(void)
{
	struct sched_param param = {0};
	int policy = sched_getscheduler(0);

	if (policy < 0 || sched_getparam(0, &param))
		return (struct priority){.policy = SCHED_OTHER};
	/* Children of such a one are ordinary, deadline tasks' too. */
	if (policy & SCHED_RESET_ON_FORK)
		return (struct priority){.policy = SCHED_OTHER};
	return (struct priority){.policy = policy, .level = param.sched_priority};
}

bool priority_is_realtime(struct priority p)
{
	return p.policy == SCHED_FIFO || p.policy == SCHED_RR;
}

struct priority priority_below(struct priority p)
{
	if (!priority_is_realtime(p))
		return p;
	if (p.level <= 1)
		return (struct priority){.policy = SCHED_OTHER};
	return (struct priority){.policy = SCHED_RR, .level = p.level - 1};
}

static int priority_set(struct priority p)
{
	const struct sched_param param = {.sched_priority = p.level};

	return sched_setscheduler(0, p.policy, &param) ? -errno : 0;
}

/* Past RLIMIT_RTTIME the kernel signals a real-time task that did not sleep meanwhile,
 * and kills it at the hard limit (kernel/time/posix-cpu-timers.c,
 * check_thread_timers). Workers do not sleep. */
static void time_limit_lift(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_RTTIME, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_RTTIME, &limit);
}

int priority_step_down(bool alone)
{
	struct priority now = priority_inherited(), below = priority_below(now);

	if (!priority_is_realtime(now))
		return 0;
	time_limit_lift();
	int err = priority_set(below);

	/* Without the right to change the policy (RLIMIT_RTPRIO) the level may still be
	 * lowered (kernel/sched/syscalls.c, user_check_sched_setscheduler). First come,
	 * first served would starve others on the same CPU: ordinary then. */
	if (err == -EPERM && alone) {
		below.policy = now.policy;
		err = priority_set(below);
	} else if (err == -EPERM) {
		err = priority_set((struct priority){.policy = SCHED_OTHER});
	}
	return err;
}

static bool throttling_is_off(void)
{
	long runtime_us;

	return !file_read_long(NULL, "/proc/sys/kernel/sched_rt_runtime_us",
			       &runtime_us) &&
	       runtime_us < 0;
}

int priority_check(bool every_cpu, struct error *error)
{
	struct priority p = priority_inherited();
	struct rlimit limit;

	if (p.policy == POLICY_DEADLINE)
		return error_set(error, ERROR_MACHINE, EAGAIN, "SCHED_DEADLINE",
				 "a program with this policy cannot start workers",
				 "use chrt -f, chrt -r or no real-time policy");
	if (priority_is_realtime(priority_below(p)) &&
	    !getrlimit(RLIMIT_RTTIME, &limit) && limit.rlim_max != RLIM_INFINITY)
		return error_setf(
			error, ERROR_MACHINE, ETIME, "real-time priority",
			"start without chrt, or with prlimit --rttime=unlimited",
			"the kernel kills real-time workers that run for %g s without "
			"sleeping (RLIMIT_RTTIME)",
			(double)limit.rlim_max * 1e-6);
	if (every_cpu && priority_is_realtime(p) && throttling_is_off())
		return error_set(
			error, ERROR_MACHINE, EDEADLK, "real-time priority",
			"workers would hold every CPU, and real-time throttling is off",
			"use fewer threads and victims than CPUs, run sysctl "
			"kernel.sched_rt_runtime_us=950000, or start without chrt");
	return 0;
}

const char *priority_text(char *buf, size_t buf_bytes)
{
	struct priority p = priority_inherited(), below = priority_below(p);

	if (buf_bytes)
		buf[0] = '\0';
	if (!priority_is_realtime(p))
		return buf;
	text_append(buf, buf_bytes, "workers run ");
	if (below.level)
		text_append(buf, buf_bytes, "at real-time priority %d", below.level);
	else
		text_append(buf, buf_bytes, "at ordinary priority");
	text_append(buf, buf_bytes,
		    ", below this program's %d, so that it can always end them",
		    p.level);
	return buf;
}
