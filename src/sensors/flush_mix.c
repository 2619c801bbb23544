/* SPDX-License-Identifier: MIT */
/*
 * One counter for each bucket, thread and view: a flush shows on the initiator's own
 * CPU and as sent to others, and either view may miss some (see flush_filter.h); of
 * each thread the view that saw more is taken. Counters are inherited by threads to
 * come.
 */
#include "tlblab/sensors/flush_mix.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/flush_tracepoint.h"
#include "sensors/perf_reason.h"

enum {
	TRACED_THREADS = 24,
	COLUMNS = FLUSH_MIX_BUCKETS + 1, /* the last: everything */
	VIEWS = 2,
};

const struct flush_mix_bucket flush_mix_bucket[FLUSH_MIX_BUCKETS] = {
	{1, 1},	  {2, 2},   {3, 4},   {5, 8},	 {9, 12},    {13, 16},
	{17, 24}, {25, 33}, {34, 64}, {65, 128}, {129, 512}, {513, 1 << 20},
};

struct flush_mix {
	int threads, traced;
	int fd[TRACED_THREADS][VIEWS][COLUMNS];
};

static void filter_text(int view, int column, char *buf, size_t bytes)
{
	/* As flush_filter.c has them. */
	static const char *const reason[VIEWS] = {"reason >= 2 && reason <= 3",
						  "reason == 4"};

	if (column == FLUSH_MIX_BUCKETS)
		snprintf(buf, bytes, "%s && pages == 18446744073709551615",
			 reason[view]);
	else
		snprintf(buf, bytes, "%s && pages >= %d && pages <= %d", reason[view],
			 flush_mix_bucket[column].low, flush_mix_bucket[column].high);
}

static int open_one(const struct perf_opener *perf, uint64_t tracepoint, pid_t tid,
		    const char *filter)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = tracepoint,
		.inherit = 1,
	};
	int fd = perf->open(perf->self, &attr, tid, -1, -1, filter);

	/* Somebody else's: for whoever may, not for the guardian. */
	if (fd < 0 && perf != &perf_opener_direct)
		fd = perf_opener_direct.open(NULL, &attr, tid, -1, -1, filter);
	return fd;
}

static int open_thread(struct flush_mix *m, const struct perf_opener *perf,
		       uint64_t tracepoint, pid_t tid)
{
	int(*fds)[COLUMNS] = m->fd[m->traced];
	char filter[96];

	memset(fds, 0xff, sizeof(m->fd[0]));
	m->traced++;
	for (int v = 0; v < VIEWS; v++)
		for (int c = 0; c < COLUMNS; c++) {
			filter_text(v, c, filter, sizeof(filter));
			fds[v][c] = open_one(perf, tracepoint, tid, filter);
			if (fds[v][c] < 0)
				return fds[v][c];
		}
	return 0;
}

static int open_threads(struct flush_mix *m, pid_t pid, const struct perf_opener *perf,
			uint64_t tracepoint)
{
	char path[64];
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);

	if (!tasks)
		return -ESRCH;
	for (struct dirent *d; (d = readdir(tasks)) && !err;) {
		if (d->d_name[0] == '.')
			continue;
		m->threads++;
		if (m->traced < TRACED_THREADS)
			err = open_thread(m, perf, tracepoint, atoi(d->d_name));
	}
	closedir(tasks);
	return err;
}

static int say_refused(int err, pid_t pid, const char *root, struct error *error)
{
	const struct perf_circumstances c = {
		.err = err,
		.paranoid = perf_paranoid_read(root),
		.root = geteuid() == 0,
	};
	char why[200];

	if (err == -ESRCH)
		return error_setf(error, ERROR_INPUT, ESRCH, "--attach",
				  "name a running process that you may watch",
				  "there is no process %d, or it is not shown to you",
				  (int)pid);
	return error_set(error, ERROR_MACHINE, -err, "recording its flushes",
			 perf_reason(&c, why, sizeof(why)),
			 "give the mix by hand with --mix");
}

int flush_mix_open(struct flush_mix **out, pid_t pid, const struct perf_opener *perf,
		   const char *root, struct error *error)
{
	struct flush_mix *m = calloc(1, sizeof(*m));
	uint64_t tracepoint;
	int err;

	if (!m)
		return error_set(error, ERROR_MACHINE, ENOMEM, "recording its flushes",
				 "out of memory", "close other programs");
	err = flush_tracepoint_id(perf, root, &tracepoint);
	if (err) {
		free(m);
		return error_set(error, ERROR_MACHINE, -err, "recording its flushes",
				 flush_tracepoint_reason(err),
				 "give the mix by hand with --mix");
	}
	err = open_threads(m, pid, perf, tracepoint);
	if (err) {
		flush_mix_close(m);
		return say_refused(err, pid, root, error);
	}
	*out = m;
	return 0;
}

static int read_view(const int *fds, uint64_t *counts, uint64_t *total)
{
	*total = 0;
	for (int c = 0; c < COLUMNS; c++) {
		if (read(fds[c], &counts[c], sizeof(counts[c])) != sizeof(counts[c]))
			return -EIO;
		*total += counts[c];
	}
	return 0;
}

int flush_mix_read(const struct flush_mix *m, struct flush_mix_counts *out)
{
	*out = (struct flush_mix_counts){.threads = m->threads, .traced = m->traced};
	for (int t = 0; t < m->traced; t++) {
		uint64_t counts[VIEWS][COLUMNS], total[VIEWS];

		for (int v = 0; v < VIEWS; v++)
			if (read_view(m->fd[t][v], counts[v], &total[v]))
				return -EIO;
		const uint64_t *better = counts[total[1] > total[0]];

		for (int b = 0; b < FLUSH_MIX_BUCKETS; b++)
			out->bucket[b] += better[b];
		out->whole += better[FLUSH_MIX_BUCKETS];
	}
	return 0;
}

void flush_mix_close(struct flush_mix *m)
{
	if (!m)
		return;
	for (int t = 0; t < m->traced; t++)
		for (int v = 0; v < VIEWS; v++)
			for (int c = 0; c < COLUMNS; c++)
				if (m->fd[t][v][c] >= 0)
					close(m->fd[t][v][c]);
	free(m);
}
