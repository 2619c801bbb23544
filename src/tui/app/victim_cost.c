/* SPDX-License-Identifier: MIT */
#include "tui/app/victim_cost.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/text.h"

/* A window shorter than this says nothing of a victim's pace. */
static const double settled_s = 0.5;
/* With fewer a second, the pace wavers more than they cost. */
static const double few_events_per_s = 100;
static const double unharmed_share = 0.02;

static const char control_workload[] = "release", control_method[] = "membarrier";

static bool is_control(const struct experiment *e, const struct catalogue *c)
{
	const struct param_desc *desc;
	struct param_value method;
	char text[PARAM_TEXT_BYTES];

	return !strcmp(e->workload, control_workload) &&
	       !experiment_get(e, c, "params.method", &desc, &method) &&
	       !strcmp(param_text(desc, &method, text, sizeof(text)), control_method);
}

bool victim_cost_control_holds(const struct mechanism_verdict *v)
{
	return v->kind == MECHANISM_IPI || v->kind == MECHANISM_PARAVIRT;
}

enum victim_cost_kind victim_cost_kind_of(const struct experiment *e,
					  const struct catalogue *c)
{
	const struct workload_desc *w = experiment_workload(e, c);

	if (!w || w->victims_work || !e->victims || strcmp(e->backend, "live") != 0)
		return VICTIM_COST_KINDS;
	if (e->mode == RUN_PROCESSES)
		return VICTIM_COST_APART;
	return is_control(e, c) ? VICTIM_COST_INTERRUPT : VICTIM_COST_FLUSH;
}

static int64_t working_set(const struct experiment *e, const struct catalogue *c)
{
	const struct param_value *v = experiment_param(e, c, "working_set_pages");

	return v ? v->number : 0;
}

/* Whether two runs differ in what tells them apart and in nothing else. */
static bool are_comparable(const struct experiment *a, const struct experiment *b,
			   const struct catalogue *c)
{
	struct experiment as_b = *a;
	char key[64];

	if (a->threads != b->threads || a->victims != b->victims ||
	    strcmp(a->placement, b->placement) != 0 ||
	    working_set(a, c) != working_set(b, c))
		return false;
	if (is_control(a, c) || is_control(b, c))
		return true;
	as_b.mode = b->mode;
	as_b.interval_ms = b->interval_ms;
	as_b.seed = b->seed;
	as_b.repeats = b->repeats;
	experiment_diff(&as_b, b, c, key, sizeof(key));
	return !*key;
}

/* Distinct CPUs under the workers and victims: who else hears what one of them does. */
static int receivers(const struct snapshot *snap)
{
	struct cpumask mask;

	cpumask_clear(&mask);
	for (int i = 0; i < snap->view.n_workers + snap->view.n_victims; i++)
		if (snap->view.cpus && snap->view.cpus[i] >= 0)
			cpumask_set(&mask, snap->view.cpus[i]);
	return cpumask_count(&mask) - 1;
}

/* Flushes that were sent, or interrupts without one, a second. */
static double events_per_s(const struct snapshot *snap, enum victim_cost_kind kind)
{
	enum metric m = kind == VICTIM_COST_INTERRUPT ? METRIC_OPS_PER_S
						      : METRIC_SHOOTDOWNS_PER_S;
	struct reading r = metric_of(m, &snap->window);
	int others = receivers(snap);

	if (!reading_present(r) || others < 1 || kind == VICTIM_COST_APART)
		return 0;
	return kind == VICTIM_COST_INTERRUPT ? r.value : r.value / others;
}

void victim_costs_observe(struct victim_costs *l, const struct snapshot *snap)
{
	const struct experiment *e = snap->experiment;
	enum victim_cost_kind kind =
		e ? victim_cost_kind_of(e, snap->catalogue) : VICTIM_COST_KINDS;
	struct reading slowdown = metric_of(METRIC_VICTIM_SLOWDOWN, &snap->window);

	if (kind == VICTIM_COST_KINDS || snap->window.elapsed_s < settled_s ||
	    !reading_present(slowdown) || !(slowdown.value > 0))
		return;
	struct victim_cost *now = &l->kind[kind];

	*now = (struct victim_cost){
		.set = true,
		.experiment = *e,
		.share = 1 - 1 / slowdown.value,
		.events_per_s = events_per_s(snap, kind),
		.ns_per_event = NAN,
		.by_interrupts = victim_cost_control_holds(&snap->mechanism),
	};
	if (now->events_per_s >= few_events_per_s)
		now->ns_per_event = now->share * 1e9 / now->events_per_s;
	for (int k = 0; k < VICTIM_COST_KINDS; k++)
		if (l->kind[k].set &&
		    !are_comparable(&l->kind[k].experiment, e, snap->catalogue))
			l->kind[k].set = false;
}

int victim_cost_control_of(const struct experiment *e, const struct snapshot *snap,
			   struct experiment *control, struct error *error)
{
	const struct catalogue *c = snap->catalogue;
	double rate = events_per_s(snap, VICTIM_COST_FLUSH) / e->threads;
	char text[32];
	int err;

	*control = *e;
	err = experiment_set(control, c, "workload", control_workload, error);
	if (!err)
		err = experiment_set(control, c, "params.method", control_method,
				     error);
	if (err || rate < 1)
		return err;
	snprintf(text, sizeof(text), "%.0f", rate);
	return experiment_set(control, c, "params.rate_per_s", text, error);
}

static void split_text(const struct victim_cost *flush,
		       const struct victim_cost *interrupt, char *buf, size_t buf_bytes)
{
	double rest_ns = flush->ns_per_event - interrupt->ns_per_event;
	char all[24], part[24], rest[24];

	text_quantity(all, sizeof(all), flush->ns_per_event, "ns");
	text_quantity(part, sizeof(part), interrupt->ns_per_event, "ns");
	text_quantity(rest, sizeof(rest), rest_ns, "ns");
	if (rest_ns <= 0)
		text_append(buf, buf_bytes,
			    "A flush costs a victim %s, and its interrupt alone %s: no "
			    "more than noise is left for flush and refill. ",
			    all, part);
	else
		text_append(buf, buf_bytes,
			    "Of the %s that a flush costs a victim, %s are the "
			    "interrupt and %s the flush with its refill. ",
			    all, part, rest);
}

void victim_cost_sentence(const struct victim_costs *l, char *buf, size_t buf_bytes)
{
	const struct victim_cost *flush = &l->kind[VICTIM_COST_FLUSH];
	const struct victim_cost *interrupt = &l->kind[VICTIM_COST_INTERRUPT];
	const struct victim_cost *apart = &l->kind[VICTIM_COST_APART];

	if (flush->set && interrupt->set && !flush->by_interrupts)
		text_append(buf, buf_bytes,
			    "No control: membarrier interrupts the victim, but as far "
			    "as is known flushes do not reach it as interrupts here. ");
	else if (flush->set && interrupt->set && !isnan(flush->ns_per_event) &&
		 !isnan(interrupt->ns_per_event))
		split_text(flush, interrupt, buf, buf_bytes);
	if (flush->set && apart->set && flush->share > unharmed_share)
		text_append(buf, buf_bytes,
			    apart->share < unharmed_share
				    ? "As threads a victim loses %.0f %% of its time, "
				      "as processes nothing. "
				    : "As threads a victim loses %.0f %% of its time, "
				      "as processes %.0f %%. ",
			    100 * flush->share, 100 * apart->share);
}
