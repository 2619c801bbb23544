/* SPDX-License-Identifier: MIT */
/* One row in full: why it flushes, the kernel's way there, and what would stop it. */
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/panels/panels.h"
#include "tui/who/columns.h"
#include "tui/who/who_screen.h"

enum { STACKS_SHOWN = 3, CELL = 32, LABEL_W = 26, FIGURE_W = 10, FRAMES_SHOWN = 16 };

static void frames_write(struct scroller *p, const struct who_screen *s,
			 const struct stack *stack)
{
	const struct kernel_symbols *names = who_watch_symbols(s->options->watch);

	for (uint32_t i = 0; i < stack->n_kernel && i < FRAMES_SHOWN; i++) {
		const char *name = kernel_symbols_name(names, stack->frame[i], NULL);
		char address[CELL];

		snprintf(address, sizeof(address), "0x%llx",
			 (unsigned long long)stack->frame[i]);
		scroller_text(p, ROLE_NORMAL, 4, name ? name : address);
	}
}

/* The next most frequent stack of that cause after one that was met `below` times. */
static int next_stack(const struct who_screen *s, enum cause cause, double below,
		      int after)
{
	const struct who *w = who_watch_who(s->options->watch);
	const struct stack_table *t =
		flush_source_stacks(who_watch_source(s->options->watch));
	int best = -1;

	for (int i = 0; i < stack_table_count(t); i++) {
		double n = who_stack_count(w, i);

		if (stack_table_at(t, i)->cause != cause || !(n > 0) || n > below ||
		    (n == below && i <= after))
			continue;
		if (best < 0 || n > who_stack_count(w, best))
			best = i;
	}
	return best;
}

static void stacks_write(struct scroller *p, const struct who_screen *s,
			 enum cause cause)
{
	const struct who *w = who_watch_who(s->options->watch);
	const struct stack_table *t =
		flush_source_stacks(who_watch_source(s->options->watch));
	double below = 1e300;
	int after = -1;

	scroller_gap(p);
	scroller_text(p, ROLE_TITLE, 0,
		      "Kernel stacks of this cause, innermost function first");
	for (int i = 0; i < STACKS_SHOWN; i++) {
		char text[64] = "", cell[CELL];
		int stack = next_stack(s, cause, below, after);

		if (stack < 0) {
			if (!i)
				scroller_text(p, ROLE_DIM, 0,
					      "none was recorded: the kernel "
					      "reported no stack with them");
			return;
		}
		below = who_stack_count(w, stack);
		after = stack;
		text_append(text, sizeof(text), "%s flushes",
			    text_quantity(cell, sizeof(cell), below, ""));
		scroller_text(p, ROLE_ACCENT, 2, text);
		frames_write(p, s, stack_table_at(t, stack));
	}
}

static void causes_write(struct scroller *p, const struct who_task *t)
{
	double all = 0;

	for (int i = 0; i < CAUSE_N; i++)
		all += who_flushes(&t->by_cause[i]);
	scroller_gap(p);
	scroller_text(p, ROLE_TITLE, 0, "Its flushes by cause, since the start");
	for (int i = 0; i < CAUSE_N; i++) {
		double n = who_flushes(&t->by_cause[i]);
		char text[64] = "", count[CELL], part[CELL];

		if (!(n > 0))
			continue;
		text_append(text, sizeof(text), "%s  (%s)",
			    text_quantity(count, sizeof(count), n, ""),
			    text_quantity(part, sizeof(part), 100 * n / all, "%"));
		scroller_pair(p, ROLE_NORMAL, cause_table[i].title, LABEL_W,
			      ROLE_ACCENT, text);
	}
}

static void figures_write(struct scroller *p, const struct who_screen *s,
			  const struct who_row *row)
{
	int n;
	const struct who_column *k = who_columns(s->choice.page, &n);

	for (int i = 0; i < n; i++) {
		char buf[WHO_CELL], text[256] = "";
		const char *cell = who_column_cell(&k[i], row, buf);

		if (k[i].text)
			continue;
		text_append(text, sizeof(text), "%s%*s %s", cell,
			    FIGURE_W - utf8_text_columns(cell), "", k[i].help);
		scroller_pair(p, ROLE_KEY, k[i].head, LABEL_W, ROLE_NORMAL, text);
	}
}

static void path_write(struct scroller *p, const struct who_path *path, bool requests)
{
	char send[CELL], wait[CELL], answer[CELL], text[200] = "";

	if (!(path->n > 0))
		return;
	text_append(
		text, sizeof(text),
		requests ? "%s to send, %s until the last CPU began, %s until it was "
			   "done"
			 : "%s until sent, %s until the last answer, %s to return",
		text_quantity(send, CELL, path->send_ns / path->n, "ns"),
		text_quantity(wait, CELL, path->wait_ns / path->n, "ns"),
		text_quantity(answer, CELL, path->answer_ns / path->n, "ns"));
	scroller_pair(p, ROLE_KEY, "time line", LABEL_W, ROLE_NORMAL, text);
	scroller_pair(p, ROLE_KEY, "refill afterwards", LABEL_W, ROLE_DIM,
		      "makes no event; tlblab run estimates it per page");
}

static void durations_write(struct scroller *p, const struct who_screen *s,
			    const struct who_row *row)
{
	struct who_durations d;
	const struct flush_source *source = who_watch_source(s->options->watch);
	const struct availability *a = flush_source_durations(source);

	scroller_gap(p);
	scroller_text(p, ROLE_TITLE, 0,
		      "Length of its flushes of other CPUs, since the start");
	who_row_durations(who_watch_who(s->options->watch), row, &d);
	if (!d.all.total) {
		scroller_text(p, ROLE_DIM, 0,
			      a->available ? "none was seen from beginning to end"
					   : a->reason);
		return;
	}
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		char label[CELL] = "", text[64] = "", mean[CELL], n[CELL];
		int least, most;

		if (!(d.by_told[i].n > 0))
			continue;
		who_told_range(i, &least, &most);
		text_append(label, sizeof(label),
			    most == least ? "%d CPU told"
			    : most	  ? "%d to %d CPUs told"
					  : "%d CPUs told or more",
			    least, most);
		text_append(text, sizeof(text), "%s on average, of %s flushes",
			    text_quantity(mean, CELL, who_mean_ns(&d.by_told[i]), "ns"),
			    text_quantity(n, CELL, d.by_told[i].n, ""));
		scroller_pair(p, ROLE_KEY, label, LABEL_W, ROLE_NORMAL, text);
	}
	path_write(p, &d.path, flush_source_requests(source)->available);
}

int who_detail_draw(struct canvas *c, struct rect r, const struct who_screen *s)
{
	const struct who *w = who_watch_who(s->options->watch);
	struct scroller p;
	const struct who_row *row;
	char title[128] = "";

	if (s->at >= s->rows.n) {
		canvas_text(c, r.x, r.y, r.w, ROLE_DIM,
			    "this row is gone; Esc goes back to the others");
		return 0;
	}
	row = &s->rows.row[s->at];
	scroller_begin(&p, c, r, s->scroll);
	if (s->choice.page == WHO_CAUSES)
		text_copy(title, sizeof(title), cause_table[row->cause].title);
	else if (s->choice.page == WHO_CPUS)
		text_append(title, sizeof(title), "CPU %d", row->tid);
	else
		text_append(title, sizeof(title), "%s, process %d", row->name,
			    row->pid);
	scroller_text(&p, ROLE_TITLE, 0, title);
	figures_write(&p, s, row);
	if (s->choice.page == WHO_INITIATORS && row->task >= 0)
		causes_write(&p, who_task_at(w, row->task));
	if (s->choice.page == WHO_INITIATORS)
		durations_write(&p, s, row);
	if (s->choice.page == WHO_INITIATORS || s->choice.page == WHO_CAUSES) {
		scroller_gap(&p);
		scroller_text(&p, ROLE_TITLE, 0, "What would stop it");
		scroller_text(&p, ROLE_NORMAL, 0, cause_table[row->cause].remedy);
		stacks_write(&p, s, row->cause);
	}
	return scroller_end(&p);
}

int who_help_draw(struct canvas *c, struct rect r, const struct who_screen *s)
{
	struct scroller p;
	const struct binding *b;
	int n;
	const struct who_column *k = who_columns(s->choice.page, &n);

	scroller_begin(&p, c, r, s->scroll);
	scroller_text(&p, ROLE_TITLE, 0, "Keys");
	for (int i = 0; (b = keymap_at(i)); i++)
		if (b->help && (b->contexts & CONTEXT_WHO))
			scroller_pair(&p, ROLE_KEY, b->keys_text, 14, ROLE_NORMAL,
				      b->help);
	if (n) {
		scroller_gap(&p);
		scroller_text(&p, ROLE_TITLE, 0, "Columns of this page");
	}
	for (int i = 0; i < n; i++)
		scroller_pair(&p, ROLE_KEY, k[i].head, 14, ROLE_NORMAL, k[i].help);
	return scroller_end(&p);
}
