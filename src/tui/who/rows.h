/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_WHO_ROWS_H
#define TLBLAB_SRC_TUI_WHO_ROWS_H

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
};

struct who_rows {
	struct who_row *row; /* owned */
	int n, cap;
	long n_hidden; /* by the filter */
};

/* What of the sums is shown, and in what order. */
struct who_choice {
	enum who_page page;
	int pid;	  /* 0: everybody */
	bool since_start; /* or the last interval */
	bool threads;	  /* a row each; otherwise one a process */
	bool tree;	  /* threads under their processes */
	int sort;	  /* column */
	bool ascending;
	const char *filter; /* part of a name, a number or a cause; "" all */
};

/* 0 or -ENOMEM, with as many rows as there was room for. */
int who_rows_make(struct who_rows *rows, const struct who_watch *watch,
		  const struct who_choice *choice);
void who_rows_free(struct who_rows *rows);
/* The name of a process, by any of its tasks that were seen; "" when none was. */
const char *who_process_name(const struct who *w, int pid);

#endif
