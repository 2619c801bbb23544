/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "io/result/read.h"

static int read_start(struct json_doc *d, const struct json_at *at,
		      const struct catalogue *c, struct result_data *r)
{
	int err;

	if (r->from_stream)
		return json_fail(d, at, "keep each stream in a file of its own",
				 "a second start");
	r->from_stream = true;
	err = result_read_schema(d, at);
	return err ? err : result_read_head(d, at, c, r);
}

static int read_marker(struct json_doc *d, const struct json_at *at,
		       struct run_record *record)
{
	struct marker m = {.t_s = json_get_number(d, at, "t_s")};

	json_get_text(d, at, "what", m.what, sizeof(m.what));
	json_get_text(d, at, "from", m.from, sizeof(m.from));
	json_get_text(d, at, "to", m.to, sizeof(m.to));
	if (!d->err && isnan(m.t_s))
		return json_fail(d, at, "every marker has its time", "t_s is missing");
	if (!d->err && !record->series)
		record->series = series_new(0);
	if (!d->err && !record->series)
		return -ENOMEM;
	if (!d->err)
		series_mark(record->series, &m);
	return d->err;
}

static int read_rest(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, enum stream_line_type type,
		     struct result_data *r, int *run)
{
	struct json_at number = {at, json_member(at, "run")};
	struct run_record *record;
	int n_cpus = result_interval_cpus(at);

	if (!r->from_stream)
		return json_fail(d, at, "a stream begins with its start line",
				 "comes before the start");
	if (!number.node)
		return json_fail(d, at, "every interval and end has one",
				 "\"run\" is missing");
	*run = (int)json_get_int(d, at, "run", 0);
	if (d->err)
		return d->err;
	if (*run < 0 || *run > r->n_runs)
		return json_fail(d, &number, "runs are numbered from 0",
				 "%d does not follow %d", *run, r->n_runs - 1);
	record = result_run_at(r, *run);
	if (!record)
		return -ENOMEM;
	if (type == STREAM_MARKER)
		return read_marker(d, at, record);
	if (type == STREAM_END)
		return result_read_run(d, at, c, record);
	if (n_cpus <= r->machine.topology.max_cpu_id)
		n_cpus = r->machine.topology.max_cpu_id + 1;
	return result_read_interval(d, at, c, n_cpus, record);
}

static int read_line(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, struct result_data *r,
		     enum stream_line_type *type, int *run)
{
	static const char *const types[] = {"start", "interval", "end", "marker"};
	char word[16];
	int t = 0;

	if (json_expect(d, at, cJSON_Object))
		return d->err;
	json_get_text(d, at, "type", word, sizeof(word));
	while (t < 4 && strcmp(word, types[t]))
		t++;
	if (d->err)
		return d->err;
	if (t == 4)
		return json_fail(d, at, "start, interval, marker or end is expected",
				 "\"type\" is missing or not known");
	*type = (enum stream_line_type)t;
	*run = -1;
	if (*type == STREAM_START)
		return read_start(d, at, c, r);
	return read_rest(d, at, c, *type, r, run);
}

int stream_parse_line(struct result_data *r, const struct catalogue *c,
		      const char *line, size_t bytes, const char *name, size_t number,
		      enum stream_line_type *type, int *run, struct error *error)
{
	struct json_doc d;
	cJSON *root = NULL;
	int err;

	json_doc_init(&d, name, line, bytes, error);
	d.first_line = number;
	err = json_doc_check(&d);
	if (!err)
		err = json_doc_tree(&d, &root);
	if (!err)
		err = read_line(&d, &(struct json_at){NULL, root}, c, r, type, run);
	cJSON_Delete(root);
	if (err == -ENOMEM)
		error_set(error, ERROR_MACHINE, ENOMEM, name,
			  "there is not enough memory to read it", "free some memory");
	return err;
}
