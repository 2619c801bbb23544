/* SPDX-License-Identifier: MIT */
/*
 * Why flushes happened, how much of the TLB they dropped, and whose they were. Shares
 * are of the operations made while flushes were counted, since the last change; the
 * slots are of the last counted interval.
 */
#include "tui/panels/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/isolation.h"

enum {
	LABEL_W = 22,
	FIGURE_W = 9,
	REASONS = 6,
	SIZES = 5,
	HINT_FROM_W = 72,
	HINT_W = 32,
	SLOT_W = 11
};

/* A row of a table of flushes. */
struct flush_row {
	enum channel channel;
	const char *label, *hint;
};

/* As the kernel names them (include/linux/mm_types.h, enum tlb_flush_reason). Reason 2
 * is arch_tlbbatch_flush(): reclaim and migration; flush_tlb_kernel_range() and
 * do_flush_tlb_all() make no event at all. Reasons 0 (switch_mm_irqs_off) and 1
 * (flush_tlb_func) with 0 pages found nothing to do; reason 5 occurs on the
 * initiator's own CPU as well. */
static const struct flush_row reasons[REASONS] = {
	{CH_FLUSH_REMOTE_IPI_SEND, "remote IPI send", "asks the other CPUs"},
	{CH_FLUSH_REMOTE_SHOOTDOWN, "remote shootdown", "asked by another CPU"},
	{CH_FLUSH_LOCAL_MM_SHOOTDOWN, "local MM shootdown", "flushes its own CPU"},
	{CH_FLUSH_LOCAL_SHOOTDOWN, "local shootdown", "batched: reclaim, migration"},
	{CH_FLUSH_TASK_SWITCH, "task switch", "catches up as it switches in"},
	{CH_FLUSH_REMOTE_WRONG_CPU, "remote wrong CPU", "another address space by now"},
};

static const struct flush_row sizes[SIZES] = {
	{CH_FLUSH_PAGES_1, "1 page", "page by page"},
	{CH_FLUSH_PAGES_2_8, "2 to 8 pages", "page by page"},
	{CH_FLUSH_PAGES_9_33, "9 to 33 pages", "page by page"},
	{CH_FLUSH_PAGES_34_UP, "34 pages and more", "page by page: a ceiling above 33"},
	{CH_FLUSH_FULL, "all: a full flush", "the whole TLB of that CPU"},
};

/* For one operation; NaN: not counted. */
static double per_op(const struct sample *s, enum channel c)
{
	struct reading n = sample_get(s, c), ops = sample_get(s, CH_FLUSH_OPS);

	return reading_present(n) && reading_present(ops) && ops.value > 0
		       ? n.value / ops.value
		       : NAN;
}

static void table_draw(struct canvas *c, struct rect r, const struct view *v,
		       const struct flush_row *rows, int n)
{
	const struct sample *w = &v->snap->window;
	int hint_w = r.w >= HINT_FROM_W ? HINT_W : 0;
	int bar_w = r.w - LABEL_W - FIGURE_W - hint_w - 1;
	double top = 1;

	for (int i = 0; i < n; i++)
		top = fmax(top, per_op(w, rows[i].channel));
	for (int i = 0; i < n; i++, r.y++) {
		enum role role = rows[i].channel == CH_FLUSH_REMOTE_SHOOTDOWN
					 ? ROLE_VICTIM
					 : ROLE_INITIATOR;
		double value = per_op(w, rows[i].channel);
		char text[32] = "";

		canvas_text(c, r.x, r.y, LABEL_W, ROLE_NORMAL, rows[i].label);
		snprintf(text, sizeof(text), "%.*f", value >= 100 ? 0 : 2, value);
		canvas_text_right(c, r.x + LABEL_W + FIGURE_W - 1, r.y, FIGURE_W,
				  value > 0 ? ROLE_ACCENT : ROLE_DIM, text);
		canvas_bar(c, r.x + LABEL_W + FIGURE_W, r.y, bar_w, role, value / top);
		if (hint_w)
			canvas_text(c, r.x + r.w - hint_w, r.y, hint_w, ROLE_DIM,
				    rows[i].hint);
	}
}

/* Why there is nothing to show; false: there is. */
static bool absent_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct availability *sensor = view_sensor(v, "flush_trace");

	if (!isnan(per_op(&v->snap->window, CH_FLUSH_FULL)))
		return false;
	if (sensor && !sensor->available)
		canvas_wrap(c, r, ROLE_DIM, sensor->reason);
	else
		canvas_wrap(c, r, ROLE_DIM,
			    "Nothing counted so far: flushes are counted in one "
			    "interval of many, for counting slows what it counts.");
	return true;
}

void panel_flush_reasons_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct rect in = rect_inner(r);

	frame_title(c, r, "Why they happened", "per operation", "");
	in.x++;
	in.w -= 2;
	if (!absent_draw(c, in, v))
		table_draw(c, in, v, reasons, REASONS);
}

void panel_flush_sizes_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct reading full = metric_of(METRIC_FULL_FLUSHES_PER_OP, &v->snap->window);
	struct reading ranged =
		metric_of(METRIC_RANGED_FLUSHES_PER_OP, &v->snap->window);
	struct rect in = rect_inner(r);
	char text[96];

	frame_title(c, r, "How much they dropped", "per operation", "");
	in.x++;
	in.w -= 2;
	if (absent_draw(c, in, v))
		return;
	table_draw(c, in, v, sizes, SIZES);
	snprintf(text, sizeof(text), "full %.2f, page by page %.2f", full.value,
		 ranged.value);
	canvas_text(c, in.x, in.y + SIZES, in.w, ROLE_NORMAL, text);
}

static void slot_write(struct scroller *s, const struct view *v,
		       const struct flush_slot *slot, double elapsed_s)
{
	const double rates[] = {slot->full, slot->ranged, slot->received};
	int at = slot->victim ? v->snap->view.n_workers + slot->index : slot->index;
	int cpu = v->snap->view.cpus &&
				  at < v->snap->view.n_workers + v->snap->view.n_victims
			  ? v->snap->view.cpus[at]
			  : -1;
	char label[32], text[160] = "", rate[32], where[24] = "not pinned";

	snprintf(label, sizeof(label), "%s %d", slot->victim ? "victim" : "worker",
		 slot->index);
	if (cpu >= 0)
		snprintf(where, sizeof(where), "CPU %d", cpu);
	text_append(text, sizeof(text), "%-*s", SLOT_W, where);
	for (int i = 0; i < 3; i++)
		text_append(text, sizeof(text), "%*s", SLOT_W,
			    slot->victim && i < 2
				    ? ""
				    : text_quantity(rate, sizeof(rate),
						    rates[i] / elapsed_s, "/s"));
	scroller_pair(s, slot->victim ? ROLE_VICTIM : ROLE_INITIATOR, label, SLOT_W,
		      ROLE_NORMAL, text);
}

/* What arrived on a victim's CPU, whoever ran there. */
static void cpu_slot_write(struct scroller *s, const struct flush_cpu_slot *slot,
			   double elapsed_s)
{
	const double rates[] = {slot->full, slot->ranged, slot->full + slot->ranged};
	char label[32], text[160] = "", rate[32];

	snprintf(label, sizeof(label), "on CPU %d", slot->cpu);
	text_append(text, sizeof(text), "%-*s", SLOT_W, "received");
	for (int i = 0; i < 3; i++)
		text_append(
			text, sizeof(text), "%*s", SLOT_W,
			text_quantity(rate, sizeof(rate), rates[i] / elapsed_s, "/s"));
	scroller_pair(s, ROLE_VICTIM, label, SLOT_W, ROLE_NORMAL, text);
}

static void cpu_slots_write(struct scroller *s, const struct flush_slots *slots)
{
	char text[240];

	for (int i = 0; i < slots->n_cpus; i++)
		cpu_slot_write(s, &slots->cpu[i], slots->elapsed_s);
	if (!*slots->why_no_cpus)
		return;
	snprintf(text, sizeof(text), "Not counted on the victims' CPUs: %s",
		 slots->why_no_cpus);
	scroller_text(s, ROLE_DIM, 0, text);
}

int panel_flush_slots_draw(struct canvas *c, struct rect r, const struct view *v,
			   int scroll)
{
	const struct flush_slots *slots = v->snap->view.flush_slots;
	struct rect in = rect_inner(r);
	char heads[80] = "";
	struct scroller s;

	frame_title(c, r, "Whose they were", "in the last counted interval", "");
	in.x++;
	in.w -= 2;
	scroller_begin(&s, c, in, scroll);
	if (!slots || slots->n == 0) {
		scroller_text(
			&s, ROLE_DIM, 0,
			app_bottom(v->app) == MODE_REPLAY
				? "A recording keeps the sums, not each thread's."
			: strcmp(v->snap->experiment->backend, "sim") == 0
				? "The simulated machine keeps the sums, not each "
				  "thread's."
				: "Nothing counted thread by thread so far.");
		return scroller_end(&s);
	}
	text_append(heads, sizeof(heads), "%-*s%*s%*s%*s", SLOT_W, "", SLOT_W, "full",
		    SLOT_W, "by page", SLOT_W, "received");
	scroller_pair(&s, ROLE_DIM, "", SLOT_W, ROLE_DIM, heads);
	for (int i = 0; i < slots->n; i++)
		slot_write(&s, v, &slots->slot[i], slots->elapsed_s);
	cpu_slots_write(&s, slots);
	return scroller_end(&s);
}

static const char *const flush_checks[] = {"flushes", "ceiling", "pinned", NULL};

const struct about about_flush_reasons = {
	.name = "Why flushes happened",
	.unit = "events for one operation of the workers",
	.counts =
		"Events of the tracepoint tlb:tlb_flush on workers and victims, by the "
		"reason the kernel gives. One flush of a page that another CPU may "
		"hold is three events: sent, done at home, done there.",
	.counts_not = "Flushes of other programs, and of these while the tracepoint is "
		      "off, which is most of the time.",
	.comes_from =
		"trace_tlb_flush() in arch/x86/mm/tlb.c, counted thread by thread "
		"with one filter for each reason.",
	.misleads = "Two threads that flush at once serve each other: the local event "
		    "of one is then missing, and its flush is not.",
	.sensor = "flush_trace",
	.checks = flush_checks,
};

/* All cases of page table isolation, this machine's first. */
static void sizes_now(const struct view *v, char *buf, size_t buf_bytes)
{
	int here = v->snap->machine ? isolation_of(v->snap->machine) : -1;

	for (int k = 0; k < ISOLATION_CASES; k++) {
		int i = here < 0 ? k : (here + k) % ISOLATION_CASES;
		const struct isolation_case *c = &isolation_table[i];

		text_append(buf, buf_bytes,
			    "%sPTI %s, PCID %s, INVPCID %s: per page %s (%s). ",
			    i == here ? "Here " : "", c->pti, c->pcid, c->invpcid,
			    c->per_page, c->function);
	}
}

const struct about about_flush_sizes = {
	.name = "What flushes dropped",
	.unit = "flushes for one operation of the workers",
	.counts = "The workers' own flushes by the pages they name: one, a few, up to "
		  "the usual ceiling of 33, more, or all.",
	.counts_not = "What the receiver did: one that is a generation behind drops "
		      "everything, whatever it was asked for.",
	.comes_from = "The pages field of tlb:tlb_flush; all ones is the whole TLB.",
	.misleads = "A 2 MiB page counts once, and the span counts with its holes, so "
		    "few pages far apart are a full flush.",
	.sensor = "flush_trace",
	.checks = flush_checks,
	.now = sizes_now,
};

const struct about about_flush_slots = {
	.name = "Whose flushes",
	.unit = "events a second of one thread",
	.counts =
		"What each worker started, full and page by page, and what workers and "
		"victims had to do for others; on the victims' CPUs, all that was "
		"received there, whoever ran.",
	.counts_not = "Threads beyond the first 32 workers and 16 victims, which are "
		      "picked evenly and stand for the rest.",
	.comes_from =
		"The same counters, one group for each thread, read at the end of "
		"a counted interval.",
	.misleads = "One interval only: rare events may be missing from it.",
	.sensor = "flush_trace",
	.checks = flush_checks,
};
