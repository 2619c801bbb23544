/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/lab/plan.h"

static void make(struct preset *p, const char *const *assignments)
{
	struct error error = {0};

	memset(p, 0, sizeof(*p));
	assert_int_equal(experiment_init(&p->experiment, &bench, "zap", NULL), 0);
	for (; *assignments; assignments++)
		if (preset_set(p, &bench, *assignments, &error))
			fail_msg("%s: %s", *assignments, error.why);
}

#define MAKE(p, ...) make(p, (const char *const[]){__VA_ARGS__, NULL})

static void without_a_sweep_one_point_is_repeated(void **state)
{
	struct preset p;
	struct plan plan;
	struct experiment e;
	char text[64];

	(void)state;
	MAKE(&p, "repeats=3");
	assert_int_equal(plan_make(&plan, &p, NULL), 0);
	assert_int_equal(plan.n_points, 1);
	assert_int_equal(plan.n_runs, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(plan.runs[i].point, 0);
		assert_int_equal(plan.runs[i].repeat, i);
	}
	assert_string_equal(plan_point_text(&p, 0, text, sizeof(text)), "");
	assert_int_equal(
		plan_experiment(&p, &bench, &(struct plan_run){0, 0}, &e, NULL), 0);
	assert_memory_equal(&e, &p.experiment, sizeof(e));
	plan_fini(&plan);
	preset_fini(&p);
}

static void every_round_visits_every_point_once(void **state)
{
	struct preset p;
	struct plan plan;

	(void)state;
	MAKE(&p, "sweep.threads=1,2,4", "sweep.pages=1,33,34,512", "repeats=7");
	assert_int_equal(plan_make(&plan, &p, NULL), 0);
	assert_int_equal(plan.n_points, 12);
	assert_int_equal(plan.n_runs, 84);
	for (int round = 0; round < 7; round++) {
		bool seen[12] = {false};

		for (int i = 0; i < 12; i++) {
			const struct plan_run *run = &plan.runs[round * 12 + i];

			assert_int_equal(run->repeat, round);
			assert_in_range(run->point, 0, 11);
			assert_false(seen[run->point]);
			seen[run->point] = true;
		}
	}
	plan_fini(&plan);
	assert_null(plan.runs);
	preset_fini(&p);
}

static void a_seed_is_an_order(void **state)
{
	struct preset p;
	struct plan a, b, c;
	size_t bytes = 20 * 5 * sizeof(*a.runs);

	(void)state;
	MAKE(&p, "sweep.threads=1,2,3,4,5", "sweep.pages=1,2,3,4", "seed=7");
	assert_int_equal(plan_make(&a, &p, NULL), 0);
	assert_int_equal(plan_make(&b, &p, NULL), 0);
	p.experiment.seed = 8;
	assert_int_equal(plan_make(&c, &p, NULL), 0);
	assert_memory_equal(a.runs, b.runs, bytes);
	assert_memory_not_equal(a.runs, c.runs, bytes);
	/* Rounds differ from each other too. */
	int same = 0;

	for (int i = 0; i < 20; i++)
		same += a.runs[i].point == a.runs[20 + i].point;
	assert_true(same < 10);
	plan_fini(&a);
	plan_fini(&b);
	plan_fini(&c);
	preset_fini(&p);
}

/*
 * Every point should come equally often at every place of a round. With 6 points and
 * 6,000 rounds each of the 36 cells expects 1,000; the statistic has 25 degrees of
 * freedom, and exceeds 52.6 with probability 0.001. Seeds are fixed: so is the answer.
 */
static void shuffles_are_unbiased(void **state)
{
	struct preset p;
	struct plan plan;

	(void)state;
	MAKE(&p, "sweep.threads=1,2,3,4,5,6", "repeats=6000");
	for (uint64_t seed = 1; seed <= 3; seed++) {
		int cell[6][6] = {{0}};
		double chi2 = 0;

		p.experiment.seed = seed;
		assert_int_equal(plan_make(&plan, &p, NULL), 0);
		for (int i = 0; i < plan.n_runs; i++)
			cell[i % 6][plan.runs[i].point]++;
		for (int i = 0; i < 36; i++) {
			double off = cell[i / 6][i % 6] - 1000;

			chi2 += off * off / 1000;
		}
		assert_true(chi2 < 52.6);
		assert_true(chi2 > 6); /* nor suspiciously even */
		plan_fini(&plan);
	}
	preset_fini(&p);
}

static void points_count_like_nested_loops(void **state)
{
	static const struct {
		int threads, pages;
		const char *text;
	} want[] = {{1, 1, "threads 1, pages 1"},   {1, 33, "threads 1, pages 33"},
		    {1, 34, "threads 1, pages 34"}, {2, 1, "threads 2, pages 1"},
		    {2, 33, "threads 2, pages 33"}, {2, 34, "threads 2, pages 34"}};
	struct preset p;
	struct experiment e;
	char text[64];

	(void)state;
	MAKE(&p, "sweep.threads=1,2", "sweep.params.pages=1,33,34");
	for (int point = 0; point < 6; point++) {
		assert_int_equal(plan_experiment(&p, &bench,
						 &(struct plan_run){point, 0}, &e,
						 NULL),
				 0);
		assert_int_equal(e.threads, want[point].threads);
		assert_int_equal(e.params[0].number, want[point].pages);
		assert_string_equal(plan_point_text(&p, point, text, sizeof(text)),
				    want[point].text);
	}
	preset_fini(&p);
}

static void the_workload_is_set_before_its_params(void **state)
{
	struct preset p;
	struct experiment e;

	(void)state;
	MAKE(&p, "sweep.pages=1,33", "sweep.workload=zap,map");
	assert_int_equal(
		plan_experiment(&p, &bench, &(struct plan_run){3, 0}, &e, NULL), 0);
	assert_string_equal(e.workload, "map");
	assert_int_equal(experiment_param(&e, &bench, "pages")->number, 33);
	preset_fini(&p);
}

static void points_that_break_a_rule_are_errors(void **state)
{
	struct preset p;
	struct experiment e;
	struct error error = {0};

	(void)state;
	MAKE(&p, "victims=1000", "sweep.threads=1,4000");
	assert_int_equal(
		plan_experiment(&p, &bench, &(struct plan_run){0, 0}, &e, &error), 0);
	assert_true(plan_experiment(&p, &bench, &(struct plan_run){1, 0}, &e, &error) <
		    0);
	assert_int_equal(error.code, ERROR_INPUT);
	preset_fini(&p);
}

/* What is simulated draws from the seed, so a repeat with the same would be the same.
 */
static void each_simulated_repeat_has_a_seed(void **state)
{
	struct catalogue simulated = bench;
	struct experiment live, first, second, other;
	struct preset p;

	(void)state;
	MAKE(&p, "seed=7");
	const struct plan_run once = {0, 0}, again = {0, 1};

	/* Live, nothing is drawn from it but the order of runs. */
	assert_int_equal(plan_experiment(&p, &bench, &again, &live, NULL), 0);
	assert_int_equal(live.seed, 7);
	simulated.backend = "sim";
	strcpy(p.experiment.backend, "sim");
	assert_int_equal(plan_experiment(&p, &simulated, &once, &first, NULL), 0);
	assert_int_equal(plan_experiment(&p, &simulated, &again, &second, NULL), 0);
	assert_int_equal(plan_experiment(&p, &simulated, &again, &other, NULL), 0);
	assert_int_equal(first.seed, 7);
	assert_true(second.seed != first.seed);
	assert_int_equal(second.seed, other.seed);
	p.experiment.seed = 8;
	assert_int_equal(plan_experiment(&p, &simulated, &again, &other, NULL), 0);
	assert_true(second.seed != other.seed);
	preset_fini(&p);
}

static void plans_have_an_end(void **state)
{
	struct preset p;
	struct plan plan;
	struct error error = {0};

	(void)state;
	MAKE(&p, "duration_s=0", "repeats=3");
	assert_int_equal(plan_make(&plan, &p, &error), 0);
	assert_int_equal(plan.n_runs, 1);
	plan_fini(&plan);
	assert_int_equal(preset_set(&p, &bench, "sweep.threads=1,2", NULL), 0);
	assert_int_equal(preset_set(&p, &bench, "", &error), -EINVAL);
	assert_string_equal(error.what, "an empty setting");
	assert_int_equal(preset_set(&p, &bench, "sweep.placement=a\1", &error),
			 -EINVAL);
	assert_string_equal(error.why, "a control character in it");
	assert_true(plan_make(&plan, &p, &error) < 0);
	assert_string_equal(error.what, "duration_s");
	p.experiment.ops = 10;
	assert_int_equal(plan_make(&plan, &p, &error), 0);
	assert_int_equal(plan.n_runs, 6);
	plan_fini(&plan);

	p.experiment.repeats = PLAN_MAX_RUNS + 1;
	assert_true(plan_make(&plan, &p, &error) < 0);
	assert_null(plan.runs);
	preset_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_sweep_one_point_is_repeated),
		cmocka_unit_test(every_round_visits_every_point_once),
		cmocka_unit_test(a_seed_is_an_order),
		cmocka_unit_test(shuffles_are_unbiased),
		cmocka_unit_test(points_count_like_nested_loops),
		cmocka_unit_test(the_workload_is_set_before_its_params),
		cmocka_unit_test(points_that_break_a_rule_are_errors),
		cmocka_unit_test(each_simulated_repeat_has_a_seed),
		cmocka_unit_test(plans_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
