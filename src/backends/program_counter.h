/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_PROGRAM_COUNTER_H
#define TLBLAB_SRC_BACKENDS_PROGRAM_COUNTER_H

#include "tlblab/backends/program_counter.h"
#include "tlblab/base/error.h"
#include "tlblab/base/perf.h"
#include "tlblab/workloads/watch.h"

/* How far a running process has come, as one number that rises. */
enum { PROGRAM_COUNTER_THREADS = 512 };

struct program_counter {
	enum program_counter_kind kind;
	struct watch watch;
	const char *path;
	int n_fds, fd[PROGRAM_COUNTER_THREADS]; /* instructions, by thread */
};

int program_counter_open(struct program_counter *c, enum program_counter_kind kind,
			 pid_t pid, const char *path, const struct perf_opener *perf,
			 struct error *error);
/* 0, -ESRCH when the process has ended, or another -errno. */
int program_counter_read(struct program_counter *c, double *value);
void program_counter_close(struct program_counter *c);

#endif
