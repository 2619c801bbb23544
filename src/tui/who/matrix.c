/* SPDX-License-Identifier: MIT */
/* Who hits whom: the processes that flush, and those that ran where it arrived. */
#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/heat_map.h"
#include "tui/who/who_screen.h"

enum { SIDE_MAX = 24, NAME_MIN_W = 12 };

struct side {
	int pid[SIDE_MAX], n;
	double count[SIDE_MAX];
	char label[SIDE_MAX][24];
};

struct matrix {
	struct side from, to;
	double count[SIDE_MAX][SIDE_MAX], all;
};

static double pair_sum(const struct who *w, int pid, bool from)
{
	double sum = 0;

	for (int i = 0; i < who_n_pairs(w); i++) {
		const struct who_pair *p = who_pair_at(w, i);

		if ((from ? p->from_pid : p->to_pid) == pid)
			sum += p->count;
	}
	return sum;
}

static bool side_has(const struct side *side, int pid)
{
	for (int i = 0; i < side->n; i++)
		if (side->pid[i] == pid)
			return true;
	return false;
}

/* The most first; those past `max` are left out. */
static void side_make(struct side *side, const struct who *w, bool from, int max)
{
	for (int i = 0; i < who_n_pairs(w); i++) {
		const struct who_pair *p = who_pair_at(w, i);
		int pid = from ? p->from_pid : p->to_pid, at;
		double sum;

		if (side_has(side, pid))
			continue;
		sum = pair_sum(w, pid, from);
		for (at = side->n; at > 0 && side->count[at - 1] < sum; at--)
			;
		if (at >= max)
			continue;
		side->n = side->n < max ? side->n + 1 : max;
		for (int k = side->n - 1; k > at; k--) {
			side->pid[k] = side->pid[k - 1];
			side->count[k] = side->count[k - 1];
		}
		side->pid[at] = pid;
		side->count[at] = sum;
	}
	for (int i = 0; i < side->n; i++) {
		const char *name = who_process_name(w, side->pid[i]);

		snprintf(side->label[i], sizeof(side->label[i]), "%.10s %d",
			 *name ? name : "?", side->pid[i]);
	}
}

static int side_find(const struct side *side, int pid)
{
	for (int i = 0; i < side->n; i++)
		if (side->pid[i] == pid)
			return i;
	return -1;
}

static void matrix_make(struct matrix *m, const struct who *w, int rows, int columns)
{
	*m = (struct matrix){.all = 0};
	side_make(&m->from, w, true, rows);
	side_make(&m->to, w, false, columns);
	for (int i = 0; i < who_n_pairs(w); i++) {
		const struct who_pair *p = who_pair_at(w, i);
		int from = side_find(&m->from, p->from_pid);
		int to = side_find(&m->to, p->to_pid);

		m->all += p->count;
		if (from >= 0 && to >= 0)
			m->count[from][to] += p->count;
	}
}

static double share(const void *self, int row, int column)
{
	const struct matrix *m = self;

	return 100 * m->count[row][column] / m->all;
}

static double no_interval(const void *self, int row, int column)
{
	(void)self, (void)row, (void)column;
	return NAN;
}

static const char *row_label(const void *self, int row, char *buf, size_t bytes)
{
	const struct matrix *m = self;

	snprintf(buf, bytes, "%s", m->from.label[row]);
	return buf;
}

static const char *column_label(const void *self, int column)
{
	return ((const struct matrix *)self)->to.label[column];
}

void who_matrix_draw(struct canvas *c, struct rect r, struct who_screen *s)
{
	static struct matrix m;
	int columns = (r.w - 24) / NAME_MIN_W, rows = SIDE_MAX;

	columns = columns > 8 ? 8 : columns;
	matrix_make(&m, who_watch_who(s->options->watch), rows, columns);
	if (!(m.all > 0)) {
		canvas_wrap(c, r, ROLE_DIM,
			    "No flush has reached another CPU yet, or this kernel does "
			    "not report where its requests arrive.");
		return;
	}
	canvas_text(c, r.x, r.y, r.w, ROLE_DIM,
		    "Per cent of all flushes received. Rows flush; columns ran on the "
		    "CPU that had to.");
	r.y++;
	r.h--;
	const struct heat_map map = {
		.rows = m.from.n,
		.columns = m.to.n,
		.value = share,
		.half_width = no_interval,
		.row_label = row_label,
		.column_label = column_label,
		.self = &m,
		.unit = "%",
		.mark_row = -1,
		.mark_column = -1,
	};

	s->scroll_max = heat_map_draw(c, r, &map, s->scroll);
}
