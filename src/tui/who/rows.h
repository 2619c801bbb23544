/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_WHO_ROWS_H
#define TLBLAB_SRC_TUI_WHO_ROWS_H

#include "tui/who/row.h"

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
/* Durations of a row's flushes, its threads together; 0 flushes where none is known. */
void who_row_durations(const struct who *w, const struct who_row *r,
		       struct who_durations *out);
void who_rows_free(struct who_rows *rows);
/* The name of a process, by any of its tasks that were seen; "" when none was. */
const char *who_process_name(const struct who *w, int pid);

#endif
