/* SPDX-License-Identifier: MIT */
#include "tlblab/backends/twin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backends/session_priv.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

/* A moment ends with so many operations of the first worker, or when it has lasted so
 * long in virtual time, or in real time: the CPUs are the live workers'. */
enum { MOMENT_OPS = 100, MOMENT_REAL_NS = 4000000 };
static const double moment_s = 0.02, step_s = 0.001, settle_s = 0.005;

struct twin {
	struct session_options options;
	struct catalogue catalogues[BACKENDS];
	struct backend *sim;
	struct experiment live; /* what the simulated one was made from */
	int64_t ceiling_pages;
	bool begun;
	double last_s; /* of the last interval answered */
	struct series *series;
	char costs[160];
	struct error error;
	struct twin_view view;
};

int twin_new(struct twin **out, const struct session *s)
{
	struct twin *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->options = s->options;
	backends_catalogue(t->catalogues);
	t->series = series_new(1);
	if (!t->series || backend_sim.open(&t->sim, &t->options, NULL)) {
		twin_free(t);
		return -ENOMEM;
	}
	bool measured = twin_has_costs(s->options.costs);

	text_copy(t->costs, sizeof(t->costs),
		  measured ? s->options.costs->source : "published costs");
	t->view = (struct twin_view){
		.series = t->series,
		.costs = t->costs,
		.measured = measured,
		.error = &t->error,
	};
	*out = t;
	return 0;
}

void twin_free(struct twin *t)
{
	if (!t)
		return;
	if (t->sim)
		backend_sim.close(t->sim);
	series_free(t->series);
	free(t);
}

static int twin_experiment(struct twin *t, const struct snapshot *snap,
			   struct experiment *e)
{
	char words[TWIN_WORDS_MAX][48];
	int n = twin_words(t->options.machine, t->options.costs, words);
	int err = twin_possible(t->live.workload, &t->error);

	*e = t->live;
	for (int i = 0; !err && i < n; i++) {
		char *is = strchr(words[i], '=');

		*is = '\0';
		err = experiment_set(e, t->catalogues, words[i], is + 1, &t->error);
	}
	e->duration_s = 0;
	e->ops = 0;
	if (snap->view.ceiling_pages >= 0)
		e->ceiling_pages = snap->view.ceiling_pages;
	return err ? err : twin_check(&t->live, e, t->catalogues, &t->error);
}

static uint64_t twin_ops(struct twin *t)
{
	struct rig_reading w;

	backend_sim.worker(t->sim, 0, &w);
	return w.ops;
}

/* Simulates until that moment of the simulator's clock and the end of an operation, or
 * as long as may be. */
static bool twin_simulate(struct twin *t, double until_s)
{
	uint64_t begun_ns = clock_now_ns(), ops = twin_ops(t);

	while ((backend_sim.now_s(t->sim) < until_s || twin_ops(t) == ops) &&
	       twin_ops(t) - ops < MOMENT_OPS &&
	       clock_now_ns() - begun_ns < MOMENT_REAL_NS) {
		double next_s = backend_sim.now_s(t->sim) + step_s;

		if (backend_sim.step(t->sim, next_s, &t->error) == BACKEND_FAILED)
			return false;
	}
	return true;
}

static void twin_begin(struct twin *t, const struct snapshot *snap)
{
	struct experiment e;
	struct sample settling;

	t->live = *snap->experiment;
	t->ceiling_pages = snap->view.ceiling_pages;
	t->begun = true;
	error_clear(&t->error);
	if (twin_experiment(t, snap, &e) || backend_sim.run(t->sim, &e, &t->error))
		return;
	if (twin_simulate(t, backend_sim.now_s(t->sim) + settle_s))
		backend_sim.sample(t->sim, &settling);
}

static bool twin_is_other(struct twin *t, const struct snapshot *snap)
{
	char key[64];

	if (!t->begun || t->ceiling_pages != snap->view.ceiling_pages)
		return true;
	experiment_diff(&t->live, snap->experiment, t->catalogues, key, sizeof(key));
	return *key;
}

static void twin_answer(struct twin *t, double t_s)
{
	struct sample sample;

	if (!twin_simulate(t, backend_sim.now_s(t->sim) + moment_s))
		return;
	backend_sim.sample(t->sim, &sample);
	sample.t_s = t_s;
	sample.cpu_shootdowns = NULL;
	sample.n_cpus = 0;
	series_add(t->series, &sample);
}

bool twin_follow(struct twin *t, const struct snapshot *snap)
{
	bool runs = snap->phase == SESSION_WARMUP || snap->phase == SESSION_MEASURING;

	if (!snap->latest || snap->latest->sample.t_s < t->last_s) {
		series_clear(t->series);
		t->last_s = 0;
	}
	if (!runs || !snap->latest || snap->latest->sample.t_s <= t->last_s)
		return false;
	t->last_s = snap->latest->sample.t_s;
	if (strcmp(snap->experiment->backend, "live") != 0) {
		error_set(&t->error, ERROR_INPUT, ENOTSUP, "the experiment",
			  "is simulated already", "set backend to live");
		t->begun = false;
		return true;
	}
	if (twin_is_other(t, snap))
		twin_begin(t, snap);
	if (t->error.code == ERROR_NONE)
		twin_answer(t, t->last_s);
	return true;
}

const struct twin_view *twin_view(const struct twin *t)
{
	return &t->view;
}
