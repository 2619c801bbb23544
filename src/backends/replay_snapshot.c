/* SPDX-License-Identifier: MIT */
/*
 * What a replay shows at the playhead. Figures of a whole run (latency, checks) are
 * those the recording kept of it: they do not move with the playhead.
 */
#include "backends/replay_priv.h"

#include <math.h>
#include <string.h>

#include "tlblab/base/text.h"

const struct run_record *replay_run_record(const struct replay *r)
{
	return r->run < r->source.n_runs ? r->source.runs[r->run] : NULL;
}

bool replay_run_ended(const struct run_record *run)
{
	return run && *run->config.workload && run->elapsed_s > 0;
}

const struct experiment *replay_experiment(const struct replay *r)
{
	const struct run_record *run = replay_run_record(r);

	return run && *run->config.workload ? &run->config : r->source.experiment;
}

static void latency_of(const struct worker_record *workers, int n, double tick,
		       struct hist_view *hist, struct latency_summary *out)
{
	double max_ns = NAN;

	memset(hist, 0, sizeof(*hist));
	for (int i = 0; i < n; i++) {
		hist_view_merge(hist, &workers[i].latency);
		max_ns = fmax(max_ns, workers[i].max_ns);
	}
	latency_summarise(hist, tick, max_ns, out);
}

/* What the recording tells of the playhead's run as a whole. */
static void show_run(struct replay *r)
{
	static const struct run_record nothing;
	const struct run_record *run =
		replay_run_record(r) ? replay_run_record(r) : &nothing;
	int n = 0;

	if (r->shown_run == r->run && r->shown_ended == replay_run_ended(run))
		return;
	r->shown_run = r->run;
	r->shown_ended = replay_run_ended(run);
	latency_of(run->workers, run->n_workers, run->ns_per_tick, &r->worker_hist,
		   &r->worker_latency);
	latency_of(run->victims, run->n_victims, run->ns_per_tick, &r->victim_hist,
		   &r->victim_latency);
	for (int i = 0; i < run->n_workers && n < EXPERIMENT_MAX_WORKERS; i++)
		r->cpus[n++] = run->workers[i].cpu;
	for (int i = 0; i < run->n_victims && n < EXPERIMENT_MAX_WORKERS; i++)
		r->cpus[n++] = run->victims[i].cpu;
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
	v.measured = r->source.mechanism_measured;
	v.row_applies = reading_present(counted);
	return v;
}

static struct session_view view_of(const struct replay *r)
{
	const struct run_record *run = replay_run_record(r);

	return (struct session_view){
		/* Unknown until its end: 1 is as good while nothing was timed. */
		.ns_per_tick = replay_run_ended(run) ? run->ns_per_tick : 1,
		.n_workers = run ? run->n_workers : 0,
		.n_victims = run ? run->n_victims : 0,
		.cpus = r->cpus,
		.ceiling_pages = run ? run->ceiling_pages : -1,
		.ceiling_original = -1,
		.ceiling = &r->ceiling,
		.sensors = r->source.sensors,
		.n_sensors = r->source.n_sensors,
	};
}

const struct snapshot *replay_snapshot(struct replay *r)
{
	const struct run_record *run = replay_run_record(r);
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
		.experiment = replay_experiment(r),
		.series = r->series,
		.latest = n ? series_at(r->series, n - 1) : NULL,
		.window = r->window,
		.cpu_shootdowns = totals_of(r),
		.n_cpus = r->n_cpus,
		.worker_hist = &r->worker_hist,
		.victim_hist = &r->victim_hist,
		.worker_latency = r->worker_latency,
		.victim_latency = r->victim_latency,
		.view = view_of(r),
		.checks = run ? run->checks : NULL,
		.n_checks = run ? run->n_checks : 0,
		.mechanism = mechanism_of(r),
		.error = &r->error,
	};
	static const struct expectation unknown;

	r->snapshot.expectation = run ? &run->expectation : &unknown;
	if (run && run->n_workers)
		r->snapshot.time_one_in = run->workers[0].sampled_one_in;
	return &r->snapshot;
}
