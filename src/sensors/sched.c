/* SPDX-License-Identifier: MIT */
/*
 * Migrations and involuntary context switches of workers and victims: noise that a
 * pinned run should not have. /proc/TID/sched counts both (kernel/sched/debug.c; it
 * needs CONFIG_SCHED_DEBUG on older kernels). Without it the switches come from
 * /proc/TID/status, and a migration is seen when a task is found on another CPU than
 * last time, which misses those that came back.
 *
 * /proc/TID/schedstat tells how long a task was on a CPU (fs/proc/base.c,
 * proc_pid_schedstat); a kernel without CONFIG_SCHED_INFO has no such file.
 *
 * At most TASKS_PER_READ tasks are looked at in one interval, in turn; with more, what
 * is reported happened since each was last looked at, and is marked stale.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/proc_parse.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { TASKS_PER_READ = 32, TEXT_BYTES = 4096 };

struct task {
	pid_t tid;
	bool seen;
	uint64_t migrations, switches;
	uint64_t ran_ns;
	bool ran_known;
	int cpu;
};

struct sensor {
	const char *root;
	bool from_sched; /* else status and stat */
	int n_tasks, next;
	struct task *task;
	char text[TEXT_BYTES];
};

/* One look at a task. */
struct task_look {
	uint64_t migrations, switches;
	int cpu;
};

/* What changed of the tasks that were looked at. */
struct task_sums {
	double migrations, switches, ran_ns;
	bool ran_known; /* of each */
};

static int read_task_file(struct sensor *s, pid_t tid, const char *name)
{
	char path[300];
	ssize_t bytes;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/%d/%s", s->root, (int)tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	bytes = read(fd, s->text, sizeof(s->text) - 1);
	if (bytes >= 0)
		s->text[bytes] = '\0';
	close(fd);
	return bytes < 0 ? -EIO : 0;
}

static int look_at_sched(struct sensor *s, pid_t tid, struct task_look *look)
{
	int err = read_task_file(s, tid, "sched");

	if (!err)
		err = proc_find_number(s->text, "se.nr_migrations", &look->migrations);
	if (!err)
		err = proc_find_number(s->text, "nr_involuntary_switches",
				       &look->switches);
	return err;
}

static int look_at_status(struct sensor *s, const struct task *t,
			  struct task_look *look)
{
	int err = read_task_file(s, t->tid, "status");

	if (!err)
		err = proc_find_number(s->text, "nonvoluntary_ctxt_switches",
				       &look->switches);
	if (!err)
		err = read_task_file(s, t->tid, "stat");
	if (!err)
		err = proc_stat_processor(s->text, &look->cpu);
	look->migrations = t->migrations + (t->seen && look->cpu != t->cpu);
	return err;
}

/* How long a task has run since the last look; false when it cannot be known. */
static bool look_at_running(struct sensor *s, struct task *t, double *ran_ns)
{
	unsigned long long ns;
	bool before = t->ran_known;
	uint64_t last = t->ran_ns;

	t->ran_known = !read_task_file(s, t->tid, "schedstat") &&
		       sscanf(s->text, "%llu", &ns) == 1;
	if (!t->ran_known)
		return false;
	t->ran_ns = ns;
	if (!before || ns < last)
		return false;
	*ran_ns += (double)(ns - last);
	return true;
}

/* Looks at a task; adds what changed since the last look. */
static int look_at_task(struct sensor *s, struct task *t, struct task_sums *sums)
{
	struct task_look look = {.cpu = -1};
	int err = s->from_sched ? look_at_sched(s, t->tid, &look)
				: look_at_status(s, t, &look);

	if (err)
		return err;
	if (t->seen && look.migrations >= t->migrations &&
	    look.switches >= t->switches) {
		sums->migrations += (double)(look.migrations - t->migrations);
		sums->switches += (double)(look.switches - t->switches);
	}
	sums->ran_known = look_at_running(s, t, &sums->ran_ns) && sums->ran_known;
	t->migrations = look.migrations;
	t->switches = look.switches;
	t->cpu = look.cpu;
	t->seen = true;
	return 0;
}

static int sched_open(struct sensor **out, const struct sensor_env *env,
		      struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	struct task_look look;
	struct task self = {.tid = getpid()};

	if (!s)
		return -ENOMEM;
	*out = s;
	s->root = env->root ? env->root : "";
	s->from_sched = !look_at_sched(s, self.tid, &look);
	if (!s->from_sched && look_at_status(s, &self, &look)) {
		text_copy(availability->reason, sizeof(availability->reason),
			  "/proc/PID/status cannot be read: is /proc mounted?");
		return 0;
	}
	availability->available = true;
	text_copy(availability->source, sizeof(availability->source),
		  s->from_sched ? "/proc/TID/sched of workers and victims"
				: "/proc/TID/status and stat of workers and victims; "
				  "migrations at least");
	return 0;
}

static void sched_attach(struct sensor *s, const struct sensor_target *target,
			 struct availability *availability)
{
	int n = target->n_workers + target->n_victims;
	struct task_sums ignored = {.ran_known = true};
	struct task *task;

	if (!availability->available)
		return;
	s->n_tasks = s->next = 0;
	task = realloc(s->task, (size_t)(n ? n : 1) * sizeof(*task));
	if (!task)
		return;
	s->task = task;
	for (int i = 0; i < n; i++) {
		task[i] = (struct task){.tid = target->tids[i]};
		look_at_task(s, &task[i], &ignored);
	}
	s->n_tasks = n;
}

static void sched_read(struct sensor *s, struct sample *sample)
{
	int n = s->n_tasks < TASKS_PER_READ ? s->n_tasks : TASKS_PER_READ;
	enum quality quality = s->n_tasks > n ? QUALITY_STALE : QUALITY_EXACT;
	struct task_sums sums = {.ran_known = true};
	int looked = 0;

	for (int i = 0; i < n; i++) {
		looked += !look_at_task(s, &s->task[s->next], &sums);
		s->next = (s->next + 1) % s->n_tasks;
	}
	/* A task that is gone cannot tell what it did last. */
	if (!looked || (looked < n && quality == QUALITY_EXACT))
		return;
	sample_put(sample, CH_MIGRATIONS, sums.migrations, quality);
	sample_put(sample, CH_INVOLUNTARY_SWITCHES, sums.switches, quality);
	if (sums.ran_known)
		sample_put(sample, CH_RAN_NS, sums.ran_ns, quality);
}

static void sched_close(struct sensor *s)
{
	if (!s)
		return;
	free(s->task);
	free(s);
}

const struct sensor_ops sched_ops = {
	.name = "sched",
	.summary = "migrations and involuntary context switches (/proc)",
	.open = sched_open,
	.attach = sched_attach,
	.read = sched_read,
	.close = sched_close,
};
