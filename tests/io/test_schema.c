/* SPDX-License-Identifier: MIT */
/* The published schemas, held by an independent validator against what tlblab writes,
 * what it ships, and what it must refuse. */
#include <stdio.h>
#include <sys/wait.h>

#include "support/check.h"
#include "support/scratch.h"

#include "io/result_fixture.h"
#include "tlblab/base/file.h"

#define VALIDATE "/usr/bin/python3 tests/io/validate.py presets/schema/"

static struct scratch scratch;

static int validate(const char *schema, const char *files)
{
	char command[1024];
	int status;

	snprintf(command, sizeof(command), VALIDATE "%s %s", schema, files);
	fflush(NULL);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *scratch_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s%s", scratch.root, name);
	return path;
}

/* Whether text, put into a file, is a valid instance. */
static int validate_text(const char *schema, const char *text)
{
	scratch_write(&scratch, "/text.json", text);
	return validate(schema, scratch_path("/text.json"));
}

static void test_every_shipped_preset_is_valid(void **state)
{
	(void)state;
	assert_int_equal(validate("preset.schema.json", "presets/*.json"), 0);
}

static void test_a_full_result_is_valid(void **state)
{
	struct result_fixture f;
	struct error error = {0};

	(void)state;
	result_fixture_init(&f);
	assert_int_equal(result_write(&f.result, scratch_path("/r.json"), &error), 0);
	assert_int_equal(validate("result.schema.json", scratch_path("/r.json")), 0);
	f.result.machine = NULL;
	f.result.n_runs = 0;
	assert_int_equal(result_write(&f.result, scratch_path("/r.json"), &error), 0);
	assert_int_equal(validate("result.schema.json", scratch_path("/r.json")), 0);
	result_fixture_fini(&f);
}

static void test_a_saved_preset_is_valid(void **state)
{
	struct result_fixture f;
	struct error error = {0};

	(void)state;
	result_fixture_init(&f);
	assert_int_equal(preset_save(&f.preset, &test_catalogue,
				     scratch_path("/p.json"), &error),
			 0);
	assert_int_equal(validate("preset.schema.json", scratch_path("/p.json")), 0);
	result_fixture_fini(&f);
}

static void test_what_the_parser_refuses_is_not_valid(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"{\"schema\": \"tlblab.preset/2\", \"name\": \"x\", "
		"\"experiment\": {\"workload\": \"madvise\"}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"../x\", "
		"\"experiment\": {\"workload\": \"madvise\"}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"nmae\": 1, "
		"\"experiment\": {\"workload\": \"madvise\"}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": {}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\", \"threads\": \"2\"}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\", \"threads\": 9999}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\", \"params\": {\"pages\": \"1\"}}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"sweep\": {\"threads\": 2}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"sweep\": {\"thread\": [2]}}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": []}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"course\": 1}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"course\": 0, \"lesson\": [{\"title\": \"t\"}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"say\": \"s\"}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"title\": \"t\", \"sya\": \"s\"}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"title\": \"t\", \"ask\": \"?\"}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"title\": \"t\", \"watch\": \"all\"}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"title\": \"t\", \"until\": {}}]}",
		"{\"schema\": \"tlblab.preset/1\", \"name\": \"x\", \"experiment\": "
		"{\"workload\": \"madvise\"}, \"lesson\": [{\"title\": \"t\", \"measure\": {\"metric\": \"ns_per_op\", \"divide\": 0}}]}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct preset p = {0};

		assert_int_not_equal(
			preset_parse(&p, &test_catalogue, texts[i], "t", NULL), 0);
		assert_int_equal(validate_text("preset.schema.json", texts[i]), 1);
	}
}

/* The text with the first `from` replaced; malloc'd. */
static char *text_with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *out = malloc(strlen(text) + strlen(to) + 1);

	assert_non_null(at);
	sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return out;
}

static void test_broken_results_are_not_valid(void **state)
{
	static const char *const broken[][2] = {
		{"tlblab.result/1", "tlblab.result/2"},
		{"\"runs\"", "\"runz\""},
		{"\"verdict\": \"ipi\"", "\"verdict\": \"maybe\""},
		{"\"ops_min\"", "\"ops_mim\""},
		{"\"full\": null", "\"full\": \"0\""},
		{"\"per_cpu\": [", "\"per_cpu\": [-1, "},
		{"\"victim_slowdown\"", "\"slowdown_of_victim\""},
		{"\"ok\": true", "\"ok\": \"yes\""},
		{"\"threads\": 2", "\"threads\": 0"},
		{"\"steal_pct\"", "\"steal\""},
	};
	struct result_fixture f;
	char *text;

	(void)state;
	result_fixture_init(&f);
	text = result_print(&f.result);
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		char *bad = text_with(text, broken[i][0], broken[i][1]);

		assert_int_equal(validate_text("result.schema.json", bad), 1);
		free(bad);
	}
	free(text);
	result_fixture_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_shipped_preset_is_valid),
		cmocka_unit_test(test_a_full_result_is_valid),
		cmocka_unit_test(test_a_saved_preset_is_valid),
		cmocka_unit_test(test_what_the_parser_refuses_is_not_valid),
		cmocka_unit_test(test_broken_results_are_not_valid),
	};
	int status;

	if (validate("preset.schema.json", "") == 77)
		return 77;
	scratch_make(&scratch);
	status = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_remove(&scratch);
	return status;
}
