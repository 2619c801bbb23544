/* SPDX-License-Identifier: MIT */

/* tlblab compare BASE NEW…: is there a difference, and how large, with its interval. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/compare/print.h"
#include "commands/help/help.h"
#include "commands/options.h"
#include "tlblab/backends/session.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"
#include "tlblab/io/result_read.h"
#include "tlblab/knobs/guardian.h"

enum { COMPARE_METRIC, COMPARE_FAIL, COMPARE_JSON, COMPARE_ANYWAY };

static const struct command_option compare_options[] = {
	[COMPARE_METRIC] = {"--metric", "M", "compare only this metric"},
	[COMPARE_FAIL] =
		{"--fail-if-worse", "PCT",
		 "exit 1 if a metric is worse by more than PCT or cannot be judged"},
	[COMPARE_JSON] = {"--json", "FILE", "write the figures; - is standard output"},
	[COMPARE_ANYWAY] = {"--anyway", NULL,
			    "compare even if machine or experiment differ"},
	{NULL, NULL, NULL},
};

enum { COMPARE_MAX_FILES = 64, COMPARE_MAX_FACTS = FACT_MAX + 8 };

struct compare_words {
	const char *files[COMPARE_MAX_FILES]; /* the base first */
	int n_files;
	enum metric only; /* METRIC_N: all */
	bool may_fail, anyway;
	double fail_pct;
	const char *json;
};

/* A result file and the facts it must share with those it is compared to. */
struct compare_file {
	struct result_data data;
	struct catalogue catalogues[2];
	struct fact facts[COMPARE_MAX_FACTS];
	struct compare_side side;
};

static int compare_metric(struct compare_words *w, const char *name,
			  struct error *error)
{
	const char *names[METRIC_N];
	char todo[128] = "see tlblab list metrics";

	w->only = metric_find(name);
	if (w->only != METRIC_N)
		return 0;
	for (int m = 0; m < METRIC_N; m++)
		names[m] = metric_table[m].name;
	const char *near = text_nearest(name, names, METRIC_N);

	if (near)
		snprintf(todo, sizeof(todo), "did you mean %s?", near);
	return error_set(error, ERROR_INPUT, EINVAL, name, "there is no such metric",
			 todo);
}

static int compare_take(void *into, int option, const char *value, struct error *error)
{
	struct compare_words *w = into;

	switch (option) {
	case COMPARE_METRIC: return compare_metric(w, value, error);
	case COMPARE_JSON: w->json = value; return 0;
	case COMPARE_ANYWAY: w->anyway = true; return 0;
	case COMPARE_FAIL:
		w->may_fail = true;
		if (!text_to_double(value, &w->fail_pct) && w->fail_pct >= 0)
			return 0;
		return error_set(error, ERROR_INPUT, EINVAL, "--fail-if-worse",
				 "is no percentage", "give a number from 0 up");
	default: break;
	}
	if (w->n_files == COMPARE_MAX_FILES)
		return error_setf(error, ERROR_INPUT, E2BIG, value,
				  "compare fewer at a time", "more than %d files",
				  COMPARE_MAX_FILES);
	w->files[w->n_files++] = value;
	return 0;
}

/* 0, 1 when only help was asked for, or -errno. */
static int compare_parse(int argc, char **argv, struct compare_words *w,
			 struct error *error)
{
	*w = (struct compare_words){.only = METRIC_N};
	int err = options_read(&command_compare, argc, argv, compare_take, w, error);

	if (err)
		return err;
	if (w->n_files < 2)
		return error_set(error, ERROR_INPUT, EINVAL, "compare",
				 "takes a base and at least one other result",
				 "see tlblab compare --help");
	return 0;
}

static void fact_put(struct compare_side *s, struct fact *facts, const char *key,
		     const char *value)
{
	if (!*value || s->n_facts == COMPARE_MAX_FACTS)
		return;
	text_copy(facts[s->n_facts].key, sizeof(facts->key), key);
	text_copy(facts[s->n_facts].value, sizeof(facts->value), value);
	s->n_facts++;
}

/* A result without a machine can be compared with nothing but its like. */
static void compare_facts(struct compare_file *f)
{
	const struct machine *m = &f->data.machine;

	f->side.facts = f->facts;
	if (!f->data.has_machine)
		return;
	fact_put(&f->side, f->facts, "cpu", m->cpu.brand);
	fact_put(&f->side, f->facts, "cpu id", m->cpu.perf_id);
	fact_put(&f->side, f->facts, "hypervisor", m->cpu.hypervisor_name);
	fact_put(&f->side, f->facts, "kernel", m->kernel_release);
	fact_put(&f->side, f->facts, "kernel version", m->kernel_version);
	for (int i = 0; i < m->n_settings; i++)
		if (!strcmp(m->settings[i].key, "pti"))
			fact_put(&f->side, f->facts, "pti", m->settings[i].value);
	for (int i = 0; i < m->n_mitigations; i++)
		fact_put(&f->side, f->facts, m->mitigations[i].key,
			 m->mitigations[i].value);
}

/* NULL with an error when it cannot be read. */
static struct compare_file *compare_load(const char *path, struct error *error)
{
	struct compare_file *f = calloc(1, sizeof(*f));
	const struct catalogue *c;

	if (!f) {
		error_set(error, ERROR_MACHINE, ENOMEM, path, "out of memory",
			  "close other programs");
		return NULL;
	}
	c = backends_catalogue(f->catalogues);
	if (result_load(&f->data, c, path, error)) {
		free(f);
		return NULL;
	}
	f->side = (struct compare_side){.name = path,
					.catalogue = c,
					.preset = &f->data.preset,
					.runs = f->data.runs,
					.n_runs = f->data.n_runs};
	compare_facts(f);
	return f;
}

static void compare_unload(struct compare_file *f)
{
	if (f)
		result_data_fini(&f->data);
	free(f);
}

static int error_not_comparable(const struct compared *c, const char *base,
				struct error *error)
{
	char why[256] = "";

	for (int i = 0; i < c->n_mismatches && i < COMPARE_MAX_MISMATCHES; i++)
		if (!text_append(why, sizeof(why), "%s%s (%s, not %s)", i ? ", " : "",
				 c->mismatches[i].key, c->mismatches[i].after,
				 c->mismatches[i].before))
			break;
	return error_setf(error, ERROR_INPUT, EINVAL, c->name,
			  "--anyway compares all the same", "not comparable to %s: %s",
			  base, why);
}

static int error_not_measured(const struct compare_words *w, const struct compared *c,
			      struct error *error)
{
	const char *todo = "measure it again";

	for (int i = 0; i < c->n_failed; i++)
		if (!strcmp(c->failed[i].check.name, "operations"))
			todo = "run longer, until operations have ended (duration_s)";
	return error_setf(error, ERROR_INPUT, ENODATA, c->name, todo,
			  w->only == METRIC_N ? "no metric was measured in both files%s"
					      : "%s was not measured in both files",
			  w->only == METRIC_N ? "" : metric_table[w->only].name);
}

/* Holds one file against the base. */
static int compare_one(const struct compare_words *w, const struct compare_file *base,
		       const char *path, struct compared *c, struct error *error)
{
	struct compare_file *f = compare_load(path, error);
	int err;

	if (!f)
		return -EINVAL;
	utf8_show(c->name, sizeof(c->name), path);
	c->n_failed = failed_checks_list(f->side.preset, f->side.runs, f->side.n_runs,
					 c->failed);
	c->n_mismatches = compare_mismatches(&base->side, &f->side, c->mismatches);
	if (c->n_mismatches && !w->anyway)
		err = error_not_comparable(c, base->side.name, error);
	else
		err = compare_make(&c->comparison, &base->side, &f->side, w->only,
				   w->anyway);
	if (err == -ENOMEM || err == -ERANGE)
		error_set(error, ERROR_INPUT, -err, path, strerror(-err),
			  "name a file that can be read");
	else if (!err && !c->comparison.n_rows)
		err = error_not_measured(w, c, error);
	compare_unload(f);
	return err;
}

static int compare_write(const struct compare_words *w, const struct compared *base,
			 const struct compared *compared, int n, struct error *error)
{
	struct json_writer json;
	size_t bytes;

	json_writer_init(&json, JSON_PRETTY);
	compare_put_json(&json, base, compared, n);
	char *text = json_writer_take(&json, &bytes);

	if (!text)
		return error_set(error, ERROR_MACHINE, ENOMEM, w->json, "out of memory",
				 "close other programs");
	int err = file_write_whole(w->json, text, bytes, error);

	free(text);
	return err;
}

static void error_row(const struct compared *c, const struct compare_row *row,
		      struct error *error)
{
	char text[128];

	error_setf(error, ERROR_CHECK, EIO, c->name, "see the table above",
		   "%s%s%s: %s", row->point_text, *row->point_text ? ": " : "",
		   metric_table[row->metric].name,
		   compare_row_text(row, text, sizeof(text)));
}

static const char *open_row_todo(enum compare_verdict v)
{
	switch (v) {
	case COMPARE_TOO_FEW: return "measure both with at least two runs (repeats)";
	case COMPARE_SOURCES: return "measure both where the same source counts";
	default: return "choose another metric: this one has no interval";
	}
}

static void error_open_row(const struct compared *c, const struct compare_row *row,
			   struct error *error)
{
	error_setf(error, ERROR_CHECK, ENODATA, c->name, open_row_todo(row->verdict),
		   "%s%s%s could not be judged: %s", row->point_text,
		   *row->point_text ? ": " : "", metric_table[row->metric].name,
		   compare_verdict_name(row->verdict));
}

/* Worse beyond the limit, or, before that is known, not to be judged at all. */
static void compare_decide(const struct compare_words *w,
			   const struct compared *compared, int n, struct error *error)
{
	bool asked_for = w->only != METRIC_N;

	for (int i = 0; w->may_fail && i < n; i++)
		for (int k = 0; k < compared[i].comparison.n_rows; k++) {
			const struct compare_row *row = &compared[i].comparison.rows[k];

			if (compare_row_fails(row, w->fail_pct)) {
				error_row(&compared[i], row, error);
				return;
			}
			if (error->code == ERROR_NONE &&
			    compare_row_is_open(row, asked_for))
				error_open_row(&compared[i], row, error);
		}
}

static int compare_files(const struct compare_words *w, struct error *error)
{
	int n = w->n_files - 1, err = 0;
	struct compared *compared = calloc((size_t)n, sizeof(*compared));
	struct compare_file *base = compare_load(w->files[0], error);
	bool to_stdout = w->json && !strcmp(w->json, "-");
	struct compared of_base = {.n_mismatches = 0};

	utf8_show(of_base.name, sizeof(of_base.name), w->files[0]);
	if (!compared && base)
		error_set(error, ERROR_MACHINE, ENOMEM, "compare", "out of memory",
			  "close other programs");
	if (!compared || !base)
		err = -EINVAL;
	else
		of_base.n_failed =
			failed_checks_list(base->side.preset, base->side.runs,
					   base->side.n_runs, of_base.failed);
	for (int i = 0; !err && i < n; i++)
		err = compare_one(w, base, w->files[i + 1], &compared[i], error);
	for (int i = 0; !err && !to_stdout && i < n; i++)
		compare_print_tables(stdout, &of_base, &compared[i]);
	if (!err && w->json)
		err = compare_write(w, &of_base, compared, n, error);
	if (!err)
		compare_decide(w, compared, n, error);
	for (int i = 0; compared && i < n; i++)
		compare_fini(&compared[i].comparison);
	compare_unload(base);
	free(compared);
	return err;
}

static int compare_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct guardian *guardian = NULL;
	struct compare_words words;
	int err = compare_parse(argc, argv, &words, &error);

	if (err > 0)
		return help_print(&command_compare);
	/* It is the guardian that makes root the invoking user, whose files these are.
	 */
	if (!err && !guardian_start(&guardian, &error))
		compare_files(&words, &error);
	guardian_stop(guardian);
	return error.code != ERROR_NONE ? command_fail(&error) : 0;
}

const struct command command_compare = {
	.name = "compare",
	.usage = "compare BASE.json NEW.json… [--metric M] [--fail-if-worse PCT] "
		 "[--json FILE] [--anyway]",
	.summary = "compare results, with the interval of each difference",
	.details =
		"Compares every point and metric of both results over their runs. "
		"Refuses results of\nanother CPU, kernel, mitigation or experiment and "
		"names the difference, unless\n--anyway is given. A difference is proven "
		"if its 95 % interval excludes 0.\nCounts of different sources "
		"(cpus_told_source) are shown, not judged.",
	.options = compare_options,
	.run = compare_run,
};
