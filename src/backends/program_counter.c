/* SPDX-License-Identifier: MIT */
/*
 * Instructions are counted in user space only, on every thread there is, and on those
 * that come later: what the kernel executes while it flushes is no progress. The others
 * are read from /proc, from outside.
 */
#include "backends/program_counter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/workloads/program.h"

const char *program_counter_name(enum program_counter_kind kind)
{
	static const char *const names[PROGRAM_COUNTERS] = {
		[PROGRAM_INSTRUCTIONS] = "instructions",
		[PROGRAM_MINOR_FAULTS] = "minor_faults",
		[PROGRAM_SWITCHES] = "switches",
		[PROGRAM_IO_CALLS] = "io_calls",
		[PROGRAM_FILE] = "file",
	};

	return kind < PROGRAM_COUNTERS ? names[kind] : NULL;
}

static int open_thread(struct program_counter *c, pid_t tid,
		       const struct perf_opener *perf)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.read_format =
			PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	int fd = perf->open(perf->self, &attr, tid, -1, -1, NULL);

	/* A process that is no descendant is for its owner to count, not for the
	 * guardian. */
	if (fd < 0 && perf != &perf_opener_direct)
		fd = perf_opener_direct.open(NULL, &attr, tid, -1, -1, NULL);
	if (fd < 0)
		return fd;
	c->fd[c->n_fds++] = fd;
	return 0;
}

static int open_threads(struct program_counter *c, pid_t pid,
			const struct perf_opener *perf)
{
	pid_t tids[PROGRAM_COUNTER_THREADS];
	int n = program_threads(pid, tids, PROGRAM_COUNTER_THREADS), err = 0;

	for (int i = 0; i < n && !err; i++) {
		err = open_thread(c, tids[i], perf);
		if (err == -ESRCH) /* it has just ended */
			err = 0;
	}
	return c->n_fds || err ? err : -ESRCH;
}

int program_counter_open(struct program_counter *c, enum program_counter_kind kind,
			 pid_t pid, const char *path, const struct perf_opener *perf,
			 struct error *error)
{
	static const unsigned int wanted[PROGRAM_COUNTERS] = {
		[PROGRAM_MINOR_FAULTS] = WATCH_COUNTERS,
		[PROGRAM_SWITCHES] = WATCH_COUNTERS | WATCH_SWITCHES,
		[PROGRAM_IO_CALLS] = WATCH_COUNTERS | WATCH_IO,
	};
	double value;
	int err;

	*c = (struct program_counter){.kind = kind, .path = path};
	err = watch_begin(&c->watch, pid, wanted[kind]);
	if (err)
		return error_setf(error, ERROR_INPUT, -err, "--attach",
				  "name a running process that you may watch",
				  "there is no process %d, or it is not shown to you",
				  (int)pid);
	if (kind == PROGRAM_INSTRUCTIONS) {
		err = open_threads(c, pid, perf);
		if (err)
			err = error_setf(
				error, ERROR_MACHINE, -err, "--attach",
				"choose what else shows its progress: --counter "
				"minor_faults, switches, io_calls or file:PATH",
				"its instructions cannot be counted (%s)",
				err == -ENOENT || err == -EOPNOTSUPP
					? "this machine has no hardware PMU"
					: strerror(-err));
	} else {
		err = program_counter_read(c, &value);
		if (err)
			err = error_setf(error, ERROR_INPUT, -err, "--counter",
					 "let the program write one number into it",
					 "%s holds no number (%s)",
					 path ? path : program_counter_name(kind),
					 strerror(-err));
	}
	if (err)
		program_counter_close(c);
	return err;
}

static int read_instructions(const struct program_counter *c, double *value)
{
	*value = 0;
	for (int i = 0; i < c->n_fds; i++) {
		uint64_t image[3]; /* count, enabled, running */

		if (read(c->fd[i], image, sizeof(image)) != sizeof(image))
			return -EIO;
		if (image[2])
			*value +=
				(double)image[0] * (double)image[1] / (double)image[2];
	}
	return 0;
}

static int read_file(const struct program_counter *c, double *value)
{
	char text[64];
	int err = file_read_text(NULL, c->path, text, sizeof(text));

	return err ? err : text_to_double(text_trim(text), value);
}

int program_counter_read(struct program_counter *c, double *value)
{
	int err;

	if (c->kind == PROGRAM_INSTRUCTIONS || c->kind == PROGRAM_FILE) {
		struct family_says says;

		/* One that is dead but not waited for counts no more either. */
		if (family_read(c->watch.pid, false, &says) || family_has_ended(&says))
			return -ESRCH;
		return c->kind == PROGRAM_FILE ? read_file(c, value)
					       : read_instructions(c, value);
	}
	err = watch_look(&c->watch);
	*value = (double)(c->kind == PROGRAM_MINOR_FAULTS ? c->watch.minor_faults
			  : c->kind == PROGRAM_IO_CALLS	  ? c->watch.io_calls
							  : c->watch.switches);
	return err;
}

void program_counter_close(struct program_counter *c)
{
	watch_end(&c->watch);
	while (c->n_fds > 0)
		close(c->fd[--c->n_fds]);
}
