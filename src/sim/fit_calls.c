/* SPDX-License-Identifier: MIT */
/*
 * What calls take alone is a sum of costs, each as often as the call and its pages say:
 *
 *   untouched  call
 *   discard    call + gather + pages x (page + invalidation)
 *   unmap      2 calls + gather + mapping + pages x (page + invalidation)
 *   protect    2 calls + protection + pages x (page + invalidation)
 *
 * with a page of each kind's own, and one full flush in the place of the invalidations
 * beyond the ceiling. Least squares of relative errors, as a per cent is as likely an
 * error of a short call as of a long one; a cost that would come out negative is
 * nothing. The bookkeeping of a flush cannot be told from the call it is in.
 */
#include "sim/fit_calls.h"

#include <errno.h>
#include <gsl/gsl_multifit.h>
#include <math.h>

#include "tlblab/base/stats.h"

enum part {
	CALL,
	GATHER,
	MAPPING,
	PROTECTION,
	DISCARD_PAGE,
	UNMAP_PAGE,
	PROTECT_PAGE,
	INVALIDATION,
	FULL_FLUSH,
	PARTS
};

struct sums {
	int n;
	double row[SIM_OBSERVED_MAX][PARTS], ns[SIM_OBSERVED_MAX];
	bool used[PARTS];
	double part[PARTS]; /* the answer */
};

static void parts_of(const struct sim_observed *o, double row[PARTS])
{
	static const double calls[][PARTS] = {
		[SIM_CALL_UNTOUCHED] = {[CALL] = 1},
		[SIM_CALL_DISCARD] = {[CALL] = 1, [GATHER] = 1},
		[SIM_CALL_UNMAP] = {[CALL] = 2, [GATHER] = 1, [MAPPING] = 1},
		[SIM_CALL_PROTECT] = {[CALL] = 2, [PROTECTION] = 1},
	};
	static const enum part page[] = {
		[SIM_CALL_DISCARD] = DISCARD_PAGE,
		[SIM_CALL_UNMAP] = UNMAP_PAGE,
		[SIM_CALL_PROTECT] = PROTECT_PAGE,
	};

	for (int i = 0; i < PARTS; i++)
		row[i] = calls[o->call][i];
	if (o->call == SIM_CALL_UNTOUCHED)
		return;
	row[page[o->call]] = o->pages;
	row[INVALIDATION] = o->full ? 0 : o->pages;
	row[FULL_FLUSH] = o->full;
}

static void sums_take(struct sums *s, const struct sim_costs *c,
		      const struct sim_measured *m)
{
	for (int i = 0; i < m->n; i++) {
		const struct sim_observed *o = &m->observed[i];

		if (o->told)
			continue;
		parts_of(o, s->row[s->n]);
		s->ns[s->n] = o->ns;
		if (o->call != SIM_CALL_UNTOUCHED)
			s->ns[s->n] -= c->flush_func_ns;
		for (int k = 0; k < PARTS; k++)
			s->used[k] = s->used[k] || s->row[s->n][k] > 0;
		s->n++;
	}
}

static int sums_solve(struct sums *s)
{
	enum part at[PARTS];
	size_t n = 0, rows = (size_t)s->n;
	double chisq;

	for (int i = 0; i < PARTS; i++)
		if (s->used[i])
			at[n++] = (enum part)i;
	if (!n || rows < n)
		return -ERANGE;
	gsl_matrix *x = gsl_matrix_alloc(rows, n), *cov = gsl_matrix_alloc(n, n);
	gsl_vector *y = gsl_vector_alloc(rows), *w = gsl_vector_alloc(rows);
	gsl_vector *answer = gsl_vector_alloc(n);
	gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(rows, n);
	int err = x && cov && y && w && answer && work ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < rows; i++) {
		for (size_t k = 0; k < n; k++)
			gsl_matrix_set(x, i, k, s->row[i][at[k]]);
		gsl_vector_set(y, i, s->ns[i]);
		gsl_vector_set(w, i, 1 / (s->ns[i] * s->ns[i]));
	}
	if (!err && gsl_multifit_wlinear(x, w, y, answer, cov, &chisq, work))
		err = -ERANGE;
	for (size_t k = 0; !err && k < n; k++)
		s->part[at[k]] = gsl_vector_get(answer, k);
	gsl_multifit_linear_free(work);
	gsl_vector_free(answer);
	gsl_vector_free(w);
	gsl_vector_free(y);
	gsl_matrix_free(cov);
	gsl_matrix_free(x);
	return err;
}

/* The worst negative one is nothing, and the others are asked again. */
static int sums_solve_positive(struct sums *s)
{
	for (;;) {
		int err = sums_solve(s), worst = -1;

		if (err)
			return err;
		for (int i = 0; i < PARTS; i++)
			if (s->used[i] && s->part[i] < 0 &&
			    (worst < 0 || s->part[i] < s->part[worst]))
				worst = i;
		if (worst < 0)
			return 0;
		s->used[worst] = false;
		s->part[worst] = 0;
	}
}

static bool sums_have(const struct sums *s, enum part part)
{
	for (int i = 0; i < s->n; i++)
		if (s->row[i][part] > 0)
			return true;
	return false;
}

/* A page that comes and goes is a walk, a fault and a zap; only their sum is known, so
 * they keep the proportion they have. */
static void put_pages(struct sim_costs *c, const struct sums *s)
{
	double discard = s->part[DISCARD_PAGE] - c->walk_ns;
	double unmap = s->part[UNMAP_PAGE] - c->walk_ns;
	double share = c->fault_ns / (c->fault_ns + c->zap_page_ns);
	double old_fault = c->fault_ns;

	if (!sums_have(s, DISCARD_PAGE))
		discard = unmap;
	if (!sums_have(s, UNMAP_PAGE))
		unmap = discard;
	c->fault_ns = share * fmin(discard, unmap);
	c->fault_read_ns *= c->fault_ns / old_fault;
	c->zap_page_ns = discard - c->fault_ns;
	c->unmap_page_ns = unmap - c->fault_ns;
}

static void put_parts(struct sim_costs *c, const struct sums *s)
{
	if (sums_have(s, CALL))
		c->syscall_ns = s->part[CALL];
	if (sums_have(s, GATHER))
		c->gather_ns = s->part[GATHER];
	if (sums_have(s, MAPPING))
		c->map_ns = c->unmap_ns = s->part[MAPPING] / 2;
	if (sums_have(s, PROTECTION))
		c->protect_ns = s->part[PROTECTION] / 2;
	if (sums_have(s, PROTECT_PAGE)) {
		c->walk_ns = fmin(c->walk_ns, s->part[PROTECT_PAGE]);
		c->protect_page_ns = (s->part[PROTECT_PAGE] - c->walk_ns) / 2;
	}
	if (sums_have(s, DISCARD_PAGE) || sums_have(s, UNMAP_PAGE))
		put_pages(c, s);
	if (sums_have(s, INVALIDATION))
		c->invlpg_ns = s->part[INVALIDATION];
	if (sums_have(s, FULL_FLUSH))
		c->full_flush_ns = s->part[FULL_FLUSH];
}

static int refuse(struct error *error, const char *what, const char *why)
{
	return error_set(error, ERROR_MACHINE, ERANGE, what, why,
			 "measure again on an idle machine");
}

int fit_calls(struct sim_costs *c, const struct sim_measured *m, struct error *error)
{
	struct sums s = {.n = 0};
	double page;

	sums_take(&s, c, m);
	if (!s.n)
		return 0;
	for (int i = 0; i < s.n; i++)
		if (!(s.ns[i] > 0))
			return refuse(error, "a call alone", "takes no time");
	int err = sums_solve_positive(&s);

	if (err == -ENOMEM)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the fit",
				 "out of memory", "close other programs");
	if (err || (sums_have(&s, CALL) && !(s.part[CALL] > 0)))
		return refuse(error, "the calls' times", "are no sum of costs");
	for (int i = DISCARD_PAGE; i <= UNMAP_PAGE; i++) {
		page = s.part[i];
		if (sums_have(&s, (enum part)i) && !(page > c->walk_ns))
			return refuse(error,
				      i == UNMAP_PAGE ? "munmap" : "MADV_DONTNEED",
				      "does not take longer the more pages it is of");
	}
	if (sums_have(&s, PROTECT_PAGE) && !(s.part[PROTECT_PAGE] > 0))
		return refuse(error, "mprotect",
			      "does not take longer the more pages it is of");
	put_parts(c, &s);
	return 0;
}

double sim_costs_predict(const struct sim_costs *c, const struct sim_observed *o)
{
	double row[PARTS], ns = o->call == SIM_CALL_UNTOUCHED ? 0 : c->flush_func_ns;
	const double part[PARTS] = {
		[CALL] = c->syscall_ns,
		[GATHER] = c->gather_ns,
		[MAPPING] = c->map_ns + c->unmap_ns,
		[PROTECTION] = 2 * c->protect_ns,
		[DISCARD_PAGE] = c->walk_ns + c->fault_ns + c->zap_page_ns,
		[UNMAP_PAGE] = c->walk_ns + c->fault_ns + c->unmap_page_ns,
		[PROTECT_PAGE] = c->walk_ns + 2 * c->protect_page_ns,
		[INVALIDATION] = c->invlpg_ns,
		[FULL_FLUSH] = c->full_flush_ns,
	};

	parts_of(o, row);
	for (int i = 0; i < PARTS; i++)
		ns += row[i] * part[i];
	return ns;
}
