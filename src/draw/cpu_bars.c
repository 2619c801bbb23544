/* SPDX-License-Identifier: MIT */
/*
 * Bars: every CPU its row while there is room; else those in use, and one row for all
 * others; else groups. Groups are neighbouring CPU numbers and always a power of two of
 * them, so that they are the same on every screen and a group never straddles a round
 * number.
 */
#include "tlblab/draw/cpu_bars.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { RATE_COLUMNS = 8, OTHERS_COLUMNS = 6, CELL_COLUMNS = 3, BAR_ROWS_MAX = 64 };

int cpu_bars_group(int n_cpus, int rows)
{
	int group = 1;

	while (rows > 0 && (n_cpus + group - 1) / group > rows)
		group *= 2;
	return group;
}

static double group_rate(const struct cpu_rates *k, int first, int group)
{
	double sum = 0;

	for (int i = first; i < first + group && i < k->n_cpus; i++)
		sum += (double)k->counts[i];
	return k->elapsed_s > 0 ? sum / k->elapsed_s : 0;
}

static double top_rate(const struct cpu_rates *k, int group)
{
	double top = 0;

	for (int i = 0; i < k->n_cpus; i += group)
		top = fmax(top, group_rate(k, i, group));
	return top > 0 ? top : 1;
}

/* Whose CPU the i-th is; -1: nobody's. A program's come after workers and victims. */
static int slot_cpu(const struct cpu_rates *k, int i)
{
	int members = k->cpus ? k->n_workers + k->n_victims : 0;

	if (i >= members)
		return cpumask_has(k->program, i - members) ? i - members : -1;
	return k->program && i < k->n_workers ? -1 : k->cpus[i];
}

static int slots(const struct cpu_rates *k)
{
	return (k->cpus ? k->n_workers + k->n_victims : 0) +
	       (k->program ? k->n_cpus : 0);
}

/* Who sits on CPUs first to first + group - 1: the initiator counts first. */
static enum role group_role(const struct cpu_rates *k, int first, int group)
{
	enum role role = ROLE_DIM;

	for (int i = 0; i < slots(k); i++) {
		int cpu = slot_cpu(k, i);

		if (cpu < first || cpu >= first + group)
			continue;
		if (i < k->n_workers || i >= k->n_workers + k->n_victims)
			return ROLE_INITIATOR;
		role = ROLE_VICTIM;
	}
	return role;
}

/* The CPUs that carry a thread, ascending, each once; -1 when they are more than max.
 */
static int used_cpus(const struct cpu_rates *k, int *out, int max)
{
	int n = 0;

	for (int i = 0; i < slots(k); i++) {
		int cpu = slot_cpu(k, i), at = 0;

		if (cpu < 0 || cpu >= k->n_cpus)
			continue;
		while (at < n && out[at] < cpu)
			at++;
		if (at < n && out[at] == cpu)
			continue;
		if (n == max)
			return -1;
		for (int m = n++; m > at; m--)
			out[m] = out[m - 1];
		out[at] = cpu;
	}
	return n;
}

struct bar {
	char label[32];
	double rate;
	enum role role;
};

static void bar_row_draw(struct canvas *c, struct rect r, int label_w, double top,
			 const struct bar *bar)
{
	int bar_w = r.w - label_w - 1 - RATE_COLUMNS;
	int eighths = (int)lround(bar->rate / top * bar_w * 8);
	char text[32];

	canvas_text_right(c, r.x + label_w, r.y, label_w, bar->role, bar->label);
	if (bar->rate > 0 && eighths == 0)
		eighths = 1;
	for (int x = 0; x < bar_w && eighths > 0; x++, eighths -= 8)
		canvas_put(c, r.x + label_w + 1 + x, r.y,
			   bar->role == ROLE_DIM ? ROLE_NORMAL : bar->role,
			   glyphs_bar_code(c->glyphs, eighths));
	text_quantity(text, sizeof(text), bar->rate, "");
	canvas_text_right(c, r.x + r.w, r.y, RATE_COLUMNS,
			  bar->rate > 0 ? ROLE_NORMAL : ROLE_DIM, text);
}

/* One row each for the CPUs in use, and one for all others together. */
static bool used_bars_draw(struct canvas *c, struct rect r, const struct cpu_rates *k)
{
	int used[BAR_ROWS_MAX];
	int n = used_cpus(k, used, r.h - 1 < BAR_ROWS_MAX ? r.h - 1 : BAR_ROWS_MAX);
	double top = 1, others = group_rate(k, 0, k->n_cpus);
	struct bar bar;

	if (n < 1)
		return false;
	for (int i = 0; i < n; i++) {
		others -= group_rate(k, used[i], 1);
		top = fmax(top, group_rate(k, used[i], 1));
	}
	others = others > 0.5 ? others : 0; /* what rounding left */
	top = fmax(top, others);
	r.h = 1;
	for (int i = 0; i < n; i++, r.y++) {
		bar.rate = group_rate(k, used[i], 1);
		bar.role = group_role(k, used[i], 1);
		snprintf(bar.label, sizeof(bar.label), "%d", used[i]);
		bar_row_draw(c, r, OTHERS_COLUMNS, top, &bar);
	}
	bar = (struct bar){"others", others, ROLE_DIM};
	bar_row_draw(c, r, OTHERS_COLUMNS, top, &bar);
	return true;
}

void cpu_bars_draw(struct canvas *c, struct rect r, const struct cpu_rates *k)
{
	int group = cpu_bars_group(k->n_cpus, r.h);
	int label_w = group == 1 ? 3 : k->n_cpus > 100 ? 7 : 5;
	double top = top_rate(k, group);
	struct rect old = canvas_clip(c, r);

	if (group > 1 && used_bars_draw(c, r, k)) {
		canvas_unclip(c, old);
		return;
	}
	r.h = 1;
	for (int i = 0; i < k->n_cpus; i += group, r.y++) {
		int last = i + group < k->n_cpus ? i + group - 1 : k->n_cpus - 1;
		struct bar bar = {.rate = group_rate(k, i, group),
				  .role = group_role(k, i, group)};

		if (last > i)
			snprintf(bar.label, sizeof(bar.label), "%d–%d", i, last);
		else
			snprintf(bar.label, sizeof(bar.label), "%d", i);
		bar_row_draw(c, r, label_w, top, &bar);
	}
	canvas_unclip(c, old);
}

void cpu_map_draw(struct canvas *c, struct rect r, const struct cpu_rates *k)
{
	struct rect old = canvas_clip(c, r);
	int cell_w =
		k->n_cpus * CELL_COLUMNS <= (r.w - 5) * (r.h - 1) ? CELL_COLUMNS : 1;
	int per_row = (r.w - 5) / cell_w;
	int group;

	if (per_row > 8) /* rows begin at round numbers */
		per_row -= per_row % (per_row > 16 ? 16 : 8);
	if (per_row < 1 || r.h < 2) {
		canvas_unclip(c, old);
		return;
	}
	group = cpu_bars_group(k->n_cpus, per_row * (r.h - 1));
	double top = top_rate(k, group);

	for (int i = 0, cell = 0; i < k->n_cpus; i += group, cell++) {
		int x = r.x + 5 + cell % per_row * cell_w, y = r.y + cell / per_row;
		double rate = group_rate(k, i, group);
		enum role role = group_role(k, i, group);
		int level = (int)ceil(rate / top * 8);

		if (cell % per_row == 0)
			canvas_textf(c, r.x, y, 5, ROLE_DIM, "%4d", i);
		if (level > 0)
			canvas_put(c, x, y, role == ROLE_DIM ? ROLE_NORMAL : role,
				   glyphs_level_code(c->glyphs, level));
		else if (cell_w > 1 || role == ROLE_DIM)
			canvas_put(c, x, y, ROLE_DIM, 0x00B7);
		if (role != ROLE_DIM && (cell_w > 1 || level == 0))
			canvas_put(c, x + (cell_w > 1), y, role,
				   role == ROLE_VICTIM ? 'v' : 'w');
	}
	canvas_textf(c, r.x, r.y + r.h - 1, r.w, ROLE_DIM,
		     group > 1 ? "w worker  v victim  %d CPUs a cell"
			       : "w worker  v victim",
		     group);
	canvas_unclip(c, old);
}
