/* SPDX-License-Identifier: MIT */

/* tlblab tune: the right ceiling for this CPU, with its interval, or no difference. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/signals.h"
#include "commands/tune/common.h"
#include "commands/tune/print.h"
#include "commands/tune/record.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/workloads/workload.h"

static int tune_preset(struct preset *p, const struct machine *m,
		       const struct tune_words *w, struct error *error)
{
	const struct catalogue *c = workload_catalogue();
	int err = tuner_experiment(&p->experiment, m, error);

	text_copy(p->name, sizeof(p->name), "tune");
	text_copy(p->title, sizeof(p->title), "The right ceiling for this CPU");
	for (int i = 0; i < w->n_sets && !err; i++)
		err = preset_set(p, c, w->sets[i], error);
	if (!err && (p->n_axes || p->experiment.threads != 1 ||
		     strcmp(p->experiment.workload, "collateral") ||
		     p->experiment.mode != RUN_THREADS))
		err = error_set(error, ERROR_INPUT, EINVAL, "--set",
				"tuning takes one initiator of the workload collateral",
				"set victims, placement, working_set_pages or seed");
	return err ? err : experiment_check(&p->experiment, c, error);
}

enum { RECORD_S = 5 };

/* Until it is done; true when a signal ended it. */
static bool tune_wait(struct tuner *t, int signal_fd, FILE *progress)
{
	uint64_t shown_ns = 0;

	for (;;) {
		int wait_ms = tuner_tick(t);
		const struct tuner_view *v = tuner_view(t);
		struct pollfd fd = {.fd = signal_fd, .events = POLLIN};

		if (v->phase == TUNER_DONE || v->phase == TUNER_FAILED)
			return false;
		if (progress && clock_now_ns() - shown_ns > TUNE_PROGRESS_NS) {
			tune_print_progress(progress, v);
			shown_ns = clock_now_ns();
		}
		if (poll(&fd, 1, wait_ms) > 0)
			return true;
	}
}

static int tune_apply(struct lab *lab, const struct tune_answer *a, FILE *out,
		      struct error *error)
{
	if (a->recommended >= 0 &&
	    (a->verdict == TUNE_CEILING || a->verdict == TUNE_FULL_WINS))
		return tune_keep(lab, a->recommended, out, error);
	fprintf(out, "\nnothing was changed\n");
	return 0;
}

static int tune_report(struct lab *lab, struct tuner *t, const struct preset *preset,
		       const struct tune_words *w, const struct tune_mix *mix,
		       const char *mix_source, struct error *error)
{
	const struct tuner_view *v = tuner_view(t);
	FILE *out = tune_out(w);
	struct result_tune tune = {
		.answers = v->answers,
		.data = v->data,
		.n_answers = v->n_answers,
		.method = tuner_method_name(v->method),
		.victims = v->victims,
		.windows = v->windows,
		.disturbed = v->disturbed,
		.rounds_lost = v->rounds_lost,
		.elapsed_s = v->elapsed_s,
		.mix = mix,
		.mix_source = mix_source,
	};
	int64_t found = v->ceiling_now, now = -1;
	int err = 0;

	const struct snapshot *s = session_snapshot(lab->session);

	tune_print_answer(out, v, mechanism_name[s->mechanism.kind]);
	tune_print_mix(out, mix, mix_source);
	if (w->apply)
		err = tune_apply(lab, &v->answers[0], out, error);
	guardian_ceiling_get(lab->guardian, &now);
	tune.restored = now == found;
	if (w->json) {
		int written = tune_write(lab, preset, w, &tune, err ? NULL : error);

		err = err ? err : written;
	}
	return err;
}

/* The mix that gains are measured on, and where it is from. */
static int tune_mix(struct lab *lab, const struct tune_words *w, int signal_fd,
		    struct tune_mix *mix, char *source, struct error *error)
{
	double seconds = fmin(w->budget_s / 5, RECORD_S);

	*mix = w->mix;
	text_copy(source, TUNE_MIX_SOURCE_BYTES,
		  w->mix_given ? "given" : TUNE_MIX_DEFAULT_SOURCE);
	return w->pid ? tune_record_mix(lab->guardian, w->pid, seconds, signal_fd, mix,
					source, error)
		      : 0;
}

static int tune_measure(struct lab *lab, const struct preset *preset,
			const struct tune_words *w, struct error *error)
{
	struct tuner_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.experiment = &preset->experiment,
		.method = w->method,
		.budget_s = w->budget_s,
		.one_working_set = w->one_set,
	};
	char source[TUNE_MIX_SOURCE_BYTES];
	FILE *progress = !w->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
	struct stop_signals signals;
	struct tuner *t;

	int err = stop_signals_take(&signals, error);

	if (err)
		return err;
	err = tune_mix(lab, w, signals.fd, &options.mix, source, error);

	if (!err)
		err = tuner_open(&t, &options, error);
	if (!err) {
		bool interrupted = tune_wait(t, signals.fd, progress);

		if (progress)
			fprintf(progress, "\r\033[K");
		tuner_stop(t);
		if (tuner_view(t)->phase == TUNER_FAILED) {
			*error = *tuner_view(t)->error;
		} else {
			err = tune_report(lab, t, preset, w, &options.mix, source,
					  error);
			if (!err && interrupted)
				err = -EINTR;
		}
		tuner_close(t);
	}
	stop_signals_give_back(&signals);
	return err;
}

static int tune_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct preset preset = {.n_axes = 0};
	struct tune_words words;
	struct lab lab;
	int err = tune_words_parse(argc, argv, &words, &error);

	if (err > 0)
		return help_print(&command_tune);
	if (err || lab_open(&lab, false, &error))
		return command_fail(&error);
	if (tune_words_try_program(&words)) {
		err = tune_program(&lab, &words, &error);
	} else {
		err = tune_preset(&preset, &lab.machine, &words, &error);
		if (!err)
			err = tune_measure(&lab, &preset, &words, &error);
	}
	lab_close(&lab, &error);
	preset_fini(&preset);
	if (error.code != ERROR_NONE)
		return command_fail(&error);
	return err == -EINTR ? 130 : 0;
}

const struct command command_tune = {
	.name = "tune",
	.usage = "tune [--set KEY=VALUE]… [--budget SECONDS] [--method auto|span|knob] "
		 "[--json FILE] [--apply] [--exec -- CMD…] [--attach PID]",
	.summary = "find the best flush ceiling for this CPU, if it matters",
	.details =
		"Measures what flushing k pages costs all CPUs page by page and all at "
		"once, by\nsingle operations that alternate, and measures more sizes "
		"where the two cross. Only\nsizes that were measured are recommended. "
		"The ceiling is put back unless --apply is\ngiven. span: "
		"sizes from 2 up to the present ceiling, needs no right to change it;\n"
		"knob: moves the ceiling itself, from 1 page on.\n\n"
		"With --exec or --attach: for one program. Ceilings are tried on it in "
		"alternating\nwindows, and held against the present one by how fast it "
		"gets on.",
	.options = tune_options,
	.run = tune_run,
};
