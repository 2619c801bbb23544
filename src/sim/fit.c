/* SPDX-License-Identifier: MIT */
/*
 * Fitting costs to measurements: first what calls take alone (fit_calls.c), then the
 * way there and back of an interrupt, of which only the whole and a victim's stall are
 * known, so that the parts of each keep their proportions. The time of two threads that
 * shoot at each other is no sum, so there the simulator itself is asked, and the
 * interrupt's costs are scaled until it agrees.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/fit_calls.h"
#include "sim/machine.h"

enum { FIT_OPS = 400, FIT_STEPS = 24, PAIR = 2 };

/* Of the time to tell another CPU, how much its entry may be at most. */
static const double entry_share = 0.75;
static const double scale_least = 1.0 / 64, scale_most = 64;

void sim_measured_clear(struct sim_measured *m)
{
	*m = (struct sim_measured){.madvise_two_ns = NAN, .walk_ns = NAN};
}

void sim_measured_add(struct sim_measured *m, const struct sim_observed *o)
{
	if (!isnan(o->ns) && m->n < SIM_OBSERVED_MAX)
		m->observed[m->n++] = *o;
}

static int fit_impossible(struct error *error, const char *what, const char *why)
{
	return error_set(error, ERROR_MACHINE, ERANGE, what, why,
			 "measure again on an idle machine");
}

static double median(double *values, int n)
{
	struct stats s;

	return n && !stats_of(values, (size_t)n, &s) ? s.median : NAN;
}

static const struct sim_observed *same_alone(const struct sim_measured *m,
					     const struct sim_observed *told)
{
	for (int i = 0; i < m->n; i++) {
		const struct sim_observed *o = &m->observed[i];

		if (!o->told && o->call == told->call && o->pages == told->pages)
			return o;
	}
	return NULL;
}

/*
 * Both CPUs flush at the same time and take as long at it, so what a call takes longer
 * with company is the way and the entry; and what a victim loses beyond the flush is
 * entry and return.
 */
static void interrupt_measured(const struct sim_costs *c, const struct sim_measured *m,
			       double *told_ns, double *stall_ns)
{
	double told[SIM_OBSERVED_MAX], stall[SIM_OBSERVED_MAX];
	int n_told = 0, n_stall = 0;

	for (int i = 0; i < m->n; i++) {
		const struct sim_observed *o = &m->observed[i];
		const struct sim_observed *alone = o->told ? same_alone(m, o) : NULL;

		if (!alone)
			continue;
		told[n_told++] = o->ns - alone->ns;
		if (!isnan(o->stall_ns))
			stall[n_stall++] =
				o->stall_ns - c->flush_func_ns -
				(o->full ? c->full_flush_ns : o->pages * c->invlpg_ns);
	}
	*told_ns = median(told, n_told);
	*stall_ns = median(stall, n_stall);
}

static void entry_scale(struct sim_costs *c, double scale)
{
	c->irq_enter_ns *= scale;
	c->irq_exit_ns *= scale;
}

static void way_scale(struct sim_costs *c, double scale)
{
	c->ipi_setup_ns *= scale;
	c->ipi_send_ns *= scale;
	c->ipi_queue_ns *= scale;
	c->ipi_core_ns *= scale;
	c->ipi_near_ns *= scale;
	c->ipi_far_ns *= scale;
	c->ack_ns *= scale;
}

/* At the distance of two cores of one package. */
static int fit_interrupt(struct sim_costs *c, const struct sim_measured *m,
			 struct error *error)
{
	double told_ns, stall_ns;

	interrupt_measured(c, m, &told_ns, &stall_ns);
	if (!isnan(stall_ns)) {
		double scale = stall_ns / (c->irq_enter_ns + c->irq_exit_ns);

		if (!(scale > 0))
			return fit_impossible(error, "a victim's stall",
					      "is shorter than the flush in it");
		entry_scale(c, scale);
	}
	if (isnan(told_ns))
		return 0;
	/* A stall may be longer than its interrupt, where others come in. */
	if (told_ns > 0 && c->irq_enter_ns > entry_share * told_ns)
		entry_scale(c, entry_share * told_ns / c->irq_enter_ns);
	double way = c->ipi_setup_ns + c->ipi_send_ns + c->ipi_near_ns + c->ack_ns;
	double scale = (told_ns - c->irq_enter_ns) / way;

	if (!(scale > 0))
		return fit_impossible(error, "a call with a victim",
				      "is over before the victim answered");
	way_scale(c, scale);
	return 0;
}

static void interrupt_scale(struct sim_costs *c, double scale)
{
	entry_scale(c, scale);
	way_scale(c, scale);
	c->flush_func_ns *= scale;
}

/* ns of one call when two threads shoot at each other; NaN without memory. */
static double two_threads_ns(const struct sim_costs *costs)
{
	struct experiment e;
	struct sim_options o = {.experiment = &e, .costs = costs};
	struct sim *s;
	double sum_ns = 0;

	if (experiment_init(&e, sim_catalogue(), "madvise", NULL) ||
	    experiment_set(&e, sim_catalogue(), "generations", "no", NULL) ||
	    experiment_set(&e, sim_catalogue(), "cpus", "2", NULL))
		return NAN;
	e.threads = PAIR;
	e.ops = FIT_OPS;
	if (sim_new(&s, &o, NULL))
		return NAN;
	sim_open_gate(s);
	sim_run(s, UINT64_MAX, UINT64_MAX);
	for (int i = 0; i < PAIR; i++) {
		struct sim_slot slot;

		sim_slot(s, i, &slot);
		sum_ns += ns_of(slot.busy_ps) / FIT_OPS / PAIR;
	}
	sim_free(s);
	return sum_ns;
}

static int fit_two(struct sim_costs *c, const struct sim_measured *m,
		   struct error *error)
{
	double low = scale_least, high = scale_most;

	if (isnan(m->madvise_two_ns))
		return 0;
	for (int i = 0; i < FIT_STEPS; i++) {
		struct sim_costs tried = *c;
		double middle = sqrt(low * high);

		interrupt_scale(&tried, middle);
		double ns = two_threads_ns(&tried);

		if (isnan(ns))
			return error_set(error, ERROR_MACHINE, ENOMEM,
					 "the simulated machine", "out of memory",
					 "close other programs");
		if (ns < m->madvise_two_ns)
			low = middle;
		else
			high = middle;
	}
	if (low == scale_least || high == scale_most)
		return fit_impossible(error, "madvise of two threads",
				      "is no interrupt's time beside that of one");
	interrupt_scale(c, sqrt(low * high));
	return 0;
}

int sim_costs_fit(struct sim_costs *c, const struct sim_measured *m,
		  struct error *error)
{
	struct sim_costs fitted = *c;
	int err;

	if (!isnan(m->walk_ns))
		fitted.walk_ns = m->walk_ns;
	err = fit_calls(&fitted, m, error);
	if (!err)
		err = fit_interrupt(&fitted, m, error);
	if (!err)
		err = fit_two(&fitted, m, error);
	if (!err)
		*c = fitted;
	return err;
}
