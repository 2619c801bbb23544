/* SPDX-License-Identifier: MIT */
/*
 * Fitting costs to measurements. Where one measurement stands for one cost it is taken
 * as it is; where it is a sum, its parts keep their proportions. The time of two
 * threads that shoot at each other is no sum, so there the simulator itself is asked,
 * and the interrupt's costs are scaled until it agrees.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/machine.h"

enum { FIT_OPS = 400, FIT_STEPS = 24, PAIR = 2 };

/* Of the time to tell another CPU, how much its entry may be at most. */
static const double entry_share = 0.75;
static const double scale_least = 1.0 / 64, scale_most = 64;

void sim_measured_clear(struct sim_measured *m)
{
	*m = (struct sim_measured){
		.madvise_alone_ns = NAN,
		.madvise_two_ns = NAN,
		.ranged_ns = {NAN, NAN},
		.full_ns = {NAN, NAN},
		.unmap_ns = {NAN, NAN},
		.touched_ns = NAN,
		.walk_ns = NAN,
		.shot_ns = NAN,
		.stall_ns = NAN,
	};
}

static int fit_impossible(struct fault *fault, const char *what, const char *why)
{
	return fault_set(fault, FAULT_MACHINE, ERANGE, what, why,
			 "measure again on an idle machine");
}

static int fit_alone(struct sim_costs *c, const struct sim_measured *m,
		     struct fault *fault)
{
	if (isnan(m->madvise_alone_ns))
		return 0;
	if (m->madvise_alone_ns <= 0)
		return fit_impossible(fault, "madvise alone", "takes no time");
	c->syscall_ns = m->madvise_alone_ns;
	return 0;
}

/*
 * mprotect keeps the pages, so that a flush is a good part of what it takes:
 * T = base + pages x (page + invlpg), or base + pages x page + full.
 */
static int fit_flush(struct sim_costs *c, const struct sim_measured *m,
		     struct fault *fault)
{
	if (isnan(m->ranged_ns[0] + m->ranged_ns[1] + m->full_ns[0] + m->full_ns[1]))
		return 0;
	double page =
		(m->full_ns[1] - m->full_ns[0]) / (m->full_pages[1] - m->full_pages[0]);
	double both = (m->ranged_ns[1] - m->ranged_ns[0]) /
		      (m->ranged_pages[1] - m->ranged_pages[0]);
	double base = m->ranged_ns[0] - m->ranged_pages[0] * both;
	double full = m->full_ns[0] - m->full_pages[0] * page - base;

	if (!(page > 0) || !(both > 0) || !(base > 0))
		return fit_impossible(fault, "mprotect",
				      "does not take longer the more pages it is of");
	/* Less than can be told from nothing is nothing. */
	c->invlpg_ns = fmax(both - page, 0);
	c->full_flush_ns = fmax(full, 0);
	c->walk_ns = fmin(c->walk_ns, page);
	c->protect_page_ns = (page - c->walk_ns) / 2;
	c->flush_func_ns = fmin(c->flush_func_ns, base / 4);
	c->protect_ns = fmax(base - 2 * c->syscall_ns - c->flush_func_ns, 0) / 2;
	return 0;
}

/* munmap in the same way; the flushes in it are known by now. */
static int fit_unmap(struct sim_costs *c, const struct sim_measured *m,
		     struct fault *fault)
{
	if (isnan(m->unmap_ns[0] + m->unmap_ns[1]))
		return 0;
	double few =
		m->unmap_ns[0] - c->flush_func_ns - m->unmap_pages[0] * c->invlpg_ns;
	double many = m->unmap_ns[1] - c->flush_func_ns - c->full_flush_ns;
	double page = (many - few) / (m->unmap_pages[1] - m->unmap_pages[0]);
	double base = few - m->unmap_pages[0] * page;
	double old_page = c->zap_page_ns + c->fault_ns;

	if (!(page > c->walk_ns))
		return fit_impossible(fault, "munmap",
				      "does not take longer the more pages it is of");
	c->zap_page_ns *= (page - c->walk_ns) / old_page;
	c->fault_ns *= (page - c->walk_ns) / old_page;
	/* What one page by madvise takes beyond all that is known by now. */
	if (!isnan(m->touched_ns))
		c->gather_ns = fmax(m->touched_ns - c->syscall_ns - page -
					    c->flush_func_ns - c->invlpg_ns,
				    0);
	c->map_ns = c->unmap_ns = fmax(base - 2 * c->syscall_ns - c->gather_ns, 0) / 2;
	return 0;
}

/*
 * The way there and back, at the distance of two cores of one package. Both CPUs flush
 * at the same time and take as long at it, so what a flush takes longer with company is
 * the way and the entry.
 */
static int fit_interrupt(struct sim_costs *c, const struct sim_measured *m,
			 struct fault *fault)
{
	if (!isnan(m->stall_ns)) {
		double flush = c->flush_func_ns + m->shot_pages * c->invlpg_ns;
		double scale =
			(m->stall_ns - flush) / (c->irq_enter_ns + c->irq_exit_ns);

		if (!(scale > 0))
			return fit_impossible(fault, "a victim's stall",
					      "is shorter than the flush in it");
		c->irq_enter_ns *= scale;
		c->irq_exit_ns *= scale;
	}
	if (!isnan(m->shot_ns)) {
		/* A stall may be longer than its interrupt, where others come in. */
		double most = m->shot_ns * entry_share / c->irq_enter_ns;

		if (most > 0 && most < 1) {
			c->irq_enter_ns *= most;
			c->irq_exit_ns *= most;
		}
		double way =
			c->ipi_setup_ns + c->ipi_send_ns + c->ipi_near_ns + c->ack_ns;
		double scale = (m->shot_ns - c->irq_enter_ns) / way;

		if (!(scale > 0))
			return fit_impossible(fault, "mprotect with a victim",
					      "is over before the victim answered");
		c->ipi_setup_ns *= scale;
		c->ipi_send_ns *= scale;
		c->ipi_core_ns *= scale;
		c->ipi_near_ns *= scale;
		c->ipi_far_ns *= scale;
		c->ack_ns *= scale;
	}
	return 0;
}

static void interrupt_scale(struct sim_costs *c, double scale)
{
	double *const parts[] = {
		&c->ipi_setup_ns, &c->ipi_send_ns, &c->ipi_core_ns,
		&c->ipi_near_ns,  &c->ipi_far_ns,  &c->irq_enter_ns,
		&c->irq_exit_ns,  &c->ack_ns,	   &c->flush_func_ns,
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		*parts[i] *= scale;
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
		struct sim_seat seat;

		sim_seat(s, i, &seat);
		sum_ns += ns_of(seat.busy_ps) / FIT_OPS / PAIR;
	}
	sim_free(s);
	return sum_ns;
}

static int fit_two(struct sim_costs *c, const struct sim_measured *m,
		   struct fault *fault)
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
			return fault_set(fault, FAULT_MACHINE, ENOMEM,
					 "the simulated machine", "out of memory",
					 "close other programs");
		if (ns < m->madvise_two_ns)
			low = middle;
		else
			high = middle;
	}
	if (low == scale_least || high == scale_most)
		return fit_impossible(fault, "madvise of two threads",
				      "is no interrupt's time beside that of one");
	interrupt_scale(c, sqrt(low * high));
	return 0;
}

int sim_costs_fit(struct sim_costs *c, const struct sim_measured *m,
		  struct fault *fault)
{
	struct sim_costs fitted = *c;
	int err = fit_alone(&fitted, m, fault);

	if (!isnan(m->walk_ns))
		fitted.walk_ns = m->walk_ns;
	if (!err)
		err = fit_flush(&fitted, m, fault);
	if (!err)
		err = fit_unmap(&fitted, m, fault);
	if (!err)
		err = fit_interrupt(&fitted, m, fault);
	if (!err)
		err = fit_two(&fitted, m, fault);
	if (!err)
		*c = fitted;
	return err;
}
