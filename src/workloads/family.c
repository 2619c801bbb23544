/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/stat counts for all threads a process has and had, and apart from that for
 * the children it has waited for (fields 11, 16 and 17; fs/proc/array.c, do_task_stat).
 * So a child that is gone comes back in its parent's figure, as a whole: what was
 * already seen of it is taken off again. A child that nobody waited for (its parent
 * ignores SIGCHLD, or is not of the family) simply stays at what was seen.
 */
#include "tlblab/workloads/family.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/workloads/program.h"
#include "tlblab/workloads/watch.h"

enum {
	STAT_STATE = 3,
	STAT_PARENT = 4,
	STAT_MINOR_FAULTS = 10,
	STAT_WAITED_MINOR_FAULTS = 11,
	STAT_USER = 14,
	STAT_SYSTEM = 15,
	STAT_WAITED_USER = 16,
	STAT_WAITED_SYSTEM = 17,
	STAT_THREADS = 20,
	STAT_START = 22,
};

/* The field counted from 1 as proc(5) does; the name may hold anything, blanks and
 * brackets too. */
static const char *stat_field(const char *stat, int field)
{
	const char *p = strrchr(stat, ')');

	for (int i = 2; p && i < field; i++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	return p;
}

static uint64_t stat_number(const char *stat, int field)
{
	const char *p = stat_field(stat, field);

	/* Times of children are signed (%ld). */
	return p && *p != '-' ? strtoull(p, NULL, 10) : 0;
}

int family_parse(const char *stat, struct family_says *says)
{
	const char *state = stat_field(stat, STAT_STATE);

	memset(says, 0, sizeof(*says));
	if (!state || !*state || !stat_field(stat, STAT_START))
		return -EINVAL;
	says->state = *state;
	says->parent = (pid_t)stat_number(stat, STAT_PARENT);
	says->threads = (int)stat_number(stat, STAT_THREADS);
	says->start = stat_number(stat, STAT_START);
	says->own[FAMILY_CPU_TICKS] =
		stat_number(stat, STAT_USER) + stat_number(stat, STAT_SYSTEM);
	says->own[FAMILY_MINOR_FAULTS] = stat_number(stat, STAT_MINOR_FAULTS);
	says->waited[FAMILY_CPU_TICKS] = stat_number(stat, STAT_WAITED_USER) +
					 stat_number(stat, STAT_WAITED_SYSTEM);
	says->waited[FAMILY_MINOR_FAULTS] = stat_number(stat, STAT_WAITED_MINOR_FAULTS);
	return 0;
}

/* A first thread that has ended is a zombie while others run on. */
bool family_has_ended(const struct family_says *says)
{
	return (says->state == 'Z' || says->state == 'X') && says->threads <= 1;
}

int family_read(pid_t pid, bool io, struct family_says *says)
{
	char path[64], *text;
	size_t bytes;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read_all(NULL, path, &text, &bytes))
		return -ESRCH;
	int err = family_parse(text, says);

	free(text);
	if (err)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
	if (io && !file_read_all(NULL, path, &text, &bytes)) {
		says->own[FAMILY_IO_CALLS] = watch_parse_io(text);
		free(text);
	}
	return 0;
}

static struct family_process *member_of(const struct family *f, pid_t pid)
{
	for (int i = 0; i < f->n; i++)
		if (f->member[i].pid == pid)
			return &f->member[i];
	return NULL;
}

static uint64_t rise(uint64_t before, uint64_t now)
{
	return now > before ? now - before : 0;
}

/* What its nearest ancestor that is still there was given for it, at most `room`, of
 * which so much was counted before. */
static void take_off(struct family *f, const struct family_process *gone,
		     uint64_t given[][FAMILY_N], uint64_t added[FAMILY_N])
{
	struct family_process *heir = member_of(f, gone->says.parent);

	for (int steps = 0; heir && !heir->there && steps < FAMILY_MAX; steps++)
		heir = member_of(f, heir->says.parent);
	for (int c = 0; heir && c < FAMILY_N; c++) {
		uint64_t *room = &given[heir - f->member][c];
		uint64_t seen = gone->says.own[c] + gone->says.waited[c];
		uint64_t off = seen < *room ? seen : *room;

		*room -= off;
		added[c] -= off < added[c] ? off : added[c];
	}
}

static void forget_gone(struct family *f)
{
	int kept = 0;

	for (int i = 0; i < f->n; i++)
		if (f->member[i].there)
			f->member[kept++] = f->member[i];
	f->n = kept;
}

/* One that is there: what it did since, and what it was given for others. */
static void take_one(struct family_process *m, const struct family_says *says,
		     uint64_t given[FAMILY_N], uint64_t added[FAMILY_N])
{
	for (int c = 0; c < FAMILY_N; c++) {
		uint64_t own = rise(m->says.own[c], says->own[c]);
		uint64_t waited = rise(m->says.waited[c], says->waited[c]);

		added[c] += own + waited;
		given[c] = c == FAMILY_IO_CALLS ? own : waited;
	}
	m->says = *says;
	m->there = true;
}

void family_take(struct family *f, const pid_t *pids, const struct family_says *says,
		 int n)
{
	static const struct family_says nothing;
	uint64_t given[FAMILY_MAX][FAMILY_N], added[FAMILY_N] = {0};

	memset(given, 0, sizeof(given));
	for (int i = 0; i < f->n; i++)
		f->member[i].there = false;
	for (int i = 0; i < n; i++) {
		struct family_process *m = member_of(f, pids[i]);

		/* The number may have come to another process meanwhile. */
		if (m && m->says.start != says[i].start)
			m->says = nothing;
		if (!m && f->n < FAMILY_MAX) {
			m = &f->member[f->n++];
			*m = (struct family_process){.pid = pids[i]};
		}
		if (m)
			take_one(m, &says[i], given[m - f->member], added);
	}
	for (int i = 0; i < f->n; i++)
		if (!f->member[i].there)
			take_off(f, &f->member[i], given, added);
	forget_gone(f);
	for (int c = 0; c < FAMILY_N; c++)
		f->total[c] += added[c];
}

/* Those who left the tree (their parent has ended) are followed still. */
static int list(const struct family *f, pid_t *pids)
{
	int n = program_processes(f->root, pids, FAMILY_MAX);

	for (int i = 0; i < f->n && n < FAMILY_MAX; i++) {
		bool listed = false;

		for (int k = 0; k < n && !listed; k++)
			listed = pids[k] == f->member[i].pid;
		if (!listed)
			pids[n++] = f->member[i].pid;
	}
	return n;
}

int family_look(struct family *f)
{
	struct family_says says[FAMILY_MAX];
	pid_t pids[FAMILY_MAX];
	int n = list(f, pids), kept = 0;

	for (int i = 0; i < n; i++) {
		struct family_process *m = member_of(f, pids[i]);

		if (family_read(pids[i], f->io, &says[kept]) ||
		    (m && i > 0 && m->says.start != says[kept].start))
			continue;
		pids[kept++] = pids[i];
	}
	if (!kept || pids[0] != f->root || says[0].start != f->root_start)
		return -ESRCH;
	family_take(f, pids, says, kept);
	return family_has_ended(&says[0]) ? -ESRCH : 0;
}

int family_begin(struct family *f, pid_t root, bool io)
{
	struct family_says says;

	memset(f, 0, sizeof(*f));
	if (family_read(root, false, &says) || family_has_ended(&says))
		return -ESRCH;
	f->root = root;
	f->root_start = says.start;
	f->io = io;
	f->member = calloc(FAMILY_MAX, sizeof(*f->member));
	if (!f->member)
		return -ENOMEM;
	int err = family_look(f);

	/* What they did before is nobody's business. */
	memset(f->total, 0, sizeof(f->total));
	if (err)
		family_end(f);
	return err;
}

void family_end(struct family *f)
{
	free(f->member);
	f->member = NULL;
	f->n = 0;
}
