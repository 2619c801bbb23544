/* SPDX-License-Identifier: MIT */
/*
 * A flush in flight: it begins when it is sent, asks CPU after CPU, and is over with
 * the last answer. Requests are told apart by the address of their call_single_data,
 * which belongs to one sender and one receiver and is used again only when it is
 * answered (kernel/smp.c, smp_call_function_many_cond). Where the kernel tells no
 * requests, the probes' entry and return enclose the flush, and who answered in between
 * was asked.
 */
#include "trace/who_priv.h"

#include <string.h>

/* What began longer ago than this lost its end with a record. */
static const uint64_t flight_max_ns = 1000000000;

static size_t slot_of(uint64_t key, size_t slots)
{
	return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) % slots;
}

static struct who_open *open_find(struct who *w, int tid)
{
	struct who_open *o = &w->open[slot_of((uint64_t)(uint32_t)tid, WHO_OPEN)];

	return o->tid == tid ? o : NULL;
}

static struct who_open *open_begin(struct who *w, const struct flush_event *e,
				   enum cause cause)
{
	struct who_open *o = &w->open[slot_of((uint64_t)(uint32_t)e->tid, WHO_OPEN)];

	*o = (struct who_open){
		.tid = e->tid,
		.task = who_task_of(w, e->pid, e->tid),
		.cause = cause,
		.kernel_range = e->kernel_range,
		.begun_ns = e->time_ns,
	};
	return o;
}

static void open_end(struct who *w, struct who_open *o, const struct flush_event *e,
		     uint64_t answer_ns)
{
	uint64_t ns = e->time_ns - o->begun_ns;

	if (o->asked > 0 && ns < flight_max_ns) {
		double sum = (double)ns * e->weight;

		who_durations_add(w, o, e, answer_ns);
		w->task[o->task].tally.now.flush_ns += sum;
		w->task[o->task].by_cause[o->cause].flush_ns += sum;
		w->cause[o->cause].tally.now.flush_ns += sum;
		w->total.now.flush_ns += sum;
	}
	o->tid = 0;
}

static void told_add(struct who *w, struct who_open *o, double weight)
{
	o->asked++;
	w->task[o->task].tally.now.told += weight;
	w->task[o->task].by_cause[o->cause].told += weight;
	w->cause[o->cause].tally.now.told += weight;
	w->total.now.told += weight;
	if (o->kernel_range)
		w->kernel.now.told += weight;
}

static void request_begin(struct who *w, struct who_open *o,
			  const struct flush_event *e)
{
	struct who_request *r = &w->request[slot_of(e->request, WHO_REQUESTS)];

	told_add(w, o, e->weight);
	o->waiting++;
	o->sent_ns = e->time_ns;
	*r = (struct who_request){
		.request = e->request,
		.sent_ns = e->time_ns,
		.flush = (int)(o - w->open),
	};
}

static void request_end(struct who *w, struct who_request *r,
			const struct flush_event *e)
{
	struct who_open *o = &w->open[r->flush];
	struct who_all_durations *d = &w->durations;
	double ns = (double)(e->time_ns - r->entered_ns);

	r->request = 0;
	if (e->time_ns - r->sent_ns > flight_max_ns)
		return;
	if (r->entered_ns) {
		int task = who_task_of(w, e->pid, e->tid);

		d->n_requests += e->weight;
		d->deliver_ns += (double)(r->entered_ns - r->sent_ns) * e->weight;
		d->receive_ns += ns * e->weight;
		w->task[task].tally.now.disturbed_ns += ns * e->weight;
		w->total.now.disturbed_ns += ns * e->weight;
		who_pair_add(w, w->task[o->task].pid, e->pid, e->weight);
		if (e->cpu >= 0 && e->cpu < w->n_cpus)
			w->cpu[e->cpu].tally.now.disturbed_ns += ns * e->weight;
	}
	if (o->tid && o->waiting > 0 && --o->waiting == 0)
		open_end(w, o, e, r->entered_ns);
}

/* Where requests are not told: of the flushes begun last, the newest of as many pages
 * by another task. */
static struct who_open *asker_of(struct who *w, const struct flush_event *e)
{
	for (int i = 1; i <= WHO_RECENT; i++) {
		int at = w->recent[(w->recent_next + WHO_RECENT - i) % WHO_RECENT];
		struct who_open *o = &w->open[at];

		if (o->tid && o->tid != e->tid && o->pages == e->pages &&
		    e->time_ns - o->begun_ns < flight_max_ns)
			return o;
	}
	return NULL;
}

static void answer_add(struct who *w, const struct flush_event *e)
{
	struct who_open *o = w->has_requests ? NULL : asker_of(w, e);

	if (!o)
		return;
	o->answer_ns = e->time_ns;
	told_add(w, o, e->weight);
	who_pair_add(w, w->task[o->task].pid, e->pid, e->weight);
}

static void sent_add(struct who *w, struct who_open *o, const struct flush_event *e,
		     enum cause cause)
{
	/* One that was sent and asked nobody since was sent by other means, such as a
	 * hypercall: it has no end to be seen, and this is the next. */
	if (!o || o->waiting || o->asked || o->sent_ns)
		o = open_begin(w, e, cause);
	o->cause = cause; /* its probe, if any, had no stack */
	o->pages = e->pages;
	o->sent_ns = e->time_ns;
	w->recent[w->recent_next] = (int)(o - w->open);
	w->recent_next = (w->recent_next + 1) % WHO_RECENT;
}

void who_flight_add(struct who *w, const struct flush_event *e, enum cause cause)
{
	struct who_open *o = open_find(w, e->tid);
	struct who_request *r = &w->request[slot_of(e->request, WHO_REQUESTS)];

	switch (e->step) {
	case FLUSH_STEP_BEGUN: open_begin(w, e, cause); break;
	case FLUSH_STEP_SENT: sent_add(w, o, e, cause); break;
	case FLUSH_STEP_RECEIVED: answer_add(w, e); break;
	case FLUSH_STEP_QUEUED:
		w->has_requests = true;
		if (!o || (e->kernel_range && !o->kernel_range))
			o = open_begin(w, e, cause);
		request_begin(w, o, e);
		break;
	case FLUSH_STEP_ENTERED:
		if (r->request == e->request)
			r->entered_ns = e->time_ns;
		break;
	case FLUSH_STEP_LEFT:
		if (r->request == e->request)
			request_end(w, r, e);
		break;
	case FLUSH_STEP_ENDED:
		if (o)
			open_end(w, o, e, o->answer_ns);
		break;
	default: break;
	}
}

void who_gap(struct who *w)
{
	memset(w->request, 0, sizeof(w->request));
	memset(w->open, 0, sizeof(w->open));
}
