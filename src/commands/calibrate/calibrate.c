/* SPDX-License-Identifier: MIT */

/*
 * tlblab run calibrate: what things cost on this machine, for the simulator.
 *
 * Each figure is the usual time of an operation of an ordinary live experiment, and
 * the median of several short rounds, which is not moved by what comes in. A round
 * makes every experiment once, so that drift falls on all alike. The simulator's costs
 * are fitted to some (sim_costs_fit); the others are then run on both, and how far the
 * simulated ones are off is said and kept in the file.
 */
#include "commands/calibrate/calibrate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/calibrate/trials.h"
#include "commands/cells.h"
#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/options.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/io/costs_file.h"
#include "tlblab/sensors/refill.h"

enum { CALIBRATE_JSON, CALIBRATE_ROUNDS, CALIBRATE_QUIET };

static const struct command_option calibrate_options[] = {
	[CALIBRATE_JSON] = {"--json", "FILE",
			    "write the machine file there; - is standard output"},
	[CALIBRATE_ROUNDS] = {"--rounds", "N",
			      "make every experiment N times (default 6)"},
	[CALIBRATE_QUIET] = {"--quiet", NULL, "print no progress and no table"},
	{NULL, NULL, NULL},
};

static const struct command calibrate_command = {
	.name = "run",
	.usage = "run calibrate [--json FILE] [--rounds N] [--quiet]",
	.summary = "measure this machine for the simulator",
	.details = "Takes about 45 seconds. The file goes to $TLBLAB_MACHINE, else to "
		   "~/.config/tlblab/machine.json,\nwhere simulations with "
		   "costs=machine find it. It says what was measured, the costs "
		   "fitted\nto it, and how far the simulator is off in experiments "
		   "nothing was fitted to.",
	.options = calibrate_options,
};

enum { CEILING_USUAL = 33, REFILL_PATIENCE_MS = 2000 };

_Static_assert((int)PROOFS <= (int)COSTS_MAX_PROOFS, "the file has room for them");

struct calibration {
	struct lab *lab;
	struct costs_file file;
	struct trial trials[TRIALS_AND_PROOFS];
	struct timing times[TRIALS_AND_PROOFS];
	double walk_ns;
	int rounds;
	FILE *progress;
};

static void calibrate_say(const struct calibration *c, int done, const char *name)
{
	if (!c->progress)
		return;
	fprintf(c->progress, "\r\033[Kcalibrating: %d of %d  %s", done + 1,
		c->rounds * TRIALS_AND_PROOFS, name);
	fflush(c->progress);
}

/* By a process of its own that has the machine to itself. */
static void calibrate_walk(struct calibration *c)
{
	struct refill_estimate refill = {.n = 0};
	struct refill_process probe;
	const struct refill_point *p = NULL;

	if (!refill_start(&probe, c->lab->machine.tsc_ns_per_tick)) {
		refill_collect(&probe, REFILL_PATIENCE_MS, &refill);
		p = refill_headline(&refill);
	}
	c->walk_ns = p && p->ns_per_page > 0 ? p->ns_per_page : NAN;
}

static int calibrate_live(struct calibration *c, struct error *error)
{
	int64_t ceiling = session_snapshot(c->lab->session)->view.ceiling_pages;

	if (ceiling < 0)
		ceiling = CEILING_USUAL;
	if (!trials_make(c->trials, ceiling))
		return error_setf(error, ERROR_MACHINE, ERANGE, "the ceiling",
				  "set it to 33 meanwhile",
				  "%lld pages leave no room for flushes on both sides "
				  "of it",
				  (long long)ceiling);
	int again = c->rounds * TRIALS_AND_PROOFS / 4;

	for (int k = 0; k < c->rounds * TRIALS_AND_PROOFS; k++) {
		int i = k % TRIALS_AND_PROOFS;
		struct timing *t = &c->times[i];

		if (!trial_fits(&c->trials[i], &c->lab->machine))
			continue;
		calibrate_say(c, k, c->trials[i].name);
		int lonely = t->n_lonely;
		int err = trial_run(c->lab, &c->trials[i], false, t, error);

		/* A quarter as many again at most, where others had a CPU. */
		if (!err && t->n_lonely > lonely && again-- > 0)
			err = trial_run(c->lab, &c->trials[i], false, t, error);
		if (err)
			return err;
	}
	calibrate_walk(c);
	return 0;
}

static void put_measured(struct costs_file *f, const char *name, double value)
{
	struct costs_value *v = &f->measured[f->n_measured++];

	text_copy(v->name, sizeof(v->name), name);
	v->value = value;
}

static void calibrate_keep(struct calibration *c)
{
	const struct sim_cost_desc *table;
	int n;

	for (int i = 0; i < TRIALS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.40s_ns", c->trials[i].name);
		put_measured(&c->file, name, timing_op_ns(&c->times[i]));
		if (!c->trials[i].victims)
			continue;
		snprintf(name, sizeof(name), "%.40s_stall_ns", c->trials[i].name);
		put_measured(&c->file, name, timing_stall_ns(&c->times[i]));
	}
	put_measured(&c->file, "walk_ns", c->walk_ns);
	text_copy(c->file.ipi_model, sizeof(c->file.ipi_model),
		  sim_ipi_model_names[c->lab->costs.costs.ipi_model]);
	table = sim_costs_table(&n);
	for (int i = 0; i < n && i < COSTS_MAX; i++) {
		struct costs_value *v = &c->file.costs[c->file.n_costs++];

		text_copy(v->name, sizeof(v->name), table[i].name);
		v->value = sim_costs_get(&c->lab->costs.costs, &table[i]);
	}
}

static int calibrate_fit(struct calibration *c, struct error *error)
{
	struct session_costs *costs = &c->lab->costs;
	struct sim_measured m;
	int err;

	trials_measured(c->trials, c->times, &m);
	m.walk_ns = c->walk_ns;
	costs->known = false;
	sim_costs_default(&costs->costs);
	err = sim_costs_fit(&costs->costs, &m, error);
	if (err)
		return err;
	costs->known = true;
	costs->elsewhere = false;
	text_copy(costs->source, sizeof(costs->source), "costs measured just now");
	calibrate_keep(c);
	return 0;
}

static int calibrate_prove(struct calibration *c, struct error *error)
{
	for (int i = TRIALS; i < TRIALS_AND_PROOFS; i++) {
		struct costs_proof *p = &c->file.proofs[c->file.n_proofs];
		const struct timing *live = &c->times[i];
		struct timing simulated = {.n = 0};

		if (!live->n)
			continue;
		int err = trial_run(c->lab, &c->trials[i], true, &simulated, error);

		if (err)
			return err;
		text_copy(p->experiment, sizeof(p->experiment), c->trials[i].name);
		p->live_ns = timing_op_ns(live);
		p->sim_ns = timing_op_ns(&simulated);
		c->file.n_proofs++;
	}
	return 0;
}

static void calibrate_print(FILE *out, const struct calibration *c, const char *path)
{
	const struct costs_file *f = &c->file;
	int lonely = 0, runs = 0;
	char a[32];

	for (int i = 0; i < f->n_measured; i++) {
		fprintf(out, "%-42s", f->measured[i].name);
		cell_right(out, text_quantity(a, sizeof(a), f->measured[i].value, "ns"),
			   11);
		fprintf(out, "\n");
	}
	fprintf(out, "\n%-42s %10s %10s %8s\n", "not fitted to", "live", "simulated",
		"error");
	for (int i = 0; i < f->n_proofs; i++) {
		const struct costs_proof *p = &f->proofs[i];

		fprintf(out, "%-42s", p->experiment);
		cell_right(out, text_quantity(a, sizeof(a), p->live_ns, "ns"), 11);
		cell_right(out, text_quantity(a, sizeof(a), p->sim_ns, "ns"), 11);
		fprintf(out, " %+6.0f %%\n", costs_proof_error_pct(p));
	}
	for (int i = 0; i < TRIALS_AND_PROOFS; i++) {
		lonely += c->times[i].n_lonely;
		runs += c->times[i].n + c->times[i].n_lonely;
	}
	if (lonely)
		fprintf(out,
			"\nIn %d of %d runs other programs had the other CPU: repeat "
			"it on an idle machine.\n",
			lonely, runs);
	fprintf(out, "\nwritten: %s; simulations with costs=machine use it\n", path);
}

static int calibrate_all(struct calibration *c, struct error *error)
{
	const struct machine *m = &c->lab->machine;
	int err;

	text_copy(c->file.cpu, sizeof(c->file.cpu), m->cpu.brand);
	text_copy(c->file.kernel, sizeof(c->file.kernel), m->kernel_release);
	clock_utc(c->file.measured_utc, sizeof(c->file.measured_utc));
	err = calibrate_live(c, error);
	if (c->progress)
		fprintf(c->progress, "\r\033[K");
	if (!err)
		err = calibrate_fit(c, error);
	if (!err)
		err = calibrate_prove(c, error);
	return err;
}

struct calibrate_words {
	const char *json;
	int rounds;
	bool quiet;
};

static int calibrate_rounds(const char *value, int *rounds, struct error *error)
{
	double n;

	if (text_to_double(value, &n) || n < 1 || n > ROUNDS_MAX || n != floor(n))
		return error_setf(error, ERROR_INPUT, EINVAL, "--rounds",
				  "give a number from 1 to 64", "%s is none", value);
	*rounds = (int)n;
	return 0;
}

static int calibrate_take(void *into, int option, const char *value,
			  struct error *error)
{
	struct calibrate_words *w = into;

	switch (option) {
	case CALIBRATE_JSON: w->json = value; return 0;
	case CALIBRATE_ROUNDS: return calibrate_rounds(value, &w->rounds, error);
	case CALIBRATE_QUIET: w->quiet = true; return 0;
	default:
		return error_set(error, ERROR_INPUT, EINVAL, value, "one word too many",
				 "see tlblab run calibrate --help");
	}
}

static int calibrate_path(const struct calibrate_words *w, char *path, size_t bytes,
			  struct error *error)
{
	if (w->json)
		text_copy(path, bytes, w->json);
	else if (costs_file_path(path, bytes))
		return error_set(error, ERROR_INPUT, ENOENT, "the machine file",
				 "there is no home to keep it in", "give --json FILE");
	return 0;
}

int calibrate_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct calibration c = {.progress = NULL};
	struct calibrate_words words = {.rounds = ROUNDS_USUAL};
	struct lab lab;
	char path[512];
	int err = options_read(&calibrate_command, argc, argv, calibrate_take, &words,
			       &error);

	if (err > 0)
		return help_print(&calibrate_command);
	if (err < 0 || calibrate_path(&words, path, sizeof(path), &error) ||
	    lab_open(&lab, false, &error))
		return command_fail(&error);
	c.lab = &lab;
	c.rounds = words.rounds;
	c.progress = !words.quiet && isatty(STDERR_FILENO) ? stderr : NULL;
	err = calibrate_all(&c, &error);
	if (!err)
		err = costs_file_save(&c.file, path, &error);
	if (!err && !words.quiet && strcmp(path, "-"))
		calibrate_print(stdout, &c, path);
	lab_close(&lab, &error);
	if (error.code != ERROR_NONE)
		return command_fail(&error);
	return err == -EINTR ? 130 : 0;
}
