/* SPDX-License-Identifier: MIT */
/*
 * From fork to exec. The CPU is chosen before exec, because the new address space is
 * loaded where exec runs and the CPU would stay in its mm_cpumask; address-space
 * randomisation is switched off, because the cost of mmap depends on the layout and
 * two runs should not differ by chance (where a container forbids it, they may). An
 * allocator that the experiment asks for is preloaded here: later is too late. The rig
 * gets a session of its own: where the scheduler groups tasks by session
 * (kernel/sched/autogroup.c), a thousand workers then weigh no more than the screen
 * that watches them, which otherwise waits until each of them had its turn.
 */
#include "rig/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rig/workers.h"
#include "tlblab/rig/rig.h"
#include "tlblab/workloads/allocator.h"

enum { FIRST_FREE_FD = 16, FIRST_NICE = -5 };

static void spawn_reset_signals(void)
{
	static const int signals[] = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,
				      SIGPIPE, SIGXFSZ, SIGCHLD, SIGUSR1,
				      SIGUSR2, SIGTSTP, SIGALRM};
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0, 1 and 2 on /dev/null, except a standard error that is not the screen. */
static int spawn_arrange_fds(int shared_fd, int event_fd)
{
	int null = open("/dev/null", O_RDWR);
	int shared = fcntl(shared_fd, F_DUPFD, FIRST_FREE_FD);
	int event = fcntl(event_fd, F_DUPFD, FIRST_FREE_FD);

	if (null < 0 || shared < 0 || event < 0)
		return -errno;
	bool keep_stderr = fcntl(STDERR_FILENO, F_GETFD) >= 0 && !isatty(STDERR_FILENO);

	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    (!keep_stderr && dup2(null, STDERR_FILENO) < 0) ||
	    dup2(shared, RIG_SHARED_FD) < 0 || dup2(event, RIG_EVENT_FD) < 0)
		return -errno;
	return close_range(RIG_EVENT_FD + 1, ~0u, 0) ? -errno : 0;
}

static int spawn_preload(const struct experiment *e)
{
	char path[PATH_MAX];

	if (!allocator_preload(e, path, sizeof(path)))
		return 0;
	return setenv("LD_PRELOAD", path, 1) ? -errno : 0;
}

/* Where sessions are groups the scheduler shares out by group, and a nice value counts
 * only inside of it (kernel/sched/autogroup.c, proc_sched_autogroup_set_nice). Refused
 * is fine: it is for root alone. */
static void spawn_come_first(void)
{
	if (getpriority(PRIO_PROCESS, 0) || setpriority(PRIO_PROCESS, 0, FIRST_NICE))
		return;
	int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dprintf(fd, "%d", FIRST_NICE);
	close(fd);
}

static int spawn_prepare(const struct rig_shared *s, int shared_fd, int event_fd)
{
	const struct rlimit no_core = {0, 0};
	int persona = personality(0xffffffff);

	spawn_reset_signals();
	if (persona >= 0)
		personality((unsigned long)persona | ADDR_NO_RANDOMIZE);
	setrlimit(RLIMIT_CORE, &no_core);
	int err = workers_pin(s->cpus[0]);

	if (!err)
		err = spawn_preload(&s->experiment);
	return err ? err : spawn_arrange_fds(shared_fd, event_fd);
}

static void spawn_child(struct rig_shared *s, int shared_fd, int event_fd, pid_t parent)
{
	char parent_text[16];
	char *const argv[] = {"tlblab", RIG_CHILD_WORD, parent_text, NULL};

	setsid();
	if (s->comes_first)
		spawn_come_first();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	snprintf(parent_text, sizeof(parent_text), "%d", (int)parent);
	int err = spawn_prepare(s, shared_fd, event_fd);

	if (!err) {
		execve("/proc/self/exe", argv, environ);
		err = -errno;
	}
	atomic_store(&s->start_errno, -err);
	_exit(127);
}

pid_t spawn_rig(struct rig_shared *s, int shared_fd, int event_fd)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		spawn_child(s, shared_fd, event_fd, parent);
	return pid;
}
