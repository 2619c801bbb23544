/* SPDX-License-Identifier: MIT */
/* The machine file: what is written is read back and valid, and mistakes are named. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "support/check.h"
#include "support/scratch.h"

#include "tlblab/io/costs_file.h"

static struct scratch scratch;

static const char *file_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s%s", scratch.root, name);
	return path;
}

static struct costs_file example(void)
{
	return (struct costs_file){
		.cpu = "A CPU",
		.kernel = "6.1",
		.ipi_model = "cluster",
		.measured_utc = "2026-01-02T03:04:05Z",
		.costs = {{"invlpg_ns", 42.5}, {"cpu_ghz", 2.6}},
		.n_costs = 2,
		.measured = {{"madvise_alone_ns", 585}, {"victim_stall_ns", NAN}},
		.n_measured = 2,
		.proofs = {{"1 CPU: munmap of 16 pages", 30000, 24000}},
		.n_proofs = 1,
	};
}

static void what_is_written_is_read_back(void **state)
{
	struct costs_file f = example(), back;
	struct error error = {0};

	(void)state;
	/* Folders on the way are made. */
	assert_int_equal(costs_file_save(&f, file_path("/new/m.json"), &error), 0);
	assert_int_equal(costs_file_load(&back, file_path("/new/m.json"), &error), 0);
	assert_string_equal(back.cpu, "A CPU");
	assert_string_equal(back.kernel, "6.1");
	assert_string_equal(back.measured_utc, "2026-01-02T03:04:05Z");
	assert_string_equal(back.ipi_model, "cluster");
	assert_int_equal(back.n_costs, 2);
	assert_string_equal(back.costs[0].name, "invlpg_ns");
	assert_true(back.costs[0].value == 42.5);
	assert_true(fabs(costs_proof_error_pct(&f.proofs[0]) + 20) < 1e-9);
}

static int validate(const char *file)
{
	char command[512];
	int status;

	snprintf(command, sizeof(command),
		 "/usr/bin/python3 tests/io/validate.py "
		 "presets/schema/machine-costs.schema.json %s",
		 file);
	fflush(NULL);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_is_written_is_valid(void **state)
{
	struct costs_file f = example();
	struct error error = {0};

	(void)state;
	assert_int_equal(costs_file_save(&f, file_path("/m.json"), &error), 0);
	int status = validate(file_path("/m.json"));

	if (status == 77)
		skip();
	assert_int_equal(status, 0);
	scratch_write(&scratch, "/bad.json",
		      "{\"schema\": \"tlblab.machine-costs/1\", \"costs\": "
		      "{\"invlpg\": 1}}");
	assert_int_equal(validate(file_path("/bad.json")), 1);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *text, *where;
	} bad[] = {
		{"{}", "bad.json:1"},
		{"{\"schema\": \"tlblab.preset/1\"}", "bad.json:1"},
		{"{\"schema\": \"tlblab.machine-costs/1\"}", "bad.json:1"},
		{"{\"schema\": \"tlblab.machine-costs/1\",\n\"costs\": []}",
		 "bad.json:2: costs"},
		{"{\"schema\": \"tlblab.machine-costs/1\",\n\"costs\": {\n\"walk_ns\": "
		 "\"x\"}}",
		 "bad.json:3: costs.walk_ns"},
		{"{\"schema\": \"tlblab.machine-costs/1\",\n\"cost\": {}}",
		 "bad.json:2: cost"},
		{"{\"schema\"", "bad.json:1"},
	};
	struct costs_file f;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct error error = {0};

		scratch_write(&scratch, "/bad.json", bad[i].text);
		assert_true(costs_file_load(&f, file_path("/bad.json"), &error) < 0);
		assert_int_equal(error.code, ERROR_INPUT);
		if (!strstr(error.what, bad[i].where))
			fail_msg("%s: %s", bad[i].where, error.what);
	}
}

static void where_it_is_looked_for(void **state)
{
	char path[512];

	(void)state;
	setenv("TLBLAB_MACHINE", "/x/mine.json", 1);
	assert_int_equal(costs_file_path(path, sizeof(path)), 0);
	assert_string_equal(path, "/x/mine.json");
	assert_true(costs_file_path(path, 4) < 0);
	unsetenv("TLBLAB_MACHINE");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	assert_int_equal(costs_file_path(path, sizeof(path)), 0);
	assert_string_equal(path, "/c/tlblab/machine.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(what_is_written_is_valid),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(where_it_is_looked_for),
	};

	int status;

	scratch_make(&scratch);
	status = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_remove(&scratch);
	return status;
}
