/* SPDX-License-Identifier: MIT */

/*
 * Which backend a session drives. Live is opened with the session, because its sensors
 * say what this machine allows; any other when an experiment first asks for it, and
 * then kept. Only one runs at a time.
 */
#include "backends/session_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/sim/sim.h"

static const struct {
	const struct catalogue *(*catalogue)(void); /* names the backend */
	const struct backend_ops *ops;
} backends[BACKENDS] = {
	{workload_catalogue, &backend_live},
	{sim_catalogue, &backend_sim},
};

const struct catalogue *backends_catalogue(struct catalogue out[2])
{
	_Static_assert(BACKENDS == 2, "as the header says");
	for (int i = 0; i < BACKENDS; i++) {
		out[i] = *backends[i].catalogue();
		out[i].next = i + 1 < BACKENDS ? &out[i + 1] : NULL;
	}
	return out;
}

int session_open_backend(struct session *s, struct error *error)
{
	s->ops = backends[0].ops;
	int err = s->ops->open(&s->opened[0], &s->options, error);

	s->backend = s->opened[0];
	return err;
}

void session_close_backends(struct session *s)
{
	for (int i = 0; i < BACKENDS; i++)
		if (s->opened[i])
			backends[i].ops->close(s->opened[i]);
}

/* A machine with another number of CPUs has other rows: a new series. */
static int session_fit_cpus(struct session *s)
{
	int n;

	s->ops->view(s->backend, &s->view);
	n = s->view.n_cpus ? s->view.n_cpus : s->machine->topology.max_cpu_id + 1;
	if (n == s->n_cpus)
		return 0;
	struct series *series = series_new(n);
	uint64_t *totals = calloc((size_t)n, sizeof(*totals));

	if (!series || !totals) {
		series_free(series);
		free(totals);
		return -ENOMEM;
	}
	series_free(s->series);
	free(s->cpu_totals);
	s->series = series;
	s->cpu_totals = totals;
	s->n_cpus = n;
	return 0;
}

int session_start_backend(struct session *s, const struct experiment *e,
			  struct error *error)
{
	int i = 0, err;

	while (i < BACKENDS - 1 && strcmp(s->catalogues[i].backend, e->backend))
		i++;
	err = s->opened[i] ? 0
			   : backends[i].ops->open(&s->opened[i], &s->options, error);
	if (!err)
		err = backends[i].ops->run(s->opened[i], e, error);
	if (err)
		return err;
	if (s->ops != backends[i].ops) {
		/* With nothing in the series yet its clock begins with the run. */
		double now_s = series_count(s->series) ? session_now_s(s) : 0;

		backend_stop(s->ops, s->backend);
		s->ops = backends[i].ops;
		s->backend = s->opened[i];
		s->zero_s = s->ops->now_s(s->backend) - now_s;
	}
	if (!session_fit_cpus(s))
		return 0;
	backend_stop(s->ops, s->backend);
	return error_set(error, ERROR_MACHINE, ENOMEM, "the lab", "out of memory",
			 "ask for fewer CPUs");
}
