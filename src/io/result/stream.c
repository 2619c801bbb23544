/* SPDX-License-Identifier: MIT */
/*
 * A stream is a result cut into lines: "start" has all but the runs, every "interval"
 * names its run, "end" closes a run with all but the intervals.
 */
#include "io/result/text.h"
#include "tlblab/io/result_file.h"

static void line_begin(struct json_writer *w, const char *type)
{
	json_writer_init(w, JSON_COMPACT);
	json_begin_object(w);
	json_put_string(w, "type", type);
}

static char *line_end(struct json_writer *w)
{
	json_end_object(w);
	return json_writer_take(w, NULL);
}

char *stream_start_line(const struct result *r)
{
	struct json_writer w;

	line_begin(&w, "start");
	result_put_head(&w, r);
	return line_end(&w);
}

char *stream_interval_line(int run, const struct series_point *p,
			   const struct workload_desc *workload)
{
	struct json_writer w;

	line_begin(&w, "interval");
	json_put_int(&w, "run", run);
	result_put_interval(&w, p, workload);
	return line_end(&w);
}

char *stream_marker_line(int run, const struct marker *m)
{
	struct json_writer w;

	line_begin(&w, "marker");
	json_put_int(&w, "run", run);
	json_put_number(&w, "t_s", m->t_s);
	json_put_string(&w, "what", m->what);
	json_put_string(&w, "from", m->from);
	json_put_string(&w, "to", m->to);
	return line_end(&w);
}

char *stream_end_line(const struct result *r, int run)
{
	struct json_writer w;

	if (run < 0 || run >= r->n_runs)
		return NULL;
	line_begin(&w, "end");
	json_put_int(&w, "run", run);
	result_put_run(&w, r, r->runs[run], false);
	return line_end(&w);
}
