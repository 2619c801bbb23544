/* SPDX-License-Identifier: MIT */
/*
 * Everything is read from /proc, by whoever may read it, from outside the processes: no
 * thread of them is stopped. Only the event that counts sleeps, where that was asked
 * for, is read from the CPUs they run on.
 */
#include "tlblab/workloads/watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/workloads/program.h"
#include "workloads/switches.h"

enum { THREADS_MAX = 4096 };
enum { STAT_PROCESSOR = 39 };

const struct extra_desc watch_extras[WATCH_EXTRAS] = {WATCH_EXTRAS_LIST};

void watch_publish(const struct watch *watch, const struct worker *w)
{
	worker_publish(w, WATCH_THREADS, (uint64_t)watch->threads);
	worker_publish(w, WATCH_CPUS, (uint64_t)cpumask_count(&watch->cpus));
	worker_publish(w, WATCH_SHOOTDOWNS, watch->shootdowns);
	worker_publish(w, WATCH_PROCESSES, (uint64_t)watch->processes);
}

void watch_publish_unknown(const struct worker *w)
{
	for (int i = 0; i < WATCH_EXTRAS; i++)
		worker_publish(w, i, EXTRA_UNKNOWN);
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

	int cpu = p ? atoi(p) : -1;

	return cpu >= 0 ? cpu : -1;
}

uint64_t watch_parse_io(const char *io)
{
	const char *reads = strstr(io, "syscr:"), *writes = strstr(io, "syscw:");

	return (reads ? strtoull(reads + 6, NULL, 10) : 0) +
	       (writes ? strtoull(writes + 6, NULL, 10) : 0);
}

uint64_t watch_step(uint64_t before, uint64_t now)
{
	const uint64_t wrap = UINT64_C(1) << 32;

	if (now >= before)
		return now - before;
	/* From the upper half into the lower one: anything else is no wrap. */
	return before < wrap && before >= wrap / 2 && now < wrap / 2
		       ? now + wrap - before
		       : 0;
}

/* A CPU without a column is offline: its count goes on where it was. */
static void watch_look_row(struct watch *w)
{
	size_t bytes = CPUMASK_MAX_CPUS * sizeof(*w->rows), text_bytes;
	uint64_t *now = malloc(bytes);
	char *text;

	if (!now || file_read_all(NULL, "/proc/interrupts", &text, &text_bytes)) {
		free(now);
		return;
	}
	memset(now, 0xff, bytes);
	int n = watch_parse_row(text, now, CPUMASK_MAX_CPUS);

	for (int cpu = 0; cpu < n; cpu++) {
		if (now[cpu] == UINT64_MAX)
			continue;
		if (w->rows[cpu] != UINT64_MAX && cpumask_has(&w->cpus, cpu))
			w->shootdowns += watch_step(w->rows[cpu], now[cpu]);
		w->rows[cpu] = now[cpu];
	}
	free(text);
	free(now);
}

static void watch_look_counters(struct watch *w)
{
	const struct family *f = &w->family;
	pid_t pids[FAMILY_MAX];

	w->cpu_ms = f->total[FAMILY_CPU_TICKS] * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	w->minor_faults = f->total[FAMILY_MINOR_FAULTS];
	w->io_calls = f->total[FAMILY_IO_CALLS];
	if (!w->sleeps)
		return;
	for (int i = 0; i < f->n; i++)
		pids[i] = f->member[i].pid;
	switches_look(w->sleeps, pids, f->n);
	w->switches = w->sleeps->total;
}

static int watch_look_alive(const struct watch *w)
{
	struct family_says says;

	return family_read(w->pid, false, &says) || family_has_ended(&says) ? -ESRCH
									    : 0;
}

int watch_look(struct watch *w)
{
	struct program program;
	int err = w->wanted ? family_look(&w->family) : watch_look_alive(w);

	if (err)
		return err;
	if (w->wanted)
		watch_look_counters(w);
	/* What came in since the last look came to the CPUs it was on by then. */
	watch_look_row(w);
	program_look(&program, w->pid, THREADS_MAX);
	w->threads = program.threads;
	w->processes = program.processes;
	w->cpus = program.cpus;
	return w->threads ? 0 : -ESRCH;
}

static int watch_begin_sleeps(struct watch *w)
{
	pid_t pids[FAMILY_MAX];

	w->sleeps = calloc(1, sizeof(*w->sleeps));
	if (!w->sleeps)
		return -ENOMEM;
	for (int i = 0; i < w->family.n; i++)
		pids[i] = w->family.member[i].pid;
	return switches_begin(w->sleeps, pids, w->family.n);
}

int watch_begin(struct watch *w, pid_t pid, unsigned int wanted)
{
	int err = 0;

	memset(w, 0, sizeof(*w));
	w->pid = pid;
	w->wanted = wanted;
	w->rows = malloc(CPUMASK_MAX_CPUS * sizeof(*w->rows));
	if (!w->rows)
		return -ENOMEM;
	memset(w->rows, 0xff, CPUMASK_MAX_CPUS * sizeof(*w->rows));
	if (wanted)
		err = family_begin(&w->family, pid, wanted & WATCH_IO);
	if (!err && (wanted & WATCH_SWITCHES))
		err = watch_begin_sleeps(w);
	if (!err)
		err = watch_look(w);
	if (err)
		watch_end(w);
	return err;
}

void watch_end(struct watch *w)
{
	family_end(&w->family);
	if (w->sleeps)
		switches_end(w->sleeps);
	free(w->sleeps);
	w->sleeps = NULL;
	free(w->rows);
	w->rows = NULL;
}

bool watch_is_whole(pid_t pid, unsigned int wanted)
{
	struct switches s;
	bool whole;

	if (!(wanted & WATCH_SWITCHES))
		return true;
	if (switches_begin(&s, &pid, 1))
		return false;
	whole = switches_are_whole(&s);
	switches_end(&s);
	return whole;
}
