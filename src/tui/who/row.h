/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_WHO_ROW_H
#define TLBLAB_SRC_TUI_WHO_ROW_H

#include "tlblab/trace/who_rates.h"

enum who_page {
	WHO_INITIATORS,
	WHO_CAUSES,
	WHO_VICTIMS,
	WHO_CPUS,
	WHO_MATRIX,
	WHO_DURATIONS,
	WHO_PAGES
};

/* One line of a table: a thread, a process, a cause or a CPU. */
struct who_row {
	int task;      /* of who_task_at; -1: a process summed up, or no task */
	int pid, tid;  /* tid 0: a process; of a CPU: who ran there, and its number */
	int n_threads; /* of a process */
	enum cause cause; /* the main one */
	bool last_child;  /* of its process, in a tree */
	int depth;
	char name[40];
	char by[40]; /* whose flushes hit it most */
	struct who_rates rates;
	/* Of its flushes that asked other CPUs, since the start; NaN without any. */
	double flush_p50_ns, flush_p99_ns;
};

#endif
