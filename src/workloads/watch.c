/* SPDX-License-Identifier: MIT */
/*
 * Everything is read from /proc, by whoever may read it, from outside the process: no
 * thread of it is stopped, and none of its CPUs interrupted.
 */
#include "tlblab/workloads/watch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/workloads/program.h"

enum { THREADS_MAX = 4096 };
enum { STAT_MINOR_FAULTS = 10, STAT_USER = 14, STAT_SYSTEM = 15, STAT_PROCESSOR = 39 };

const struct extra_desc watch_extras[WATCH_EXTRAS] = {WATCH_EXTRAS_LIST};

void watch_publish(const struct watch *watch, const struct worker *w)
{
	worker_publish(w, WATCH_THREADS, (uint64_t)watch->threads);
	worker_publish(w, WATCH_CPUS, (uint64_t)cpumask_count(&watch->cpus));
	worker_publish(w, WATCH_SHOOTDOWNS, watch->shootdowns);
}

/* CPU ids from the heading, as offline CPUs have no column. */
int watch_parse_row(const char *interrupts, uint64_t *counts, int n)
{
	const char *row = strstr(interrupts, "TLB:");
	const char *heading = interrupts, *end = strchr(interrupts, '\n');
	int highest = 0;

	if (!row || !end)
		return 0;
	row = strchr(row, ':') + 1;
	while ((heading = strstr(heading, "CPU")) && heading < end) {
		char *next;
		long cpu = strtol(heading + 3, NULL, 10);
		uint64_t count = strtoull(row, &next, 10);

		if (next == row)
			break;
		row = next;
		heading += 3;
		if (cpu < 0 || cpu >= n)
			continue;
		counts[cpu] = count;
		highest = cpu + 1 > highest ? (int)cpu + 1 : highest;
	}
	return highest;
}

/* The field of a stat line, counted from 1 as proc(5) does; its name may hold anything,
 * blanks and brackets too. */
static const char *watch_field(const char *stat, int field)
{
	const char *p = strrchr(stat, ')');

	for (int i = 2; p && i < field; i++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	return p;
}

int watch_parse_processor(const char *stat)
{
	const char *p = watch_field(stat, STAT_PROCESSOR);

	return p ? atoi(p) : -1;
}

uint64_t watch_parse_io(const char *io)
{
	const char *reads = strstr(io, "syscr:"), *writes = strstr(io, "syscw:");

	return (reads ? strtoull(reads + 6, NULL, 10) : 0) +
	       (writes ? strtoull(writes + 6, NULL, 10) : 0);
}

static uint64_t watch_number(const char *stat, int field)
{
	const char *p = watch_field(stat, field);

	return p ? strtoull(p, NULL, 10) : 0;
}

static int watch_read(const char *path, char **text)
{
	size_t bytes;

	return file_read_all(NULL, path, text, &bytes);
}

static void watch_look_switches(struct watch *w, const char *tid)
{
	char path[96], *text;

	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", (int)w->pid, tid);
	if (!watch_read(path, &text)) {
		const char *line = strstr(text, "\nvoluntary_ctxt_switches:");

		if (line)
			w->switches += strtoull(strchr(line, ':') + 1, NULL, 10);
		free(text);
	}
}

static int watch_look_process(struct watch *w)
{
	char path[64], *text;
	long ticks_per_s = sysconf(_SC_CLK_TCK);

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)w->pid);
	if (watch_read(path, &text))
		return -ESRCH;
	w->minor_faults = watch_number(text, STAT_MINOR_FAULTS);
	w->cpu_ms = (watch_number(text, STAT_USER) + watch_number(text, STAT_SYSTEM)) *
		    1000 / (uint64_t)ticks_per_s;
	free(text);
	snprintf(path, sizeof(path), "/proc/%d/io", (int)w->pid);
	if (!watch_read(path, &text)) {
		w->io_calls = watch_parse_io(text);
		free(text);
	}
	return 0;
}

static void watch_look_row(struct watch *w)
{
	uint64_t *now = calloc((size_t)w->n_rows, sizeof(*now));
	char *text;

	if (!now || watch_read("/proc/interrupts", &text)) {
		free(now);
		return;
	}
	watch_parse_row(text, now, w->n_rows);
	for (int cpu = 0; cpu < w->n_rows; cpu++) {
		if (cpumask_has(&w->cpus, cpu))
			w->shootdowns += now[cpu] - w->rows[cpu];
		w->rows[cpu] = now[cpu];
	}
	free(text);
	free(now);
}

int watch_look(struct watch *w)
{
	struct program program;
	char path[64];
	int err = watch_look_process(w);

	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)w->pid);
	DIR *tasks = opendir(path);

	if (!tasks)
		return -ESRCH;
	/* What came in since the last look came to the CPUs it was on by then. */
	watch_look_row(w);
	w->switches = 0;
	for (struct dirent *d; (d = readdir(tasks));)
		if (d->d_name[0] != '.')
			watch_look_switches(w, d->d_name);
	closedir(tasks);
	program_look(&program, w->pid, THREADS_MAX);
	w->threads = program.threads;
	w->cpus = program.cpus;
	return w->threads ? 0 : -ESRCH;
}

int watch_begin(struct watch *w, pid_t pid)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);

	memset(w, 0, sizeof(*w));
	w->pid = pid;
	w->n_rows = n > 0 ? (int)n : 1;
	w->rows = calloc((size_t)w->n_rows, sizeof(*w->rows));
	if (!w->rows)
		return -ENOMEM;
	int err = watch_look(w);

	if (err)
		watch_end(w);
	return err;
}

void watch_end(struct watch *w)
{
	free(w->rows);
	w->rows = NULL;
}
