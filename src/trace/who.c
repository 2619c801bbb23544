/* SPDX-License-Identifier: MIT */
/*
 * Every event counts for the task that ran (an initiator, or whoever was interrupted),
 * for its CPU and for its cause. How flushes travel is in who_flight.c.
 */
#include "trace/who_priv.h"

#include <stdlib.h>
#include <string.h>

struct who *who_new(int n_cpus)
{
	struct who *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->n_cpus = n_cpus < WHO_CPUS_MAX ? n_cpus : WHO_CPUS_MAX;
	w->cpu = calloc((size_t)w->n_cpus, sizeof(*w->cpu));
	w->task = calloc(WHO_TASKS_MAX, sizeof(*w->task));
	w->of_task = calloc(WHO_DURATIONS_MAX, sizeof(*w->of_task));
	if (!w->cpu || !w->task || !w->of_task) {
		who_free(w);
		return NULL;
	}
	w->n_tasks = 1; /* the others */
	return w;
}

void who_free(struct who *w)
{
	if (!w)
		return;
	free(w->cpu);
	free(w->task);
	free(w->of_task);
	free(w);
}

double who_flushes(const struct who_counts *c)
{
	return c->sent > c->local ? c->sent : c->local;
}

/* SENT is the first sight of a flush that asks others, LOCAL of one that does not;
 * pages are taken from both by who_flushes' rule: from the kind there is more of. */
static void initiated_add(struct who_counts *c, const struct flush_event *e)
{
	bool sent = e->step == FLUSH_STEP_SENT;

	*(sent ? &c->sent : &c->local) += e->weight;
	if (sent != (c->sent >= c->local))
		return;
	if (e->pages == FLUSH_PAGES_ALL)
		c->full += e->weight;
	else
		c->pages += (double)e->pages * e->weight;
}

static void add_initiated(struct who *w, const struct flush_event *e, enum cause cause)
{
	struct who_task *t = &w->task[who_task_of(w, e->pid, e->tid)];

	initiated_add(&t->tally.now, e);
	initiated_add(&t->by_cause[cause], e);
	initiated_add(&w->cause[cause].tally.now, e);
	initiated_add(&w->total.now, e);
	if (e->kernel_range)
		initiated_add(&w->kernel.now, e);
	if (e->stack >= 0 && e->stack < STACKS_MAX)
		w->stack_count[e->stack] += e->weight;
}

static void add_received(struct who *w, const struct flush_event *e)
{
	w->task[who_task_of(w, e->pid, e->tid)].tally.now.received += e->weight;
	w->total.now.received += e->weight;
	if (e->kernel_range)
		w->kernel.now.received += e->weight;
	if (e->cpu >= 0 && e->cpu < w->n_cpus) {
		w->cpu[e->cpu].tally.now.received += e->weight;
		w->cpu[e->cpu].last_pid = e->pid;
	}
}

static enum cause cause_of(const struct flush_event *e,
			   const struct stack_table *stacks)
{
	const struct stack *stack = stacks ? stack_table_at(stacks, e->stack) : NULL;

	if (e->step == FLUSH_STEP_SWITCH)
		return CAUSE_CONTEXT_SWITCH;
	if (stack && stack->cause != CAUSE_UNKNOWN)
		return stack->cause;
	return e->kernel_range ? CAUSE_KERNEL_RANGE : CAUSE_UNKNOWN;
}

/* A kernel-range flush makes no event but its requests: the first of them is its SENT.
 */
static bool begins_kernel_range(const struct who *w, const struct flush_event *e)
{
	static const uint64_t same_flush_ns = 20000;

	if (e->step != FLUSH_STEP_QUEUED || !e->kernel_range)
		return false;
	return e->tid != w->kernel_tid || e->time_ns - w->kernel_ns > same_flush_ns;
}

void who_add(struct who *w, const struct flush_event *e,
	     const struct stack_table *stacks)
{
	enum cause cause = cause_of(e, stacks);
	struct flush_event first = *e;

	switch (e->step) {
	case FLUSH_STEP_SENT:
	case FLUSH_STEP_LOCAL:
	case FLUSH_STEP_SWITCH: add_initiated(w, e, cause); break;
	case FLUSH_STEP_RECEIVED: add_received(w, e); break;
	case FLUSH_STEP_QUEUED:
		if (begins_kernel_range(w, e)) {
			first.step = FLUSH_STEP_SENT;
			first.pages = FLUSH_PAGES_ALL;
			add_initiated(w, &first, cause);
		}
		if (e->kernel_range) {
			w->kernel_tid = e->tid;
			w->kernel_ns = e->time_ns;
		}
		break;
	case FLUSH_STEP_LEFT:
		if (e->kernel_range)
			add_received(w, e);
		break;
	default: break;
	}
	who_flight_add(w, e, cause);
}

static void name_task(struct who_task *t, const char *comm)
{
	size_t n = strnlen(comm, sizeof(t->comm) - 1);

	memcpy(t->comm, comm, n);
	t->comm[n] = '\0';
}

void who_task(struct who *w, const struct flush_task *task)
{
	for (int i = w->n_tasks - 1; i > 0; i--) {
		struct who_task *t = &w->task[i];

		if (t->tid != task->tid || t->ended)
			continue;
		if (task->comm)
			name_task(t, task->comm);
		t->ended = task->ended;
		return;
	}
}

void who_name(struct who *w, int tid, const char *comm)
{
	const struct flush_task task = {.tid = tid, .comm = comm};

	who_task(w, &task);
}

int who_nameless(const struct who *w, int *tids, int max)
{
	int n = 0;

	for (int i = 1; i < w->n_tasks && n < max; i++)
		if (!w->task[i].comm[0] && !w->task[i].ended)
			tids[n++] = w->task[i].tid;
	return n;
}

static void counts_add(struct who_counts *to, const struct who_counts *from)
{
	to->sent += from->sent;
	to->local += from->local;
	to->full += from->full;
	to->pages += from->pages;
	to->told += from->told;
	to->flush_ns += from->flush_ns;
	to->received += from->received;
	to->disturbed_ns += from->disturbed_ns;
}

static void tally_interval(struct who_tally *t)
{
	counts_add(&t->all, &t->now);
	t->last = t->now;
	t->now = (struct who_counts){0};
}

void who_interval(struct who *w, double elapsed_s)
{
	w->last_s = elapsed_s;
	w->all_s += elapsed_s;
	tally_interval(&w->total);
	tally_interval(&w->kernel);
	for (int i = 0; i < w->n_tasks; i++)
		tally_interval(&w->task[i].tally);
	for (int i = 0; i < CAUSE_N; i++)
		tally_interval(&w->cause[i].tally);
	for (int i = 0; i < w->n_cpus; i++)
		tally_interval(&w->cpu[i].tally);
}

double who_elapsed_s(const struct who *w, bool of_last)
{
	return of_last ? w->last_s : w->all_s;
}

int who_n_tasks(const struct who *w)
{
	return w->n_tasks;
}

const struct who_task *who_task_at(const struct who *w, int i)
{
	return &w->task[i];
}

const struct who_cause *who_cause_at(const struct who *w, enum cause c)
{
	return &w->cause[c];
}

int who_n_cpus(const struct who *w)
{
	return w->n_cpus;
}

const struct who_cpu *who_cpu_at(const struct who *w, int cpu)
{
	return &w->cpu[cpu];
}

int who_n_pairs(const struct who *w)
{
	return w->n_pairs;
}

const struct who_pair *who_pair_at(const struct who *w, int i)
{
	return &w->pair[i];
}

const struct who_tally *who_total(const struct who *w)
{
	return &w->total;
}

const struct who_tally *who_kernel_ranges(const struct who *w)
{
	return &w->kernel;
}

double who_stack_count(const struct who *w, int stack)
{
	return stack >= 0 && stack < STACKS_MAX ? w->stack_count[stack] : 0;
}

long who_n_others(const struct who *w)
{
	return w->n_others;
}
