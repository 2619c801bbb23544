/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/scratch.h"

#include "io/json/scan.h"
#include "io/result/interval_fields.h"
#include "io/result_fixture.h"
#include "tlblab/base/file.h"
#include "tlblab/io/machine_json.h"

static void test_every_channel_has_its_place_in_an_interval(void **state)
{
	int rows[CH_N] = {0};

	(void)state;
	for (int i = 0; i < CH_N; i++) {
		assert_non_null(interval_fields[i].key);
		rows[interval_fields[i].channel]++;
	}
	for (int c = 0; c < CH_N; c++)
		assert_int_equal(rows[c], 1);
}

/* Fields of one CSV line; the line ends with CRLF. Quotes are taken off. */
static int csv_fields(char **text, char **fields, int max)
{
	char *at = *text, *out;
	int n = 0;

	for (;;) {
		assert_true(n < max);
		fields[n++] = out = at;
		if (*at == '"') {
			for (at++; *at != '"' || at[1] == '"'; *out++ = *at++)
				at += *at == '"';
			at++;
		} else {
			at += strcspn(at, ",\r");
			out = at;
		}
		char end = *at;

		*out = '\0';
		at++;
		if (end == ',')
			continue;
		assert_int_equal(end, '\r');
		assert_int_equal(*at, '\n');
		*text = at + 1;
		return n;
	}
}

static void test_csv_holds_what_was_measured_and_leaves_out_the_rest(void **state)
{
	struct scratch scratch;
	struct result_fixture f;
	struct error error = {0};
	char path[128], *text, *at, *head[128], *line[128];
	size_t bytes;
	int n, lines = 0, noisy = 0;

	(void)state;
	scratch_make(&scratch);
	result_fixture_init(&f);
	preset_set(&f.preset, &test_catalogue, "sweep.label=x;a,\"b\"", &error);
	snprintf(path, sizeof(path), "%s/r.csv", scratch.root);
	assert_int_equal(result_write_csv(&f.result, path, &error), 0);
	assert_int_equal(file_read_all(NULL, path, &text, &bytes), 0);
	at = text;
	n = csv_fields(&at, head, 128);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(head[i], head[k]);
	while (*at) {
		int run = lines / 5, interval = lines % 5;

		assert_int_equal(csv_fields(&at, line, 128), n);
		for (int i = 0; i < n; i++) {
			if (!strcmp(head[i], "run"))
				assert_int_equal(atoi(line[i]), run);
			if (!strcmp(head[i], "threads"))
				assert_int_equal(atoi(line[i]), run + 1);
			if (!strcmp(head[i], "label"))
				assert_string_equal(line[i], "a,\"b\"");
			if (!strcmp(head[i], "ops") && interval)
				assert_int_equal(atoi(line[i]), 1000 * interval);
			if (strcmp(head[i], "ops") == 0 && !interval)
				assert_string_equal(line[i], "");
			if (!strcmp(head[i], "victim_slowdown") && !interval)
				assert_string_equal(line[i], "");
			if (!strcmp(head[i], "noisy"))
				noisy += atoi(line[i]);
			if (!strcmp(head[i], "noisy_why"))
				assert_string_equal(
					line[i],
					*line[i - 1] == '1'
						? "steal involuntary_switches throttled "
						  "migrations frequency_change"
						: "");
			if (!strcmp(head[i], "refill_ns_per_page") && interval)
				assert_true(atof(line[i]) > 0);
		}
		lines++;
	}
	assert_int_equal(lines, 10);
	assert_int_equal(noisy, 2);
	free(text);
	result_fixture_fini(&f);
	scratch_remove(&scratch);
}

static void assert_one_line(char *line, const char *beginning)
{
	struct json_error error;

	assert_non_null(line);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_true(json_scan_check(line, strlen(line), &error));
	assert_int_equal(strncmp(line, beginning, strlen(beginning)), 0);
	free(line);
}

static void test_stream_lines_are_lines(void **state)
{
	struct result_fixture f;

	(void)state;
	result_fixture_init(&f);
	assert_one_line(
		stream_start_line(&f.result),
		"{\"type\":\"start\",\"schema\":\"tlblab.result/1\",\"tool\":{");
	assert_one_line(stream_interval_line(1, series_at(f.runs[1]->series, 2), NULL),
			"{\"type\":\"interval\",\"run\":1,\"t_s\":0.30000000000000004,"
			"\"elapsed_s\":0.1,\"ns_per_op\":1.0015,\"ops\":2000,");
	assert_one_line(stream_end_line(&f.result, 1),
			"{\"type\":\"end\",\"run\":1,\"point\":1,\"repeat\":0,");
	assert_null(stream_end_line(&f.result, 2));
	result_fixture_fini(&f);
}

static void test_absent_is_null_and_never_zero(void **state)
{
	struct result_fixture f;
	char *line;

	(void)state;
	result_fixture_init(&f);
	line = stream_interval_line(0, series_at(f.runs[0]->series, 0), NULL);
	assert_string_equal(
		line,
		"{\"type\":\"interval\",\"run\":0,\"t_s\":0.1,\"elapsed_s\":0.1,"
		"\"ns_per_op\":null,\"ops\":null,\"ops_min\":null,\"ops_max\":null,"
		"\"ops_ns\":null,\"running_ops\":null,"
		"\"running_ns\":null,\"worker_ns\":null,\"refill_ns_per_page\":null,"
		"\"shootdowns\":{\"total\":null,\"background\":null,"
		"\"per_cpu\":[0,0,null,4294967294]},"
		"\"told\":{\"cpus\":null,\"background\":null,"
		"\"counted_ops\":null,\"counted_ns\":null},"
		"\"flushes\":{\"counted_ops\":null,\"counted_ns\":null,"
		"\"full\":null,\"ranged\":null,\"hypervisor\":null,"
		"\"by_reason\":{\"task_switch\":null,\"remote_shootdown\":null,"
		"\"local_shootdown\":null,\"local_mm_shootdown\":null,"
		"\"remote_ipi_send\":null,\"remote_wrong_cpu\":null},"
		"\"by_size\":{\"pages_1\":null,\"pages_2_8\":null,\"pages_9_33\":null,"
		"\"pages_34_up\":null},"
		"\"vmstat\":{\"remote_flushes\":null,\"remote_received\":null,"
		"\"local_full\":null,\"local_pages\":null}},"
		"\"walks\":{\"cycles\":null,\"dtlb_load_walk_cycles\":null,"
		"\"dtlb_load_walks\":null,\"dtlb_store_walk_cycles\":null,"
		"\"dtlb_store_walks\":null,\"itlb_walk_cycles\":null,"
		"\"itlb_walks\":null,\"stlb_flush\":null,\"dtlb_flush\":null,"
		"\"dtlb_load_walk_pending\":null},"
		"\"victim\":{\"loops\":null,\"quiet_loops\":null,\"observed_ns\":null,"
		"\"stalls\":null,\"quiet_stalls\":null,\"lost_ns\":null,\"stall_p50_ns\":null,"
		"\"stall_p99_ns\":null,\"stall_p999_ns\":null,\"stall_max_ns\":null,"
		"\"stall_min_ns\":null,\"stall_p90_ns\":null},"
		"\"latency\":{\"p50_ns\":null,\"p99_ns\":null,\"max_ns\":null},"
		"\"noise\":{\"steal_ns\":null,\"cpus_ns\":null,\"migrations\":null,"
		"\"involuntary_switches\":null,\"ran_ns\":null,\"frequency_hz\":null,"
		"\"frequency_change_pct\":null,"
		"\"throttles\":null},"
		"\"kernel_flush\":{\"workers_pct\":null,\"cpus_pct\":null,"
		"\"mean_ns\":null,\"p50_ns\":null,\"p99_ns\":null},"
		"\"cpus_told_per_op\":null,\"cpus_told_source\":null}\n");
	free(line);
	result_fixture_fini(&f);
}

static void test_ticks_of_unknown_length_give_no_times(void **state)
{
	struct result_fixture f;
	char *line;

	(void)state;
	result_fixture_init(&f);
	f.runs[0]->ns_per_tick = 0;
	line = stream_end_line(&f.result, 0);
	assert_non_null(strstr(line, "\"latency_ns\":null"));
	assert_null(strstr(line, "\"buckets\""));
	free(line);
	result_fixture_fini(&f);
}

static void test_a_machine_of_which_nothing_is_known(void **state)
{
	struct machine m = {.cpu = {.family = -1, .model = -1, .stepping = -1}};
	struct json_writer w;
	char *text;

	(void)state;
	json_writer_init(&w, JSON_COMPACT);
	machine_put_json(&w, &m);
	text = json_writer_take(&w, NULL);
	assert_string_equal(
		text,
		"{\"hostname\":null,\"cpu\":{\"vendor\":null,\"brand\":null,"
		"\"codename\":null,\"family\":null,\"model\":null,\"stepping\":null,"
		"\"perf_id\":null,\"invariant_tsc\":null,\"pcid\":null,"
		"\"invpcid\":null,\"invlpgb\":null,\"la57\":null},\"tlb\":null,"
		"\"tlb_could_not_tell\":[],\"topology\":{\"cpus_online\":\"\","
		"\"cpus_allowed\":\"\",\"packages\":null,\"nodes\":null,"
		"\"cores\":null,\"hybrid\":false,\"cpus\":[]},\"kernel\":{"
		"\"release\":null,\"version\":null,\"page_bytes\":null,"
		"\"tsc_ns_per_tick\":null,\"tsc_source\":null,\"facts\":{}},\"mitigations\":{},"
		"\"settings\":{},\"hypervisor\":null}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_channel_has_its_place_in_an_interval),
		cmocka_unit_test(
			test_csv_holds_what_was_measured_and_leaves_out_the_rest),
		cmocka_unit_test(test_stream_lines_are_lines),
		cmocka_unit_test(test_absent_is_null_and_never_zero),
		cmocka_unit_test(test_ticks_of_unknown_length_give_no_times),
		cmocka_unit_test(test_a_machine_of_which_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
