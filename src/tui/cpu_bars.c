/* SPDX-License-Identifier: MIT */
/*
 * Groups are neighbouring CPU numbers and always a power of two of them, so that they
 * are the same on every screen and a group never straddles a round number.
 */
#include "tui/cpu_bars.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { RATE_COLUMNS = 8, CELL_COLUMNS = 3 };

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

/* Who sits on CPUs first to first + group - 1: the initiator counts first. */
static enum role group_role(const struct cpu_rates *k, int first, int group)
{
	enum role role = ROLE_DIM;

	for (int i = 0; k->cpus && i < k->n_workers + k->n_victims; i++) {
		if (k->cpus[i] < first || k->cpus[i] >= first + group)
			continue;
		if (i < k->n_workers)
			return ROLE_INITIATOR;
		role = ROLE_VICTIM;
	}
	return role;
}

void cpu_bars_draw(struct canvas *c, struct rect r, const struct cpu_rates *k)
{
	int group = cpu_bars_group(k->n_cpus, r.h);
	int label_w = group > 1 ? (k->n_cpus > 100 ? 7 : 5) : 3;
	int bar_w = r.w - label_w - 1 - RATE_COLUMNS;
	double top = top_rate(k, group);
	struct rect old = canvas_clip(c, r);
	char label[32], rate_text[32];

	for (int i = 0, y = r.y; i < k->n_cpus && bar_w > 0; i += group, y++) {
		double rate = group_rate(k, i, group);
		int last = i + group < k->n_cpus ? i + group - 1 : k->n_cpus - 1;
		int eighths = (int)lround(rate / top * bar_w * 8);
		enum role role = group_role(k, i, group);

		if (last > i)
			snprintf(label, sizeof(label), "%d–%d", i, last);
		else
			snprintf(label, sizeof(label), "%d", i);
		canvas_text_right(c, r.x + label_w, y, label_w,
				  role == ROLE_DIM ? ROLE_DIM : role, label);
		if (rate > 0 && eighths == 0)
			eighths = 1;
		for (int x = 0; eighths > 0; x++, eighths -= 8)
			canvas_put(c, r.x + label_w + 1 + x, y,
				   role == ROLE_DIM ? ROLE_NORMAL : role,
				   glyphs_bar_code(c->glyphs, eighths));
		text_quantity(rate_text, sizeof(rate_text), rate, "");
		canvas_text_right(c, r.x + r.w, y, RATE_COLUMNS, ROLE_NORMAL,
				  rate_text);
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
