/* SPDX-License-Identifier: MIT */
/* The figures of `who`: rates, order, and stacks in words. */
#include "commands/who/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct who_rates who_rates(const struct who_view *v, const struct who_counts *c,
			   double elapsed_s)
{
	const struct flush_source *source = who_watch_source(v->watch);
	bool durations = flush_source_durations(source)->available;
	bool requests = flush_source_requests(source)->available;
	double flushes = who_flushes(c), ranged = flushes - c->full;

	return (struct who_rates){
		.flushes_per_s = flushes / elapsed_s,
		.told_per_s = c->told / elapsed_s,
		.received_per_s = c->received / elapsed_s,
		.full_pct = flushes > 0 ? 100 * c->full / flushes : NAN,
		.pages_per_flush = ranged > 0 ? c->pages / ranged : NAN,
		.flushing_pct = durations ? c->flush_ns / elapsed_s * 1e-7 : NAN,
		.disturbed_pct = requests ? c->disturbed_ns / elapsed_s * 1e-7 : NAN,
	};
}

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

enum cause who_main_cause(const struct who_task *t)
{
	enum cause best = CAUSE_UNKNOWN;

	for (int i = 0; i < CAUSE_N; i++)
		if (who_flushes(&t->by_cause[i]) > who_flushes(&t->by_cause[best]))
			best = (enum cause)i;
	return best;
}
