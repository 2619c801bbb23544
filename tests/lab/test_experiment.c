/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/lab/experiment.h"

static struct experiment made(void)
{
	struct experiment e;

	assert_int_equal(experiment_init(&e, &bench, "zap", NULL), 0);
	return e;
}

static void set(struct experiment *e, const char *key, const char *text)
{
	struct error error = {0};

	if (experiment_set(e, &bench, key, text, &error))
		fail_msg("%s=%s: %s; %s", key, text, error.why, error.todo);
}

static void fields_are_the_contracts_in_its_order(void **state)
{
	static const char *const keys[] = {
		"backend",     "workload", "threads",  "mode",	     "placement",
		"ceiling",     "victims",  "warmup_s", "duration_s", "ops",
		"interval_ms", "repeats",  "seed"};
	int n;
	const struct param_desc *d = experiment_fields(&n);

	(void)state;
	assert_int_equal(n, sizeof(keys) / sizeof(keys[0]));
	for (int i = 0; i < n; i++) {
		assert_string_equal(d[i].key, keys[i]);
		assert_non_null(d[i].unit);
		assert_true(strlen(d[i].help) > 10);
	}
}

static void defaults_are_the_contracts(void **state)
{
	struct experiment e = made();

	(void)state;
	assert_string_equal(e.backend, "live");
	assert_string_equal(e.workload, "zap");
	assert_string_equal(e.placement, "compact");
	assert_int_equal(e.threads, 2);
	assert_int_equal(e.mode, RUN_THREADS);
	assert_int_equal(e.ceiling_pages, EXPERIMENT_CEILING_KEEP);
	assert_int_equal(e.ops, 0);
	assert_int_equal(e.interval_ms, 100);
	assert_int_equal(e.repeats, 5);
	assert_true(e.seed == 1 && e.warmup_s == 1 && e.duration_s == 5);
	assert_int_equal(e.params[0].number, 1);
	assert_int_equal(experiment_check(&e, &bench, NULL), 0);
	assert_int_equal(experiment_init(&e, &bench, NULL, NULL), 0);
	assert_string_equal(e.workload, "zap");
}

/* Every fixed key: text in, the same text out, and another value tells them apart. */
static void every_field_round_trips(void **state)
{
	static const struct {
		const char *key, *text;
	} cases[] = {{"backend", "live"},	  {"workload", "map"},
		     {"threads", "4096"},	  {"mode", "processes"},
		     {"placement", "cpus:0,2-5"}, {"ceiling", "0"},
		     {"ceiling", "null"},	  {"victims", "3"},
		     {"warmup_s", "0.25"},	  {"duration_s", "0"},
		     {"ops", "1000000"},	  {"ops", "null"},
		     {"interval_ms", "10"},	  {"repeats", "30"},
		     {"seed", "9007199254740991"}};
	struct experiment e = made();
	const struct param_desc *d;
	struct param_value v;
	char text[PARAM_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set(&e, cases[i].key, cases[i].text);
		assert_int_equal(experiment_get(&e, &bench, cases[i].key, &d, &v), 0);
		assert_string_equal(d->key, cases[i].key);
		assert_string_equal(param_text(d, &v, text, sizeof(text)),
				    cases[i].text);
		assert_int_equal(experiment_put(&e, &bench, cases[i].key, &v, NULL), 0);
	}
	assert_int_equal(e.ops, 0);
	assert_int_equal(e.ceiling_pages, EXPERIMENT_CEILING_KEEP);
	assert_int_equal(e.mode, RUN_PROCESSES);
}

static void params_answer_to_both_names(void **state)
{
	struct experiment e = made();
	struct param_value v;

	(void)state;
	set(&e, "pages", "33");
	assert_int_equal(e.params[0].number, 33);
	set(&e, "params.pages", "34");
	assert_int_equal(experiment_param(&e, &bench, "pages")->number, 34);
	assert_int_equal(experiment_get(&e, &bench, "params.pages", NULL, &v), 0);
	assert_int_equal(v.number, 34);
	assert_true(experiment_same_key(&e, &bench, "pages", "params.pages"));
	assert_false(experiment_same_key(&e, &bench, "pages", "touch"));
	assert_null(experiment_describe(&e, &bench, "params.threads"));
	assert_int_equal(experiment_get(&e, &bench, "nothing", NULL, NULL), -2);
	assert_null(experiment_param(&e, &bench, "span_pages"));
}

static void a_fixed_key_wins_over_a_param_of_its_name(void **state)
{
	struct experiment e = made();

	(void)state;
	set(&e, "workload", "map");
	set(&e, "threads", "7");
	assert_int_equal(e.threads, 7);
	assert_int_equal(experiment_param(&e, &bench, "threads")->number, 3);
	set(&e, "params.threads", "5");
	assert_int_equal(e.threads, 7);
	assert_int_equal(experiment_param(&e, &bench, "threads")->number, 5);
	assert_false(experiment_same_key(&e, &bench, "threads", "params.threads"));
}

static void a_new_workload_keeps_what_both_know(void **state)
{
	struct experiment e = made();

	(void)state;
	set(&e, "pages", "33");
	set(&e, "method", "munmap");
	set(&e, "workload", "map");
	assert_int_equal(experiment_param(&e, &bench, "pages")->number, 33);
	/* "munmap" stands second in the new list. */
	assert_int_equal(experiment_param(&e, &bench, "method")->number, 1);
	assert_int_equal(experiment_param(&e, &bench, "span_pages")->number, 64);

	/* What the new one does not allow falls back to its default. */
	e = made();
	set(&e, "pages", "4096");
	set(&e, "method", "dontneed");
	set(&e, "workload", "map");
	assert_int_equal(experiment_param(&e, &bench, "pages")->number, 8);
	assert_int_equal(experiment_param(&e, &bench, "method")->number, 0);
}

static void refuses(const char *key, const char *text, const char *why,
		    const char *todo)
{
	struct experiment e = made(), before = e;
	struct error error = {0};
	int err = experiment_set(&e, &bench, key, text, &error);

	if (err >= 0)
		fail_msg("%s=%s was taken", key, text);
	assert_int_equal(error.code, ERROR_INPUT);
	if (!strstr(error.what, key) || !strstr(error.why, why) ||
	    !strstr(error.todo, todo))
		fail_msg("%s=%s gives \"%s: %s; %s\"", key, text, error.what, error.why,
			 error.todo);
	assert_memory_equal(&e, &before, sizeof(e));
}

static void faults_name_key_value_and_what_is_allowed(void **state)
{
	(void)state;
	refuses("threads", "0", "0", "1 to 4096");
	refuses("threads", "4097", "4097", "1 to 4096");
	refuses("threads", "two", "two", "1 to 4096");
	refuses("mode", "procs", "procs", "threads or processes");
	refuses("interval_ms", "9", "9", "10 to 60000");
	refuses("victims", "4096", "4096", "0 to 4095");
	refuses("ceiling", "-1", "-1", "null");
	refuses("ops", "0", "0", "null");
	refuses("workload", "zapp", "zapp", "did you mean zap?");
	refuses("workload", "somethingelse", "live", "zap, map");
	refuses("backend", "sim", "sim", "live");
	refuses("placement", "", "empty", "compact");
	refuses("thraeds", "2", "no such setting", "did you mean threads?");
	refuses("params.page", "2", "zap", "did you mean pages?");
	refuses("params.threads", "2", "zap", "pages, touch, method");
	refuses("pages", "0", "0", "1 to 4096");
}

static void check_knows_rules_across_keys(void **state)
{
	struct experiment e = made();
	struct error error = {0};

	(void)state;
	set(&e, "threads", "4000");
	set(&e, "victims", "96");
	assert_int_equal(experiment_check(&e, &bench, &error), 0);
	set(&e, "victims", "97");
	assert_true(experiment_check(&e, &bench, &error) < 0);
	assert_non_null(strstr(error.what, "victims"));

	e = made();
	set(&e, "duration_s", "0.05");
	assert_true(experiment_check(&e, &bench, &error) < 0);
	assert_string_equal(error.what, "duration_s");
	set(&e, "ops", "10");
	assert_int_equal(experiment_check(&e, &bench, &error), 0);
	set(&e, "ops", "null");
	set(&e, "duration_s", "0");
	assert_int_equal(experiment_check(&e, &bench, &error), 0);

	e = made();
	e.params[0].number = 5000;
	assert_true(experiment_check(&e, &bench, &error) < 0);
	assert_string_equal(error.what, "pages");
	e = made();
	strcpy(e.workload, "gone");
	assert_true(experiment_check(&e, &bench, &error) < 0);
	e = made();
	strcpy(e.backend, "sim");
	assert_true(experiment_check(&e, &bench, &error) < 0);
}

static void diff_names_the_first_difference(void **state)
{
	struct experiment a = made(), b = made();
	char key[48];

	(void)state;
	experiment_diff(&a, &b, &bench, key, sizeof(key));
	assert_string_equal(key, "");
	set(&b, "pages", "2");
	experiment_diff(&a, &b, &bench, key, sizeof(key));
	assert_string_equal(key, "pages");
	set(&b, "ceiling", "12");
	experiment_diff(&a, &b, &bench, key, sizeof(key));
	assert_string_equal(key, "ceiling");
	set(&b, "workload", "map");
	experiment_diff(&a, &b, &bench, key, sizeof(key));
	assert_string_equal(key, "workload");

	set(&a, "workload", "map");
	b = a;
	set(&b, "params.threads", "1");
	experiment_diff(&a, &b, &bench, key, sizeof(key));
	assert_string_equal(key, "params.threads");
}

/* What all workloads take stands behind their own, unless they list it themselves. */
static void common_params_are_everybodys(void **state)
{
	static const struct param_desc common[] = {
		{.key = "span_pages",
		 .kind = PARAM_INT,
		 .unit = "pages",
		 .help = "everybody's",
		 .min = 0,
		 .max = 10,
		 .def = "7"},
	};
	struct catalogue c = bench;
	struct experiment e, other;
	char key[64];

	(void)state;
	c.common = common;
	c.n_common = 1;
	assert_int_equal(experiment_init(&e, &c, "zap", NULL), 0);
	assert_ptr_equal(catalogue_param(&c, &workload_zap, 3), &common[0]);
	assert_null(catalogue_param(&c, &workload_zap, 4));
	assert_null(catalogue_param(&c, &workload_map, 4));
	assert_int_equal(experiment_param(&e, &c, "span_pages")->number, 7);
	other = e;
	assert_int_equal(experiment_set(&e, &c, "params.span_pages", "9", NULL), 0);
	assert_int_equal(e.params[3].number, 9);
	assert_int_equal(experiment_set(&e, &c, "span_pages", "11", NULL), -ERANGE);
	experiment_diff(&e, &other, &c, key, sizeof(key));
	assert_string_equal(key, "span_pages");
	/* The other workload's own key has other limits, and takes what fits. */
	assert_int_equal(experiment_set(&e, &c, "workload", "map", NULL), 0);
	assert_int_equal(experiment_param(&e, &c, "span_pages")->number, 9);
	assert_int_equal(experiment_set(&e, &c, "span_pages", "100", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_the_contracts_in_its_order),
		cmocka_unit_test(defaults_are_the_contracts),
		cmocka_unit_test(every_field_round_trips),
		cmocka_unit_test(params_answer_to_both_names),
		cmocka_unit_test(a_fixed_key_wins_over_a_param_of_its_name),
		cmocka_unit_test(a_new_workload_keeps_what_both_know),
		cmocka_unit_test(faults_name_key_value_and_what_is_allowed),
		cmocka_unit_test(check_knows_rules_across_keys),
		cmocka_unit_test(diff_names_the_first_difference),
		cmocka_unit_test(common_params_are_everybodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
