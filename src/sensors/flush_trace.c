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
 * A slice's operations are those done between two readings of counters that are on
 * (flush_threads.h), not those of the intervals around them: on a busy machine
 * switching the counters may take a good part of an interval. Where a reading took too
 * long to tell which operations it holds, the slice goes on, and at the end of a run
 * the counts are absent.
 *
 * Where operations are rare a slice lasts until it holds some, and when events cost
 * next to nothing the next one adjoins it, without switching off: an operation of
 * milliseconds may begin in one interval and end in another, and what it flushed must
 * meet it in the sum. A program's runs are few and long: the counters stay on, with
 * those of all it starts.
 *
 * Where the privilege reaches that far, the victims' CPUs are counted, too
 * (flush_cpus.h).
 *
 * Where not all threads are traced counts are scaled up and say so. One more counter,
 * on this process and never enabled, keeps the tracepoint registered between rigs:
 * unregistering waits for RCU, some 40 ms during which the screen would stand still.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/flush_counts.h"
#include "sensors/flush_cpus.h"
#include "sensors/flush_filter.h"
#include "sensors/flush_threads.h"
#include "sensors/flush_tracepoint.h"
#include "sensors/perf_reason.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { EVENT_COST_NS = 700 };

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

	struct flush_threads threads;
	bool slicing, last_read; /* the next one is the run's last */
	int slices;
	/* Of the present slice and of those it adjoins, as the intervals tell. */
	double slice_s, slice_ops, on_s, on_ops;
	double off_s; /* how long the counters stay off still */
	struct flush_cpus victim_cpus;
	struct flush_slots slots;
};

static int open_anchor(struct sensor *s)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = s->tracepoint,
	};
	struct perf_group anchor = {0};
	int err = perf_group_add(&anchor, s->perf, &attr, getpid(),
				 flush_filter[FLUSH_REASON]);

	if (!err)
		s->anchor_fd = anchor.fd[0];
	return err;
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
	const struct flush_population p = flush_threads_population(&s->threads);

	a->available = true;
	snprintf(a->source, sizeof(a->source),
		 "tlb:tlb_flush per thread, in slices: up to %d ns an event while on, "
		 "%.2g %% on average",
		 EVENT_COST_NS, SLICE_COST_SHARE * 100);
	if (s->threads.programs)
		snprintf(a->source, sizeof(a->source),
			 "tlb:tlb_flush of the program and all it starts, always on: "
			 "up to %d ns an event",
			 EVENT_COST_NS);
	if (p.n_traced_workers < p.n_workers)
		text_append(a->source, sizeof(a->source), "; %d of %d workers",
			    p.n_traced_workers, p.n_workers);
	if (p.n_traced_victims < p.n_victims)
		text_append(a->source, sizeof(a->source), "; %d of %d victims",
			    p.n_traced_victims, p.n_victims);
}

static int flush_trace_open(struct sensor **out, const struct sensor_env *env,
			    struct availability *availability)
{
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
	err = open_anchor(s);
	if (err) {
		s->tracepoint = 0;
		say_refused(s, availability, err);
		return 0;
	}
	say_available(s, availability);
	return 0;
}

static void close_threads(struct sensor *s)
{
	flush_threads_close(&s->threads);
	flush_cpus_close(&s->victim_cpus);
	s->slicing = false;
	s->slots.n = s->slots.n_cpus = 0;
	s->slots.why_no_cpus[0] = '\0';
}

static void drop_victim_cpus(struct sensor *s, int err)
{
	flush_cpus_close(&s->victim_cpus);
	s->slots.n_cpus = 0;
	refusal_text(s, err, true, s->slots.why_no_cpus, sizeof(s->slots.why_no_cpus));
}

static void take_victim_cpus(struct sensor *s)
{
	int err = flush_cpus_take(&s->victim_cpus, s->slots.cpu);

	s->slots.n_cpus = s->victim_cpus.n;
	if (err) /* one went offline */
		drop_victim_cpus(s, err);
}

/* Threads are counted whether or not their CPUs can be. */
static void open_victim_cpus(struct sensor *s, const struct sensor_target *target)
{
	struct flush_slots *slots = &s->slots;
	int err = flush_cpus_open(&s->victim_cpus, s->perf, s->tracepoint,
				  target->cpus + target->n_workers, target->n_victims);

	if (err)
		drop_victim_cpus(s, err);
	else if (target->n_victims && !s->victim_cpus.n)
		text_copy(slots->why_no_cpus, sizeof(slots->why_no_cpus),
			  "the victims are not pinned");
}

/* The counters are on: what they count from here on is the slice's. */
static int begin_slice(struct sensor *s)
{
	int err = flush_threads_begin(&s->threads);

	take_victim_cpus(s);
	s->slice_s = s->slice_ops = s->on_s = s->on_ops = 0;
	return err;
}

static int start_slice(struct sensor *s)
{
	int err = flush_cpus_enable(&s->victim_cpus);

	if (err)
		drop_victim_cpus(s, err);
	err = flush_threads_enable(&s->threads);
	s->slicing = true;
	return err ? err : begin_slice(s);
}

static void stop_slice(struct sensor *s)
{
	flush_threads_disable(&s->threads);
	flush_cpus_disable(&s->victim_cpus);
	s->slicing = false;
}

static void flush_trace_attach(struct sensor *s, const struct sensor_target *target,
			       struct availability *availability)
{
	int err;

	if (!s->tracepoint)
		return;
	close_threads(s);
	s->slices = 0;
	s->last_read = false;
	s->off_s = 0;
	err = flush_threads_open(&s->threads, s->perf, s->tracepoint, target);
	if (!err) {
		open_victim_cpus(s, target);
		err = start_slice(s);
	}
	if (err) {
		close_threads(s);
		say_refused(s, availability, err);
		return;
	}
	say_available(s, availability);
}

/* How long to stay off after a slice that saw so many events; 0: the next one adjoins
 * it. An initiator waits for its receivers, who count at the same time: one victim's
 * share is added. */
static double pause_after(const struct sensor *s, const struct flush_counts *c,
			  const struct flush_population *p)
{
	double own = 0, waited = 0, cost, off;

	for (int r = 0; r < FLUSH_REASONS; r++) {
		own += c->worker_reason[r];
		waited += c->victim_reason[r];
	}
	cost = (own + (p->n_traced_victims ? waited / p->n_traced_victims : 0)) *
	       EVENT_COST_NS * 1e-9 / p->n_traced_workers;
	if (s->threads.programs)
		return 0;
	if (s->on_ops < SLICE_OPS_MIN &&
	    (s->on_s < SLICE_MAX_S || cost < SLICE_COST_SHARE * s->slice_s))
		return 0;
	off = cost / SLICE_COST_SHARE;
	if (off < SLICE_OFF_MIN * s->slice_s)
		off = SLICE_OFF_MIN * s->slice_s;
	if (off > SLICE_OFF_MAX * s->slice_s)
		off = SLICE_OFF_MAX * s->slice_s;
	return off;
}

/* Publishes it, unless what it holds is not known well enough. */
static void finish_slice(struct sensor *s, struct sample *sample)
{
	const struct flush_population p = flush_threads_population(&s->threads);
	struct flush_counts c;

	if (flush_threads_look(&s->threads)) {
		stop_slice(s);
		s->off_s = SLICE_OFF_MIN * s->slice_s;
		return;
	}
	if (!flush_threads_sure(&s->threads))
		return;
	take_victim_cpus(s);
	flush_threads_sum(&s->threads, &c);
	flush_threads_slot(&s->threads, &s->slots);
	flush_counts_put(&c, &p, flush_threads_ops(&s->threads), sample);
	sample_put(sample, CH_FLUSH_NS, flush_threads_elapsed_s(&s->threads) * 1e9,
		   QUALITY_EXACT);
	s->slices++;
	s->off_s = pause_after(s, &c, &p);
	if (s->off_s > 0)
		stop_slice(s);
	else
		flush_threads_adjoin(&s->threads);
	s->slice_s = s->slice_ops = 0;
}

/* The first one ends with the first operation: a run of few of them has no other. */
static bool slice_is_over(const struct sensor *s)
{
	return s->slice_ops >= (s->slices ? SLICE_OPS_MIN : 1) ||
	       s->slice_s >= SLICE_MAX_S || s->last_read;
}

static void flush_trace_read(struct sensor *s, struct sample *sample)
{
	double ops = sample->value[CH_OPS];

	if (!s->threads.n_traced_workers)
		return;
	if (s->slicing) {
		s->slice_s += sample->elapsed_s;
		s->on_s += sample->elapsed_s;
		s->slice_ops += ops;
		s->on_ops += ops;
	} else {
		s->off_s -= sample->elapsed_s;
	}
	if (s->slicing && slice_is_over(s))
		finish_slice(s, sample);
	else if (!s->slicing && s->off_s <= 0 && start_slice(s))
		close_threads(s);
	s->last_read = false;
}

static void flush_trace_window(struct sensor *s, bool ends)
{
	s->last_read = ends;
	if (ends || !s->threads.n_traced_workers)
		return;
	if (s->slicing ? begin_slice(s) : start_slice(s))
		close_threads(s);
}

static void flush_trace_close(struct sensor *s)
{
	if (!s)
		return;
	close_threads(s);
	if (s->anchor_fd >= 0)
		close(s->anchor_fd);
	free(s);
}

const struct flush_slots *flush_slots_of_set(const struct sensor_set *set)
{
	for (int i = 0; i < set->n; i++)
		if (set->ops[i] == &flush_trace_ops)
			return &set->sensor[i]->slots;
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
