/* SPDX-License-Identifier: MIT */

/* tlblab run PRESET: the screen's experiment without the screen. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/calibrate/calibrate.h"
#include "commands/command_line.h"
#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/lesson/auto.h"
#include "commands/options.h"
#include "commands/run/output.h"
#include "commands/run/plan.h"
#include "tlblab/backends/twin.h"
#include "tlblab/base/priority.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"

enum {
	RUN_SET,
	RUN_JSON,
	RUN_CSV,
	RUN_STREAM,
	RUN_PRECISION,
	RUN_METRIC,
	RUN_BUDGET,
	RUN_QUIET,
	RUN_NO_TRACE,
	RUN_STRICT,
	RUN_EXEC,
	RUN_ATTACH,
	RUN_SAMPLES,
	RUN_AUTO,
	RUN_STEP_SECONDS,
	RUN_TWIN,
};

static const struct command_option run_options[] = {
	[RUN_SET] = {"--set", "KEY=VALUE",
		     "change a key of the preset; may be repeated"},
	[RUN_JSON] = {"--json", "FILE", "write the result; - is standard output"},
	[RUN_CSV] = {"--csv", "FILE", "write every interval of every run as a row"},
	[RUN_STREAM] = {"--stream", "FILE", "write JSON lines while it runs"},
	[RUN_PRECISION] = {"--precision", "PCT",
			   "stop repeating a point once its 95 % interval is within "
			   "PCT; at most repeats times"},
	[RUN_METRIC] = {"--metric", "M",
			"use this metric for --precision (default ns_per_op)"},
	[RUN_BUDGET] = {"--budget", "SECONDS", "start no new run after SECONDS"},
	[RUN_QUIET] = {"--quiet", NULL, "print no progress and no table"},
	[RUN_NO_TRACE] = {"--no-trace", NULL, "do not count tlb:tlb_flush"},
	[RUN_STRICT] = {"--strict", NULL, "exit 1 if a check fails"},
	[RUN_EXEC] = {"--exec", NULL,
		      "run the command after -- and all it starts as the workload"},
	[RUN_ATTACH] = {"--attach", "PID",
			"watch a running process and all it starts as the workload"},
	[RUN_AUTO] = {"--auto", NULL,
		      "play the lesson by itself: print question, measured answer and "
		      "verdict of each step; exit 1 if a step did not complete"},
	[RUN_STEP_SECONDS] = {"--step-seconds", "S",
			      "with --auto: limit each step to S seconds"},
	[RUN_SAMPLES] =
		{"--samples", NULL,
		 "print each interval as will-it-scale does: slowest, fastest and "
		 "all workers, per second"},
	[RUN_TWIN] = {"--twin", NULL,
		      "on a simulated machine like this one, instead of live"},
	{NULL, NULL, NULL},
};

enum { RUN_MAX_SETS = 64 };

struct run_words {
	const char *preset;
	const char *sets[RUN_MAX_SETS];
	int n_sets;
	struct run_files files;
	struct repeat_goal goal;
	double budget_s;
	bool quiet, trace, strict, twin, play;
	double step_s; /* of play; 0: as long as the lesson says */
	bool exec;
	char command[COMMAND_LINE_BYTES];
	char pid[64]; /* of --attach, as "params.pid=…" */
};

/* A number above 0 for the option. */
static int run_number(const char *option, const char *value, double *out,
		      struct error *error)
{
	if (!text_to_double(value, out) && *out > 0)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, option, "give a number above 0",
			  "%s is none", value);
}

static int run_take(void *into, int option, const char *value, struct error *error)
{
	struct run_words *w = into;

	switch (option) {
	case RUN_SET:
		if (w->n_sets == RUN_MAX_SETS)
			return error_set(error, ERROR_INPUT, E2BIG, "--set",
					 "given too often", "put the keys in a preset");
		w->sets[w->n_sets++] = value;
		return 0;
	case RUN_JSON: w->files.json = value; return 0;
	case RUN_CSV: w->files.csv = value; return 0;
	case RUN_STREAM: w->files.stream = value; return 0;
	case RUN_PRECISION:
		return run_number("--precision", value, &w->goal.precision_pct, error);
	case RUN_BUDGET: return run_number("--budget", value, &w->budget_s, error);
	case RUN_METRIC:
		w->goal.metric = metric_find(value);
		if (w->goal.metric != METRIC_N)
			return 0;
		return error_set(error, ERROR_INPUT, EINVAL, value,
				 "there is no such metric", "see tlblab list metrics");
	case RUN_QUIET: w->quiet = true; return 0;
	case RUN_NO_TRACE: w->trace = false; return 0;
	case RUN_STRICT: w->strict = true; return 0;
	case RUN_EXEC: w->exec = true; return 0;
	case RUN_ATTACH:
		snprintf(w->pid, sizeof(w->pid), "params.pid=%s", value);
		return 0;
	case RUN_TWIN: w->twin = true; return 0;
	case RUN_AUTO: w->play = true; return 0;
	case RUN_STEP_SECONDS: return lesson_step_seconds(value, &w->step_s, error);
	case RUN_SAMPLES: w->files.samples = true; return 0;
	default: break;
	}
	if (w->preset && w->exec)
		return command_line_add(w->command, sizeof(w->command), value, error);
	if (w->preset)
		return error_set(error, ERROR_INPUT, EINVAL, value, "one word too many",
				 "run takes one PRESET; see tlblab run --help");
	w->preset = value;
	return 0;
}

/* 0, 1 when only help was asked for, or -errno. */
static int run_parse(int argc, char **argv, struct run_words *w, struct error *error)
{
	*w = (struct run_words){.trace = true, .goal = {.metric = METRIC_NS_PER_OP}};
	int err = options_read(&command_run, argc, argv, run_take, w, error);

	if (err)
		return err;
	if (w->exec && !w->command[0])
		return error_set(error, ERROR_INPUT, EINVAL, "--exec",
				 "no command follows", "give it behind --");
	if (!w->preset)
		return error_set(error, ERROR_INPUT, EINVAL, "run",
				 "says not what to run",
				 "name a preset; see tlblab list presets");
	if (w->play &&
	    (w->files.json || w->files.csv || w->files.stream || w->files.samples))
		return error_set(error, ERROR_INPUT, EINVAL, "--auto",
				 "a lesson writes no result",
				 "leave out --json, --csv, --stream and --samples");
	return run_files_check(&w->files, error);
}

/* A program of one's own in the place of the preset's workload. */
static int run_load_own(struct preset *preset, const struct catalogue *c,
			const char *workload, const char *param, struct error *error)
{
	const char *const sets[] = {workload, param, "threads=1", "mode=threads"};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sets) / sizeof(sets[0]); i++)
		err = preset_set(preset, c, sets[i], error);
	return err;
}

/* The experiment a person asked for: the preset with every --set on top. */
static int run_load(struct preset *preset, const struct catalogue *c,
		    const struct run_words *w, struct error *error)
{
	int err = preset_load(preset, c, w->preset, error);

	char command[sizeof(w->command) + sizeof("params.command=")];

	snprintf(command, sizeof(command), "params.command=%s", w->command);
	if (!err && w->command[0])
		err = run_load_own(preset, c, "workload=exec", command, error);
	if (!err && w->pid[0])
		err = run_load_own(preset, c, "workload=attach", w->pid, error);
	for (int i = 0; !err && i < w->n_sets; i++)
		err = preset_set(preset, c, w->sets[i], error);
	return err;
}

/* The same on a machine like this one that is simulated. */
static int run_load_twin(struct preset *preset, const struct lab *lab,
			 struct error *error)
{
	const struct catalogue *c = session_catalogue(lab->session);
	const struct experiment live = preset->experiment;
	char words[TWIN_WORDS_MAX][48];
	int n = twin_words(&lab->machine, &lab->costs, words);
	int err = twin_possible(live.workload, error);

	for (int i = 0; !err && i < n; i++)
		err = preset_set(preset, c, words[i], error);
	return err ? err : twin_check(&live, &preset->experiment, c, error);
}

static int run_status(const struct run_plan *r, bool strict, struct error *error)
{
	if (r->interrupted)
		return 130;
	for (int i = 0; i < r->n_records; i++)
		if (r->records[i]->failure[0]) {
			error_set(error, ERROR_CHECK, EIO, "the run",
				  r->records[i]->failure,
				  "see the result for the run and its settings");
			return 1;
		}
	for (int i = 0; strict && i < r->n_records; i++)
		for (int k = 0; k < r->records[i]->n_checks; k++)
			if (r->records[i]->checks[k].state == CHECK_WARN) {
				error_setf(
					error, ERROR_CHECK, EIO, "a check",
					"read the note of the check in the table above",
					"%s: expected %s, observed %s",
					r->records[i]->checks[k].name,
					r->records[i]->checks[k].expected,
					r->records[i]->checks[k].observed);
				return 1;
			}
	return 0;
}

/* The runs and what is written of them; the exit status of what went well. */
static int run_make(struct run_plan *plan, const struct run_words *words,
		    struct error *error)
{
	struct run_output output;
	char priority[128];
	int status = 0, err = run_output_open(&output, plan, &words->files, error);

	if (err)
		return status;
	if (!words->quiet && *priority_text(priority, sizeof(priority)))
		fprintf(stderr, "%s\n", priority);
	err = run_plan_execute(plan, error);
	int written = run_output_close(&output, plan, err ? NULL : error);

	if (!err && !written)
		status = run_status(plan, words->strict, error);
	if (words->files.samples)
		run_output_samples(stdout, plan);
	if (!words->quiet)
		run_output_table(&output, plan);
	return status;
}

static int run_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct preset preset = {.n_axes = 0};
	struct run_words words;
	struct lab lab;
	int status = 0;
	int err;

	if (argc > 1 && !strcmp(argv[1], "calibrate"))
		return calibrate_run(argc - 1, argv + 1);
	err = run_parse(argc, argv, &words, &error);
	if (err > 0)
		return help_print(&command_run);
	if (err < 0)
		return command_fail(&error);
	if (lab_open(&lab, words.trace, &error))
		return command_fail(&error);
	struct run_plan plan = {
		.lab = &lab,
		.preset = &preset,
		.goal = words.goal,
		.budget_s = words.budget_s,
		/* What reads the stream may draw on the same terminal. */
		.progress = !words.quiet && isatty(STDERR_FILENO) &&
					    !(words.files.stream &&
					      !strcmp(words.files.stream, "-"))
				    ? stderr
				    : NULL,
	};
	err = run_load(&preset, session_catalogue(lab.session), &words, &error);
	if (!err && words.twin)
		err = run_load_twin(&preset, &lab, &error);
	if (!err && words.play)
		err = lesson_check(&preset, &error);
	if (!err && words.play)
		status = lesson_auto(&lab, &preset, words.step_s, &error);
	else if (!err)
		status = run_make(&plan, &words, &error);
	run_plan_fini(&plan);
	lab_close(&lab, &error);
	preset_fini(&preset);
	if (error.code != ERROR_NONE)
		status = command_fail(&error);
	return status;
}

const struct command command_run = {
	.name = "run",
	.usage = "run PRESET [--set KEY=VALUE]… [--json FILE] [--csv FILE] "
		 "[--stream FILE] [--quiet] [--exec -- CMD…] [--attach PID] [--auto]",
	.summary = "run a preset without the screen",
	.details =
		"PRESET is a name (see tlblab list presets) or a file; - is standard "
		"input.\nrun calibrate measures this machine for the simulator; see "
		"tlblab run calibrate --help.\nKeys are those of a preset's \"experiment\", params.KEY, and "
		"sweep.KEY=V1,V2.\nA duration_s of 0 runs until interrupted.\n"
		"Started at a real-time priority (chrt -f N), workers run one level "
		"below it.",
	.options = run_options,
	.run = run_run,
};
