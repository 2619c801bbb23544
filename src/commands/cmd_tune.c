/* SPDX-License-Identifier: MIT */

/* tlblab tune: the right ceiling for this CPU, with its interval, or no difference. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/lab.h"
#include "commands/options.h"
#include "commands/tune_print.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tlblab/knobs/ceiling.h"
#include "tlblab/lab/preset.h"
#include "tlblab/workloads/workload.h"

enum {
	TUNE_SET,
	TUNE_BUDGET,
	TUNE_METHOD,
	TUNE_MIX,
	TUNE_ONE,
	TUNE_JSON,
	TUNE_APPLY,
	TUNE_QUIET,
};

static const struct command_option tune_options[] = {
	[TUNE_SET] = {"--set", "KEY=VALUE",
		      "victims, placement, working_set_pages or seed; may be repeated"},
	[TUNE_BUDGET] = {"--budget", "SECONDS", "at most so long (default 50)"},
	[TUNE_METHOD] = {"--method", "auto|span|knob",
			 "span needs no privilege; knob moves the ceiling"},
	[TUNE_MIX] = {"--mix", "PAGES:WEIGHT,…",
		      "how often flushes of each size happen"},
	[TUNE_ONE] = {"--one-set", NULL, "only the one working set"},
	[TUNE_JSON] = {"--json", "FILE", "write the result; - is standard output"},
	[TUNE_APPLY] = {"--apply", NULL, "leave the recommended ceiling in force"},
	[TUNE_QUIET] = {"--quiet", NULL, "print no progress"},
	{NULL, NULL, NULL},
};

enum {
	TUNE_MAX_SETS = 64,
	TUNE_DEFAULT_BUDGET_S = 50,
	PROGRESS_EVERY_NS = 200000000,
	TUNE_MAX_SENSORS = 16,
};

struct tune_words {
	const char *sets[TUNE_MAX_SETS];
	int n_sets;
	double budget_s;
	enum tuner_method method;
	struct tune_mix mix;
	const char *json;
	bool apply, quiet, one_set;
};

static int tune_method(struct tune_words *w, const char *value, struct fault *fault)
{
	for (int m = TUNER_AUTO; m <= TUNER_KNOB; m++)
		if (!strcmp(value, tuner_method_name((enum tuner_method)m))) {
			w->method = (enum tuner_method)m;
			return 0;
		}
	return fault_setf(fault, FAULT_INPUT, EINVAL, "--method", "auto, span or knob",
			  "there is no method %s", value);
}

static int tune_take(void *into, int option, const char *value, struct fault *fault)
{
	struct tune_words *w = into;

	switch (option) {
	case TUNE_SET:
		if (w->n_sets == TUNE_MAX_SETS)
			return fault_set(fault, FAULT_INPUT, E2BIG, "--set",
					 "given too often", "");
		w->sets[w->n_sets++] = value;
		return 0;
	case TUNE_BUDGET:
		if (!text_to_double(value, &w->budget_s) && w->budget_s >= 1 &&
		    w->budget_s <= 86400)
			return 0;
		return fault_set(fault, FAULT_INPUT, EINVAL, "--budget",
				 "is no number of seconds", "1 to 86400");
	case TUNE_METHOD: return tune_method(w, value, fault);
	case TUNE_MIX: return tune_mix_parse(&w->mix, value, fault);
	case TUNE_ONE: w->one_set = true; return 0;
	case TUNE_JSON: w->json = value; return 0;
	case TUNE_APPLY: w->apply = true; return 0;
	case TUNE_QUIET: w->quiet = true; return 0;
	default: break;
	}
	return fault_set(fault, FAULT_INPUT, EINVAL, value, "one word too many",
			 "tune takes options only; see tlblab tune --help");
}

/* 0, 1 when only help was asked for, or -errno. */
static int tune_parse(int argc, char **argv, struct tune_words *w, struct fault *fault)
{
	*w = (struct tune_words){.budget_s = TUNE_DEFAULT_BUDGET_S};
	tune_mix_default(&w->mix);
	return options_read(&command_tune, argc, argv, tune_take, w, fault);
}

static int tune_preset(struct preset *p, const struct machine *m,
		       const struct tune_words *w, struct fault *fault)
{
	const struct catalogue *c = workload_catalogue();
	int err = tuner_experiment(&p->experiment, m, fault);

	text_copy(p->name, sizeof(p->name), "tune");
	text_copy(p->title, sizeof(p->title), "The right ceiling for this CPU");
	for (int i = 0; i < w->n_sets && !err; i++)
		err = preset_set(p, c, w->sets[i], fault);
	if (!err && (p->n_axes || p->experiment.threads != 1 ||
		     strcmp(p->experiment.workload, "collateral") ||
		     p->experiment.mode != RUN_THREADS))
		err = fault_set(fault, FAULT_INPUT, EINVAL, "--set",
				"tuning takes one initiator of the workload collateral",
				"set victims, placement, working_set_pages or seed");
	return err ? err : experiment_check(&p->experiment, c, fault);
}

static int tune_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

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
		if (progress && clock_now_ns() - shown_ns > PROGRESS_EVERY_NS) {
			tune_print_progress(progress, v);
			shown_ns = clock_now_ns();
		}
		if (poll(&fd, 1, wait_ms) > 0)
			return true;
	}
}

static int tune_write(struct lab *lab, const struct preset *preset,
		      const struct tune_words *w, const struct result_tune *tune,
		      struct fault *fault)
{
	const struct snapshot *s = session_snapshot(lab->session);
	struct result_sensor sensors[TUNE_MAX_SENSORS];
	struct result r = {
		.machine = &lab->machine,
		.preset = preset,
		.catalogue = workload_catalogue(),
		.sensors = sensors,
		.mechanism_verdict = mechanism_name[s->mechanism.kind],
		.mechanism_evidence = s->mechanism.evidence,
		.tune = tune,
	};

	for (; r.n_sensors < s->n_sensors && r.n_sensors < TUNE_MAX_SENSORS;
	     r.n_sensors++)
		sensors[r.n_sensors] = (struct result_sensor){
			s->sensors[r.n_sensors].name,
			s->sensors[r.n_sensors].availability,
		};
	return result_write(&r, w->json, fault);
}

/* Leaves the recommendation in force and says how to make it last. */
static int tune_apply(struct lab *lab, const struct tune_answer *a, FILE *out,
		      struct fault *fault)
{
	if (a->verdict != TUNE_CEILING && a->verdict != TUNE_FULL_WINS) {
		fprintf(out, "\nnothing was changed\n");
		return 0;
	}
	int err = guardian_ceiling_set(lab->guardian, a->recommended, fault);

	if (!err)
		err = guardian_ceiling_keep(lab->guardian, fault);
	if (!err)
		fprintf(out,
			"\nthe ceiling is %lld now; to keep it over a reboot, put this "
			"line into\n/etc/tmpfiles.d/tlb-ceiling.conf:\nw " CEILING_PATH
			" - - - - %lld\n",
			(long long)a->recommended, (long long)a->recommended);
	return err;
}

static int tune_report(struct lab *lab, struct tuner *t, const struct preset *preset,
		       const struct tune_words *w, struct fault *fault)
{
	const struct tuner_view *v = tuner_view(t);
	FILE *out = w->json && !strcmp(w->json, "-") ? stderr : stdout;
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
	};
	int64_t found = v->ceiling_now, now = -1;
	int err = 0;

	tune_print_answer(out, v);
	if (w->apply)
		err = tune_apply(lab, &v->answers[0], out, fault);
	guardian_ceiling_get(lab->guardian, &now);
	tune.restored = now == found;
	if (w->json) {
		int written = tune_write(lab, preset, w, &tune, err ? NULL : fault);

		err = err ? err : written;
	}
	return err;
}

static int tune_measure(struct lab *lab, const struct preset *preset,
			const struct tune_words *w, struct fault *fault)
{
	const struct tuner_options options = {
		.machine = &lab->machine,
		.guardian = lab->guardian,
		.experiment = &preset->experiment,
		.mix = w->mix,
		.method = w->method,
		.budget_s = w->budget_s,
		.one_working_set = w->one_set,
	};
	FILE *progress = !w->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
	int signal_fd = tune_signals();
	struct tuner *t;

	if (signal_fd < 0)
		return fault_set(fault, FAULT_MACHINE, errno, "signalfd",
				 strerror(errno), "");
	int err = tuner_open(&t, &options, fault);

	if (!err) {
		bool interrupted = tune_wait(t, signal_fd, progress);

		if (progress)
			fprintf(progress, "\r\033[K");
		tuner_stop(t);
		if (tuner_view(t)->phase == TUNER_FAILED) {
			*fault = *tuner_view(t)->fault;
		} else {
			err = tune_report(lab, t, preset, w, fault);
			if (!err && interrupted)
				err = -EINTR;
		}
		tuner_close(t);
	}
	close(signal_fd);
	return err;
}

static int tune_run(int argc, char **argv)
{
	struct fault fault = {.code = FAULT_NONE};
	struct preset preset = {.n_axes = 0};
	struct tune_words words;
	struct lab lab;
	int err = tune_parse(argc, argv, &words, &fault);

	if (err > 0)
		return help_print(&command_tune);
	if (err || lab_open(&lab, false, &fault))
		return command_fail(&fault);
	err = tune_preset(&preset, &lab.machine, &words, &fault);
	if (!err)
		err = tune_measure(&lab, &preset, &words, &fault);
	lab_close(&lab);
	preset_fini(&preset);
	if (fault.code != FAULT_NONE)
		return command_fail(&fault);
	return err == -EINTR ? 130 : 0;
}

const struct command command_tune = {
	.name = "tune",
	.usage = "tune [--set KEY=VALUE]… [--budget SECONDS] [--method auto|span|knob] "
		 "[--json FILE] [--apply]",
	.summary = "the right ceiling for this CPU, or no difference",
	.details =
		"Measures what flushing k pages costs all CPUs page by page and all at "
		"once, in\nshort alternating windows, and finds where the two cross. "
		"The ceiling found is put\nback unless --apply is given. span: "
		"for sizes up to the present ceiling, needs no\nright to change it, and "
		"extrapolates beyond; knob: moves the ceiling itself.",
	.options = tune_options,
	.run = tune_run,
};
