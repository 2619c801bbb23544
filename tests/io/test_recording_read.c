/* SPDX-License-Identifier: MIT */
/* A stream made line by line: the quick way and the tree must read the same. */
#include "tlblab/io/recording_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue_fixture.h"
#include "io/result/interval_scan.h"
#include "support/check.h"
#include "tlblab/io/buffer.h"

static const char start_line[] =
	"{\"type\":\"start\",\"schema\":\"tlblab.result/1\"}\n";

/* An interval with every third channel absent and every fifth not exact. */
static char *line_of(int run, int i)
{
	static uint32_t row[3];
	struct series *s = series_new(3);
	struct sample sample = {.t_s = (i + 1) * 0.1, .elapsed_s = 0.1};
	char *line;

	sample.told_source = TOLD_STALLS;
	for (int c = 0; c < CH_N; c++)
		if (c % 3)
			sample_put(&sample, (enum channel)c, 1.5 + i * 7 + c,
				   c % 5 ? QUALITY_EXACT : QUALITY_SCALED);
	extras_put(&sample.extras, 0, 4096 * i, true);
	extras_put(&sample.extras, 2, 1 + i, false);
	row[0] = (uint32_t)i;
	row[1] = SAMPLE_CPU_ABSENT;
	row[2] = 4000000000u;
	sample.cpu_shootdowns = row;
	sample.n_cpus = 3;
	series_add(s, &sample);
	line = stream_interval_line(run, series_at(s, 0), &test_release);
	series_free(s);
	return line;
}

static char *stream_of(int n)
{
	struct buffer b = {.data = NULL};

	buffer_put_text(&b, start_line);
	for (int i = 0; i < n; i++) {
		char *line = line_of(0, i);

		buffer_put_text(&b, line);
		free(line);
	}
	return buffer_take(&b, NULL);
}

static void scan_reads_what_the_tree_reads(void **state)
{
	static uint32_t cpus[8];
	struct interval_scan scan = {
		.catalogue = &test_catalogue, .cpus = cpus, .room_cpus = 8};
	struct result_data data = {.from_stream = true};
	enum stream_line_type type;
	char *line = line_of(0, 3);
	size_t bytes = strlen(line) - 1;
	int run;

	(void)state;
	assert_true(interval_scan(line, bytes, &scan));
	assert_int_equal(stream_parse_line(&data, &test_catalogue, line, bytes, "x", 1,
					   &type, &run, NULL),
			 0);
	const struct sample *tree = &series_at(data.runs[0]->series, 0)->sample;

	assert_int_equal(scan.run, run);
	assert_true(scan.sample.t_s == tree->t_s);
	assert_true(scan.sample.elapsed_s == tree->elapsed_s);
	for (int c = 0; c < CH_N; c++) {
		assert_int_equal(scan.sample.quality[c], tree->quality[c]);
		if (tree->quality[c] != QUALITY_ABSENT)
			assert_true(scan.sample.value[c] == tree->value[c]);
	}
	assert_int_equal(scan.sample.extras.known, 1 << 0 | 1 << 2);
	assert_int_equal(scan.sample.extras.gauges, 1 << 0);
	assert_memory_equal(&scan.sample.extras, &tree->extras, sizeof(tree->extras));
	assert_true(scan.sample.extras.value[0] == 4096 * 3);
	assert_true(scan.sample.extras.value[2] == 1 + 3);
	assert_int_equal(scan.sample.n_cpus, 3);
	for (int cpu = 0; cpu < 3; cpu++)
		assert_int_equal(cpus[cpu], tree->cpu_shootdowns[cpu]);
	for (size_t cut = 0; cut < bytes; cut++)
		assert_false(interval_scan(line, cut, &scan));
	free(line);
	result_data_fini(&data);
}

static struct recording_reader *read_in(const char *text, size_t piece)
{
	struct recording_reader *r = recording_reader_new(&test_catalogue, "stream");
	size_t bytes = strlen(text);

	for (size_t at = 0; at < bytes; at += piece)
		assert_int_equal(recording_reader_feed(
					 r, text + at,
					 bytes - at < piece ? bytes - at : piece, NULL),
				 0);
	return r;
}

static void pieces_of_any_size(void **state)
{
	static const size_t pieces[] = {1, 7, 100, 4096, 1 << 20};
	char *text = stream_of(40);

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct recording_reader *r = read_in(text, pieces[i]);
		const struct error *why;

		assert_int_equal(recording_reader_finish(r, NULL), 0);
		assert_int_equal(recording_reader_skipped(r, &why), 0);
		assert_int_equal(recording_count(recording_reader_recording(r)), 40);
		recording_reader_free(r);
	}
	free(text);
}

static void broken_lines_are_left_out(void **state)
{
	struct buffer b = {.data = NULL};
	char *text = stream_of(5), *line = line_of(0, 9);
	struct recording_reader *r;
	const struct error *why;

	(void)state;
	buffer_put_text(&b, text);
	buffer_put_text(&b, "{\"type\":\"interval\",\"run\":0,\"t_s\"\n");
	buffer_put_text(&b, "\n\nnot JSON\n{\"type\":\"other\"}\n");
	buffer_put_text(
		&b, "{\"type\":\"interval\",\"run\":7,\"t_s\":1,\"elapsed_s\":1}\n");
	buffer_put_text(
		&b,
		"{\"type\":\"marker\",\"run\":0,\"t_s\":0.5,\"what\":\"ceiling\"}\n");
	buffer_put_text(&b, line);
	buffer_put(&b, line, strlen(line) / 2); /* killed while writing */
	r = read_in(b.data, 4096);
	assert_int_equal(recording_reader_finish(r, NULL), 0);
	assert_int_equal(recording_reader_skipped(r, &why), 4);
	assert_non_null(strstr(why->what, "stream"));
	assert_int_equal(recording_count(recording_reader_recording(r)), 6);
	assert_int_equal(recording_n_markers(recording_reader_recording(r)), 1);
	recording_reader_free(r);
	buffer_free(&b);
	free(text);
	free(line);
}

static void nothing_to_play_is_an_error(void **state)
{
	static const char *const texts[] = {
		"",	"\n",	    "hello\n",
		"{}\n", start_line, "{\"schema\":\"tlblab.result/1\",\"runs\":[]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct recording_reader *r = read_in(texts[i], 3);
		struct error error = {.code = ERROR_NONE};

		assert_true(recording_reader_finish(r, &error) < 0);
		assert_int_equal(error.code, ERROR_INPUT);
		recording_reader_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_reads_what_the_tree_reads),
		cmocka_unit_test(pieces_of_any_size),
		cmocka_unit_test(broken_lines_are_left_out),
		cmocka_unit_test(nothing_to_play_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
