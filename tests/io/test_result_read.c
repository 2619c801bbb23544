/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/scratch.h"

#include "io/result_fixture.h"
#include "tlblab/io/buffer.h"
#include "tlblab/io/result_read.h"

static int parse(struct result_data *r, const char *text, struct error *error)
{
	*error = (struct error){0};
	return result_parse(r, &test_catalogue, text, strlen(text), "r.json", error);
}

static void test_what_is_printed_reads_back_and_prints_equal(void **state)
{
	struct result_fixture f;
	struct result_data r;
	struct result again;
	struct error error;
	char *first, *second;

	(void)state;
	result_fixture_init(&f);
	first = result_print(&f.result);
	if (parse(&r, first, &error))
		fail_msg("%s: %s", error.what, error.why);
	result_view(&r, &test_catalogue, &again);
	second = result_print(&again);
	assert_string_equal(first, second);
	free(first);
	free(second);
	result_data_fini(&r);
	result_fixture_fini(&f);
}

static void test_values_arrive_where_they_were(void **state)
{
	struct result_fixture f;
	struct result_data r;
	struct error error;
	char *text;
	const struct series_point *p;

	(void)state;
	result_fixture_init(&f);
	text = result_print(&f.result);
	assert_int_equal(parse(&r, text, &error), 0);
	free(text);
	assert_int_equal(r.n_runs, 2);
	assert_string_equal(r.mechanism_verdict, "ipi");
	assert_true(r.mechanism_measured);
	assert_string_equal(r.preset.name, "fixture");
	assert_int_equal(r.preset.n_axes, 1);
	assert_int_equal(r.n_sensors, 2);
	assert_false(r.availability[1].available);
	assert_int_equal(r.machine.topology.n_online, 3);
	assert_int_equal(r.machine.tlb[0].levels[0].pages, TLB_PAGE_4K | TLB_PAGE_2M);
	assert_int_equal(r.runs[1]->config.threads, 2);
	assert_string_equal(r.runs[1]->config.params[3].text, "a,\"b\"");
	assert_int_equal(r.runs[1]->ceiling_pages, -1);
	assert_true(r.runs[1]->interrupted);
	assert_int_equal(r.runs[0]->n_victims, 2);
	assert_nan(r.runs[0]->victims[1].ns_per_op);
	assert_memory_equal(&r.runs[0]->workers[0].latency,
			    &f.runs[0]->workers[0].latency,
			    sizeof(r.runs[0]->workers[0].latency));
	assert_int_equal(r.runs[0]->checks[2].state, CHECK_UNKNOWN);
	assert_int_equal(series_count(r.runs[0]->series), 5);
	for (int i = 0; i < 5; i++) {
		const struct series_point *q = series_at(f.runs[0]->series, i);

		p = series_at(r.runs[0]->series, i);
		assert_memory_equal(p->sample.value, q->sample.value,
				    sizeof(p->sample.value));
		assert_memory_equal(p->sample.quality, q->sample.quality,
				    sizeof(p->sample.quality));
		assert_true(!p->sample.cpu_shootdowns == !q->sample.cpu_shootdowns);
		if (p->sample.cpu_shootdowns)
			assert_memory_equal(p->sample.cpu_shootdowns,
					    q->sample.cpu_shootdowns,
					    FIXTURE_CPUS * sizeof(uint32_t));
	}
	result_data_fini(&r);
	result_fixture_fini(&f);
}

/* A long run: neighbours have merged, and their extremes come back with them. */
static void test_a_thinned_series_keeps_its_extremes(void **state)
{
	struct result_fixture f;
	struct result_data r;
	struct result again;
	struct error error;
	struct series *series;
	char *first, *second;

	(void)state;
	result_fixture_init(&f);
	series = f.runs[0]->series;
	for (int i = 5; i < SERIES_POINTS + 100; i++) {
		struct sample s = {.t_s = 0.1 * (i + 1), .elapsed_s = 0.1};

		sample_put(&s, CH_OPS, 1000, QUALITY_EXACT);
		sample_put(&s, CH_WORKER_NS, i % 2 ? 2000000 : 9000000, QUALITY_EXACT);
		series_add(series, &s);
	}
	assert_int_equal(series_thinning(series), 2);
	run_record_summarise(f.runs[0],
			     0.1 * (SERIES_POINTS + 100) - f.runs[0]->elapsed_s);
	first = result_print(&f.result);
	assert_int_equal(parse(&r, first, &error), 0);
	assert_near(series_at(r.runs[0]->series, 100)->low[METRIC_NS_PER_OP], 2000, 0);
	assert_near(series_at(r.runs[0]->series, 100)->high[METRIC_NS_PER_OP], 9000, 0);
	result_view(&r, &test_catalogue, &again);
	second = result_print(&again);
	assert_string_equal(first, second);
	free(first);
	free(second);
	result_data_fini(&r);
	result_fixture_fini(&f);
}

static char *stream_of(const struct result_fixture *f, int end_lines)
{
	struct buffer b = {0};
	char *line = stream_start_line(&f->result);

	buffer_put_text(&b, line);
	free(line);
	for (int run = 0; run < FIXTURE_RUNS; run++) {
		for (int i = 0; i < series_count(f->runs[run]->series); i++) {
			line = stream_interval_line(
				run, series_at(f->runs[run]->series, i), &test_release);
			buffer_put_text(&b, line);
			free(line);
		}
		line = stream_end_line(&f->result, run);
		if (run < end_lines)
			buffer_put_text(&b, line);
		free(line);
	}
	return buffer_take(&b, NULL);
}

static void test_a_stream_holds_what_the_result_holds(void **state)
{
	struct result_fixture f;
	struct result_data r;
	struct result again;
	struct error error;
	char *stream, *first, *second;

	(void)state;
	result_fixture_init(&f);
	stream = stream_of(&f, FIXTURE_RUNS);
	first = result_print(&f.result);
	if (parse(&r, stream, &error))
		fail_msg("%s: %s", error.what, error.why);
	assert_true(r.from_stream);
	result_view(&r, &test_catalogue, &again);
	second = result_print(&again);
	assert_string_equal(first, second);
	free(stream);
	free(first);
	free(second);
	result_data_fini(&r);
	result_fixture_fini(&f);
}

static void test_a_stream_cut_off_keeps_its_whole_lines(void **state)
{
	struct result_fixture f;
	struct result_data r;
	struct error error;
	char *stream;

	(void)state;
	result_fixture_init(&f);
	stream = stream_of(&f, 1);
	stream[strlen(stream) - 40] = '\0'; /* in the last interval */
	if (parse(&r, stream, &error))
		fail_msg("%s: %s", error.what, error.why);
	assert_int_equal(r.n_runs, 2);
	assert_false(r.runs[0]->interrupted);
	assert_true(r.runs[1]->interrupted);
	assert_int_equal(series_count(r.runs[1]->series), 4);
	assert_string_equal(r.runs[1]->config.workload, "release");
	free(stream);
	result_data_fini(&r);
	result_fixture_fini(&f);
}

#define HEAD	     "{\"schema\": \"tlblab.result/1\",\n"
#define RUN(members) HEAD "\"runs\": [\n{ \"config\": {},\n" members " } ] }"
#define START	     "{\"type\": \"start\", \"schema\": \"tlblab.result/1\"}\n"

static void test_hostile_texts_are_refused_in_one_clear_line(void **state)
{
	static const struct {
		const char *text, *line;
	} hostile[] = {
		{"", "r.json:1: the file is empty; it must hold { … }"},
		{"[1]", "r.json:1: this is no result; a result is an object { … }"},
		{"{}", "r.json:1: \"schema\" is missing; a result has \"schema\": "
		       "\"tlblab.result/1\""},
		{"{\"schema\": \"tlblab.result/9\"}",
		 "r.json:1: schema: \"tlblab.result/9\" is not known; this version reads "
		 "\"tlblab.result/1\""},
		{"{\n\"schema\": \"tlblab.preset/1\"}",
		 "r.json:2: schema: this is a preset, not a result; make one with `tlblab "
		 "run --json`"},
		{HEAD "\"x\": 1}",
		 "r.json:1: \"runs\" is missing; a result has a list of them"},
		{HEAD "\"runs\": {}}",
		 "r.json:2: runs: is something else; a list [ … ] is expected"},
		{HEAD "\"runs\": [\n1]}",
		 "r.json:3: runs[0]: is a number; an object { … } is expected"},
		{HEAD "\"runs\": [{\n}]}",
		 "r.json:2: runs[0]: \"config\" is missing; every run has one"},
		{HEAD
		 "\"runs\": [ {\"config\": {}},\n\n{\"config\":\n{\"workload\": 1}}]}",
		 "r.json:5: runs[1].config.workload: is a number; text in double quotes "
		 "is expected"},
		{RUN("\"workers\": 3"),
		 "r.json:4: runs[0].workers: is a number; a list [ … ] is expected"},
		{RUN("\"workers\": [\n{\"ops\": -1}]"),
		 "r.json:5: runs[0].workers[0]: ops is negative; a count is 0 or more"},
		{RUN("\"workers\": [{\"ops\":\n 1.5}]"),
		 "r.json:4: runs[0].workers[0].ops: is 1.5; a whole number is expected"},
		{RUN("\"workers\": [{\"latency_ns\": {\"buckets\": [[1, 2]]}}]"),
		 "r.json:4: runs[0].workers[0].latency_ns.buckets[0]: has not three "
		 "numbers; [low_ns, high_ns, count] is expected"},
		{RUN("\"workers\": [{\"latency_ns\": {\"buckets\": [[-1, 2, 3]]}}]"),
		 "r.json:4: runs[0].workers[0].latency_ns.buckets[0]: a time or count out "
		 "of range; neither may be negative"},
		{RUN("\"intervals\": [{}]"),
		 "r.json:4: runs[0].intervals[0]: t_s or elapsed_s is missing; both are "
		 "numbers of seconds"},
		{RUN("\"intervals\": [{\"t_s\": 1, \"elapsed_s\": 1,\n\"ops\": \"3\"}]"),
		 "r.json:5: runs[0].intervals[0].ops: is text; a number or null is "
		 "expected"},
		{RUN("\"intervals\": [{\"t_s\": 1, \"elapsed_s\": 1, \"shootdowns\": "
		     "{\"per_cpu\": [0,\n-1]}}]"),
		 "r.json:5: runs[0].intervals[0].shootdowns.per_cpu[1]: -1 is out of "
		 "range; a count of interrupts is expected"},
		{HEAD "\"machine\": {\"topology\": {\"cpus\": [{\"id\": 0},\n{\"id\": "
		      "0}]}}, \"runs\": []}",
		 "r.json:3: machine.topology.cpus[1]: CPU 0 is out of order; ids ascend "
		 "from 0 to 8191"},
		{"{\"type\": \"end\"}\n",
		 "r.json:1: comes before the start; a stream begins with its start line"},
		{START START,
		 "r.json:2: a second start; keep each stream in a file of its "
		 "own"},
		{START "\n{\"type\": \"pause\"}\n",
		 "r.json:3: \"type\" is missing or not known; start, interval, marker or end is "
		 "expected"},
		{START "{\"type\": \"interval\", \"run\": 3}\n",
		 "r.json:2: run: 3 does not follow -1; runs are numbered from 0"},
		{START "{\"type\": \"interval\"}\n",
		 "r.json:2: \"run\" is missing; every interval and end has one"},
		{START "{\"type\": \"interval\",, \"run\": 0}\nx",
		 "r.json:2: a key in double quotes is expected; such as \"threads\": 2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		struct result_data r;
		struct error error;
		char line[768];
		int err = parse(&r, hostile[i].text, &error);

		error_text(&error, line, sizeof(line));
		if (!err || strcmp(line, hostile[i].line))
			fail_msg("%s\n     gave %d: %s\n  expected: %s",
				 hostile[i].text, err, line, hostile[i].line);
	}
}

static void test_what_nobody_knows_is_passed_over(void **state)
{
	static const char text[] =
		"{\"future\": {\"a\": [1]}, \"runs\": [{\"config\": {\"backend\": \"sim\", "
		"\"workload\": \"quantum\", \"threads\": 3, \"params\": {\"x\": 1}, "
		"\"colour\": 2}, \"mood\": \"good\", \"intervals\": [{\"t_s\": 1, "
		"\"elapsed_s\": 1, \"ops\": null, \"more\": {}}]}], \"schema\": "
		"\"tlblab.result/1\", \"preset\": {\"schema\": \"tlblab.preset/7\", "
		"\"name\": \"n\", \"title\": \"T\", \"notes\": [\"a\", 1]}}";
	struct result_data r;
	struct error error;

	(void)state;
	if (parse(&r, text, &error))
		fail_msg("%s: %s", error.what, error.why);
	assert_int_equal(r.n_runs, 1);
	assert_string_equal(r.runs[0]->config.workload, "quantum");
	assert_string_equal(r.runs[0]->config.backend, "sim");
	assert_int_equal(r.runs[0]->config.threads, 3);
	assert_int_equal(series_at(r.runs[0]->series, 0)->sample.quality[CH_OPS],
			 QUALITY_ABSENT);
	assert_string_equal(r.preset.title, "T");
	assert_int_equal(r.preset.n_notes, 1);
	assert_false(r.has_machine);
	result_data_fini(&r);
}

static void test_a_file_is_loaded_and_a_folder_refused(void **state)
{
	struct scratch scratch;
	struct result_fixture f;
	struct result_data r;
	struct error error = {0};
	char path[128];

	(void)state;
	scratch_make(&scratch);
	result_fixture_init(&f);
	snprintf(path, sizeof(path), "%s/r.json", scratch.root);
	assert_int_equal(result_write(&f.result, path, &error), 0);
	assert_int_equal(result_load(&r, &test_catalogue, path, &error), 0);
	assert_int_equal(r.n_runs, FIXTURE_RUNS);
	result_data_fini(&r);
	assert_int_not_equal(result_load(&r, &test_catalogue, scratch.root, &error), 0);
	assert_string_equal(error.why, "it is a folder");
	result_fixture_fini(&f);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_printed_reads_back_and_prints_equal),
		cmocka_unit_test(test_values_arrive_where_they_were),
		cmocka_unit_test(test_a_thinned_series_keeps_its_extremes),
		cmocka_unit_test(test_a_stream_holds_what_the_result_holds),
		cmocka_unit_test(test_a_stream_cut_off_keeps_its_whole_lines),
		cmocka_unit_test(test_hostile_texts_are_refused_in_one_clear_line),
		cmocka_unit_test(test_what_nobody_knows_is_passed_over),
		cmocka_unit_test(test_a_file_is_loaded_and_a_folder_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
