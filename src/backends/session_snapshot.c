/* SPDX-License-Identifier: MIT */

/* What is seen of a session: its checks, kept current, and a snapshot of pointers. */
#include "backends/session_priv.h"

#include <math.h>

/* How far the slowest and the fastest worker came. */
static void session_share(const struct session *s, struct check_facts *facts)
{
	int n = s->window_begun ? s->n_workers : 0;

	facts->ops_least = n ? UINT64_MAX : 0;
	for (int i = 0; i < n; i++) {
		uint64_t ops = s->workers[i].now.ops - s->workers[i].before.ops;

		facts->ops_least = ops < facts->ops_least ? ops : facts->ops_least;
		facts->ops_most = ops > facts->ops_most ? ops : facts->ops_most;
	}
}

void session_check(struct session *s)
{
	struct check_facts facts = {
		.experiment = &s->experiment,
		.total = s->window,
		.measuring = s->window_begun && s->window.elapsed_s > 0,
		.ceiling_before = s->ceiling_before,
		.mechanism_ipi = true,
	};

	s->ops->view(s->backend, &s->view);
	s->expectation = s->view.expectation;
	facts.expectation = s->expectation;
	facts.pinned = s->view.pinned;
	facts.workers_and_victims = s->view.shown.n_workers + s->view.shown.n_victims;
	facts.oversubscribed_cpus = s->view.oversubscribed_cpus;
	facts.program = s->view.program;
	facts.gives_way = s->view.gives_way;
	facts.emulator = s->view.emulator;
	facts.ceiling_now = s->view.shown.ceiling_pages;
	facts.ceiling_known = s->view.shown.ceiling_pages >= 0;
	facts.ceiling_reason =
		s->view.shown.ceiling ? s->view.shown.ceiling->reason : "";
	facts.mechanism_ipi = s->view.mechanism_ipi;
	facts.flushers = s->view.shown.flushers;
	facts.mechanism_note = s->view.mechanism_note;
	if (s->view.mechanism && !s->mechanism.row_applies) {
		facts.mechanism_ipi = false;
		facts.mechanism_note = s->mechanism.evidence;
	}
	session_share(s, &facts);
	facts.mm_cpus = session_told_cpus(s);
	facts.told_reason = s->told_reason;
	if (s->window_begun && s->n_workers)
		facts.time_one_in = s->workers[0].now.time_one_in;
	s->n_checks = checks_make(&facts, s->checks);
}

const struct snapshot *session_snapshot(struct session *s)
{
	struct snapshot *o = &s->snapshot;
	int n = series_count(s->series);

	s->ops->view(s->backend, &s->view);

	const double tick = s->view.shown.ns_per_tick;

	*o = (struct snapshot){
		.phase = s->phase,
		.paused = s->paused,
		.now_s = session_now_s(s),
		.run_start_s = s->run_start_s,
		.machine = s->machine,
		.catalogue = session_catalogue(s),
		.experiment = &s->experiment,
		.series = s->series,
		.latest = n ? series_at(s->series, n - 1) : NULL,
		.cpu_shootdowns = s->window_begun && s->mechanism.row_applies
					  ? s->cpu_totals
					  : NULL,
		.n_cpus = s->n_cpus,
		.worker_hist = &s->worker_hist,
		.victim_hist = &s->victim_hist,
		.view = s->view.shown,
		.checks = s->checks,
		.n_checks = s->n_checks,
		.expectation = &s->expectation,
		.mechanism = s->mechanism,
		.mm_cpus = session_told_cpus(s),
		.told_reason = s->told_reason,
		.error = &s->error,
		.absent = s->absent,
		.n_absent = s->n_absent,
	};
	if (s->window_begun)
		o->window = s->window;
	if (s->window_begun && s->n_workers)
		o->time_one_in = s->workers[0].now.time_one_in;
	latency_summarise(&s->worker_hist, tick,
			  s->worker_max_ticks ? (double)s->worker_max_ticks * tick
					      : NAN,
			  &o->worker_latency);
	latency_summarise(&s->victim_hist, tick,
			  s->victim_max_ticks ? (double)s->victim_max_ticks * tick
					      : NAN,
			  &o->victim_latency);
	return o;
}
