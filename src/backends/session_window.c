/* SPDX-License-Identifier: MIT */

/*
 * The window: everything since the last change and its warm-up, kept as running
 * totals, so that the screen and the checks cost the same after an hour as after a
 * second. Latency comes from the rig's cumulative histograms by difference.
 */
#include "backends/session_priv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int session_window_open(struct session *s)
{
	int n;

	session_window_free(s);
	s->ops->view(s->backend, &s->view);
	n = s->view.shown.n_workers + s->view.shown.n_victims;
	s->workers = calloc((size_t)(n ? n : 1), sizeof(*s->workers));
	if (!s->workers)
		return -ENOMEM;
	s->n_workers = s->view.shown.n_workers;
	s->n_victims = s->view.shown.n_victims;
	return 0;
}

void session_window_free(struct session *s)
{
	free(s->workers);
	s->workers = NULL;
	s->n_workers = s->n_victims = 0;
	s->window_begun = false;
}

void session_window_begin(struct session *s, bool from_gate)
{
	memset(&s->window, 0, sizeof(s->window));
	memset(&s->worker_hist, 0, sizeof(s->worker_hist));
	memset(&s->victim_hist, 0, sizeof(s->victim_hist));
	/* SERIES_CPU_ABSENT: this CPU had no column in any interval so far. */
	memset(s->cpu_totals, 0xFF, (size_t)s->n_cpus * sizeof(*s->cpu_totals));
	s->worker_max_ticks = s->victim_max_ticks = 0;
	for (int i = 0; i < s->n_workers + s->n_victims; i++) {
		struct session_worker *w = &s->workers[i];

		memset(w, 0, sizeof(*w));
		s->ops->worker(s->backend, i, &w->now);
		if (from_gate)
			continue;
		w->before = w->now;
		if (w->now.hist)
			hist_copy(&w->seen, w->now.hist);
	}
	if (!from_gate)
		s->ops->change(s->backend, BACKEND_WINDOW, 1, NULL);
	s->window_begun = true;
}

/* The interval's latency distribution of workers [from, to), added to their windows;
 * returns the largest value since the window began. */
static uint64_t window_latency(struct session *s, int from, int to,
			       struct hist_view *interval)
{
	uint64_t max_ticks = 0;

	memset(interval, 0, sizeof(*interval));
	for (int i = from; i < to; i++) {
		struct session_worker *mine = &s->workers[i];
		struct hist_view delta = {.total = 0};

		s->ops->worker(s->backend, i, &mine->now);
		if (mine->now.max_ticks > max_ticks)
			max_ticks = mine->now.max_ticks;
		if (!mine->now.hist)
			continue;
		hist_view_add(&delta, mine->now.hist, &mine->seen);
		hist_copy(&mine->seen, mine->now.hist);
		hist_view_merge(&mine->window, &delta);
		hist_view_merge(interval, &delta);
	}
	return max_ticks;
}

static void window_gauge(struct session *s, struct sample *sample,
			 const struct hist_view *interval, enum channel channel,
			 double q)
{
	double ticks =
		q < 1 ? hist_view_quantile(interval, q) : hist_view_max(interval);

	if (interval->total && s->view.shown.ns_per_tick > 0)
		sample_put(sample, channel, ticks * s->view.shown.ns_per_tick,
			   QUALITY_EXACT);
}

void session_window_add(struct session *s, struct sample *sample)
{
	int n = s->n_workers;
	struct hist_view interval;

	s->worker_max_ticks = window_latency(s, 0, n, &interval);
	hist_view_merge(&s->worker_hist, &interval);
	window_gauge(s, sample, &interval, CH_LATENCY_P50_NS, 0.5);
	window_gauge(s, sample, &interval, CH_LATENCY_P99_NS, 0.99);
	window_gauge(s, sample, &interval, CH_LATENCY_MAX_NS, 1);
	if (s->n_victims) {
		s->victim_max_ticks = window_latency(s, n, n + s->n_victims, &interval);
		hist_view_merge(&s->victim_hist, &interval);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_P50_NS, 0.5);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_P99_NS, 0.99);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_P999_NS, 0.999);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_MAX_NS, 1);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_MIN_NS, 0);
		window_gauge(s, sample, &interval, CH_VICTIM_STALL_P90_NS, 0.9);
	}
	if (s->window.elapsed_s > 0)
		sample_merge(&s->window, sample);
	else
		s->window = *sample;
	for (int i = 0; sample->cpu_shootdowns && i < sample->n_cpus && i < s->n_cpus;
	     i++)
		if (sample->cpu_shootdowns[i] != SAMPLE_CPU_ABSENT)
			s->cpu_totals[i] = sample->cpu_shootdowns[i] +
					   (s->cpu_totals[i] == SERIES_CPU_ABSENT
						    ? 0
						    : s->cpu_totals[i]);
	s->window.cpu_shootdowns = NULL;
}
