/* SPDX-License-Identifier: MIT */
/* From the sums to the lines of a table: chosen, summed up by process, put in order. */
#include "tui/who/rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/who/columns.h"

/* What the rows are made from, and a process being summed up. */
struct maker {
	struct who_rows *rows;
	const struct who_watch *watch;
	const struct who *who;
	const struct who_choice *choice;
	double elapsed_s;
};

struct process {
	int pid, n_threads;
	struct who_counts counts, by_cause[CAUSE_N];
};

static const struct who_counts *chosen(const struct maker *m, const struct who_tally *t)
{
	return m->choice->since_start ? &t->all : &t->last;
}

static void counts_add(struct who_counts *to, const struct who_counts *from)
{
	to->sent += from->sent;
	to->local += from->local;
	to->full += from->full;
	to->pages += from->pages;
	to->told += from->told;
	to->flush_ns += from->flush_ns;
	to->received += from->received;
	to->disturbed_ns += from->disturbed_ns;
}

static struct who_row *row_add(struct maker *m)
{
	struct who_rows *rows = m->rows;

	if (rows->n == rows->cap) {
		int cap = rows->cap ? rows->cap * 2 : 64;
		struct who_row *more = realloc(rows->row, (size_t)cap * sizeof(*more));

		if (!more)
			return NULL;
		rows->row = more;
		rows->cap = cap;
	}
	rows->row[rows->n] =
		(struct who_row){.task = -1, .flush_p50_ns = NAN, .flush_p99_ns = NAN};
	return &rows->row[rows->n++];
}

const char *who_process_name(const struct who *w, int pid)
{
	const char *any = "";

	if (pid == 0)
		return "idle";
	for (int i = 1; i < who_n_tasks(w); i++) {
		const struct who_task *t = who_task_at(w, i);

		if (t->pid != pid || !*t->comm)
			continue;
		if (t->tid == pid)
			return t->comm;
		any = t->comm;
	}
	return any;
}

static bool contains(const char *text, const char *part)
{
	return strcasestr(text, part) != NULL;
}

static bool row_passes(const struct maker *m, const struct who_row *r)
{
	const char *filter = m->choice->filter;
	char number[32] = "";

	if (!filter || !*filter)
		return true;
	text_append(number, sizeof(number), "%d %d", r->pid, r->tid);
	return contains(r->name, filter) || contains(number, filter) ||
	       contains(cause_table[r->cause].title, filter) || contains(r->by, filter);
}

void who_row_durations(const struct who *w, const struct who_row *r,
		       struct who_durations *out)
{
	memset(out, 0, sizeof(*out));
	for (int i = 0; i < who_n_tasks(w); i++) {
		const struct who_durations *d = who_task_durations(w, i);

		if (d &&
		    (r->task < 0 ? who_task_at(w, i)->pid == r->pid : i == r->task))
			who_durations_merge(out, d);
	}
}

static void add_durations(const struct maker *m, struct who_row *r)
{
	struct who_durations d;

	if (m->choice->page != WHO_INITIATORS)
		return;
	who_row_durations(m->who, r, &d);
	r->flush_p50_ns = hist_view_quantile(&d.all, 0.5);
	r->flush_p99_ns = hist_view_quantile(&d.all, 0.99);
}

/* Takes it back when the filter hides it. */
static void row_done(struct maker *m, struct who_row *r)
{
	if (row_passes(m, r))
		return;
	m->rows->n--;
	m->rows->n_hidden++;
}

static void hit_mostly_by(const struct maker *m, struct who_row *r)
{
	double most = 0;

	for (int i = 0; i < who_n_pairs(m->who); i++) {
		const struct who_pair *p = who_pair_at(m->who, i);

		if (p->to_pid != r->pid || p->count <= most)
			continue;
		most = p->count;
		text_copy(r->by, sizeof(r->by), who_process_name(m->who, p->from_pid));
		text_append(r->by, sizeof(r->by), " (%d)", p->from_pid);
	}
}

static bool counts_matter(const struct maker *m, const struct who_counts *c)
{
	return m->choice->page == WHO_VICTIMS ? c->received > 0 : who_flushes(c) > 0;
}

static void add_task(struct maker *m, int i, int depth)
{
	const struct who_task *t = who_task_at(m->who, i);
	const struct who_counts *c = chosen(m, &t->tally);
	struct who_row *r = counts_matter(m, c) ? row_add(m) : NULL;

	if (!r)
		return;
	r->task = i;
	r->pid = t->pid;
	r->tid = t->tid;
	r->depth = depth;
	r->cause = who_main_cause(t->by_cause);
	text_copy(r->name, sizeof(r->name),
		  i == 0	? "(all others)"
		  : *t->comm	? t->comm
		  : t->tid == 0 ? "idle"
				: "?");
	if (t->ended && i)
		text_append(r->name, sizeof(r->name), " (ended)");
	r->rates = who_rates(m->watch, c, m->elapsed_s);
	if (m->choice->page == WHO_VICTIMS)
		hit_mostly_by(m, r);
	add_durations(m, r);
	row_done(m, r);
}

static struct process process_of(const struct maker *m, int pid)
{
	struct process p = {.pid = pid};

	for (int i = 1; i < who_n_tasks(m->who); i++) {
		const struct who_task *t = who_task_at(m->who, i);

		if (t->pid != pid)
			continue;
		p.n_threads++;
		counts_add(&p.counts, chosen(m, &t->tally));
		for (int k = 0; k < CAUSE_N; k++)
			counts_add(&p.by_cause[k], &t->by_cause[k]);
	}
	return p;
}

static void add_process(struct maker *m, int pid)
{
	struct process p = process_of(m, pid);
	struct who_row *r = counts_matter(m, &p.counts) ? row_add(m) : NULL;

	if (!r)
		return;
	r->pid = pid;
	r->n_threads = p.n_threads;
	r->cause = who_main_cause(p.by_cause);
	text_copy(r->name, sizeof(r->name), who_process_name(m->who, pid));
	if (!*r->name)
		text_copy(r->name, sizeof(r->name), "?");
	r->rates = who_rates(m->watch, &p.counts, m->elapsed_s);
	if (m->choice->page == WHO_VICTIMS)
		hit_mostly_by(m, r);
	add_durations(m, r);
	row_done(m, r);
}

static bool is_first_of_process(const struct who *w, int i)
{
	for (int k = 1; k < i; k++)
		if (who_task_at(w, k)->pid == who_task_at(w, i)->pid)
			return false;
	return true;
}

static void add_tasks(struct maker *m)
{
	bool processes = m->choice->tree || !m->choice->threads;

	for (int i = 0; i < who_n_tasks(m->who); i++) {
		const struct who_task *t = who_task_at(m->who, i);

		if (i && m->choice->pid && t->pid != m->choice->pid &&
		    m->choice->page == WHO_INITIATORS)
			continue;
		if (!processes || i == 0)
			add_task(m, i, 0);
		else if (is_first_of_process(m->who, i))
			add_process(m, t->pid);
	}
}

static void add_causes(struct maker *m)
{
	for (int i = 0; i < CAUSE_N; i++) {
		const struct who_counts *c =
			chosen(m, &who_cause_at(m->who, (enum cause)i)->tally);
		struct who_row *r = counts_matter(m, c) ? row_add(m) : NULL;

		if (!r)
			continue;
		r->cause = (enum cause)i;
		r->rates = who_rates(m->watch, c, m->elapsed_s);
		row_done(m, r);
	}
}

static void add_cpus(struct maker *m)
{
	for (int i = 0; i < who_n_cpus(m->who); i++) {
		const struct who_cpu *cpu = who_cpu_at(m->who, i);
		struct who_row *r = cpu->tally.all.received > 0 ? row_add(m) : NULL;

		if (!r)
			continue;
		r->pid = cpu->last_pid;
		r->tid = i;
		text_copy(r->name, sizeof(r->name),
			  who_process_name(m->who, cpu->last_pid));
		r->rates = who_rates(m->watch, chosen(m, &cpu->tally), m->elapsed_s);
		row_done(m, r);
	}
}

/* qsort has no word for the order: it is set for the time of one call. */
static struct {
	const struct who_column *column;
	bool ascending;
} order;

static int by_column(const void *a, const void *b)
{
	const struct who_row *x = a, *y = b;
	char left[WHO_CELL], right[WHO_CELL];
	int sign;

	if (order.column->text) {
		sign = strcasecmp(order.column->text(x, left, sizeof(left)),
				  order.column->text(y, right, sizeof(right)));
	} else {
		double one = order.column->value(x), two = order.column->value(y);

		/* What is unknown stands last, whatever the order. */
		if (isnan(one) || isnan(two))
			return isnan(one) - isnan(two);
		sign = (one > two) - (one < two);
	}
	if (!sign)
		return x->tid != y->tid ? x->tid - y->tid : x->pid - y->pid;
	return order.ascending ? sign : -sign;
}

static void rows_sort(struct who_row *row, int n, const struct who_choice *choice)
{
	int n_columns;
	const struct who_column *columns = who_columns(choice->page, &n_columns);

	if (choice->sort >= n_columns || n < 2)
		return;
	order.column = &columns[choice->sort];
	order.ascending = choice->ascending;
	qsort(row, (size_t)n, sizeof(*row), by_column);
}

/* Under each process its threads, in the same order. */
static int rows_tree(struct maker *m)
{
	struct who_rows flat = *m->rows;
	int err = 0;

	*m->rows = (struct who_rows){.n_hidden = flat.n_hidden};
	for (int i = 0; i < flat.n && !err; i++) {
		struct who_row *r = row_add(m);
		int begin = m->rows->n;

		if (!r) {
			err = -ENOMEM;
			break;
		}
		*r = flat.row[i];
		if (r->n_threads < 2)
			continue;
		for (int k = 1; k < who_n_tasks(m->who); k++)
			if (who_task_at(m->who, k)->pid == flat.row[i].pid)
				add_task(m, k, 1);
		rows_sort(&m->rows->row[begin], m->rows->n - begin, m->choice);
		if (m->rows->n > begin)
			m->rows->row[m->rows->n - 1].last_child = true;
	}
	free(flat.row);
	return err;
}

int who_rows_make(struct who_rows *rows, const struct who_watch *watch,
		  const struct who_choice *choice)
{
	struct maker m = {rows, watch, who_watch_who(watch), choice, 0};

	rows->n = 0;
	rows->n_hidden = 0;
	m.elapsed_s = who_elapsed_s(m.who, !choice->since_start);
	if (!(m.elapsed_s > 0))
		return 0;
	switch (choice->page) {
	case WHO_INITIATORS:
	case WHO_VICTIMS: add_tasks(&m); break;
	case WHO_CAUSES: add_causes(&m); break;
	case WHO_CPUS: add_cpus(&m); break;
	default: return 0;
	}
	rows_sort(rows->row, rows->n, choice);
	if (choice->tree &&
	    (choice->page == WHO_INITIATORS || choice->page == WHO_VICTIMS))
		return rows_tree(&m);
	return 0;
}

void who_rows_free(struct who_rows *rows)
{
	free(rows->row);
	*rows = (struct who_rows){0};
}
