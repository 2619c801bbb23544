/* SPDX-License-Identifier: MIT */
/* `who` for people: who flushes, why, whom it reaches, how long, and what would stop
 * it. */
#include <math.h>
#include <stdlib.h>

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
		char a[CELL], b[CELL], c[CELL], d[CELL], e[CELL], f[CELL];

		fprintf(out, "%-16s %8d %10s %9s %7s %7s %9s %9s  %s\n",
			order[i] ? t->comm : "(others)", t->tid,
			rate(a, r.flushes_per_s), rate(b, r.told_per_s),
			pct(c, r.full_pct), rate(d, r.pages_per_flush),
			pct(e, r.flushing_pct), text_quantity(f, CELL, p50, "ns"),
			cause_table[who_main_cause(t->by_cause)].title);
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
		char a[CELL], b[CELL], d[CELL];

		if (who_flushes(c) < all / 1000 || who_flushes(c) <= 0)
			continue;
		fprintf(out, "%-32s %10s %9s %7s\n", cause_table[i].title,
			rate(a, r.flushes_per_s), rate(b, r.told_per_s),
			pct(d, 100 * who_flushes(c) / all));
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
		char a[CELL], b[CELL];

		fprintf(out, "%-17s %8d %11s %10s\n", order[i] ? t->comm : "(others)",
			t->tid, rate(a, r.received_per_s), pct(b, r.disturbed_pct));
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
