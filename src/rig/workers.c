/* SPDX-License-Identifier: MIT */
/*
 * Starting the workers and victims where they belong.
 *
 * An address space is interrupted on every CPU that ever ran it and was not yet
 * trimmed from mm_cpumask (arch/x86/mm/tlb.c, switch_mm_irqs_off), so nothing here may
 * run where no member is: the main thread stays on the first worker's CPU, threads are
 * created already limited to theirs, and a process is forked from the CPU it will use.
 */
#include "rig/workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tlblab/base/cpumask.h"

struct worker_arg {
	const struct workers *workers;
	int index;
};

static int workers_fail(struct workers *c, int err, int index)
{
	struct rig_shared *s = c->shared;
	bool worker = index < s->workers;
	int of_kind = worker ? index : index - s->workers;

	if (err == EAGAIN || err == ENOMEM)
		snprintf(s->failure, sizeof(s->failure),
			 "only %d of %d %s could be started: the limit on processes "
			 "(ulimit -u, pids.max of the cgroup) or memory is reached",
			 of_kind, worker ? s->workers : s->victims,
			 worker ? "workers" : "victims");
	else
		snprintf(s->failure, sizeof(s->failure),
			 "%s %d could not be started on CPU %d: %s",
			 worker ? "worker" : "victim", of_kind, s->cpus[index],
			 strerror(err));
	atomic_store(&s->start_errno, err);
	shared_break(s, BROKEN_RIG);
	return -err;
}

int workers_pin(int cpu)
{
	struct cpumask mask;

	if (cpu < 0)
		return 0;
	cpumask_clear(&mask);
	cpumask_set(&mask, cpu);
	return sched_setaffinity(0, sizeof(mask), (const cpu_set_t *)mask.bits) ? -errno
										: 0;
}

static void *thread_main(void *arg)
{
	const struct worker_arg *m = arg;

	worker_live(m->workers, m->index);
}

static int thread_start(struct worker_arg *m, int cpu)
{
	pthread_attr_t attr;
	pthread_t thread;
	struct cpumask mask;
	int err = pthread_attr_init(&attr);

	if (err)
		return err;
	err = pthread_attr_setstacksize(&attr, RIG_STACK_BYTES);
	if (!err)
		err = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (!err && cpu >= 0) {
		cpumask_clear(&mask);
		cpumask_set(&mask, cpu);
		err = pthread_attr_setaffinity_np(&attr, sizeof(mask),
						  (const cpu_set_t *)mask.bits);
	}
	if (!err)
		err = pthread_create(&thread, &attr, thread_main, m);
	pthread_attr_destroy(&attr);
	return err;
}

static int workers_start_threads(struct workers *c)
{
	struct rig_shared *s = c->shared;
	int n = workers_count(c);
	/* Lives as long as the threads do: until the process ends. */
	struct worker_arg *args = calloc((size_t)n, sizeof(*args));

	if (!args)
		return workers_fail(c, ENOMEM, 0);
	if (c->ops->prepare) {
		int err = c->ops->prepare(&c->space, s->experiment.params, s->workers,
					  s->failure, sizeof(s->failure));

		if (err) {
			shared_break(s, BROKEN_RIG);
			return err;
		}
	}
	for (int i = 0; i < n; i++) {
		args[i] = (struct worker_arg){.workers = c, .index = i};
		int err = thread_start(&args[i], s->cpus[i]);

		if (err)
			return workers_fail(c, err, i);
	}
	return 0;
}

static void process_main(const struct workers *c, int index, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	close(RIG_EVENT_FD);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	worker_live(c, index);
}

static int workers_start_processes(struct workers *c)
{
	int n = workers_count(c);
	pid_t parent = getpid();

	c->pids = calloc((size_t)n, sizeof(*c->pids));
	if (!c->pids)
		return workers_fail(c, ENOMEM, 0);
	for (int i = 0; i < n; i++) {
		int err = workers_pin(c->shared->cpus[i]);

		if (err)
			return workers_fail(c, -err, i);
		c->pids[i] = fork();
		if (!c->pids[i])
			process_main(c, i, parent);
		if (c->pids[i] < 0) {
			c->pids[i] = 0;
			return workers_fail(c, errno, i);
		}
	}
	return workers_pin(c->shared->cpus[0]);
}

int workers_start(struct workers *c)
{
	/* Lives as long as the members do, like args above. */
	c->working_sets = calloc(1, sizeof(*c->working_sets));
	if (!c->working_sets)
		return workers_fail(c, ENOMEM, 0);
	working_sets_init(c->working_sets);
	if (c->shared->experiment.mode == RUN_PROCESSES)
		return workers_start_processes(c);
	return workers_start_threads(c);
}

void workers_reap(struct workers *c)
{
	int status;
	pid_t pid;

	/* Without members of its own to wait for: it is a workload's child. */
	if (!c->pids)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < workers_count(c); i++) {
			if (c->pids[i] != pid)
				continue;
			c->pids[i] = 0;
			shared_break(c->shared, i);
			if (WIFSIGNALED(status))
				atomic_store(&shared_slot(c->shared, i)->signal,
					     WTERMSIG(status));
		}
	}
}

void workers_end(struct workers *c)
{
	if (!c->pids)
		return;
	for (int i = 0; i < workers_count(c); i++)
		if (c->pids[i] > 0)
			kill(c->pids[i], SIGKILL);
	for (int i = 0; i < workers_count(c); i++)
		if (c->pids[i] > 0)
			waitpid(c->pids[i], NULL, 0);
}
