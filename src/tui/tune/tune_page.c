/* SPDX-License-Identifier: MIT */
/*
 * The ceiling being found: the verdict as one sentence above, the two cost curves and
 * where they cross below, and beside them what the answer rests on. Until three rounds
 * are made there is no verdict, and the place says so.
 */
#include "tui/tune/tune.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/curves.h"

enum {
	VERDICT_H = 5,
	FACTS_W = 44,
	FACTS_H = 7,
	SIDE_FROM_W = 110,
	FACT_LABEL_W = 14,
	BUSY_ONE_IN = 5
};

static const struct tune_answer *answer_of(const struct tuner_view *t)
{
	return t->n_answers ? &t->answers[0] : NULL;
}

static bool is_over(const struct tuner_view *t)
{
	return t->phase == TUNER_DONE || t->phase == TUNER_FAILED;
}

/* What a person would do now. */
static const char *next_text(const struct tune_answer *a)
{
	switch (a->verdict) {
	case TUNE_CEILING:
	case TUNE_FULL_WINS:
		if (a->recommended < 0)
			return "sudo tlblab tune --method knob measures smaller flushes.";
		return "To put it in force: sudo tlblab tune --apply; here it is as it "
		       "was.";
	case TUNE_KEEP:
	case TUNE_RANGED_WINS:
	case TUNE_NO_DIFFERENCE: return "Nothing to be changed.";
	case TUNE_UNSETTLED: break;
	}
	return "space starts again; try a quieter machine, or more time with tlblab "
	       "tune --budget.";
}

/* Whether other programs disturbed more attempts than a tuning should bear. */
static bool is_busy(const struct tuner_view *t)
{
	return t->disturbed * BUSY_ONE_IN > t->windows;
}

/* What other programs do to it, and what to do about that; "" when they do nothing. */
static const char *busy_text(const struct tuner_view *t, char *buf, size_t bytes)
{
	buf[0] = '\0';
	if (t->waiting) {
		text_copy(buf, bytes, "waiting for a quiet machine");
		if (!isnan(t->busy_pct))
			text_append(buf, bytes,
				    ": other programs use %.0f %% of its CPUs",
				    t->busy_pct);
		text_append(buf, bytes, "; w goes on at once");
	} else if (t->stuck && !is_over(t)) {
		text_append(buf, bytes,
			    "! it cannot settle: other programs disturbed %d of %d "
			    "attempts; w waits until the machine is quiet",
			    t->disturbed, t->windows);
	} else if (is_busy(t)) {
		text_append(buf, bytes,
			    "! busy machine: other programs disturbed %d of %d "
			    "attempts, which are left out",
			    t->disturbed, t->windows);
	}
	return buf;
}

static void verdict_draw(struct canvas *c, struct rect r, const struct tuner_view *t)
{
	const struct tune_answer *a = answer_of(t);
	struct rect in = rect_inner(r);
	char text[512], left[32];
	double left_s = t->budget_s - t->elapsed_s;
	enum role role = ROLE_ACCENT;

	snprintf(left, sizeof(left), "at most %.0f s left", left_s > 0 ? left_s : 0);
	frame_title(c, r, "The right ceiling for this CPU", is_over(t) ? "" : left,
		    t->phase == TUNER_FAILED ? "failed"
		    : is_over(t)	     ? "done"
					     : "measuring");
	if (t->phase == TUNER_FAILED) {
		error_text(t->error, text, sizeof(text));
		role = ROLE_WARNING;
	} else if (!is_over(t) && (!a || a->n_rounds == 0)) {
		text_copy(text, sizeof(text),
			  "measuring: every size is flushed page by page and all at "
			  "once in turn, one operation at a time");
		role = ROLE_NORMAL;
	} else if (!a) {
		text_copy(text, sizeof(text), "nothing was measured");
	} else {
		tune_verdict_text(a, text, sizeof(text));
		if (a->verdict == TUNE_UNSETTLED)
			role = ROLE_NORMAL;
	}
	in.x++;
	in.w -= 2;
	int rows = canvas_wrap(c, in, role, text);

	in.y += rows;
	in.h -= rows;
	if (*busy_text(t, text, sizeof(text)) && in.h > 0) {
		rows = canvas_wrap(c, in, ROLE_WARNING, text);
		in.y += rows;
		in.h -= rows;
	}
	if (t->phase == TUNER_DONE && a && in.h > 0)
		canvas_wrap(c, in, ROLE_NORMAL, next_text(a));
}

static int points_of(const struct tune_answer *a, const struct stats *stats,
		     struct curve_point *out)
{
	for (int i = 0; i < a->n_sizes; i++) {
		bool there = stats[i].n > 0;

		out[i] = (struct curve_point){
			.x = a->pages[i],
			.y = there ? stats[i].mean : NAN,
			.low = stats[i].n > 1 ? stats[i].ci95_low : NAN,
			.high = stats[i].n > 1 ? stats[i].ci95_high : NAN,
		};
	}
	return a->n_sizes;
}

static void plot_draw_costs(struct canvas *c, struct rect r,
			    const struct tune_answer *a, bool over)
{
	struct curve_point ranged[TUNE_MAX_SIZES], full[TUNE_MAX_SIZES];
	const char *labels[TUNE_MAX_SIZES];
	char texts[TUNE_MAX_SIZES][12], name[32];
	double xs[TUNE_MAX_SIZES];
	const struct tune_fit *f = &a->fit;

	for (int i = 0; i < a->n_sizes; i++) {
		xs[i] = a->pages[i];
		snprintf(texts[i], sizeof(texts[i]), "%d", a->pages[i]);
		labels[i] = texts[i];
	}
	const struct curve both[2] = {
		{"page by page", ranged, points_of(a, a->ranged, ranged),
		 ROLE_INITIATOR, 0x25CF},
		{"all at once", full, points_of(a, a->full, full), ROLE_VICTIM, 0x25CB},
	};
	struct curves curves = {
		.curves = both,
		.n = 2,
		.unit = "ns",
		.log_y = true,
		.log_x = true,
		.xs = xs,
		.labels = labels,
		.n_labels = a->n_sizes,
		.band = NAN,
	};
	/* Beyond what was measured the verdict has the word. */
	const struct stats_interval *x = a->from_pairs ? &f->direct : &f->crossover;

	if (a->recommended >= 0 && isfinite(x->estimate) && x->estimate >= xs[0] &&
	    x->estimate <= xs[a->n_sizes - 1]) {
		curves.band = x->estimate;
		curves.band_low = fmax(x->ci95_low, xs[0]);
		curves.band_high = x->ci95_high;
		snprintf(name, sizeof(name), "equal cost at %.1f", curves.band);
		curves.band_name = name;
	}
	if (!curves_draw(c, r, &curves))
		canvas_text(c, r.x + 1, r.y, r.w - 2, ROLE_DIM,
			    over ? "no round was made"
				 : "the first round is under way");
}

static void set_fact(struct scroller *s, const struct tune_answer *a)
{
	char label[32], text[96] = "not begun";

	snprintf(label, sizeof(label), "%lld pages", (long long)a->working_set_pages);
	if (a->n_rounds && a->recommended >= 0 && a->ci95_high != INT64_MAX)
		snprintf(text, sizeof(text), "%lld (%lld to %lld)",
			 (long long)a->recommended, (long long)a->ci95_low,
			 (long long)a->ci95_high);
	else if (a->n_rounds)
		text_copy(text, sizeof(text), tune_verdict_name(a->verdict));
	scroller_pair(s, ROLE_DIM, label, FACT_LABEL_W, ROLE_NORMAL, text);
}

static void fact(struct scroller *s, const char *label, const char *text)
{
	scroller_pair(s, ROLE_DIM, label, FACT_LABEL_W, ROLE_NORMAL, text);
}

static void facts_write(struct scroller *s, const struct tuner_view *t,
			const struct tune_answer *a)
{
	char text[320];

	snprintf(text, sizeof(text), "%s, %d %s", tuner_method_name(t->method),
		 t->victims, t->victims == 1 ? "victim" : "victims");
	fact(s, "method", text);
	if (t->ceiling_now >= 0)
		snprintf(text, sizeof(text), "%lld", (long long)t->ceiling_now);
	else
		text_copy(text, sizeof(text), "cannot be read; 33 is assumed");
	fact(s, "ceiling now", text);
	if (a->n_rounds > 1 && !isnan(a->aa_noise_pct)) {
		snprintf(text, sizeof(text), "%.2f %% (the same flush twice)",
			 a->aa_noise_pct);
		fact(s, "A/A noise", text);
	}
	snprintf(text, sizeof(text), "%d of %d disturbed, left out", t->disturbed,
		 t->windows);
	fact(s, "operations", text);
	if (!is_over(t) && t->doing && *t->doing) {
		snprintf(text, sizeof(text), "round %d: %s",
			 t->current >= 0 ? t->answers[t->current].n_rounds + 1 : 1,
			 t->doing);
		fact(s, "now", text);
	}
	if (a->n_rounds && !isnan(a->gain_pct.estimate)) {
		snprintf(text, sizeof(text), "%+.2f %% (%+.2f to %+.2f)",
			 a->gain_pct.estimate, a->gain_pct.ci95_low,
			 a->gain_pct.ci95_high);
		fact(s, "gain on mix", text);
	}
	if (a->membarrier.n) {
		text_quantity(text, sizeof(text), a->membarrier.mean, "ns");
		fact(s, "interrupt", text);
	}
	scroller_gap(s);
	scroller_text(s, ROLE_TITLE, 0, "Ceiling by working set");
	for (int i = 0; i < t->n_answers; i++)
		set_fact(s, &t->answers[i]);
	if (*tune_sets_text(t->answers, t->n_answers, text, sizeof(text)))
		scroller_text(s, ROLE_WARNING, 0, text);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct tuner_view *t = tune_of(v->app)->view;
	const struct rect r = l->page;
	struct rect verdict = {r.x, r.y, r.w, VERDICT_H};
	struct rect plot = {r.x, r.y + VERDICT_H - 1, r.w, r.h - VERDICT_H + 1};
	struct rect facts = plot, in;
	struct scroller s;

	if (!t || !answer_of(t))
		return 0;
	if (r.w >= SIDE_FROM_W) {
		plot.w -= FACTS_W - 1;
		facts.x = plot.x + plot.w - 1;
		facts.w = FACTS_W;
	} else {
		plot.h -= FACTS_H - 1;
		facts.y = plot.y + plot.h - 1;
		facts.h = FACTS_H;
	}
	canvas_box(c, verdict, ROLE_BORDER);
	canvas_box(c, plot, ROLE_BORDER);
	canvas_box(c, facts, ROLE_BORDER);
	verdict_draw(c, verdict, t);
	frame_title(c, plot, "Cost of one flush to all CPUs",
		    "pages flushed, 95 % interval, both log", "");
	plot_draw_costs(c, rect_inner(plot), answer_of(t), is_over(t));
	frame_title(c, facts, "What it rests on", "", "");
	in = rect_inner(facts);
	in.x++;
	in.w -= 2;
	scroller_begin(&s, c, in, v->app->scroll);
	facts_write(&s, t, answer_of(t));
	return scroller_end(&s);
}

static const struct about about_tune = {
	.name = "Tune",
	.unit = "nanoseconds of one flush to all CPUs, by pages flushed",
	.counts = "What a page-by-page flush and a full flush cost the one who "
		  "asks, with the refill the others pay: where the lines cross, "
		  "the full flush begins to pay.",
	.counts_not = "Your program's own mix of flush sizes, unless one was given: "
		      "the recommendation is for the sizes measured.",
	.comes_from = "Paired runs of the same pages flushed either way: by their "
		      "span (no privilege needed), or by setting "
		      "tlb_single_page_flush_ceiling (arch/x86/mm/tlb.c) in debugfs.",
	.misleads = "Where a hypervisor makes the flushes, pages may cost what no CPU "
		    "shows. If one and the same flush measured twice differs as much "
		    "as the two ways do, there is no difference to act on.",
	.checks = about_timing_checks,
};

static const struct about *const abouts[] = {&about_tune, NULL};

static enum tuner_phase phase_of(const struct app *a)
{
	return tune_of(a)->view ? tune_of(a)->view->phase : TUNER_DONE;
}

static bool act(struct app *a, const struct snapshot *snap, enum action action,
		struct effect *effect)
{
	(void)snap;
	return tune_keys_act(a, phase_of(a), action, effect);
}

static const char *word(const struct view *v, const struct binding *b)
{
	if (b->action == ACTION_TUNE_WAIT && phase_of(v->app) > TUNER_MEASURING)
		return NULL;
	return tune_word(phase_of(v->app), b);
}

const struct page_desc tune_page = {
	.name = "tune",
	.context = CONTEXT_OF(MODE_TUNE),
	.draw = page_draw,
	.abouts = abouts,
	.act = act,
	.word = word,
};
