/* SPDX-License-Identifier: MIT */
/*
 * A trace in its frame: the newest value large in the title, the plot below, and when
 * the metric is absent a sentence in the same place, with the next best thing. The
 * shootdowns also show, at the right, which CPUs received them.
 */
#include "tui/panels/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/cpu_bars.h"
#include "tlblab/draw/plot.h"
#include "tlblab/draw/utf8.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"
#include "tui/app/difference.h"
#include "tui/frame/mouse.h"

enum { STRIP_W = 26, STRIP_FROM_W = 72 };

/* The first of the trace's metrics that is there; its first when none is. */
static int choice_of(const struct view *v, const struct trace *t)
{
	for (int i = 0; i < t->n_choices; i++)
		if (reading_present(view_metric(v, t->choice[i].metric)))
			return i;
	return 0;
}

static const char *title_of(const struct view *v, const struct trace *t, int choice)
{
	const struct workload_desc *w =
		v->snap->experiment
			? experiment_workload(v->snap->experiment, v->snap->catalogue)
			: NULL;

	if (t->work_title && w && w->victims_work)
		return t->work_title;
	if (t->choice[choice].metric == METRIC_CPUS_TOLD_PER_S &&
	    v->snap->window.told_source > TOLD_ROW)
		return "CPUs told to flush";
	return t->choice[choice].title ? t->choice[choice].title : t->title;
}

static void plot_of(const struct view *v, const struct trace *t, int choice,
		    struct plot *p)
{
	const struct measured *baseline = view_baseline(v);
	struct reading baseline_series = READING_ABSENT;

	*p = (struct plot){
		.series = v->snap->series,
		.metric = t->choice[choice].metric,
		.unit = t->choice[choice].unit,
		.role = t->role,
		.log = t->log != ((v->app->rescaled >> t->id & 1) != 0),
		.behind = t->behind,
		.n_behind = t->n_behind,
		.time = v->time,
		.baseline = NAN,
		.cursor_s = v->app->zoomed && v->app->cursor ? v->app->cursor_s : NAN,
	};
	if (baseline) {
		baseline_series = metric_of(p->metric, &baseline->window);
		p->baseline_series = baseline->series;
		p->baseline_series_shift_s = baseline->shift_s;
		p->baseline_series_name = *baseline->name ? baseline->name : NULL;
	}
	if (reading_present(baseline_series))
		p->baseline = baseline_series.value;
}

/* A plot among others is one thing to click; alone, its columns are moments. */
static void plot_spot(struct canvas *c, struct rect frame, struct rect in,
		      const struct view *v, enum trace_id id)
{
	in.x += PLOT_LABEL_COLUMNS;
	in.w -= PLOT_LABEL_COLUMNS;
	if (v->app->zoomed)
		canvas_spot(c, in, SPOT_TIME, (int)id);
	else
		canvas_spot(c, frame, SPOT_PLOT, (int)id);
}

/* Why nothing is there to plot, as a sentence. */
static void absent_text(const struct view *v, const struct trace *t, char *buf,
			size_t buf_bytes)
{
	const struct availability *sensor = view_sensor(v, t->sensor);
	const struct experiment *e = v->snap->experiment;

	if (t->needs_victims && (!e || e->victims == 0))
		text_copy(buf, buf_bytes,
			  "no victims: set victims to 1 or more to see what is done to "
			  "threads that only share the address space");
	else if (t == trace_table[TRACE_SHOOTDOWNS] && v->snap->told_reason &&
		 *v->snap->told_reason)
		text_copy(buf, buf_bytes, v->snap->told_reason);
	else if (t == trace_table[TRACE_SHOOTDOWNS] &&
		 !v->snap->mechanism.row_applies && *v->snap->mechanism.evidence)
		text_copy(buf, buf_bytes, v->snap->mechanism.evidence);
	else if (sensor && !sensor->available)
		text_copy(buf, buf_bytes, sensor->reason);
	else if (!v->snap->latest)
		text_copy(buf, buf_bytes, "nothing measured yet");
	else if (!sensor && *t->sensor)
		snprintf(buf, buf_bytes, "no %s sensor here", t->sensor);
	else
		text_copy(buf, buf_bytes,
			  "nothing counted in the part of the session shown here");
}

static void absent_draw(struct canvas *c, struct rect r, const struct view *v,
			const struct trace *t)
{
	char text[256];

	absent_text(v, t, text, sizeof(text));
	r.x++;
	r.w -= 2;
	int rows = canvas_wrap(c, r, ROLE_DIM, text);

	r.y += rows;
	r.h -= rows;
	if (t == trace_table[TRACE_WALKS])
		panel_refill_draw(c, r, v);
}

static void strip_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	struct cpu_rates rates = {
		s->cpu_shootdowns, s->n_cpus,	      s->window.elapsed_s, s->view.cpus,
		s->view.n_workers, s->view.n_victims, s->view.program_cpus};

	if (s->cpu_shootdowns && s->n_cpus > 0)
		cpu_bars_draw(c, r, &rates);
}

/* From the largest down, as the lines lie in the plot; the largest is exact. */
static void quantiles_draw(struct canvas *c, struct rect r, const struct view *v,
			   double highest_ns)
{
	const struct latency_summary *l = &v->snap->victim_latency;
	struct reading least = sample_get(&v->snap->window, CH_VICTIM_STALL_MIN_NS);
	const struct {
		const char *name;
		double ns;
	} rows[] = {{"p99", l->p99_ns},
		    {"p90", l->p90_ns},
		    {"p50", l->p50_ns},
		    {"shortest", reading_present(least) ? least.value : NAN}};
	struct lines lines = {c, r, 0};

	line_figure_draw(&lines, ROLE_VICTIM, "longest", highest_ns, "ns");

	for (int i = 0; i < 4 && !isnan(rows[i].ns); i++)
		line_figure_draw(&lines, ROLE_NORMAL, rows[i].name, rows[i].ns, "ns");
}

/* Of walks there is more than their share of the cycles; what only sums up pending
 * walks gives the mean length of one and nothing else. */
static void walk_figures_draw(struct lines *lines, const struct view *v)
{
	static const struct {
		enum metric metric;
		const char *name, *unit;
	} figures[] = {
		{METRIC_DTLB_WALK_CYCLES_PER_OP, "cycles an op", ""},
		{METRIC_DTLB_WALKS_PER_OP, "walks an op", ""},
		{METRIC_DTLB_WALK_MEAN_CYCLES, "a walk, cycles", ""},
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		struct reading value = metric_of(figures[i].metric, &v->snap->window);

		if (reading_present(value))
			line_figure_draw(lines, ROLE_NORMAL, figures[i].name,
					 value.value, figures[i].unit);
	}
}

/* What stands beside the plots that have no per-CPU bars. */
static void figures_draw(struct canvas *c, struct rect r, const struct view *v,
			 const struct plot *p)
{
	struct reading mean = metric_of(p->metric, &v->snap->window);
	struct plot shown = *p;
	double low = NAN, high = NAN;
	struct lines lines = {c, r, 0};

	shown.time.from_s =
		fmax(shown.time.from_s,
		     shown.time.to_s > 0 && v->snap->latest
			     ? v->snap->latest->sample.t_s - v->snap->window.elapsed_s
			     : 0);
	if (!reading_present(mean) || !plot_range(&shown, &low, &high))
		return;
	if (p->n_behind) {
		quantiles_draw(c, r, v, high);
		return;
	}
	/* A longest stall has no mean: neighbouring intervals merge to the longer. */
	if (metric_is_ratio(p->metric))
		line_figure_draw(&lines, ROLE_NORMAL, "mean", mean.value, p->unit);
	line_figure_draw(&lines, ROLE_NORMAL, "lowest", low, p->unit);
	line_figure_draw(&lines, ROLE_NORMAL, "highest", high, p->unit);
	if (!isnan(p->baseline))
		line_figure_draw(&lines, ROLE_BASELINE,
				 v->app->twin.set ? "simulated" : "baseline",
				 p->baseline, p->unit);
	struct reading ops = metric_of(METRIC_OPS_PER_S, &v->snap->window);

	if (p->metric == METRIC_DTLB_WALK_CYCLES_PCT ||
	    p->metric == METRIC_DTLB_WALKS_PER_OP)
		walk_figures_draw(&lines, v);
	if (p->metric == METRIC_NS_PER_OP && reading_present(ops))
		line_figure_draw(&lines, ROLE_NORMAL, "operations", ops.value, "/s");
}

static void ratio_text(char *buf, size_t buf_bytes, double ratio, const char *name)
{
	snprintf(buf, buf_bytes, "%.*fx %s",
		 ratio < 9.995	? 2
		 : ratio < 99.5 ? 1
				: 0,
		 ratio, *name ? name : "the baseline");
}

/* What the marks at the foot of the plot stand for, as far as there is room for it. */
static void noise_legend(char *words, size_t words_bytes, uint8_t noise, int room)
{
	char causes[96] = "";

	if (!noise)
		return;
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		if (noise & 1u << kind)
			text_append(causes, sizeof(causes), "%s%s",
				    *causes ? ", " : "! noisy: ", noise_word[kind]);
	if (utf8_text_columns(words) + 2 + utf8_text_columns(causes) > room)
		text_copy(causes, sizeof(causes), "! noisy");
	if (utf8_text_columns(words) + 2 + utf8_text_columns(causes) > room)
		text_copy(words, words_bytes, causes);
	else
		text_append(words, words_bytes, "%s%s", *words ? ", " : "", causes);
}

/* Where they were counted; beside interrupts that a hypervisor may spare, how many were
 * asked for. */
static void told_words(const struct view *v, char *words, size_t words_bytes)
{
	const struct sample *w = &v->snap->window;
	struct reading sent = sample_get(w, CH_FLUSH_REMOTE_IPI_SEND);
	double seconds = sample_get(w, CH_FLUSH_NS).value * 1e-9;
	int others = v->snap->mm_cpus > 2 ? v->snap->mm_cpus - 1 : 1;
	char asked[32];

	if (w->told_source == TOLD_ROW &&
	    v->snap->mechanism.kind == MECHANISM_PARAVIRT && reading_present(sent) &&
	    seconds > 0)
		snprintf(words, words_bytes, "per second, interrupted (row); asked %s",
			 text_quantity(asked, sizeof(asked),
				       sent.value * others / seconds, ""));
	else if (w->told_source)
		snprintf(words, words_bytes, "per second, %s",
			 told_source_words[w->told_source]);
}

static void title_draw(struct canvas *c, struct rect r, const struct view *v,
		       const struct trace *t, const struct plot *p)
{
	const int choice = choice_of(v, t);
	const char *title = title_of(v, t, choice);
	struct reading now = view_metric(v, p->metric), ranged;
	char words[160], value[32] = "";
	const struct measured *baseline = view_baseline(v);
	struct stats_difference apart;

	snprintf(words, sizeof(words), "%s%s%s", t->choice[choice].words,
		 p->log ? ", log" : "",
		 now.quality == QUALITY_SCALED ? ", scaled" : "");
	if (p->metric == METRIC_CPUS_TOLD_PER_S)
		told_words(v, words, sizeof(words));
	if (reading_present(now))
		text_quantity(value, sizeof(value), now.value, p->unit);
	ranged = view_metric(v, METRIC_RANGED_FLUSHES_PER_OP);
	if (t == trace_table[TRACE_FLUSHES] && reading_present(ranged))
		snprintf(words, sizeof(words), "per operation; page by page %.2f",
			 ranged.value);
	if (reading_present(now) && view_difference(v, p->metric, &apart)) {
		if (baseline == &v->app->twin)
			twin_error_text(&apart, words, sizeof(words));
		else
			difference_text(&apart, baseline->name, words, sizeof(words));
		if (utf8_text_columns(words) > frame_title_room(r, title, value))
			difference_brief(&apart, words, sizeof(words));
	} else if (reading_present(now) && p->baseline > 0 && !view_is_its_baseline(v))
		ratio_text(words, sizeof(words), now.value / p->baseline,
			   baseline ? baseline->name : "");
	if (p->marker_names)
		noise_legend(words, sizeof(words), plot_noise(p),
			     frame_title_room(r, title, value));
	frame_title(c, r, title, words, value);
}

void panel_plot_draw(struct canvas *c, struct rect r, const struct view *v,
		     enum trace_id id, bool time_labels)
{
	const struct trace *t = trace_table[id];
	int choice = choice_of(v, t);
	struct rect in = rect_inner(r);
	struct plot p;

	plot_of(v, t, choice, &p);
	p.time_labels = time_labels;
	p.marker_names = id == TRACE_RUNTIME || id == TRACE_FLUSHES ||
			 v->app->layout == LAYOUT_FOLDED || v->app->zoomed;
	title_draw(c, r, v, t, &p);
	if (in.w >= STRIP_FROM_W &&
	    (v->app->layout != LAYOUT_FOLDED || v->app->zoomed)) {
		/* All plots end at the same column, for they share one time axis. */
		struct rect strip = {in.x + in.w - STRIP_W, in.y, STRIP_W - 1, in.h};

		in.w -= STRIP_W + 1;
		if (v->app->zoomed) {
			int rows = cursor_figures_draw(c, strip, v, p.metric, p.unit);

			strip.y += rows;
			strip.h -= rows;
		}
		if (id == TRACE_SHOOTDOWNS && v->snap->window.told_source <= TOLD_ROW)
			strip_draw(c, strip, v);
		else
			figures_draw(c, strip, v, &p);
	}
	plot_spot(c, r, in, v, id);
	if (!plot_draw(c, in, &p)) {
		in.h -= time_labels;
		if (id == TRACE_WALKS) /* the estimate takes the figures' room too */
			in.w = rect_inner(r).w;
		absent_draw(c, in, v, t);
	}
}

static void spark_draw(struct canvas *c, struct rect r, const struct view *v,
		       const struct trace *t)
{
	int choice = choice_of(v, t);
	struct reading now = view_metric(v, t->choice[choice].metric);
	char text[256];
	struct plot p;

	plot_of(v, t, choice, &p);
	canvas_text(c, r.x, r.y, 21, ROLE_TITLE, title_of(v, t, choice));
	r.x += 22;
	r.w -= 22;
	if (reading_present(now)) {
		text_quantity(text, sizeof(text), now.value, p.unit);
		canvas_text_right(c, r.x + r.w, r.y, 9, ROLE_ACCENT, text);
	}
	r.w -= 10;
	if (plot_draw_spark(c, r, &p))
		return;
	absent_text(v, t, text, sizeof(text));
	canvas_text(c, r.x, r.y, r.w + 10, ROLE_DIM, text);
}

void panel_sparks_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct latency_summary *l = &v->snap->worker_latency;
	int lead = v->app->plot, group = lead / 3 * 3;
	struct rect row = {r.x + 2, r.y + 1, r.w - 4, 1};
	char p50[32], p99[32], max[32];

	for (int i = 1; i < 3; i++, row.y++)
		spark_draw(c, row, v, trace_table[group + (lead - group + i) % 3]);
	canvas_text(c, row.x, row.y, 21, ROLE_TITLE, "Latency");
	if (isnan(l->p50_ns) || l->count == 0)
		canvas_text(c, row.x + 22, row.y, row.w - 22, ROLE_DIM,
			    "none timed yet");
	else
		canvas_textf(c, row.x + 9, row.y, row.w - 9, ROLE_NORMAL,
			     "p50 %s  p99 %s  max %s",
			     text_quantity(p50, sizeof(p50), l->p50_ns, "ns"),
			     text_quantity(p99, sizeof(p99), l->p99_ns, "ns"),
			     text_quantity(max, sizeof(max), l->max_ns, "ns"));
}
