/* SPDX-License-Identifier: MIT */
#include "workloads/switches.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/perf.h"

static uint64_t line_number(const char *text, const char *key)
{
	const char *line = strstr(text, key);

	return line ? strtoull(line + strlen(key), NULL, 10) : 0;
}

static struct switches_thread *thread_of(struct switches *s, pid_t pid, pid_t tid)
{
	for (int i = 0; i < s->n; i++)
		if (s->thread[i].tid == tid && s->thread[i].pid == pid)
			return &s->thread[i];
	if (s->n == SWITCHES_THREADS)
		return NULL;
	s->thread[s->n] = (struct switches_thread){.pid = pid, .tid = tid};
	return &s->thread[s->n++];
}

/* What it did since; a number that fell is another thread's. */
static uint64_t step(uint64_t *seen, uint64_t now)
{
	uint64_t by = now >= *seen ? now - *seen : now;

	*seen = now;
	return by;
}

static void look_thread(struct switches *s, pid_t pid, pid_t tid)
{
	char path[96], *text;
	size_t bytes;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)pid, (int)tid);
	if (file_read_all(NULL, path, &text, &bytes))
		return;
	struct switches_thread *t = thread_of(s, pid, tid);

	if (t) {
		t->there = true;
		s->voluntary += step(&t->voluntary,
				     line_number(text, "\nvoluntary_ctxt_switches:"));
		s->preempted +=
			step(&t->preempted,
			     line_number(text, "\nnonvoluntary_ctxt_switches:"));
	}
	free(text);
}

static void each_thread(struct switches *s, const pid_t *pids, int n,
			void (*visit)(struct switches *s, pid_t pid, pid_t tid))
{
	for (int i = 0; i < n; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/task", (int)pids[i]);
		DIR *tasks = opendir(path);

		for (struct dirent *d; tasks && (d = readdir(tasks));)
			if (d->d_name[0] != '.')
				visit(s, pids[i], (pid_t)atoi(d->d_name));
		if (tasks)
			closedir(tasks);
	}
}

static void look_all(struct switches *s, const pid_t *pids, int n)
{
	int kept = 0;

	for (int i = 0; i < s->n; i++)
		s->thread[i].there = false;
	each_thread(s, pids, n, look_thread);
	for (int i = 0; i < s->n; i++)
		if (s->thread[i].there)
			s->thread[kept++] = s->thread[i];
	s->n = kept;
}

static void close_all(struct switches *s)
{
	while (s->n_fds > 0)
		close(s->fd[--s->n_fds]);
}

/* Its own switches and those of all threads and processes it will start. */
static void open_thread(struct switches *s, pid_t pid, pid_t tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CONTEXT_SWITCHES,
		.inherit = 1,
	};

	(void)pid;
	if (s->n_fds == SWITCHES_THREADS)
		return;
	int fd = perf_opener_direct.open(NULL, &attr, tid, -1, -1, NULL);

	if (fd >= 0)
		s->fd[s->n_fds++] = fd;
	else if (fd != -ESRCH) /* it may have just ended */
		s->refused = true;
}

static bool read_all(const struct switches *s, uint64_t *sum)
{
	*sum = 0;
	for (int i = 0; i < s->n_fds; i++) {
		uint64_t count;

		if (read(s->fd[i], &count, sizeof(count)) != sizeof(count))
			return false;
		*sum += count;
	}
	return s->n_fds > 0;
}

int switches_begin(struct switches *s, const pid_t *pids, int n)
{
	memset(s, 0, sizeof(*s));
	s->thread = calloc(SWITCHES_THREADS, sizeof(*s->thread));
	if (!s->thread)
		return -ENOMEM;
	look_all(s, pids, n);
	s->voluntary = s->preempted = 0;
	each_thread(s, pids, n, open_thread);
	/* Some of them alone would be some of them only. */
	if (s->refused)
		close_all(s);
	return 0;
}

/* The event knows no kinds: what was not seen is of them as what was seen. */
uint64_t switches_voluntary(uint64_t all, uint64_t voluntary, uint64_t preempted)
{
	uint64_t seen = voluntary + preempted;
	double share = seen ? (double)voluntary / (double)seen : 1;

	return voluntary + (all > seen ? (uint64_t)((double)(all - seen) * share) : 0);
}

void switches_look(struct switches *s, const pid_t *pids, int n)
{
	uint64_t all, now;

	look_all(s, pids, n);
	now = s->voluntary;
	if (read_all(s, &all))
		now = switches_voluntary(all, s->voluntary, s->preempted);
	if (now > s->total)
		s->total = now;
}

bool switches_are_whole(const struct switches *s)
{
	return s->n_fds > 0;
}

void switches_end(struct switches *s)
{
	close_all(s);
	free(s->thread);
	s->thread = NULL;
}
