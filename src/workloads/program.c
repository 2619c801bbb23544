/* SPDX-License-Identifier: MIT */
/*
 * A process names its threads (/proc/PID/task), a thread those it started
 * (/proc/PID/task/TID/children) and the CPU it was last on (stat, field 39).
 */
#include "tlblab/workloads/program.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/workloads/watch.h"

enum { PROCESSES_MAX = 256 };

struct look {
	struct program *out;
	pid_t todo[PROCESSES_MAX]; /* processes that are to be looked at */
	int n, max;
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
	l->out->threads++;
	free(stat);
	look_children(l, pid, tid);
}

static void look_process(struct look *l, pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);

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
