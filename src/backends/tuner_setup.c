/* SPDX-License-Identifier: MIT */
/*
 * What there is to measure: by which method, which flush sizes, which working sets.
 * With span a size can be flushed both ways only up to the ceiling in force; the knob
 * has no such limit, and knows a flush of one page as well.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/tuner_priv.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/ceiling.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/machine/placement.h"
#include "tlblab/workloads/collateral.h"
#include "tlblab/workloads/workload.h"

enum {
	PAST_UNKNOWN_STLB_PAGES = 4096,
	SMALL_SET_PAGES = 16,
	MIDDLE_SET_PAGES = 128,
};

const char *tuner_method_name(enum tuner_method m)
{
	static const char *const names[] = {"auto", "span", "knob"};

	return names[m];
}

int tuner_experiment(struct experiment *out, const struct machine *m,
		     struct error *error)
{
	int others = m->topology.n_allowed - 1;
	int err = experiment_init(out, workload_catalogue(), "collateral", error);

	if (err)
		return err;
	out->threads = 1;
	out->victims = others < TUNER_USUAL_VICTIMS ? others : TUNER_USUAL_VICTIMS;
	text_copy(out->placement, sizeof(out->placement), "cores");
	return 0;
}

static int method_choose(struct tuner *t, enum tuner_method wanted, struct error *error)
{
	const struct availability *knob = guardian_ceiling_availability(t->guardian);
	int64_t now;

	t->view.ceiling_now = -1;
	if (!guardian_ceiling_get(t->guardian, &now))
		t->view.ceiling_now = now;
	t->original = t->set = t->view.ceiling_now;
	t->ceiling =
		t->view.ceiling_now >= 0 ? t->view.ceiling_now : CEILING_DEFAULT_PAGES;
	t->view.method = wanted == TUNER_AUTO
				 ? knob->available ? TUNER_KNOB : TUNER_SPAN
				 : wanted;
	if (t->view.method == TUNER_KNOB && !knob->available)
		return error_set(error, ERROR_MACHINE, EPERM, "--method knob",
				 knob->reason,
				 "--method span needs no right to set it");
	if (t->view.method == TUNER_SPAN &&
	    (t->ceiling < 3 || t->ceiling >= COLLATERAL_TRIGGER_MAX_PAGES))
		return error_setf(
			error, ERROR_MACHINE, ERANGE, "--method span",
			"set the ceiling to 33 while tuning, or use --method "
			"knob",
			"a ceiling of %lld leaves no sizes to be flushed both "
			"ways",
			(long long)t->ceiling);
	return 0;
}

static bool membarrier_available(void)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	return commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

static int sizes_choose(const struct tuner *t, int *pages)
{
	static const int knob_sizes[] = {1, 2, 4, 8, 16, 32, 64};
	static const int span_sizes[] = {2, 4, 8, 16, 24};
	int n = 0;

	if (t->view.method == TUNER_KNOB) {
		memcpy(pages, knob_sizes, sizeof(knob_sizes));
		return (int)(sizeof(knob_sizes) / sizeof(knob_sizes[0]));
	}
	for (size_t i = 0; i < sizeof(span_sizes) / sizeof(span_sizes[0]); i++)
		if (span_sizes[i] < t->ceiling)
			pages[n++] = span_sizes[i];
	pages[n++] = t->ceiling < 64 ? (int)t->ceiling : 64;
	return n;
}

static void sets_choose(struct tuner *t, const struct tuner_options *o)
{
	const struct param_value *v = experiment_param(
		&t->experiment, workload_catalogue(), "working_set_pages");
	int stlb = t->machine->n_tlb
			   ? tlb_geometry_data_entries(&t->machine->tlb[0], TLB_PAGE_4K)
			   : 0;
	const int64_t sets[] = {v->number, SMALL_SET_PAGES, MIDDLE_SET_PAGES,
				stlb ? 2 * stlb : PAST_UNKNOWN_STLB_PAGES};
	int pages[TUNE_MAX_SIZES], n_sizes = sizes_choose(t, pages);

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (i && (o->one_working_set || sets[i] == sets[0]))
			continue;
		tune_data_init(&t->data[t->n_sets], sets[i], pages, n_sizes);
		tune_answer_make(&t->data[t->n_sets], &t->mix, t->view.ceiling_now,
				 &t->answers[t->n_sets]);
		t->n_sets++;
	}
}

int tuner_open(struct tuner **out, const struct tuner_options *o, struct error *error)
{
	struct tuner *t = calloc(1, sizeof(*t));
	size_t victims = (size_t)o->experiment->victims;
	int err;

	if (!t)
		goto no_memory;
	t->machine = o->machine;
	t->guardian = o->guardian;
	t->experiment = *o->experiment;
	t->experiment.threads = 1;
	t->experiment.ops = 0;
	t->mix = o->mix;
	t->rng.state = o->experiment->seed;
	t->membarrier = membarrier_available();
	t->open_ns = clock_now_ns();
	t->cpus = calloc(victims + 1, sizeof(*t->cpus));
	if (!t->cpus)
		goto no_memory;
	round_init(&t->round);
	err = method_choose(t, o->method, error);
	if (!err)
		err = placement_resolve(t->experiment.placement, &t->machine->topology,
					1, (int)victims, t->cpus, NULL, error);
	if (err) {
		tuner_close(t);
		return err;
	}
	sets_choose(t, o);
	t->view.answers = t->answers;
	t->view.data = t->data;
	t->view.n_answers = t->n_sets;
	t->view.current = -1;
	t->view.victims = (int)victims;
	t->view.budget_s = o->budget_s;
	t->view.busy_pct = NAN;
	t->view.error = &t->error;
	t->view.doing = t->doing;
	*out = t;
	return 0;
no_memory:
	tuner_close(t);
	return error_set(error, ERROR_MACHINE, ENOMEM, "tune", "out of memory",
			 "ask for fewer victims");
}
