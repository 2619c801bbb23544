/* SPDX-License-Identifier: MIT */
/* What `who` shows, and in what order. */
#include "commands/who/view.h"

#include <stdlib.h>
#include <string.h>

bool who_wants(const struct who_view *v, const struct who_task *t)
{
	return !v->pid || t->pid == v->pid;
}

/* qsort has no word for whose tasks these are. */
struct ranked {
	int task;
	double by;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->by != y->by)
		return x->by > y->by ? -1 : 1;
	return x->task - y->task;
}

int *who_order(const struct who_view *v, bool by_received, int *n)
{
	const struct who *w = who_watch_who(v->watch);
	int all = who_n_tasks(w);
	struct ranked *ranked = calloc((size_t)all, sizeof(*ranked));
	int *order = calloc((size_t)all, sizeof(*order));

	*n = 0;
	if (ranked && order) {
		for (int i = 0; i < all; i++) {
			const struct who_task *t = who_task_at(w, i);
			const struct who_counts *c = &t->tally.all;
			double by = by_received ? c->received : who_flushes(c);

			if (by > 0 && (by_received || who_wants(v, t)))
				ranked[(*n)++] = (struct ranked){i, by};
		}
		qsort(ranked, (size_t)*n, sizeof(*ranked), by_rank);
		for (int i = 0; i < *n; i++)
			order[i] = ranked[i].task;
	} else {
		free(order);
		order = NULL;
	}
	free(ranked);
	return order;
}
