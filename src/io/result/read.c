/* SPDX-License-Identifier: MIT */
/*
 * Reading a result. Runs are by far the most of it and can be large, so the text is
 * never turned into one tree: the scanner finds the runs, and each becomes a tree of
 * its own, read and freed before the next.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/result/read.h"
#include "io/text_file.h"

static int error_no_memory(const struct json_doc *d)
{
	return error_set(d->error, ERROR_MACHINE, ENOMEM, d->name,
			 "there is not enough memory to read it", "free some memory");
}

struct run_record *result_run_at(struct result_data *r, int run)
{
	struct run_record **grown;

	if (run < r->n_runs)
		return r->runs[run];
	if (run != r->n_runs)
		return NULL;
	/* A power of two of pointers is kept; it grows when it is full. */
	if ((run & (run - 1)) == 0) {
		grown = realloc(r->runs, (run ? 2 * (size_t)run : 1) * sizeof(*grown));
		if (!grown)
			return NULL;
		r->runs = grown;
	}
	r->runs[run] = calloc(1, sizeof(**r->runs));
	if (r->runs[run])
		r->n_runs++;
	return r->runs[run];
}

static bool span_is(const char *text, size_t start, size_t end, const char *word)
{
	return end - start == strlen(word) && !memcmp(text + start, word, end - start);
}

/*
 * The root's members as a tree in which the runs are a null that keeps their place, so
 * that a node's position in the tree is still its position in the text. runs comes
 * zeroed, and stays so when there are none.
 */
static int head_tree(struct json_doc *d, const struct json_span *root, cJSON **head,
		     struct json_span *runs)
{
	struct json_span child = {0};

	*head = cJSON_CreateObject();
	while (*head && json_scan_next(d->text, root, &child)) {
		bool are_runs = span_is(d->text, child.key, child.key_end, "\"runs\"");
		cJSON *key = cJSON_ParseWithLength(d->text + child.key,
						   child.key_end - child.key);
		cJSON *value = are_runs
				       ? cJSON_CreateNull()
				       : cJSON_ParseWithLength(d->text + child.start,
							       child.end - child.start);
		bool added = key && value &&
			     cJSON_AddItemToObject(*head, key->valuestring, value);

		cJSON_Delete(key);
		if (!added) {
			cJSON_Delete(value);
			return error_no_memory(d);
		}
		if (are_runs)
			*runs = child;
	}
	return *head ? 0 : error_no_memory(d);
}

static int read_one_run(struct json_doc *whole, const struct json_span *span,
			size_t line, const struct catalogue *c, struct result_data *r)
{
	struct run_record *run = result_run_at(r, r->n_runs);
	struct json_doc d = *whole;
	cJSON *root;
	int err;

	d.text += span->start;
	d.bytes = span->end - span->start;
	d.first_line = line;
	snprintf(d.prefix, sizeof(d.prefix), "runs[%d]", r->n_runs - 1);
	if (!run)
		return error_no_memory(whole);
	err = json_doc_tree(&d, &root);
	if (err)
		return err;
	err = result_read_run(&d, &(struct json_at){NULL, root}, c, run);
	cJSON_Delete(root);
	return err == -ENOMEM ? error_no_memory(whole) : err;
}

static int read_runs(struct json_doc *d, const struct json_span *runs,
		     const struct catalogue *c, struct result_data *r)
{
	struct json_span run = {0};
	size_t line = d->first_line, counted = 0;
	int err = 0;

	while (!err && json_scan_next(d->text, runs, &run)) {
		line += json_scan_line(d->text + counted, run.start - counted) - 1;
		counted = run.start;
		err = read_one_run(d, &run, line, c, r);
	}
	return err;
}

static int read_document(struct json_doc *d, const struct catalogue *c,
			 struct result_data *r)
{
	struct json_span root = json_scan_root(d->text, d->bytes), runs = {0};
	struct json_at at = {NULL, NULL};
	cJSON *head = NULL;
	int err = d->text[root.start] == '{' ? head_tree(d, &root, &head, &runs) : 0;

	at.node = head;
	if (!head && !err)
		err = json_fail(d, NULL, "a result is an object { … }",
				"this is no result");
	if (!err)
		err = result_read_schema(d, &at);
	if (!err)
		err = result_read_head(d, &at, c, r);
	if (!err)
		err = result_read_tune(d, &at, r);
	if (!err && !runs.end)
		err = json_fail(d, &at, "a result has a list of them",
				"\"runs\" is missing");
	if (!err && d->text[runs.start] != '[')
		err = json_fail(d, &(struct json_at){&at, json_member(&at, "runs")},
				"a list [ … ] is expected", "is something else");
	cJSON_Delete(head);
	return err ? err : read_runs(d, &runs, c, r);
}

bool result_is_stream(const char *text, size_t bytes)
{
	const char *newline = memchr(text, '\n', bytes);
	size_t line_bytes = newline ? (size_t)(newline - text) : bytes;
	struct json_span root, child = {0};
	struct json_error ignored;

	if (!json_scan_check(text, line_bytes, &ignored))
		return false;
	root = json_scan_root(text, line_bytes);
	while (text[root.start] == '{' && json_scan_next(text, &root, &child))
		if (span_is(text, child.key, child.key_end, "\"type\""))
			return true;
	return false;
}

static bool is_blank(const char *line, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (!strchr(" \t\r", line[i]) || !line[i])
			return false;
	return true;
}

/* What a run has that never came to its end. */
static void close_open_runs(struct result_data *r)
{
	for (int i = 0; i < r->n_runs; i++) {
		struct run_record *run = r->runs[i];
		struct sample all;

		if (*run->config.workload)
			continue;
		run->config = r->preset.experiment;
		run->interrupted = true;
		run->ceiling_pages = -1;
		if (run->series && series_window(run->series, -1, 1e300, &all, NULL))
			run->elapsed_s = all.elapsed_s;
	}
}

static int read_stream(struct json_doc *d, const struct catalogue *c,
		       struct result_data *r)
{
	const char *line = d->text, *end = d->text + d->bytes;
	int err = 0, run;

	for (size_t number = 1; line < end && !err; number++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t bytes = (size_t)((newline ? newline : end) - line);
		enum stream_line_type type;
		struct json_error ignored;

		/* A last line cut short is what a killed program leaves. */
		if (!newline && !json_scan_check(line, bytes, &ignored))
			break;
		if (!is_blank(line, bytes))
			err = stream_parse_line(r, c, line, bytes, d->name, number,
						&type, &run, d->error);
		line += bytes + 1;
	}
	close_open_runs(r);
	return err;
}

/* A file holds the intervals, the warm-up's too; the window ends with the last. */
static void sum_windows(struct result_data *r)
{
	for (int i = 0; i < r->n_runs; i++) {
		struct run_record *run = r->runs[i];
		int n = run->series ? series_count(run->series) : 0;
		struct stats kept[METRIC_N];

		if (!n || !(run->elapsed_s > 0))
			continue;
		double end_s = series_at(run->series, n - 1)->sample.t_s;

		/* What the file says of the spread stands: it knew every interval. */
		memcpy(kept, run->summary, sizeof(kept));
		run_record_summarise(run, end_s - run->elapsed_s);
		if (kept[METRIC_RUNTIME_S].n)
			memcpy(run->summary, kept, sizeof(kept));
	}
}

int result_parse(struct result_data *r, const struct catalogue *c, const char *text,
		 size_t bytes, const char *name, struct error *error)
{
	struct json_doc d;
	int err;

	memset(r, 0, sizeof(*r));
	json_doc_init(&d, name, text, bytes, error);
	if (result_is_stream(text, bytes)) {
		err = read_stream(&d, c, r);
	} else {
		err = json_doc_check(&d);
		if (!err)
			err = read_document(&d, c, r);
	}
	if (err == -ENOMEM)
		error_no_memory(&d);
	if (err)
		result_data_fini(r);
	else
		sum_windows(r);
	return err;
}

int result_load(struct result_data *r, const struct catalogue *c, const char *path,
		struct error *error)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	char *text;
	size_t bytes;
	int err = text_file_read(path, RESULT_MAX_BYTES, &text, &bytes, error);

	if (err)
		return err;
	err = result_parse(r, c, text, bytes, name, error);
	free(text);
	return err;
}

void result_data_fini(struct result_data *r)
{
	for (int i = 0; i < r->n_runs; i++)
		run_record_free(r->runs[i]);
	free(r->runs);
	free(r->tune);
	preset_fini(&r->preset);
	machine_fini(&r->machine);
	memset(r, 0, sizeof(*r));
}

void result_view(struct result_data *r, const struct catalogue *c, struct result *out)
{
	for (int i = 0; i < r->n_sensors; i++)
		r->sensors[i] =
			(struct result_sensor){r->sensor_names[i], &r->availability[i]};
	*out = (struct result){.machine = r->has_machine ? &r->machine : NULL,
			       .preset = &r->preset,
			       .catalogue = c,
			       .sensors = r->sensors,
			       .n_sensors = r->n_sensors,
			       .mechanism_verdict = r->mechanism_verdict,
			       .mechanism_evidence = r->mechanism_evidence,
			       .mechanism_measured = r->mechanism_measured,
			       .runs = r->runs,
			       .n_runs = r->n_runs};
}
