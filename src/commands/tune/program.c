/* SPDX-License-Identifier: MIT */
/* Tuning for a program: its trial driven by a plain loop, and what came of it. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "commands/signals.h"
#include "commands/tune/common.h"
#include "commands/tune/print.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/workloads/workload.h"

/* Until it is done; true when a signal ended it. */
static bool program_wait(struct program_trial *t, int signal_fd, FILE *progress)
{
	uint64_t shown_ns = 0;

	for (;;) {
		int wait_ms = program_trial_tick(t);
		const struct program_trial_view *v = program_trial_view(t);
		struct pollfd fd = {.fd = signal_fd, .events = POLLIN};

		if (v->phase == TUNER_DONE || v->phase == TUNER_FAILED)
			return false;
		if (progress && clock_now_ns() - shown_ns > TUNE_PROGRESS_NS) {
			tune_print_trial_progress(progress, v);
			shown_ns = clock_now_ns();
		}
		if (poll(&fd, 1, wait_ms) > 0)
			return true;
	}
}

/* What was run, as a preset can say it. */
static int program_preset(struct preset *p, const struct tune_words *w,
			  struct error *error)
{
	const struct catalogue *c = workload_catalogue();
	char pid[24];
	int err =
		experiment_init(&p->experiment, c, w->exec ? "exec" : "attach", error);

	text_copy(p->name, sizeof(p->name), "tune");
	text_copy(p->title, sizeof(p->title), "The right ceiling for this program");
	snprintf(pid, sizeof(pid), "%d", (int)w->pid);
	p->experiment.threads = 1;
	p->experiment.victims = 0;
	if (err)
		return err;
	return w->exec ? experiment_set(&p->experiment, c, "command", w->command, error)
		       : experiment_set(&p->experiment, c, "pid", pid, error);
}

static int program_report(struct lab *lab, struct program_trial *t,
			  const struct preset *preset, const struct tune_words *w,
			  struct error *error)
{
	const struct program_trial_view *v = program_trial_view(t);
	const struct result_trial trial = {
		.answer = v->answer,
		.data = v->data,
		.unit = v->unit,
		.command = w->exec ? w->command : NULL,
		.pid = w->pid,
		.window_s = w->window_s,
		.runs_a_window = v->runs_a_window,
	};
	struct result_tune tune = {
		.method = w->exec ? "exec" : "attach",
		.windows = v->windows,
		.rounds_lost = v->rounds_lost,
		.elapsed_s = v->elapsed_s,
		.trial = &trial,
	};
	FILE *out = tune_out(w);
	int64_t now = -1;
	int err = 0;

	tune_print_trial(out, v);
	if (w->apply && v->answer->verdict == TRIAL_BETTER)
		err = tune_keep(lab, v->answer->recommended, out, error);
	else if (w->apply)
		fprintf(out, "\nnothing was changed\n");
	guardian_ceiling_get(lab->guardian, &now);
	tune.restored = now == v->answer->ceiling_now;
	if (!err && w->json)
		err = tune_write(lab, preset, w, &tune, error);
	return err;
}

int tune_program(struct lab *lab, const struct tune_words *w, struct error *error)
{
	const struct program_trial_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.command = w->exec ? w->command : NULL,
		.pid = w->pid,
		.counter = w->counter,
		.counter_path = w->counter_path,
		.candidates = w->ceilings,
		.n_candidates = w->n_ceilings,
		.budget_s = w->budget_s,
		.window_s = w->window_s,
		.seed = 1,
	};
	FILE *progress = !w->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
	struct preset preset = {.n_axes = 0};
	struct program_trial *t = NULL;
	struct stop_signals signals;

	int err = stop_signals_take(&signals, error);

	if (err)
		return err;
	err = program_trial_open(&t, &options, error);

	if (!err)
		err = program_preset(&preset, w, error);
	if (!err) {
		bool interrupted = program_wait(t, signals.fd, progress);

		if (progress)
			fprintf(progress, "\r\033[K");
		program_trial_stop(t);
		if (program_trial_view(t)->phase == TUNER_FAILED) {
			*error = *program_trial_view(t)->error;
			err = -EIO;
		} else {
			err = program_report(lab, t, &preset, w, error);
		}
		if (!err && interrupted)
			err = -EINTR;
	}
	program_trial_close(t);
	preset_fini(&preset);
	stop_signals_give_back(&signals);
	return err;
}
