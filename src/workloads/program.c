/* SPDX-License-Identifier: MIT */
/*
 * A process names its threads (/proc/PID/task), a thread those it started
 * (/proc/PID/task/TID/children) and the CPU it was last on (stat, field 39).
 */
#include "tlblab/workloads/program.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/workloads/watch.h"

enum { PROCESSES_MAX = 512 };

struct look {
	struct program *out;
	pid_t todo[PROCESSES_MAX]; /* processes that are to be looked at */
	int n, max;
	pid_t *tids; /* where to note threads, max of them; NULL: nowhere */
};

/* NULL where there is no such thing, any more. */
static char *read_of(pid_t pid, pid_t tid, const char *what)
{
	char path[96], *text;
	size_t bytes;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)pid, (int)tid, what);
	return file_read_all(NULL, path, &text, &bytes) ? NULL : text;
}

static void look_children(struct look *l, pid_t pid, pid_t tid)
{
	char *text = read_of(pid, tid, "children"), *end = text;

	for (char *p = text; p; p = end) {
		long child = strtol(p, &end, 10);

		if (end == p)
			break;
		if (l->n < PROCESSES_MAX)
			l->todo[l->n++] = (pid_t)child;
		else
			l->out->cut = true;
	}
	free(text);
}

static void look_thread(struct look *l, pid_t pid, pid_t tid)
{
	char *stat = read_of(pid, tid, "stat");

	if (!stat)
		return;
	cpumask_set(&l->out->cpus, watch_parse_processor(stat));
	if (l->tids)
		l->tids[l->out->threads] = tid;
	l->out->threads++;
	free(stat);
	look_children(l, pid, tid);
}

static void look_process(struct look *l, pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);

	l->out->processes += tasks != NULL;
	for (struct dirent *d; tasks && (d = readdir(tasks));) {
		if (d->d_name[0] == '.')
			continue;
		if (l->out->threads >= l->max) {
			l->out->cut = true;
			break;
		}
		look_thread(l, pid, (pid_t)atoi(d->d_name));
	}
	if (tasks)
		closedir(tasks);
}

static void look_all(struct look *l)
{
	for (int i = 0; i < l->n; i++)
		look_process(l, l->todo[i]);
}

void program_look(struct program *out, pid_t pid, int max)
{
	struct look l = {.out = out, .todo = {pid}, .n = 1, .max = max};

	memset(out, 0, sizeof(*out));
	look_all(&l);
}

void program_look_started(struct program *out, pid_t tid, int max)
{
	struct look l = {.out = out, .max = max};

	look_children(&l, tid, tid);
	look_all(&l);
}

int program_processes(pid_t pid, pid_t *pids, int max)
{
	struct program found;
	struct look l = {.out = &found, .todo = {pid}, .n = 1, .max = INT_MAX};

	memset(&found, 0, sizeof(found));
	look_all(&l);
	for (int i = 0; i < l.n && i < max; i++)
		pids[i] = l.todo[i];
	return l.n < max ? l.n : max;
}

int program_threads(pid_t pid, pid_t *tids, int max)
{
	struct program found;
	struct look l = {
		.out = &found, .todo = {pid}, .n = 1, .max = max, .tids = tids};

	memset(&found, 0, sizeof(found));
	look_all(&l);
	return found.threads;
}

int program_children(pid_t pid, pid_t *pids, int max)
{
	struct program found;
	struct look l = {.out = &found, .max = INT_MAX};

	memset(&found, 0, sizeof(found));
	look_process(&l, pid);
	for (int i = 0; i < l.n && i < max; i++)
		pids[i] = l.todo[i];
	return l.n < max ? l.n : max;
}

bool program_finds_children(void)
{
	return !access("/proc/thread-self/children", R_OK);
}
