/* SPDX-License-Identifier: MIT */
/*
 * The series shown is rebuilt from the recording at every jump and added to while the
 * playhead moves on. The last RECENT points are taken one by one; what lies before is
 * merged in equal groups into about OLDER points, so that a jump into a long recording
 * costs one walk over its points and what is near stays as it was measured.
 *
 * Figures of a whole run (latency, checks) are those the recording kept of it: they do
 * not move with the playhead.
 */
#include "tlblab/backends/replay.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { RECENT = 1024, OLDER = 1024 };

struct replay {
	struct replay_source source;
	struct series *series;
	double at_s, speed;
	bool plays;
	uint64_t last_ns; /* 0: not ticked yet */
	int next;	  /* first point not in the series */
	int next_marker, next_run;
	int run;
	double window_from_s;
	struct sample window;
	uint64_t *cpu_totals;
	int n_cpus;
	double totals_at_s; /* what the totals were made for; NaN: nothing */
	bool has_totals;
	int shown_run; /* whose record the fields below are of; -1 none */
	bool shown_ended;
	struct hist_view worker_hist, victim_hist;
	struct latency_summary worker_latency, victim_latency;
	int cpus[EXPERIMENT_MAX_WORKERS];
	struct availability ceiling;
	struct fault fault;
	struct snapshot snapshot;
};

static const struct run_record *run_of(const struct replay *r)
{
	return r->run < r->source.n_runs ? r->source.runs[r->run] : NULL;
}

/* Whether the run's end was read: only then it has more than intervals. */
static bool run_ended(const struct run_record *run)
{
	return run && *run->config.workload && run->elapsed_s > 0;
}

static const struct experiment *experiment_of(const struct replay *r)
{
	const struct run_record *run = run_of(r);

	return run && *run->config.workload ? &run->config : r->source.experiment;
}

/* The measured part of the playhead's run: behind the warm-up, or behind the last
 * change of a setting and the warm-up that follows it. */
static double window_start(const struct replay *r)
{
	const struct recording_run *run = recording_run(r->source.recording, r->run);
	const struct run_record *record = run_of(r);
	double warmup_s = experiment_of(r)->warmup_s, from_s = 0;

	if (!run)
		return 0;
	from_s = run_ended(record) ? run->end_s - record->elapsed_s
				   : run->base_s + warmup_s;
	for (int i = 0; i < r->next_marker; i++) {
		const struct marker *m = recording_marker(r->source.recording, i);

		if (m->t_s > run->base_s && *m->to && strcmp(m->from, "done in") != 0 &&
		    m->t_s + warmup_s > from_s)
			from_s = m->t_s + warmup_s;
	}
	return from_s;
}

static void window_rebuild(struct replay *r)
{
	const struct recording *rec = r->source.recording;

	memset(&r->window, 0, sizeof(r->window));
	r->window_from_s = window_start(r);
	for (int i = recording_find(rec, r->window_from_s + 1e-9); i < r->next; i++)
		sample_merge(&r->window, &recording_at(rec, i)->sample);
	r->totals_at_s = NAN;
}

static void latency_of(const struct worker_record *crew, int n, double tick,
		       struct hist_view *hist, struct latency_summary *out)
{
	double max_ns = NAN;

	memset(hist, 0, sizeof(*hist));
	for (int i = 0; i < n; i++) {
		hist_view_merge(hist, &crew[i].latency);
		max_ns = fmax(max_ns, crew[i].max_ns);
	}
	latency_summarise(hist, tick, max_ns, out);
}

/* What the recording tells of the playhead's run as a whole. */
static void show_run(struct replay *r)
{
	static const struct run_record nothing;
	const struct run_record *run = run_of(r) ? run_of(r) : &nothing;
	int n = 0;

	if (r->shown_run == r->run && r->shown_ended == run_ended(run))
		return;
	r->shown_run = r->run;
	r->shown_ended = run_ended(run);
	latency_of(run->workers, run->n_workers, run->ns_per_tick, &r->worker_hist,
		   &r->worker_latency);
	latency_of(run->victims, run->n_victims, run->ns_per_tick, &r->victim_hist,
		   &r->victim_latency);
	for (int i = 0; i < run->n_workers && n < EXPERIMENT_MAX_WORKERS; i++)
		r->cpus[n++] = run->workers[i].cpu;
	for (int i = 0; i < run->n_victims && n < EXPERIMENT_MAX_WORKERS; i++)
		r->cpus[n++] = run->victims[i].cpu;
}

/* Takes up markers and runs up to the playhead; true when the window moved. */
static bool markers_advance(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	bool moved = false;

	for (const struct marker *m;
	     (m = recording_marker(rec, r->next_marker)) && m->t_s <= r->at_s;
	     r->next_marker++) {
		series_mark(r->series, m);
		moved = true;
	}
	for (const struct recording_run *run;
	     (run = recording_run(rec, r->next_run)) && run->base_s <= r->at_s;
	     r->next_run++) {
		struct marker m = {.t_s = run->base_s};

		text_append(m.what, sizeof(m.what), "run %d", r->next_run + 1);
		if (r->next_run)
			series_mark(r->series, &m);
		moved = true;
	}
	int now = recording_run_at(rec, r->at_s);

	moved = moved || now != r->run;
	r->run = now;
	return moved;
}

static void series_take(struct replay *r, int from, int n)
{
	const struct recording *rec = r->source.recording;
	struct series_point p = *recording_at(rec, from);

	for (int i = 1; i < n; i++) {
		const struct series_point *next = recording_at(rec, from + i);

		sample_merge(&p.sample, &next->sample);
		for (int m = 0; m < METRIC_N; m++) {
			p.low[m] = fminf(p.low[m], next->low[m]);
			p.high[m] = fmaxf(p.high[m], next->high[m]);
		}
	}
	series_add(r->series, &p.sample);
	series_widen_last(r->series, p.low, p.high);
}

static void rebuild(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	int end = recording_find(rec, r->at_s), group = 1, i = 0;

	series_clear(r->series);
	r->next_marker = r->next_run = 0;
	while ((end - RECENT) / group > OLDER)
		group *= 2;
	for (; group > 1 && i + group <= end - RECENT; i += group)
		series_take(r, i, group);
	for (; i < end; i++)
		series_take(r, i, 1);
	r->next = end;
	markers_advance(r);
	window_rebuild(r);
}

static void advance(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	int end = recording_find(rec, r->at_s);
	bool moved = markers_advance(r);

	if (end - r->next > RECENT) {
		rebuild(r);
		return;
	}
	for (; r->next < end; r->next++) {
		const struct sample *s = &recording_at(rec, r->next)->sample;

		series_take(r, r->next, 1);
		if (s->t_s > r->window_from_s + 1e-9)
			sample_merge(&r->window, s);
	}
	if (moved)
		window_rebuild(r);
}

int replay_new(struct replay **out, const struct replay_source *source)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->speed = 1;
	r->plays = true;
	r->shown_run = -1;
	r->n_cpus = recording_n_cpus(source->recording);
	r->series = series_new(0);
	r->cpu_totals = calloc((size_t)r->n_cpus + 1, sizeof(*r->cpu_totals));
	if (!r->series || !r->cpu_totals) {
		replay_free(r);
		return -ENOMEM;
	}
	text_copy(r->ceiling.reason, sizeof(r->ceiling.reason),
		  "a recording: nothing can be set");
	replay_update(r, source);
	rebuild(r);
	*out = r;
	return 0;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	series_free(r->series);
	free(r->cpu_totals);
	free(r);
}

void replay_update(struct replay *r, const struct replay_source *source)
{
	r->source = *source;
	/* A recording that thinned has other points now. */
	if (r->next > recording_count(source->recording))
		rebuild(r);
}

int replay_tick(struct replay *r, uint64_t now_ns)
{
	double passed_s = r->last_ns ? (double)(now_ns - r->last_ns) * 1e-9 : 0;
	double end_s = replay_end_s(r);
	const struct series_point *next;

	r->last_ns = now_ns;
	if (r->plays) {
		r->at_s = fmin(r->at_s + passed_s * r->speed, end_s);
		advance(r);
		if (r->at_s >= end_s && r->source.complete)
			r->plays = false;
	}
	next = recording_at(r->source.recording, r->next);
	if (!r->plays || !next)
		return 1000;
	double wait_ms = (next->sample.t_s - r->at_s) / r->speed * 1e3;

	return wait_ms < 1 ? 1 : wait_ms > 1000 ? 1000 : (int)ceil(wait_ms);
}

void replay_play(struct replay *r, bool on)
{
	if (on && r->source.complete && r->at_s >= replay_end_s(r))
		replay_seek(r, 0);
	r->plays = on;
}

bool replay_plays(const struct replay *r)
{
	return r->plays;
}

void replay_seek(struct replay *r, double t_s)
{
	r->at_s = fmax(0, fmin(t_s, replay_end_s(r)));
	rebuild(r);
}

void replay_step(struct replay *r, int by)
{
	int to = r->next - 1 + by, n = recording_count(r->source.recording);

	r->plays = false;
	to = to < 0 ? 0 : to >= n ? n - 1 : to;
	if (n)
		replay_seek(r, recording_at(r->source.recording, to)->sample.t_s);
}

bool replay_skip(struct replay *r, int direction)
{
	const struct recording *rec = r->source.recording;
	double best_s = NAN;
	int n = recording_n_markers(rec) + recording_n_runs(rec);

	for (int i = 0; i < n; i++) {
		double t_s = i < recording_n_markers(rec)
				     ? recording_marker(rec, i)->t_s
				     : recording_run(rec, i - recording_n_markers(rec))
					       ->base_s;
		double ahead_s = (t_s - r->at_s) * direction;

		if (ahead_s > 1e-3 &&
		    (isnan(best_s) || ahead_s < (best_s - r->at_s) * direction))
			best_s = t_s;
	}
	if (isnan(best_s))
		return false;
	replay_seek(r, best_s);
	return true;
}

void replay_set_speed(struct replay *r, double speed)
{
	r->speed = fmax(REPLAY_SPEED_MIN, fmin(speed, REPLAY_SPEED_MAX));
}

double replay_speed(const struct replay *r)
{
	return r->speed;
}

double replay_at_s(const struct replay *r)
{
	return r->at_s;
}

double replay_end_s(const struct replay *r)
{
	return recording_end_s(r->source.recording);
}

int replay_run(const struct replay *r)
{
	return r->run;
}

static enum session_phase phase_of(const struct replay *r)
{
	if (r->source.complete && r->at_s >= replay_end_s(r))
		return SESSION_DONE;
	return r->window.elapsed_s > 0 ? SESSION_MEASURING : SESSION_WARMUP;
}

static const uint64_t *totals_of(struct replay *r)
{
	double from_s = fmax(r->window_from_s, 0);

	if (!(r->window.elapsed_s > 0) || !r->n_cpus)
		return NULL;
	if (r->totals_at_s != r->window.t_s) {
		r->totals_at_s = r->window.t_s;
		r->has_totals = recording_cpus(r->source.recording, from_s,
					       r->window.t_s, r->cpu_totals);
	}
	return r->has_totals ? r->cpu_totals : NULL;
}

static struct mechanism_verdict mechanism_of(const struct replay *r)
{
	struct mechanism_verdict v = {.kind = MECHANISM_UNKNOWN};
	struct reading counted = sample_get(&r->window, CH_SHOOTDOWNS);

	for (int k = 0; k < MECHANISMS && r->source.mechanism_verdict; k++)
		if (!strcmp(mechanism_name[k], r->source.mechanism_verdict))
			v.kind = (enum mechanism)k;
	if (r->source.mechanism_evidence)
		text_copy(v.evidence, sizeof(v.evidence), r->source.mechanism_evidence);
	v.row_applies = reading_present(counted);
	return v;
}

const struct snapshot *replay_snapshot(struct replay *r)
{
	const struct run_record *run = run_of(r);
	const struct replay_source *src = &r->source;
	int n = series_count(r->series);

	show_run(r);
	r->snapshot = (struct snapshot){
		.phase = phase_of(r),
		.paused = !r->plays && phase_of(r) != SESSION_DONE,
		.now_s = r->at_s,
		.run_start_s = r->window_from_s,
		.machine = src->machine,
		.catalogue = src->catalogue,
		.experiment = experiment_of(r),
		.series = r->series,
		.latest = n ? series_at(r->series, n - 1) : NULL,
		.window = r->window,
		.cpu_shootdowns = totals_of(r),
		.n_cpus = r->n_cpus,
		.worker_hist = &r->worker_hist,
		.victim_hist = &r->victim_hist,
		.worker_latency = r->worker_latency,
		.victim_latency = r->victim_latency,
		/* Unknown until its end: 1 is as good while nothing was timed. */
		.ns_per_tick = run_ended(run) ? run->ns_per_tick : 1,
		.n_workers = run ? run->n_workers : 0,
		.n_victims = run ? run->n_victims : 0,
		.cpus = r->cpus,
		.checks = run ? run->checks : NULL,
		.n_checks = run ? run->n_checks : 0,
		.mechanism = mechanism_of(r),
		.ceiling_pages = run ? run->ceiling_pages : -1,
		.ceiling_original = -1,
		.ceiling = &r->ceiling,
		.sensors = src->sensors,
		.n_sensors = src->n_sensors,
		.fault = &r->fault,
	};
	static const struct expectation unknown;

	r->snapshot.expectation = run ? &run->expectation : &unknown;
	if (run && run->n_workers)
		r->snapshot.time_one_in = run->workers[0].sampled_one_in;
	return &r->snapshot;
}
