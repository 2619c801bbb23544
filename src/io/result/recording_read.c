/* SPDX-License-Identifier: MIT */
/*
 * The first line decides: one with a "type" begins a stream, anything else is a result,
 * which is kept as text until it is complete. A line longer than LINE_MAX_BYTES is no
 * line: it is left out up to its end, so that memory stays bounded.
 */
#include "tlblab/io/recording_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/result/interval_scan.h"
#include "io/result/read.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/io/buffer.h"

enum { LINE_MAX_BYTES = 16 << 20, CHUNK_BYTES = 256 << 10 };

enum text_kind { TEXT_UNKNOWN, TEXT_STREAM, TEXT_RESULT };

struct recording_reader {
	const struct catalogue *catalogue;
	const char *name;
	enum text_kind kind;
	struct buffer pending; /* an unfinished line, or a result so far */
	bool dropping;	       /* inside a line that is too long */
	size_t line;
	long skipped;
	struct error why;
	struct result_data data;
	struct recording *recording;
	struct interval_scan scan;
	int run; /* of the newest interval; -1 none */
};

static int no_memory(const struct recording_reader *r, struct error *error)
{
	return error_set(error, ERROR_MACHINE, ENOMEM, r->name,
			 "there is not enough memory to read it", "free some memory");
}

struct recording_reader *recording_reader_new(const struct catalogue *c,
					      const char *name)
{
	struct recording_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct recording_reader){.catalogue = c, .name = name, .run = -1};
	r->scan.catalogue = c;
	r->scan.room_cpus = CPUMASK_MAX_CPUS;
	r->scan.cpus = calloc(CPUMASK_MAX_CPUS, sizeof(*r->scan.cpus));
	if (!r->scan.cpus) {
		free(r);
		return NULL;
	}
	return r;
}

void recording_reader_free(struct recording_reader *r)
{
	if (!r)
		return;
	result_data_fini(&r->data);
	recording_free(r->recording);
	buffer_free(&r->pending);
	free(r->scan.cpus);
	free(r);
}

/* Makes the recording, as wide as the machine or the first row. */
static int recording_make(struct recording_reader *r, int row_cpus)
{
	int n = r->data.has_machine ? r->data.machine.topology.max_cpu_id + 1 : 0;

	if (!r->recording)
		r->recording = recording_new(row_cpus > n ? row_cpus : n);
	return r->recording ? 0 : -ENOMEM;
}

static void leave_out(struct recording_reader *r, const struct error *why)
{
	r->skipped++;
	r->why = *why;
}

static int take_interval(struct recording_reader *r, int run, const struct sample *s,
			 const float *low, const float *high)
{
	struct error why;

	if (recording_make(r, s->n_cpus))
		return -ENOMEM;
	if (run != r->run && recording_begin_run(r->recording))
		run = r->run; /* beyond what is told apart: it goes on as the last */
	r->run = run;
	if (recording_add(r->recording, s, low, high)) {
		error_setf(&why, ERROR_INPUT, EINVAL, r->name, "it was left out",
			   "line %zu: an interval before the one above it", r->line);
		leave_out(r, &why);
	}
	return 0;
}

/* Moves what a tree-read line left in its run over to the recording. */
static int take_series(struct recording_reader *r, int run, bool markers)
{
	struct run_record *record = r->data.runs[run];
	int err = 0;

	if (!record->series)
		return 0;
	for (int i = 0; i < series_count(record->series) && !err; i++) {
		const struct series_point *p = series_at(record->series, i);

		err = take_interval(r, run, &p->sample, p->low, p->high);
	}
	for (int i = 0; !err && markers && i < series_n_markers(record->series); i++)
		if (!recording_make(r, 0))
			recording_mark(r->recording, series_marker(record->series, i));
	series_free(record->series);
	record->series = NULL;
	return err;
}

static int take_line(struct recording_reader *r, const char *line, size_t bytes,
		     struct error *error)
{
	enum stream_line_type type;
	struct error why = {.code = ERROR_NONE};
	int run, err;

	r->line++;
	while (bytes && strchr(" \t\r", line[bytes - 1]) && line[bytes - 1])
		bytes--;
	if (!bytes)
		return 0;
	if (interval_scan(line, bytes, &r->scan) && r->data.from_stream &&
	    (r->scan.run < r->data.n_runs || result_run_at(&r->data, r->scan.run))) {
		const struct interval_scan *s = &r->scan;

		err = take_interval(r, s->run, &s->sample, s->ranged ? s->low : NULL,
				    s->ranged ? s->high : NULL);
	} else {
		err = stream_parse_line(&r->data, r->catalogue, line, bytes, r->name,
					r->line, &type, &run, &why);
		if (!err && type != STREAM_START)
			err = take_series(r, run, true);
		if (err && err != -ENOMEM && r->data.from_stream) {
			leave_out(r, &why);
			return 0;
		}
		if (err && err != -ENOMEM && error)
			*error = why;
	}
	return err == -ENOMEM ? no_memory(r, error) : err;
}

static int feed_line(struct recording_reader *r, const char *text, size_t bytes,
		     struct error *error)
{
	int err;

	if (!r->pending.bytes)
		return take_line(r, text, bytes, error);
	buffer_put(&r->pending, text, bytes);
	if (r->pending.error)
		return no_memory(r, error);
	err = take_line(r, r->pending.data, r->pending.bytes, error);
	r->pending.bytes = 0;
	return err;
}

static void drop_long_line(struct recording_reader *r)
{
	struct error why;

	error_setf(&why, ERROR_INPUT, EINVAL, r->name, "it was left out",
		   "line %zu is longer than %d MiB", r->line + 1, LINE_MAX_BYTES >> 20);
	leave_out(r, &why);
	r->dropping = true;
	buffer_free(&r->pending);
}

static int feed_stream(struct recording_reader *r, const char *text, size_t bytes,
		       struct error *error)
{
	const char *end = text + bytes;
	int err = 0;

	while (text < end && !err) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		if (!newline) {
			if (!r->dropping)
				buffer_put(&r->pending, text, (size_t)(end - text));
			if (r->pending.bytes > LINE_MAX_BYTES)
				drop_long_line(r);
			return r->pending.error ? no_memory(r, error) : 0;
		}
		if (r->dropping)
			r->line++;
		else
			err = feed_line(r, text, (size_t)(newline - text), error);
		r->dropping = false;
		text = newline + 1;
	}
	return err;
}

/* The text so far is complete enough to tell, or the whole of it. */
static int decide(struct recording_reader *r, struct error *error)
{
	struct buffer first = r->pending;
	int err;

	r->kind = result_is_stream(first.data, first.bytes) ? TEXT_STREAM : TEXT_RESULT;
	if (r->kind == TEXT_RESULT)
		return 0;
	r->pending = (struct buffer){.data = NULL};
	err = feed_stream(r, first.data, first.bytes, error);
	buffer_free(&first);
	return err;
}

int recording_reader_feed(struct recording_reader *r, const char *text, size_t bytes,
			  struct error *error)
{
	if (r->kind == TEXT_STREAM)
		return feed_stream(r, text, bytes, error);
	buffer_put(&r->pending, text, bytes);
	if (r->pending.error)
		return no_memory(r, error);
	if (r->pending.bytes > RESULT_MAX_BYTES)
		return error_setf(error, ERROR_INPUT, EFBIG, r->name,
				  "is it a result of tlblab run?", "more than %d MiB",
				  RESULT_MAX_BYTES >> 20);
	if (r->kind == TEXT_UNKNOWN && memchr(text, '\n', bytes))
		return decide(r, error);
	return 0;
}

static int finish_result(struct recording_reader *r, struct error *error)
{
	int err = result_parse(&r->data, r->catalogue,
			       r->pending.data ? r->pending.data : "", r->pending.bytes,
			       r->name, error);

	buffer_free(&r->pending);
	for (int i = 0; !err && i < r->data.n_runs; i++)
		if (take_series(r, i, true))
			err = no_memory(r, error);
	return err;
}

int recording_reader_finish(struct recording_reader *r, struct error *error)
{
	struct error ignored;
	int err = 0;

	if (r->kind == TEXT_UNKNOWN && r->pending.bytes)
		err = decide(r, error);
	if (!err && r->kind != TEXT_STREAM)
		err = finish_result(r, error);
	/* A last line cut short is what a killed program leaves. */
	if (r->kind == TEXT_STREAM && r->pending.bytes) {
		long skipped = r->skipped;

		feed_stream(r, "\n", 1, &ignored);
		r->skipped = skipped;
	}
	if (err)
		return err;
	if (r->recording && recording_count(r->recording))
		return 0;
	if (r->skipped) {
		if (error)
			*error = r->why;
		return -EINVAL;
	}
	return error_set(error, ERROR_INPUT, ENODATA, r->name, "it holds no interval",
			 "record one with tlblab run --stream FILE or --json FILE");
}

const struct recording *recording_reader_recording(const struct recording_reader *r)
{
	return r->recording;
}

struct result_data *recording_reader_data(struct recording_reader *r)
{
	return &r->data;
}

long recording_reader_skipped(const struct recording_reader *r,
			      const struct error **why)
{
	*why = r->skipped ? &r->why : NULL;
	return r->skipped;
}

static int read_all(struct recording_reader *r, int fd, struct error *error)
{
	char *chunk = malloc(CHUNK_BYTES);
	int err = chunk ? 0 : no_memory(r, error);

	while (!err) {
		ssize_t n = read(fd, chunk, CHUNK_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = errno;
			err = error_set(error, ERROR_INPUT, err, r->name, strerror(err),
					"name a file that can be read");
		}
		if (n <= 0)
			break;
		err = recording_reader_feed(r, chunk, (size_t)n, error);
	}
	free(chunk);
	return err ? err : recording_reader_finish(r, error);
}

int recording_reader_open(struct recording_reader **out, const struct catalogue *c,
			  const char *path, int *fd, struct error *error)
{
	bool standard = !strcmp(path, "-");
	const char *name = standard ? "standard input" : path;
	int err = 0, source = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				       : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	*fd = -1;
	*out = NULL;
	if (source < 0 || fstat(source, &st)) {
		err = errno;
		err = error_set(error, ERROR_INPUT, err, name, strerror(err),
				"name a result or a stream, or - for a pipe");
	} else if (S_ISDIR(st.st_mode)) {
		err = error_set(error, ERROR_INPUT, EISDIR, name, "it is a folder",
				"name a result or a stream in it");
	}
	if (!err) {
		*out = recording_reader_new(c, name);
		if (!*out)
			err = error_set(error, ERROR_MACHINE, ENOMEM, name,
					"out of memory", "close other programs");
	}
	if (!err && S_ISREG(st.st_mode))
		err = read_all(*out, source, error);
	else if (!err) {
		*fd = source;
		return 0;
	}
	if (source >= 0)
		close(source);
	if (err) {
		recording_reader_free(*out);
		*out = NULL;
	}
	return err;
}
