/* SPDX-License-Identifier: MIT */
/*
 * Any command as the workload: one operation is one run of it, from start to end, and
 * as many run at a time as there are workers. They run on all CPUs the lab may use, in
 * the rig's process group, so that nothing of them outlives the rig; what they print
 * goes nowhere.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/workloads/watch.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"

enum { COMMAND };
enum { LOOK_MS = 20, NOT_RUN = 127, TURN_US = 200 };

struct exec_own {
	struct cpumask cpus; /* of the lab */
	uint32_t begun;	     /* runs */
	uint64_t shootdowns; /* of the runs that are over */
	uint64_t runs_ns;    /* the same */
};

static int exec_check(const struct experiment *e, const struct param_value *params,
		      struct error *error)
{
	(void)e;
	if (params[COMMAND].text[0])
		return 0;
	return error_set(error, ERROR_INPUT, EINVAL, "command", "there is none",
			 "give one: --exec -- COMMAND");
}

static int exec_enter(struct worker *w)
{
	struct exec_own *own = calloc(1, sizeof(*own));

	if (!own)
		return -ENOMEM;
	/* The worker is pinned, and so is the rig; the lab that started it is not. */
	if (sched_getaffinity(getppid(), sizeof(own->cpus),
			      (cpu_set_t *)own->cpus.bits) < 0)
		memset(&own->cpus, 0xff, sizeof(own->cpus));
	w->own = own;
	watch_publish_unknown(w);
	return 0;
}

/* In a child that borrows the rig's memory until it is the command: a copy of it would
 * cost a flush on every CPU of the rig, and be counted as the command's. */
static void exec_become(const struct exec_own *own, const char *command)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sched_setaffinity(0, sizeof(own->cpus), (const cpu_set_t *)own->cpus.bits);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(NOT_RUN);
}

/* Until it ends, or must. */
static int exec_wait(struct worker *w, pid_t pid)
{
	struct exec_own *own = w->own;
	struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, pid, 0),
			     .events = POLLIN};
	struct watch watch;
	bool watched = !watch_begin(&watch, pid, 0);
	int status = 0;

	while (!worker_must_stop(w) && poll(&end, 1, LOOK_MS) == 0) {
		if (!watched || watch_look(&watch))
			continue;
		uint64_t here = watch.shootdowns;

		watch.shootdowns += own->shootdowns;
		watch_publish(&watch, w);
		watch.shootdowns = here;
	}
	if (worker_must_stop(w))
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (watched) {
		own->shootdowns += watch.shootdowns;
		watch_end(&watch);
	}
	if (end.fd >= 0)
		close(end.fd);
	return status;
}

/* The trigger, once it is turned, says how many runs may have begun: so somebody can
 * change what they run under between two of them. False when none may any more. */
static bool exec_await_turn(struct worker *w)
{
	const struct exec_own *own = w->own;

	while (!worker_must_stop(w)) {
		uint32_t trigger =
			w->trigger
				? atomic_load_explicit(w->trigger, memory_order_relaxed)
				: 0;

		if (!trigger || own->begun < trigger)
			return true;
		usleep(TURN_US);
	}
	return false;
}

static void exec_operate(struct worker *w)
{
	struct exec_own *own = w->own;
	pid_t pid;

	if (!exec_await_turn(w))
		return;
	own->begun++;
	uint64_t begin_ns = clock_now_ns(), begin = clock_tsc();

	pid = vfork();
	if (pid < 0) {
		worker_fail(w, "fork");
		return;
	}
	if (!pid)
		exec_become(own, w->params[COMMAND].text);
	int status = exec_wait(w, pid);

	w->took_ticks = clock_tsc() - begin;
	own->runs_ns += clock_now_ns() - begin_ns;
	worker_publish(w, EXEC_RUNS_US, own->runs_ns / 1000);
	if (worker_must_stop(w) || !status)
		return;
	w->failed = -ECHILD;
	if (WIFEXITED(status))
		snprintf(w->failure, sizeof(w->failure),
			 "the command ended with status %d%s", WEXITSTATUS(status),
			 WEXITSTATUS(status) == NOT_RUN ? ": it was not found" : "");
	else
		snprintf(w->failure, sizeof(w->failure),
			 "the command was ended by signal %d", WTERMSIG(status));
}

static void exec_leave(struct worker *w)
{
	free(w->own);
}

static void exec_expect(const struct expect_case *c, struct expectation *out)
{
	(void)c;
	*out = (struct expectation){
		.kind = FLUSH_EITHER,
		.flushes_per_op_high = EXPECT_ANY_NUMBER,
		.shootdowns_per_op_high = EXPECT_ANY_NUMBER,
	};
	snprintf(out->why, sizeof(out->why),
		 "what a program of yours flushes is what you want to know: nothing is "
		 "expected of it");
}

static const struct param_desc exec_params[] = {
	[COMMAND] = {.key = "command",
		     .kind = PARAM_TEXT,
		     .unit = "",
		     .help = "what to run, as a shell would read it",
		     .def = "true"},
};

static const struct extra_desc exec_extras[EXEC_EXTRAS] = {
	WATCH_EXTRAS_LIST,
	[EXEC_RUNS_US] = {"runs_us", "µs", "that finished runs took together", false},
};

const struct workload_ops exec_ops = {
	.desc = {.name = "exec",
		 .title = "a command of yours",
		 .summary = "Runs a command from start to end, again and again; its "
			    "threads are found as they come and go.",
		 .params = exec_params,
		 .n_params = sizeof(exec_params) / sizeof(exec_params[0]),
		 .program = true,
		 .extras = exec_extras,
		 .n_extras = EXEC_EXTRAS},
	.check = exec_check,
	.enter = exec_enter,
	.operate = exec_operate,
	.leave = exec_leave,
	.expect = exec_expect,
};
