/* SPDX-License-Identifier: MIT */
/*
 * Flushes by reason and by size, from the tracepoint tlb:tlb_flush, counted on the
 * workers' and victims' own threads (never recorded).
 *
 * Counting costs the counted up to 700 ns an event with these filters, too much for an
 * operation of a few microseconds. So it is done in slices: during one whole interval
 * the counters are on, then they stay off for as many as keep the average cost under
 * SLICE_COST_SHARE. The first slice begins when workers are attached, another when the
 * measured part of the run does, and one that is open is ended with it, so that however
 * short a run is it has its counts. In the interval that ends a slice the channels are
 * exact for the traced threads and CH_FLUSH_OPS holds the slice's operations; in any
 * other interval they are absent.
 *
 * Where operations are rare a slice lasts until it holds some, and when events cost
 * next to nothing the next one follows at once: an operation of milliseconds may begin
 * in one interval and end in another, and what it flushed must meet it in the sum. A
 * program's runs are few and long: the counters stay on, with those of all it starts.
 *
 * Where the privilege reaches that far, the victims' CPUs are counted, too
 * (flush_cpus.h).
 *
 * At most TRACED_WORKERS and TRACED_VICTIMS threads are traced, evenly picked; beyond
 * that counts are scaled up and say so. One more counter, on this process and never
 * enabled, keeps the tracepoint registered between rigs: unregistering waits for RCU,
 * some 40 ms during which the screen would stand still.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/flush_counts.h"
#include "sensors/flush_cpus.h"
#include "sensors/flush_filter.h"
#include "sensors/flush_seat.h"
#include "sensors/flush_tracepoint.h"
#include "sensors/perf_group.h"
#include "sensors/perf_reason.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { TRACED_WORKERS = 32, TRACED_VICTIMS = 16, EVENT_COST_NS = 700 };

#define SLICE_COST_SHARE 0.0025
#define SLICE_OFF_MIN	 7.0 /* intervals off for each on, unless events are rare */
#define SLICE_OPS_MIN	 64.0
#define SLICE_MAX_S	 1.0
#define SLICE_OFF_MAX	 511.0

struct sensor {
	const struct perf_opener *perf;
	const char *root;
	uint64_t tracepoint; /* its id; 0 none */
	int anchor_fd;

	int n_workers, n_victims; /* of the target */
	int n_traced_workers, n_traced;
	struct perf_group group[TRACED_WORKERS + TRACED_VICTIMS]; /* workers first */

	bool programs;		 /* what the traced start is counted as theirs */
	bool slicing, last_read; /* the next one is the run's last */
	int slices;
	double slice_s, slice_ops;	    /* of the present one */
	struct flush_work slice_work, work; /* of it, and of all so far */
	double off_s;			    /* how long the counters stay off still */
	struct flush_cpus victim_cpus;
	struct flush_seats seats;
};

_Static_assert(TRACED_WORKERS + TRACED_VICTIMS <= FLUSH_SEATS_MAX, "each has a seat");

static int open_event(struct sensor *s, struct perf_group *g, pid_t tid,
		      const char *filter)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = s->tracepoint,
	};

	return perf_group_add(g, s->perf, &attr, tid, filter);
}

static void refusal_text(const struct sensor *s, int err, bool cpu_wide, char *buf,
			 size_t buf_bytes)
{
	const struct perf_circumstances c = {
		.err = err,
		.paranoid = perf_paranoid_read(s->root),
		.root = geteuid() == 0,
		.cpu_wide = cpu_wide,
	};

	perf_reason(&c, buf, buf_bytes);
}

static void say_refused(const struct sensor *s, struct availability *a, int err)
{
	a->available = false;
	refusal_text(s, err, false, a->reason, sizeof(a->reason));
}

static void say_available(const struct sensor *s, struct availability *a)
{
	int n_victims = s->n_traced - s->n_traced_workers;

	a->available = true;
	snprintf(a->source, sizeof(a->source),
		 "tlb:tlb_flush per thread, in slices: up to %d ns an event while on, "
		 "%.2g %% on average",
		 EVENT_COST_NS, SLICE_COST_SHARE * 100);
	if (s->programs)
		snprintf(a->source, sizeof(a->source),
			 "tlb:tlb_flush of the program and all it starts, always on: "
			 "up to %d ns an event",
			 EVENT_COST_NS);
	if (s->n_traced_workers < s->n_workers)
		text_append(a->source, sizeof(a->source), "; %d of %d workers",
			    s->n_traced_workers, s->n_workers);
	if (n_victims < s->n_victims)
		text_append(a->source, sizeof(a->source), "; %d of %d victims",
			    n_victims, s->n_victims);
}

static int flush_trace_open(struct sensor **out, const struct sensor_env *env,
			    struct availability *availability)
{
	struct perf_group anchor = {0};
	struct sensor *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->perf = env->perf ? env->perf : &perf_opener_direct;
	s->root = env->root ? env->root : "";
	s->anchor_fd = -1;
	if (!env->trace_flushes) {
		text_copy(
			availability->reason, sizeof(availability->reason),
			"switched off for this run: counting flushes costs the counted");
		return 0;
	}
	err = flush_tracepoint_id(s->perf, s->root, &s->tracepoint);
	if (err) {
		availability->available = false;
		text_copy(availability->reason, sizeof(availability->reason),
			  flush_tracepoint_reason(err));
		return 0;
	}
	err = open_event(s, &anchor, getpid(), flush_filter[FLUSH_REASON]);
	if (err) {
		s->tracepoint = 0;
		say_refused(s, availability, err);
		return 0;
	}
	s->anchor_fd = anchor.fd[0];
	say_available(s, availability);
	return 0;
}

static void close_groups(struct sensor *s)
{
	for (int i = 0; i < s->n_traced; i++)
		perf_group_close(&s->group[i]);
	flush_cpus_close(&s->victim_cpus);
	s->n_traced = s->n_traced_workers = 0;
	s->slicing = false;
	s->seats.n = s->seats.n_cpus = 0;
	s->seats.why_no_cpus[0] = '\0';
}

/* Which of n threads the i-th of those that are traced is. */
static int picked(int i, int n, int take)
{
	return (int)((int64_t)i * n / take);
}

/* Opens counters on `take` of n threads, evenly picked. */
static int open_groups(struct sensor *s, const pid_t *tids, int n, int take,
		       int columns)
{
	for (int i = 0; i < take; i++) {
		struct perf_group *g = &s->group[s->n_traced];
		pid_t tid = tids[picked(i, n, take)];
		int err = 0;

		g->inherits = s->programs;
		s->n_traced++;
		for (int c = 0; c < columns && !err; c++)
			err = open_event(s, g, tid, flush_filter[c]);
		if (err)
			return err;
	}
	return 0;
}

static void drop_victim_cpus(struct sensor *s, int err)
{
	flush_cpus_close(&s->victim_cpus);
	s->seats.n_cpus = 0;
	refusal_text(s, err, true, s->seats.why_no_cpus, sizeof(s->seats.why_no_cpus));
}

static void take_victim_cpus(struct sensor *s)
{
	int err = flush_cpus_take(&s->victim_cpus, s->seats.cpu);

	s->seats.n_cpus = s->victim_cpus.n;
	if (err) /* one went offline */
		drop_victim_cpus(s, err);
}

/* Threads are counted whether or not their CPUs can be. */
static void open_victim_cpus(struct sensor *s, const struct sensor_target *target)
{
	struct flush_seats *seats = &s->seats;
	int err = flush_cpus_open(&s->victim_cpus, s->perf, s->tracepoint,
				  target->cpus + target->n_workers, target->n_victims);

	if (err)
		drop_victim_cpus(s, err);
	else if (target->n_victims && !s->victim_cpus.n)
		text_copy(seats->why_no_cpus, sizeof(seats->why_no_cpus),
			  "the victims are not pinned");
}

static int start_slice(struct sensor *s)
{
	int err = flush_cpus_enable(&s->victim_cpus);

	if (err)
		drop_victim_cpus(s, err);
	err = 0;
	for (int i = 0; i < s->n_traced && !err; i++)
		err = perf_group_enable(&s->group[i]);
	s->slicing = true;
	s->slice_s = s->slice_ops = 0;
	s->slice_work = (struct flush_work){.ops = 0};
	return err;
}

static void flush_trace_attach(struct sensor *s, const struct sensor_target *target,
			       struct availability *availability)
{
	int workers =
		target->n_workers < TRACED_WORKERS ? target->n_workers : TRACED_WORKERS;
	int victims =
		target->n_victims < TRACED_VICTIMS ? target->n_victims : TRACED_VICTIMS;
	int err;

	if (!s->tracepoint)
		return;
	close_groups(s);
	s->n_workers = target->n_workers;
	s->n_victims = target->n_victims;
	s->programs = target->programs;
	s->slices = 0;
	s->last_read = false;
	s->off_s = 0;
	err = open_groups(s, target->tids, target->n_workers, workers, FLUSH_COLUMNS);
	s->n_traced_workers = s->n_traced;
	if (!err)
		err = open_groups(s, target->tids + target->n_workers,
				  target->n_victims, victims, FLUSH_REASONS);
	if (!err) {
		open_victim_cpus(s, target);
		err = start_slice(s);
	}
	if (err) {
		close_groups(s);
		say_refused(s, availability, err);
		return;
	}
	say_available(s, availability);
}

static int end_slice(struct sensor *s, struct flush_counts *out)
{
	memset(out, 0, sizeof(*out));
	s->slicing = false;
	s->slices++;
	for (int i = 0; i < s->n_traced; i++)
		perf_group_disable(&s->group[i]);
	for (int i = 0; i < s->n_traced; i++) {
		struct perf_group_delta d;
		int err = perf_group_take(&s->group[i], &d);

		if (err)
			return err;
		if (i < s->n_traced_workers) {
			flush_counts_add(out, d.count, true);
			flush_seat_worker(&s->seats.seat[i],
					  picked(i, s->n_workers, s->n_traced_workers),
					  d.count);
			continue;
		}
		flush_seat_victim(&s->seats.seat[i],
				  picked(i - s->n_traced_workers, s->n_victims,
					 s->n_traced - s->n_traced_workers),
				  d.count);
		flush_counts_add(out, d.count, false);
	}
	take_victim_cpus(s);
	return 0;
}

/* How long to stay off after a slice that saw so many events. An initiator waits for
 * its receivers, who count at the same time: one victim's share is added. */
static double pause_after(const struct sensor *s, const struct flush_counts *c)
{
	int n_victims = s->n_traced - s->n_traced_workers;
	double own = 0, waited = 0, cost, off;

	for (int r = 0; r < FLUSH_REASONS; r++) {
		own += c->worker_reason[r];
		waited += c->victim_reason[r];
	}
	cost = (own + (n_victims ? waited / n_victims : 0)) * EVENT_COST_NS * 1e-9 /
	       s->n_traced_workers;
	if (s->programs)
		return 0;
	if (s->slice_ops < SLICE_OPS_MIN && cost < SLICE_COST_SHARE * s->slice_s)
		return 0;
	off = cost / SLICE_COST_SHARE;
	if (off < SLICE_OFF_MIN * s->slice_s)
		off = SLICE_OFF_MIN * s->slice_s;
	if (off > SLICE_OFF_MAX * s->slice_s)
		off = SLICE_OFF_MAX * s->slice_s;
	return off;
}

static void finish_slice(struct sensor *s, struct sample *sample)
{
	struct flush_counts c;

	if (end_slice(s, &c)) {
		s->off_s = SLICE_OFF_MIN * s->slice_s;
		return;
	}
	s->off_s = pause_after(s, &c);
	s->seats.n = s->n_traced;
	s->seats.elapsed_s = s->slice_s;
	const struct flush_population p = {
		.n_workers = s->n_workers,
		.n_victims = s->n_victims,
		.n_traced_workers = s->n_traced_workers,
		.n_traced_victims = s->n_traced - s->n_traced_workers,
	};

	flush_counts_put(&c, &p, flush_work_ops(&s->slice_work, &s->work), sample);
	sample_put(sample, CH_FLUSH_NS, s->slice_s * 1e9, QUALITY_EXACT);
}

/* The first one ends with the first operation: a run of few of them has no other. */
static bool slice_is_over(const struct sensor *s)
{
	return s->slice_ops >= (s->slices ? SLICE_OPS_MIN : 1) ||
	       s->slice_s >= SLICE_MAX_S || s->last_read;
}

static void flush_trace_read(struct sensor *s, struct sample *sample)
{
	if (!s->n_traced_workers)
		return;
	if (s->slicing) {
		s->slice_s += sample->elapsed_s;
		s->slice_ops += sample->value[CH_OPS];
		flush_work_add(&s->slice_work, sample);
	} else {
		s->off_s -= sample->elapsed_s;
	}
	if (s->slicing && slice_is_over(s))
		finish_slice(s, sample);
	if (!s->slicing && s->n_traced_workers && s->off_s <= 0 && start_slice(s))
		close_groups(s);
	s->last_read = false;
}

static void flush_trace_window(struct sensor *s, bool ends)
{
	s->last_read = ends;
	if (!ends && !s->slicing && s->n_traced_workers && start_slice(s))
		close_groups(s);
}

static void flush_trace_close(struct sensor *s)
{
	if (!s)
		return;
	close_groups(s);
	if (s->anchor_fd >= 0)
		close(s->anchor_fd);
	free(s);
}

const struct flush_seats *flush_seats_of_set(const struct sensor_set *set)
{
	for (int i = 0; i < set->n; i++)
		if (set->ops[i] == &flush_trace_ops)
			return &set->sensor[i]->seats;
	return NULL;
}

const struct sensor_ops flush_trace_ops = {
	.name = "flush_trace",
	.summary = "TLB flushes by reason and size (tracepoint tlb:tlb_flush)",
	.open = flush_trace_open,
	.attach = flush_trace_attach,
	.window = flush_trace_window,
	.read = flush_trace_read,
	.close = flush_trace_close,
};
