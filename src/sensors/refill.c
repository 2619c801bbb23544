/* SPDX-License-Identifier: MIT */
/*
 * The refill probe as a sensor: what one translation costs to bring back, timed once
 * when the lab opens, in a small process of its own, and collected before the first
 * workers are let go. It never runs while something is measured; every interval then
 * carries the same value, marked as older than itself.
 */
#include "tlblab/sensors/refill.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensors/sensors.h"
#include "tlblab/base/priority.h"
#include "tlblab/base/text.h"

enum { COLLECT_MS = 1000 };

struct sensor {
	struct refill_process process;
	bool collected;
	struct refill_estimate estimate;
};

/* Keeps only its end of the pipe: descriptors of the lab's must not outlive it here. */
static void run_child(int fd, double tsc_ns_per_tick)
{
	struct refill_estimate estimate;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(fd, STDERR_FILENO) < 0 || close_range(STDERR_FILENO + 1, ~0u, 0))
		_exit(1);
	/* Not above who waits for it. */
	priority_step_down(false);
	refill_measure(REFILL_TOUCH, tsc_ns_per_tick, &estimate);
	/* Under PIPE_BUF, so whole or not at all. */
	if (write(STDERR_FILENO, &estimate, sizeof(estimate)) != sizeof(estimate))
		_exit(1);
	_exit(0);
}

int refill_start(struct refill_process *p, double tsc_ns_per_tick)
{
	int ends[2];
	pid_t pid;

	*p = (struct refill_process){.fd = -1};
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0)
		run_child(ends[1], tsc_ns_per_tick);
	close(ends[1]);
	if (pid < 0) {
		int err = -errno;

		close(ends[0]);
		return err;
	}
	p->pid = pid;
	p->fd = ends[0];
	return 0;
}

_Static_assert(sizeof(struct refill_estimate) <= 4096, "fits PIPE_BUF");

int refill_collect(struct refill_process *p, int timeout_ms,
		   struct refill_estimate *out)
{
	struct pollfd readable = {.fd = p->fd, .events = POLLIN};
	ssize_t got = 0;

	memset(out, 0, sizeof(*out));
	if (!p->pid)
		return -ESRCH;
	if (poll(&readable, 1, timeout_ms) > 0)
		got = read(p->fd, out, sizeof(*out));
	if (got != sizeof(*out)) {
		memset(out, 0, sizeof(*out));
		text_copy(out->reason, sizeof(out->reason),
			  "the probe did not finish in time: the machine is too busy");
		kill(p->pid, SIGKILL);
	}
	close(p->fd);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*p = (struct refill_process){.fd = -1};
	return out->n ? 0 : -ENODATA;
}

static void say_available(const struct refill_estimate *e, struct availability *a)
{
	a->available = true;
	text_copy(a->source, sizeof(a->source), "timed probe, ns a page:");
	for (int i = 0; i < e->n; i++) {
		const struct refill_point *p = &e->point[i];

		if (p->page_bytes > 4096)
			text_append(a->source, sizeof(a->source), "; 2 MiB pages %.1f",
				    p->ns_per_page);
		else if (p == refill_headline(e))
			text_append(a->source, sizeof(a->source),
				    " %d pages %.1f (%.1f to %.1f)", p->pages,
				    p->ns_per_page, p->low_ns_per_page,
				    p->high_ns_per_page);
	}
}

static int refill_open(struct sensor **out, const struct sensor_env *env,
		       struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->process.fd = -1;
	if (env->root && *env->root) {
		text_copy(availability->reason, sizeof(availability->reason),
			  "not tried: this is a captured tree");
		return 0;
	}
	if (!(env->machine->tsc_ns_per_tick > 0)) {
		text_append(availability->reason, sizeof(availability->reason),
			    "refills are too short for other clocks, and %s",
			    *env->machine->tsc_source
				    ? env->machine->tsc_source
				    : "the rate of the time stamp counter is unknown");
		return 0;
	}
	err = refill_start(&s->process, env->machine->tsc_ns_per_tick);
	if (err) {
		snprintf(availability->reason, sizeof(availability->reason),
			 "the probe cannot be started: %s", strerror(-err));
		return 0;
	}
	availability->available = true;
	text_copy(availability->source, sizeof(availability->source),
		  "timed probe, a process of its own, before the first run");
	return 0;
}

static void refill_finish(struct sensor *s, int timeout_ms,
			  struct availability *availability)
{
	if (!s->process.pid)
		return;
	s->collected = true;
	if (!refill_collect(&s->process, timeout_ms, &s->estimate)) {
		say_available(&s->estimate, availability);
		return;
	}
	availability->available = false;
	text_copy(availability->reason, sizeof(availability->reason),
		  s->estimate.reason);
}

static void refill_attach(struct sensor *s, const struct sensor_target *target,
			  struct availability *availability)
{
	(void)target;
	refill_finish(s, COLLECT_MS, availability);
}

const struct refill_estimate *refill_of_set(struct sensor_set *set, int timeout_ms)
{
	for (int i = 0; i < set->n; i++) {
		struct sensor *s = set->sensor[i];

		if (set->ops[i] != &refill_ops)
			continue;
		if (timeout_ms > 0)
			refill_finish(s, timeout_ms, &set->availability[i]);
		return s->collected ? &s->estimate : NULL;
	}
	return NULL;
}

static void refill_read(struct sensor *s, struct sample *sample)
{
	const struct refill_point *p = refill_headline(&s->estimate);

	if (p)
		sample_put(sample, CH_REFILL_NS_PER_PAGE, p->ns_per_page,
			   QUALITY_STALE);
}

static void refill_close(struct sensor *s)
{
	if (!s)
		return;
	if (s->process.pid)
		refill_collect(&s->process, 0, &s->estimate);
	free(s);
}

const struct sensor_ops refill_ops = {
	.name = "refill",
	.summary = "what a translation costs to bring back: an estimate, timed",
	.open = refill_open,
	.attach = refill_attach,
	.read = refill_read,
	.close = refill_close,
};
