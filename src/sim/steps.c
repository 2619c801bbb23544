/* SPDX-License-Identifier: MIT */
#include "sim/steps.h"

#include <stdlib.h>

struct step *step_add(struct sim_task *t, step_fn *run)
{
	if (t->n_steps == TASK_STEPS)
		abort(); /* a workload whose operation is longer than the list */
	struct step *st = &t->steps[t->n_steps++];

	*st = (struct step){.run = run};
	return st;
}

static enum verdict step_compute(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	double jitter = s->costs.jitter_pct / 100 * (2 * rng_unit(&t->rng) - 1);

	*cost_ns = st->ns * (1 + jitter);
	return STEP_DONE;
}

void add_compute(struct sim_task *t, double ns)
{
	step_add(t, step_compute)->ns = ns;
}

static enum verdict step_syscall(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	enum verdict v = step_compute(s, t, st, cost_ns);

	*cost_ns += kernel_enter(s, task_cpu(s, t));
	return v;
}

void add_syscall(struct sim_task *t, double ns)
{
	step_add(t, step_syscall)->ns = ns;
}

static enum verdict step_touch(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	struct sim_cpu *c = task_cpu(s, t);
	uint32_t end = t->progress + TOUCH_CHUNK;

	if (end > st->pages)
		end = st->pages;
	for (; t->progress < end; t->progress++)
		*cost_ns += mm_access(s, c, t, st->vpn + t->progress * st->stride,
				      st->write);
	return t->progress == st->pages ? STEP_DONE : STEP_AGAIN;
}

void add_touch(struct sim_task *t, uint32_t vpn, uint32_t pages, uint32_t stride,
	       bool write)
{
	struct step *st = step_add(t, step_touch);

	st->vpn = vpn;
	st->pages = pages;
	st->stride = stride;
	st->write = write;
}

static double lock_way_ns(struct sim *s, int from, int to)
{
	if (from < 0 || from == to)
		return 0;
	return s->cpus[from].package == s->cpus[to].package ? s->costs.lock_near_ns
							    : s->costs.lock_far_ns;
}

static enum verdict step_lock(struct sim *s, struct sim_task *t, const struct step *st,
			      double *cost_ns)
{
	struct sim_lock *l = st->what;

	if (!l->owner) {
		l->owner = t;
		*cost_ns = lock_way_ns(s, l->last_cpu, t->cpu);
		l->last_cpu = t->cpu;
		return STEP_DONE;
	}
	t->next_waiting = NULL;
	if (l->tail)
		l->tail->next_waiting = t;
	else
		l->head = t;
	l->tail = t;
	l->waiting++;
	return STEP_SPIN;
}

/* The line of the lock goes to the next in turn, the later the more CPUs want it. */
static enum verdict step_unlock(struct sim *s, struct sim_task *t,
				const struct step *st, double *cost_ns)
{
	struct sim_lock *l = st->what;
	struct sim_task *next = l->head;

	(void)t;
	(void)cost_ns;
	l->owner = next;
	if (!next)
		return STEP_DONE;
	l->head = next->next_waiting;
	if (!l->head)
		l->tail = NULL;
	l->waiting--;
	double way_ns = lock_way_ns(s, l->last_cpu, next->cpu) +
			s->costs.lock_crowd_ns * l->waiting;

	l->last_cpu = next->cpu;
	cpu_wake(s, task_cpu(s, next), s->now + ps_of(way_ns));
	return STEP_DONE;
}

void add_lock(struct sim_task *t, struct sim_lock *lock)
{
	step_add(t, step_lock)->what = lock;
}

void add_unlock(struct sim_task *t, struct sim_lock *lock)
{
	step_add(t, step_unlock)->what = lock;
}

void add_call(struct sim_task *t, step_fn *run)
{
	step_add(t, run);
}

static enum verdict step_sleep(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	step_compute(s, t, st, cost_ns);
	return STEP_SLEEP;
}

void add_sleep(struct sim_task *t, double ns)
{
	step_add(t, step_sleep)->ns = ns;
}
