/* SPDX-License-Identifier: MIT */
#include "tui/panels/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"

/* Two figures nearer than this are called the same: A/A noise of a quiet machine is
 * about 2 %, with several threads up to 9 %. */
#define SAME_RATIO  1.10
#define SETTLED_S   0.3
#define NONE_PER_OP 0.05 /* as good as none */

/* Less room is left to what was measured. */
enum { NOTES_FROM_H = 14 };

static const char *ns_text(double ns, char *buf, size_t buf_bytes)
{
	return text_quantity(buf, buf_bytes, ns, "ns");
}

/* "0", "0.99", "15.1" */
static const char *per_op_text(double value, char *buf, size_t buf_bytes)
{
	snprintf(buf, buf_bytes, "%.*f",
		 value < 0.005	 ? 0
		 : value < 9.995 ? 2
				 : 1,
		 value);
	return buf;
}

/* A metric before the last change; absent when that was another workload. */
static struct reading metric_before(const struct view *v, enum metric m)
{
	const struct measured *before = &v->app->before;

	if (!before->set ||
	    strcmp(before->experiment.workload, v->snap->experiment->workload) != 0)
		return READING_ABSENT;
	return metric_of(m, &before->window);
}

static void speed_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	struct reading now = metric_of(METRIC_NS_PER_OP, &v->snap->window);
	struct reading was = metric_before(v, METRIC_NS_PER_OP);
	char a[32], b[32];

	if (!reading_present(now))
		return;
	ns_text(now.value, a, sizeof(a));
	if (!reading_present(was) || was.value <= 0) {
		text_append(buf, buf_bytes, "One %s takes %s. ",
			    v->snap->experiment->workload, a);
		return;
	}
	double ratio = now.value / was.value;

	ns_text(was.value, b, sizeof(b));
	if (ratio < SAME_RATIO && ratio > 1 / SAME_RATIO)
		text_append(buf, buf_bytes,
			    "%s: an operation takes about as long as before, %s "
			    "(was %s). ",
			    v->app->changed, a, b);
	else
		text_append(buf, buf_bytes,
			    "%s: an operation takes %s, %.1fx %s (was %s). ",
			    v->app->changed, a, ratio > 1 ? ratio : 1 / ratio,
			    ratio > 1 ? "slower" : "faster", b);
}

/* With few operations a second the row tells of other programs. */
static bool shootdowns_are_known(const struct view *v)
{
	for (int i = 0; i < v->snap->n_checks; i++)
		if (!strcmp(v->snap->checks[i].name, "shootdowns_per_op"))
			return v->snap->checks[i].state != CHECK_UNKNOWN;
	return true;
}

/* A row that does not move is silence, and no proof: what else was counted or expected
 * is said with it. */
static void silence_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct expectation *meant = v->snap->expectation;
	struct reading sent = sample_get(&v->snap->window, CH_FLUSH_REMOTE_IPI_SEND);
	struct reading ops = sample_get(&v->snap->window, CH_FLUSH_OPS);
	char text[32];

	if (reading_present(sent) && reading_present(ops) && ops.value > 0 &&
	    sent.value > NONE_PER_OP * ops.value)
		text_append(buf, buf_bytes,
			    "The TLB row counts no interrupts, but the kernel asks "
			    "other CPUs to flush %s times per operation: they were "
			    "idle or preempted, or flushes travel another way. ",
			    per_op_text(sent.value / ops.value, text, sizeof(text)));
	else if (meant && meant->shootdowns_per_op_low > NONE_PER_OP)
		text_append(buf, buf_bytes,
			    "The TLB row counts no interrupts, though some were "
			    "expected: a 0 proves nothing here. ");
	else
		text_append(buf, buf_bytes, "The TLB row counts no interrupts. ");
}

/* Where the row does not count these flushes. What two sources counted is not compared:
 * they do not measure the same. */
static void told_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct sample *window = &v->snap->window;
	struct reading now = metric_of(METRIC_CPUS_TOLD_PER_OP, window);
	struct reading was = metric_before(v, METRIC_CPUS_TOLD_PER_OP);
	const char *source = told_source_name[window->told_source];
	char a[32], b[32];

	if (v->app->before.window.told_source != window->told_source)
		was = READING_ABSENT;
	per_op_text(now.value, a, sizeof(a));
	per_op_text(was.value, b, sizeof(b));
	if (reading_present(was) && fabs(now.value - was.value) > NONE_PER_OP)
		text_append(buf, buf_bytes,
			    "CPUs told to flush per operation went from %s to %s "
			    "(source: %s). ",
			    b, a, source);
	else if (now.value < NONE_PER_OP)
		text_append(buf, buf_bytes,
			    "Operations tell no other CPU to flush (source: %s). ",
			    source);
	else
		text_append(
			buf, buf_bytes,
			"Each operation tells %s other CPUs to flush (source: %s). ", a,
			source);
}

static void shootdown_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	struct reading now = metric_of(METRIC_SHOOTDOWNS_PER_OP, &v->snap->window);
	struct reading was = metric_before(v, METRIC_SHOOTDOWNS_PER_OP);
	char a[32], b[32];

	if (v->snap->window.told_source > TOLD_ROW) {
		told_sentence(v, buf, buf_bytes);
		return;
	}
	if (!reading_present(now) || !shootdowns_are_known(v))
		return;
	per_op_text(now.value, a, sizeof(a));
	per_op_text(reading_present(was) ? was.value : 0, b, sizeof(b));
	if (reading_present(was) && strcmp(a, b) != 0 &&
	    fabs(now.value - was.value) > NONE_PER_OP)
		text_append(buf, buf_bytes,
			    "Shootdowns per operation went from %s to %s. ", b, a);
	else if (now.value < NONE_PER_OP)
		silence_sentence(v, buf, buf_bytes);
	else
		text_append(buf, buf_bytes, "Each operation interrupts %s other CPUs. ",
			    a);
}

static void flush_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	struct reading full = metric_of(METRIC_FULL_FLUSHES_PER_OP, &v->snap->window);
	struct reading ranged =
		metric_of(METRIC_RANGED_FLUSHES_PER_OP, &v->snap->window);
	double all = full.value + ranged.value;

	if (!reading_present(full) || !reading_present(ranged) || all < 0.05)
		return;
	if (full.value > 0.95 * all)
		text_append(buf, buf_bytes, "The flushes drop the whole TLB. ");
	else if (ranged.value > 0.95 * all)
		text_append(buf, buf_bytes, "The flushes go page by page. ");
	else
		text_append(buf, buf_bytes,
			    "%.0f %% of the flushes drop the whole TLB. ",
			    100 * full.value / all);
}

static void victim_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	struct reading slow = metric_of(METRIC_VICTIM_SLOWDOWN, &v->snap->window);
	const struct latency_summary *l = &v->snap->victim_latency;
	char a[32];

	if (v->snap->experiment->victims == 0 || !reading_present(slow))
		return;
	if (slow.value < 0.95)
		text_append(buf, buf_bytes,
			    "The victims run faster than alone, so something disturbed "
			    "them while their quiet speed was measured");
	else if (slow.value < 1.02)
		text_append(buf, buf_bytes, "The victims run as when they are alone");
	else
		text_append(buf, buf_bytes, "The victims run %.2fx slower than alone",
			    slow.value);
	if (l->count > 0 && !isnan(l->max_ns))
		text_append(buf, buf_bytes, "; the longest stall is %s",
			    ns_text(l->max_ns, a, sizeof(a)));
	text_append(buf, buf_bytes, ". ");
}

static void caution_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	for (int i = 0; i < v->snap->n_checks; i++)
		if (v->snap->checks[i].state == CHECK_WARN) {
			text_append(buf, buf_bytes, "Read with care: %s.",
				    v->snap->checks[i].observed);
			return;
		}
}

static bool waiting_text(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct snapshot *s = v->snap;
	char error[512];

	if (s->phase == SESSION_FAILED && s->error) {
		error_text(s->error, error, sizeof(error));
		text_append(buf, buf_bytes,
			    "The run failed: %s. A change or space tries "
			    "again.",
			    error);
		return true;
	}
	if (s->window.elapsed_s >= SETTLED_S && s->experiment)
		return false;
	if (s->paused || s->phase == SESSION_IDLE)
		text_copy(buf, buf_bytes, "Space starts the run.");
	else if (s->experiment && s->experiment->victims > 0)
		text_copy(buf, buf_bytes,
			  "The victims are measured alone, then beside the workers; "
			  "figures follow after the warm-up.");
	else
		text_copy(buf, buf_bytes, "Figures follow after the warm-up.");
	return true;
}

void summary_write(const struct view *v, char *buf, size_t buf_bytes)
{
	buf[0] = '\0';
	if (waiting_text(v, buf, buf_bytes))
		return;
	victim_cost_sentence(&v->app->victim_costs, buf, buf_bytes);
	speed_sentence(v, buf, buf_bytes);
	shootdown_sentence(v, buf, buf_bytes);
	flush_sentence(v, buf, buf_bytes);
	victim_sentence(v, buf, buf_bytes);
	extras_sentence(v, buf, buf_bytes);
	caution_sentence(v, buf, buf_bytes);
}

static const char *summary_question(const struct view *v)
{
	const struct experiment *e = v->snap->experiment;

	if (!e || v->snap->phase == SESSION_FAILED ||
	    v->snap->window.elapsed_s < SETTLED_S)
		return "";
	if (e->threads == 1 && e->victims == 0)
		return "What does a second thread change?";
	if (victim_cost_kind_of(e, v->snap->catalogue) == VICTIM_COST_FLUSH &&
	    !v->app->victim_costs.kind[VICTIM_COST_INTERRUPT].set &&
	    victim_cost_control_holds(&v->snap->mechanism))
		return "How much of it is the interrupt? i runs the control.";
	if (e->mode == RUN_THREADS && (e->threads > 1 || e->victims > 0))
		return "What would separate processes do?";
	if (e->mode == RUN_PROCESSES)
		return "And threads of one process?";
	if (e->threads == 1 && e->victims == 1)
		return "And with more pages an operation?";
	return "";
}

/* What to expect, as far as whole notes fit. */
static void notes_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct preset *p = v->app->preset;

	if (!preset_is_about(p, &v->app->draft))
		return;
	for (int i = 0; i < p->n_notes; i++) {
		int rows = canvas_wrap(NULL, (struct rect){0, 0, r.w, 1000}, ROLE_DIM,
				       p->notes[i]);

		if (rows + 1 > r.h)
			return;
		canvas_wrap(c, (struct rect){r.x, r.y + 1, r.w, rows}, ROLE_DIM,
			    p->notes[i]);
		r.y += rows + 1;
		r.h -= rows + 1;
	}
}

void panel_summary_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct rect in = rect_inner(r);
	char text[1024];
	const char *question = summary_question(v);

	frame_title(c, r, "What you see", "", "");
	in.x++;
	in.w -= 2;
	struct rect old = canvas_clip(c, in);

	summary_write(v, text, sizeof(text));
	bool failed = v->snap->phase == SESSION_FAILED;
	int rows = canvas_wrap(c, in, failed ? ROLE_WARNING : ROLE_NORMAL, text);

	if (*question && in.h - rows >= 2)
		rows += canvas_wrap(
			c, (struct rect){in.x, in.y + rows, in.w, in.h - rows - 1},
			ROLE_ACCENT, question);
	if (in.h >= NOTES_FROM_H)
		notes_draw(c, (struct rect){in.x, in.y + rows, in.w, in.h - rows - 1},
			   v);
	if (in.h - rows >= 1 && v->app->preset->n_notes > 0)
		canvas_text_right(c, in.x + in.w, in.y + in.h - 1, in.w, ROLE_DIM,
				  "l lesson notes");
	canvas_unclip(c, old);
}

const struct about about_summary = {
	.name = "What you see",
	.unit = "sentences",
	.counts = "The last change in words: what became slower or faster, by "
		  "how much, and which counter went with it.",
	.counts_not = "Nothing it says is more than the numbers beside it; what "
		      "could not be counted is left out.",
	.comes_from = "The figures since the last change, against those before it or "
		      "against the baseline; what lies within 10 % is called the "
		      "same.",
	.misleads = "It compares with what was measured just before. Set a "
		    "baseline (b) to compare with something else, and let both run "
		    "some seconds: two intervals are not much of a sample.",
	.checks = about_timing_checks,
};
