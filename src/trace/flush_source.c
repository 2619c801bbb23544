/* SPDX-License-Identifier: MIT */
/*
 * Slices: recording is on for SLICE_NS, what it brought is handed over, and it stays
 * off until the average is back at FLUSH_RECORDS_PER_S, for a time drawn at random
 * about that, so that nothing periodic hides. While there are few records it stays on,
 * and every event stands for itself. A slice that lost records is half as long the next
 * time.
 */
#include "tlblab/trace/flush_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tlblab/base/clock.h"
#include "trace/flush_kinds.h"

enum { RECORDS_MAX = 1 << 16 };

static const uint64_t slice_ns = 20000000, slice_min_ns = 1000000;
static const uint64_t short_slice_ns = 2000000;

struct flush_source {
	struct flush_kinds kinds;
	struct trace_rings *rings;
	struct stack_table *stacks;
	struct flush_event *event; /* of the present slice */
	size_t n_events;
	const struct flush_sink *sink; /* during a read */
	bool whole, on;
	uint64_t length_ns;		  /* of the next slice */
	uint64_t begun_ns, on_ns, due_ns; /* the first; the present; what is due next */
	double recorded_ns;
	uint64_t records, dropped, lost_before, random;
};

static double random_share(struct flush_source *s)
{
	s->random = s->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (double)(s->random >> 11) / (double)(UINT64_C(1) << 53);
}

int flush_source_open(struct flush_source **out,
		      const struct flush_source_options *options, struct error *error)
{
	struct flush_source *s = calloc(1, sizeof(*s));
	int failed, err = s ? flush_kinds_find(&s->kinds, options, error) : -ENOMEM;

	if (!err) {
		const struct trace_rings_options rings = {
			.perf = options->perf,
			.cpus = options->cpus,
			.events = s->kinds.event,
			.n_events = s->kinds.n,
			.tasks = true,
		};

		s->whole = options->whole;
		s->length_ns = slice_ns;
		s->random = s->on_ns = clock_now_ns();
		s->stacks = stack_table_new(options->symbols);
		s->event = calloc(RECORDS_MAX, sizeof(*s->event));
		err = s->stacks && s->event
			      ? trace_rings_open(&s->rings, &rings, &failed)
			      : -ENOMEM;
		if (err == -ENOMEM)
			error_set(error, ERROR_MACHINE, ENOMEM, "tracing the machine",
				  "out of memory", "close other programs");
		else if (err)
			error_set(error, ERROR_MACHINE, -err, "tracing the machine",
				  strerror(-err),
				  "run it with sudo, or grant CAP_PERFMON");
	}
	if (err) {
		flush_source_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void flush_source_close(struct flush_source *s)
{
	if (!s)
		return;
	trace_rings_close(s->rings);
	stack_table_free(s->stacks);
	free(s->event);
	free(s);
}

static void take_task(struct flush_source *s, const struct trace_record *record)
{
	const struct flush_task task = {
		.pid = record->pid,
		.tid = record->tid,
		.ended = record->kind == TRACE_RECORD_EXIT,
		.comm = record->comm,
	};

	if (s->sink->task)
		s->sink->task(s->sink->self, &task);
}

static void take_record(void *self, int event, const struct trace_record *record)
{
	struct flush_source *s = self;
	struct flush_event *e = &s->event[s->n_events];

	if (record->kind == TRACE_RECORD_COMM || record->kind == TRACE_RECORD_FORK ||
	    record->kind == TRACE_RECORD_EXIT)
		take_task(s, record);
	if (event < 0)
		return;
	s->records++;
	if (s->n_events == RECORDS_MAX) {
		s->dropped++;
		return;
	}
	*e = (struct flush_event){
		.time_ns = record->time_ns,
		.cpu = record->cpu,
		.pid = record->pid,
		.tid = record->tid,
		.stack = s->kinds.event[event].kernel_stack
				 ? stack_table_add(s->stacks, record->pid,
						   record->chain, record->n_chain)
				 : STACK_NONE,
	};
	flush_kinds_decode(&s->kinds, event, record, e);
	s->n_events++;
}

static int by_time(const void *a, const void *b)
{
	const struct flush_event *x = a, *y = b;

	return x->time_ns < y->time_ns ? -1 : x->time_ns > y->time_ns;
}

static void hand_over(struct flush_source *s, double weight)
{
	qsort(s->event, s->n_events, sizeof(*s->event), by_time);
	for (size_t i = 0; i < s->n_events; i++) {
		s->event[i].weight = weight;
		s->sink->event(s->sink->self, &s->event[i]);
	}
	s->n_events = 0;
}

/* How long it stays off after so many records in so long a slice. */
static uint64_t rest_ns(struct flush_source *s, uint64_t records, uint64_t elapsed_ns)
{
	double wanted = (double)records / FLUSH_RECORDS_PER_S * 1e9;

	if (s->whole || wanted <= (double)elapsed_ns)
		return 0;
	return (uint64_t)((wanted - (double)elapsed_ns) * (0.5 + random_share(s)));
}

static void end_slice(struct flush_source *s, uint64_t now_ns)
{
	uint64_t before = s->records, elapsed = now_ns - s->on_ns, rest, lost;
	bool gap;

	trace_rings_read(s->rings, take_record, s);
	lost = trace_rings_lost(s->rings);
	rest = rest_ns(s, s->records - before, elapsed);
	if (rest)
		trace_rings_enable(s->rings, false);
	if (lost > s->lost_before && s->length_ns > slice_min_ns)
		s->length_ns /= 2;
	else if (lost == s->lost_before && s->length_ns < slice_ns)
		s->length_ns += s->length_ns / 8;
	gap = rest || lost > s->lost_before;
	s->lost_before = lost;
	s->recorded_ns += (double)elapsed;
	s->on = !rest;
	s->on_ns = now_ns;
	s->due_ns = now_ns + (rest ? rest : s->length_ns);
	hand_over(s, rest ? (double)(elapsed + rest) / (double)elapsed : 1);
	if (gap && s->sink->gap)
		s->sink->gap(s->sink->self);
}

static void begin_slice(struct flush_source *s, uint64_t now_ns)
{
	trace_rings_enable(s->rings, true);
	if (!s->begun_ns)
		s->begun_ns = now_ns;
	s->on = true;
	s->on_ns = now_ns;
	s->due_ns = now_ns + s->length_ns;
}

int flush_source_tick(struct flush_source *s, const struct flush_sink *sink)
{
	uint64_t now_ns = clock_now_ns();

	s->sink = sink;
	if (now_ns >= s->due_ns) {
		if (s->on)
			end_slice(s, now_ns);
		else
			begin_slice(s, now_ns);
		now_ns = clock_now_ns();
	}
	return s->due_ns > now_ns ? (int)((s->due_ns - now_ns + 999999) / 1000000) : 0;
}

void flush_source_slice(struct flush_source *s, const struct flush_sink *sink)
{
	const struct timespec wait = {0, (long)short_slice_ns};
	uint64_t since_ns = s->on_ns, before = s->records, now_ns;
	double elapsed_ns;

	s->sink = sink;
	if (!s->on) {
		begin_slice(s, clock_now_ns());
		nanosleep(&wait, NULL);
	}
	now_ns = clock_now_ns();
	trace_rings_enable(s->rings, false);
	trace_rings_read(s->rings, take_record, s);
	elapsed_ns = (double)(now_ns - s->on_ns);
	s->recorded_ns += elapsed_ns;
	hand_over(s, (double)(now_ns - since_ns) / elapsed_ns);
	s->on = false;
	s->on_ns = now_ns;
	if (sink->gap)
		sink->gap(sink->self);
	if ((double)(s->records - before) * 1e9 < FLUSH_RECORDS_PER_S * elapsed_ns)
		begin_slice(s, now_ns);
}

int flush_source_check(const char *root, const struct perf_opener *perf,
		       struct error *error)
{
	const struct flush_source_options options = {.root = root, .perf = perf};
	struct flush_kinds *kinds = calloc(1, sizeof(*kinds));
	int err = kinds ? flush_kinds_find(kinds, &options, error) : -ENOMEM;

	free(kinds);
	return err;
}

const struct availability *flush_source_requests(const struct flush_source *s)
{
	return &s->kinds.requests;
}

const struct availability *flush_source_durations(const struct flush_source *s)
{
	return &s->kinds.durations;
}

const struct availability *flush_source_kernel_ranges(const struct flush_source *s)
{
	return &s->kinds.kernel_ranges;
}

const struct stack_table *flush_source_stacks(const struct flush_source *s)
{
	return s->stacks;
}

struct flush_source_state flush_source_state(const struct flush_source *s)
{
	double elapsed = s->begun_ns ? (double)(s->on_ns - s->begun_ns) : 0;

	return (struct flush_source_state){
		.records = s->records,
		.lost = trace_rings_lost(s->rings) + s->dropped,
		.recorded_share = elapsed > 0 ? s->recorded_ns / elapsed : 1,
		.memory_bytes = trace_rings_bytes(s->rings) +
				RECORDS_MAX * sizeof(struct flush_event),
	};
}
