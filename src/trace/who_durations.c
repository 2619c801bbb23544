/* SPDX-License-Identifier: MIT */
/*
 * How long flushes take that ask other CPUs: of all, by the number of CPUs asked, and
 * of each initiator. Memory is bounded: a task past WHO_DURATIONS_MAX counts among all.
 */
#include "trace/who_priv.h"

#include <math.h>

/* The kernel's native_flush_tlb_others, timed from entry to return by funclatency while
 * each of so many threads called madvise(4 KiB, MADV_DONTNEED) a million times. */
const struct who_published who_published[WHO_PUBLISHED] = {
	{2, 1, 1398},
	{8, 7, 3891},
	{14, 13, 6610},
};

const char who_published_source[] =
	"shootdown-latency.txt: funclatency of native_flush_tlb_others while each "
	"thread calls madvise(4 KiB, MADV_DONTNEED)";

void who_told_range(int told_class, int *least, int *most)
{
	*least = 1 << told_class;
	*most = told_class + 1 < WHO_TOLD_CLASSES ? 2 * *least - 1 : 0;
}

double who_mean_ns(const struct who_mean *m)
{
	return m->n > 0 ? m->sum_ns / m->n : NAN;
}

struct who_mean who_mean_of(const struct who_durations *d)
{
	struct who_mean all = {0, 0};

	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		all.n += d->by_told[i].n;
		all.sum_ns += d->by_told[i].sum_ns;
	}
	return all;
}

void who_durations_merge(struct who_durations *to, const struct who_durations *from)
{
	hist_view_merge(&to->all, &from->all);
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		to->by_told[i].n += from->by_told[i].n;
		to->by_told[i].sum_ns += from->by_told[i].sum_ns;
	}
	to->path.n += from->path.n;
	to->path.send_ns += from->path.send_ns;
	to->path.wait_ns += from->path.wait_ns;
	to->path.answer_ns += from->path.answer_ns;
}

static int told_class(int told)
{
	int class = 0;

	while (told > 1 && class < WHO_TOLD_CLASSES - 1) {
		told /= 2;
		class ++;
	}
	return class;
}

static void view_record(struct hist_view *v, uint64_t ns, double weight)
{
	uint64_t n = (uint64_t)(weight + 0.5);

	v->count[hist_bucket(ns)] += n;
	v->total += n;
}

static void path_add(struct who_path *p, const struct who_open *o, uint64_t end_ns,
		     uint64_t answer_ns, double weight)
{
	if (o->sent_ns < o->begun_ns || o->sent_ns > end_ns || !answer_ns)
		return;
	/* A CPU may begin before the last request is sent. */
	if (answer_ns < o->sent_ns)
		answer_ns = o->sent_ns;
	if (answer_ns > end_ns)
		return;
	p->n += weight;
	p->send_ns += (double)(o->sent_ns - o->begun_ns) * weight;
	p->wait_ns += (double)(answer_ns - o->sent_ns) * weight;
	p->answer_ns += (double)(end_ns - answer_ns) * weight;
}

static void one_add(struct who_durations *d, const struct who_open *o,
		    const struct flush_event *e, uint64_t answer_ns)
{
	struct who_mean *m = &d->by_told[told_class(o->asked)];
	uint64_t ns = e->time_ns - o->begun_ns;

	view_record(&d->all, ns, e->weight);
	m->n += e->weight;
	m->sum_ns += (double)ns * e->weight;
	path_add(&d->path, o, e->time_ns, answer_ns, e->weight);
}

void who_durations_add(struct who *w, const struct who_open *o,
		       const struct flush_event *e, uint64_t answer_ns)
{
	struct who_task *t = &w->task[o->task];

	one_add(&w->durations.sum, o, e, answer_ns);
	view_record(&w->durations.by_told[told_class(o->asked)],
		    e->time_ns - o->begun_ns, e->weight);
	if (!t->durations && w->n_of_task < WHO_DURATIONS_MAX)
		t->durations = ++w->n_of_task;
	if (t->durations)
		one_add(&w->of_task[t->durations - 1], o, e, answer_ns);
}

const struct who_all_durations *who_durations(const struct who *w)
{
	return &w->durations;
}

const struct who_durations *who_task_durations(const struct who *w, int i)
{
	int at = w->task[i].durations;

	return at ? &w->of_task[at - 1] : NULL;
}
