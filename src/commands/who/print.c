/* SPDX-License-Identifier: MIT */
/* `who` for people: who flushes, why, whom it reaches, how long, and what would stop
 * it. */
#include <math.h>
#include <stdlib.h>

#include "commands/cells.h"
#include "commands/who/view.h"
#include "tlblab/base/text.h"

enum { ROWS_MAX = 15, CELL = 32 };

static const char *rate(char cell[CELL], double per_s)
{
	return text_quantity(cell, CELL, per_s, "");
}

static const char *pct(char cell[CELL], double value)
{
	return text_quantity(cell, CELL, value, "%");
}

static void print_head(FILE *out, const struct who_view *v)
{
	const struct who *w = who_watch_who(v->watch);
	struct flush_source_state s = flush_source_state(who_watch_source(v->watch));
	double elapsed_s = who_elapsed_s(w, false);
	struct who_rates r = who_rates(v->watch, &who_total(w)->all, elapsed_s);
	char a[CELL], b[CELL], c[CELL];

	fprintf(out,
		"%.1f s on %d CPUs: %s flushes per second, %s CPUs told per second, %s "
		"received per second\n",
		elapsed_s, v->machine->topology.n_online, rate(a, r.flushes_per_s),
		rate(b, r.told_per_s), rate(c, r.received_per_s));
	if (s.recorded_share < 0.999)
		fprintf(out,
			"recorded in slices, %.1f %% of the time, to keep the cost low; "
			"counts are scaled\n",
			s.recorded_share * 100);
	if (s.lost)
		fprintf(out, "%llu records were lost because a buffer was full\n",
			(unsigned long long)s.lost);
}

static void print_initiators(FILE *out, const struct who_view *v)
{
	const struct who *w = who_watch_who(v->watch);
	int n, *order = who_order(v, false, &n);

	fprintf(out, "\n%-16s %8s %10s %9s %7s %7s %9s %9s  %s\n", "INITIATOR", "TID",
		"FLUSHES/s", "TOLD/s", "FULL", "PAGES", "FLUSHING", "p50", "MOSTLY");
	for (int i = 0; order && i < n && i < ROWS_MAX; i++) {
		const struct who_task *t = who_task_at(w, order[i]);
		struct who_rates r =
			who_rates(v->watch, &t->tally.all, who_elapsed_s(w, false));
		const struct who_durations *length = who_task_durations(w, order[i]);
		double p50 = length ? hist_view_quantile(&length->all, 0.5) : NAN;
		char cell[CELL];

		cell_left(out, order[i] ? t->comm : "(others)", 16);
		fprintf(out, " %8d", t->tid);
		cell_right(out, rate(cell, r.flushes_per_s), 11);
		cell_right(out, rate(cell, r.told_per_s), 10);
		cell_right(out, pct(cell, r.full_pct), 8);
		cell_right(out, rate(cell, r.pages_per_flush), 8);
		cell_right(out, pct(cell, r.flushing_pct), 10);
		cell_right(out, text_quantity(cell, CELL, p50, "ns"), 10);
		fprintf(out, "  %s\n", cause_table[who_main_cause(t->by_cause)].title);
	}
	if (n > ROWS_MAX)
		fprintf(out, "%d more; --json has them all\n", n - ROWS_MAX);
	if (order && n == 0)
		fprintf(out, "no flush was seen\n");
	free(order);
}

static void print_causes(FILE *out, const struct who_view *v)
{
	const struct who *w = who_watch_who(v->watch);
	double elapsed_s = who_elapsed_s(w, false), all = 0;

	for (int i = 0; i < CAUSE_N; i++)
		all += who_flushes(&who_cause_at(w, (enum cause)i)->tally.all);
	fprintf(out, "\n%-32s %10s %9s %7s\n", "CAUSE", "FLUSHES/s", "TOLD/s", "SHARE");
	for (int i = 0; i < CAUSE_N; i++) {
		const struct who_counts *c = &who_cause_at(w, (enum cause)i)->tally.all;
		struct who_rates r = who_rates(v->watch, c, elapsed_s);
		char cell[CELL];

		if (who_flushes(c) < all / 1000 || who_flushes(c) <= 0)
			continue;
		cell_left(out, cause_table[i].title, 32);
		cell_right(out, rate(cell, r.flushes_per_s), 11);
		cell_right(out, rate(cell, r.told_per_s), 10);
		cell_right(out, pct(cell, 100 * who_flushes(c) / all), 8);
		fprintf(out, "\n");
	}
}

static void print_victims(FILE *out, const struct who_view *v)
{
	const struct who *w = who_watch_who(v->watch);
	int n, *order = who_order(v, true, &n);
	double elapsed_s = who_elapsed_s(w, false);

	fprintf(out, "\n%-16s %8s %11s %10s\n", "HIT WHILE RUNNING", "TID",
		"RECEIVED/s", "TIME LOST");
	for (int i = 0; order && i < n && i < ROWS_MAX; i++) {
		const struct who_task *t = who_task_at(w, order[i]);
		struct who_rates r = who_rates(v->watch, &t->tally.all, elapsed_s);
		char cell[CELL];

		cell_left(out, order[i] ? t->comm : "(others)", 17);
		fprintf(out, " %8d", t->tid);
		cell_right(out, rate(cell, r.received_per_s), 12);
		cell_right(out, pct(cell, r.disturbed_pct), 11);
		fprintf(out, "\n");
	}
	free(order);
}

/* Of what told the most CPUs: what would stop it. */
static void print_remedy(FILE *out, const struct who_view *v)
{
	const struct who *w = who_watch_who(v->watch);
	enum cause most = CAUSE_UNKNOWN;

	for (int i = 0; i < CAUSE_N; i++)
		if (who_cause_at(w, (enum cause)i)->tally.all.told >
		    who_cause_at(w, most)->tally.all.told)
			most = (enum cause)i;
	if (who_cause_at(w, most)->tally.all.told > 0)
		fprintf(out, "\nmost CPUs are told by %s. %s\n",
			cause_table[most].title, cause_table[most].remedy);
}

void who_print(FILE *out, const struct who_view *v)
{
	print_head(out, v);
	print_initiators(out, v);
	print_causes(out, v);
	print_victims(out, v);
	who_print_durations(out, v);
	print_remedy(out, v);
}
