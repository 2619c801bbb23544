/* SPDX-License-Identifier: MIT */
/*
 * Ceilings being tried on a program: the verdict as one sentence above, what each gains
 * over the present one below, and beside it the throughput of each. The present ceiling
 * is measured twice in every round; what it differs from itself by stands in the plot
 * as its own bar, and a gain that does not leave that bar is none.
 */
#include "tui/tune/tune.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/curves.h"
#include "tlblab/draw/utf8.h"

enum {
	VERDICT_H = 5,
	TABLE_W = 62,
	SIDE_FROM_W = 118,
	LABEL_W = 11,
	RATE_W = 10,
	HALF_W = 10,
	FACT_LABEL_W = 14
};

static bool is_over(const struct program_trial_view *t)
{
	return t->phase == TUNER_DONE || t->phase == TUNER_FAILED;
}

/* What a person would do now. */
static const char *next_text(const struct program_trial_view *t)
{
	switch (t->answer->verdict) {
	case TRIAL_BETTER:
		return "To keep it: tlblab tune --apply with this program; here it is "
		       "as it was.";
	case TRIAL_NO_DIFFERENCE: return "Leave the ceiling as it is for this program.";
	case TRIAL_UNSETTLED: break;
	}
	return "press space to start over; tlblab tune --budget SECONDS gives it more time.";
}

static void verdict_draw(struct canvas *c, struct rect r,
			 const struct program_trial_view *t)
{
	struct rect in = rect_inner(r);
	char text[640], left[32];
	double left_s = t->budget_s - t->elapsed_s;
	enum role role = ROLE_ACCENT;

	snprintf(left, sizeof(left), "at most %.0f s left", left_s > 0 ? left_s : 0);
	frame_title(c, r, "The right ceiling for this program", is_over(t) ? "" : left,
		    t->phase == TUNER_FAILED && !t->answer->n ? "not here"
		    : t->phase == TUNER_FAILED		      ? "failed"
		    : is_over(t)			      ? "done"
							      : "measuring");
	if (t->phase == TUNER_FAILED) {
		error_text(t->error, text, sizeof(text));
		role = ROLE_WARNING;
	} else if (t->answer->verdict == TRIAL_UNSETTLED && !is_over(t)) {
		snprintf(text, sizeof(text),
			 "measuring: the program under each ceiling in turn, in random "
			 "order; a verdict needs %d rounds, %d are made",
			 TRIAL_MIN_ROUNDS, t->answer->n_rounds);
		role = ROLE_NORMAL;
	} else {
		trial_verdict_text(t->answer, text, sizeof(text));
	}
	in.x++;
	in.w -= 2;
	int rows = canvas_wrap(c, in, role, text);

	in.y += rows;
	in.h -= rows;
	if (t->phase == TUNER_DONE && in.h > 0)
		canvas_wrap(c, in, ROLE_NORMAL, next_text(t));
}

/* Places of the arms, by ascending ceiling. */
static void arms_order(const struct trial_answer *a, int *order)
{
	for (int i = 0; i < a->n; i++) {
		int at = i;

		for (; at > 0 && a->arm[order[at - 1]].ceiling > a->arm[i].ceiling;
		     at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

static struct curve_point point_of(const struct trial_answer *a, int arm, double x)
{
	const struct stats_interval *g = &a->arm[arm].gain_pct;

	if (!a->n_rounds)
		return (struct curve_point){x, NAN, NAN, NAN};
	if (!arm)
		return (struct curve_point){x, 0, -a->aa_noise_pct, a->aa_noise_pct};
	return (struct curve_point){x, g->estimate, g->ci95_low, g->ci95_high};
}

static void plot_draw_gains(struct canvas *c, struct rect r,
			    const struct trial_answer *a)
{
	struct curve_point points[TRIAL_MAX_CEILINGS], present;
	const char *labels[TRIAL_MAX_CEILINGS];
	char texts[TRIAL_MAX_CEILINGS][24];
	double xs[TRIAL_MAX_CEILINGS];
	int order[TRIAL_MAX_CEILINGS];

	arms_order(a, order);
	for (int i = 0; i < a->n; i++) {
		xs[i] = i;
		snprintf(texts[i], sizeof(texts[i]), "%lld",
			 (long long)a->arm[order[i]].ceiling);
		labels[i] = texts[i];
		points[i] = point_of(a, order[i], i);
		if (!order[i])
			present = points[i];
	}
	const struct curve both[2] = {
		{"candidates", points, a->n, ROLE_INITIATOR, 0x25CF},
		{"now, ± A/A noise", &present, a->n > 0, ROLE_VICTIM, 0x25CB},
	};
	const struct curves curves = {
		.curves = both,
		.n = 2,
		.unit = "%",
		.xs = xs,
		.labels = labels,
		.n_labels = a->n,
		.band = NAN,
	};

	if (!curves_draw(c, r, &curves))
		canvas_text(c, r.x + 1, r.y, r.w - 2, ROLE_DIM,
			    "the first round is under way");
}

/* The text at the right of so many columns, whatever its bytes. */
static void column_append(char *buf, size_t buf_bytes, const char *text, int columns)
{
	text_append(buf, buf_bytes, "%*s%s", columns - utf8_text_columns(text), "",
		    text);
}

static void arm_write(struct scroller *s, const struct trial_answer *a, int i)
{
	const struct trial_arm *arm = &a->arm[i];
	const struct stats_interval *g = &arm->gain_pct;
	char label[40], text[160] = "", cell[48], number[32];
	bool proven = a->verdict == TRIAL_BETTER && i == a->best;
	enum role role = proven ? ROLE_ACCENT : ROLE_NORMAL;

	snprintf(label, sizeof(label), "%lld%s", (long long)arm->ceiling,
		 proven	       ? " best"
		 : !i	       ? " now"
		 : arm->behind ? " behind"
			       : "");
	column_append(text, sizeof(text),
		      text_quantity(number, sizeof(number),
				    arm->rate.n ? arm->rate.mean : NAN, ""),
		      RATE_W);
	snprintf(cell, sizeof(cell), "±%s",
		 text_quantity(number, sizeof(number),
			       arm->rate.ci95_high - arm->rate.mean, ""));
	column_append(text, sizeof(text), arm->rate.n > 1 ? cell : "", HALF_W);
	if (!i && !isnan(a->aa_noise_pct))
		text_append(text, sizeof(text), "  ±%.1f %% against itself",
			    a->aa_noise_pct);
	else if (i && a->n_rounds > 1)
		text_append(text, sizeof(text), "  %+.1f %% (%+.1f to %+.1f)",
			    g->estimate, g->ci95_low, g->ci95_high);
	scroller_pair(s, role, label, LABEL_W, role, text);
}

static void fact(struct scroller *s, const char *label, const char *text)
{
	scroller_pair(s, ROLE_DIM, label, FACT_LABEL_W, ROLE_NORMAL, text);
}

static void facts_write(struct scroller *s, const struct program_trial_view *t)
{
	const struct trial_answer *a = t->answer;
	char text[200];

	fact(s, "program", t->program);
	if (!isnan(a->aa_noise_pct)) {
		snprintf(text, sizeof(text), "%.1f %% (the present ceiling twice)",
			 a->aa_noise_pct);
		fact(s, "A/A noise", text);
	}
	snprintf(text, sizeof(text), "%d, of %d windows each", a->n_rounds, a->n + 1);
	if (t->rounds_lost)
		text_append(text, sizeof(text), "; %d without any progress lost",
			    t->rounds_lost);
	fact(s, "rounds", text);
	if (t->runs_a_window) {
		snprintf(text, sizeof(text), "%d %s of the command", t->runs_a_window,
			 t->runs_a_window == 1 ? "run" : "runs");
		fact(s, "a window", text);
	}
	if (!is_over(t) && *t->doing)
		fact(s, "now", t->doing);
}

static int table_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct program_trial_view *t = trial_of(v->app)->view;
	const struct trial_answer *a = t->answer;
	struct rect in = rect_inner(r);
	int order[TRIAL_MAX_CEILINGS];
	char heads[160] = "", noise[48] = "", now[32];
	struct scroller s;

	if (!isnan(a->aa_noise_pct))
		snprintf(noise, sizeof(noise), "A/A noise %.1f %%", a->aa_noise_pct);
	snprintf(now, sizeof(now), "round %d", a->n_rounds + !is_over(t));
	frame_title(c, r, "Throughput under each ceiling", noise, now);
	in.x++;
	in.w -= 2;
	scroller_begin(&s, c, in, v->app->scroll);
	column_append(heads, sizeof(heads), t->unit, RATE_W);
	column_append(heads, sizeof(heads), "±95 %", HALF_W);
	text_append(heads, sizeof(heads), "  against %lld", (long long)a->ceiling_now);
	scroller_pair(&s, ROLE_DIM, "ceiling", LABEL_W, ROLE_DIM, heads);
	arms_order(a, order);
	for (int i = 0; i < a->n; i++)
		arm_write(&s, a, order[i]);
	scroller_gap(&s);
	facts_write(&s, t);
	return scroller_end(&s);
}

/* In the place of the plot, where nothing can be tried. */
static void plan_draw(struct canvas *c, struct rect r)
{
	char text[480] = "";

	frame_title(c, r, "What would be tried", "", "");
	for (int i = 0; i < PROGRAM_TRIAL_CANDIDATES; i++)
		text_append(text, sizeof(text), "%s%lld",
			    !i					? "The ceilings "
			    : i + 1 == PROGRAM_TRIAL_CANDIDATES ? " and "
								: ", ",
			    (long long)program_trial_candidates[i]);
	text_append(text, sizeof(text),
		    " beside the present one, in windows of %g s that alternate in "
		    "random order, on the program's own throughput: how many runs of a "
		    "command end in a second, or how fast a counter of a running "
		    "process rises. Here would stand what each gains, with its "
		    "interval, and how much the present one differs from itself.",
		    program_trial_window_s);
	r = rect_inner(r);
	r.x++;
	r.w -= 2;
	canvas_wrap(c, r, ROLE_DIM, text);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct program_trial_view *t = trial_of(v->app)->view;
	const struct rect r = l->page;
	struct rect verdict = {r.x, r.y, r.w, VERDICT_H};
	struct rect plot = {r.x, r.y + VERDICT_H - 1, r.w, r.h - VERDICT_H + 1};
	struct rect table = plot;

	if (!t)
		return 0;
	if (!t->answer->n) {
		canvas_box(c, verdict, ROLE_BORDER);
		canvas_box(c, plot, ROLE_BORDER);
		verdict_draw(c, verdict, t);
		plan_draw(c, plot);
		return 0;
	}
	if (r.w >= SIDE_FROM_W) {
		plot.w -= TABLE_W - 1;
		table.x = plot.x + plot.w - 1;
		table.w = TABLE_W;
	} else {
		int table_h = t->answer->n + 3;

		table.h = table_h < plot.h / 2 ? plot.h / 2 : table_h;
		plot.h -= table.h - 1;
		table.y = plot.y + plot.h - 1;
	}
	canvas_box(c, verdict, ROLE_BORDER);
	canvas_box(c, plot, ROLE_BORDER);
	canvas_box(c, table, ROLE_BORDER);
	verdict_draw(c, verdict, t);
	frame_title(c, plot, "Gain over the present ceiling",
		    "by ceiling, 95 % interval", "");
	plot_draw_gains(c, rect_inner(plot), t->answer);
	return table_draw(c, table, v);
}

static const struct about about_trial = {
	.name = "Tune for a program",
	.unit = "percent of the throughput under the present ceiling",
	.counts = "How fast the program gets on under each ceiling: its runs, or what "
		  "its counter rises by, in windows that alternate in random order.",
	.counts_not = "What the program's neighbours gain or lose by the same ceiling: "
		      "it holds for the whole machine.",
	.comes_from = "tlb_single_page_flush_ceiling (arch/x86/mm/tlb.c) moved in "
		      "debugfs between windows; each round holds the ceilings "
		      "against each other, so that a program that slows down as a "
		      "whole changes nothing.",
	.misleads = "A program that does other things in one window than in the next "
		    "makes the intervals wide; many candidates make each of them "
		    "wider, since all hold together.",
	.checks = about_timing_checks,
};

static const struct about *const abouts[] = {&about_trial, NULL};

static enum tuner_phase phase_of(const struct app *a)
{
	return trial_of(a)->view ? trial_of(a)->view->phase : TUNER_DONE;
}

static bool act(struct app *a, const struct snapshot *snap, enum action action,
		struct effect *effect)
{
	(void)snap;
	return tune_keys_act(a, phase_of(a), action, effect);
}

static const char *word(const struct view *v, const struct binding *b)
{
	if (b->action == ACTION_TUNE_WAIT)
		return NULL;
	return tune_word(phase_of(v->app), b);
}

const struct page_desc trial_page = {
	.name = "tune",
	.context = CONTEXT_OF(MODE_TRIAL),
	.draw = page_draw,
	.abouts = abouts,
	.act = act,
	.word = word,
};
