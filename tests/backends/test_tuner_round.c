/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "support/check.h"

#include "backends/tuner_quiet.h"
#include "backends/tuner_round.h"

static const int sizes[] = {2, 4, 8, 16, 32};

static void plan_begin(struct round *r, struct tune_data *d)
{
	tune_data_init(d, 64, sizes, (int)COUNT_OF(sizes));
	round_init(r);
}

static int find(const struct round *r, enum step_kind kind, int size)
{
	for (int i = 0; i < r->n_steps; i++)
		if (r->steps[i].kind == kind &&
		    (kind != STEP_PAIR || r->steps[i].size == size))
			return i;
	return -1;
}

static void every_step_once_in_random_order(void **state)
{
	struct tune_data d;
	struct round r;
	struct rng rng = {1};
	int swapped = 0, first_is_size[COUNT_OF(sizes)] = {0};

	(void)state;
	plan_begin(&r, &d);
	for (int round = 0; round < 2000; round++) {
		round_plan(&r, &d, true, &rng);
		assert_int_equal(r.n_steps, COUNT_OF(sizes) + 3);
		for (int s = 0; s < (int)COUNT_OF(sizes); s++) {
			int at = find(&r, STEP_PAIR, s);

			assert_int_equal(r.steps[at].pages, sizes[s]);
			swapped += r.steps[at].swap;
			first_is_size[s] += at == 0;
		}
		assert_true(find(&r, STEP_AA, 0) >= 0);
		assert_true(find(&r, STEP_IDLE, 0) >= 0);
		assert_true(find(&r, STEP_MEMBARRIER, 0) >= 0);
	}
	/* Balanced: 10,000 coins, and 8 steps of which each begins as often. */
	assert_in_range(swapped, 4700, 5300);
	for (size_t s = 0; s < COUNT_OF(sizes); s++)
		assert_in_range(first_is_size[s], 175, 325);
	round_plan(&r, &d, false, &rng);
	assert_int_equal(find(&r, STEP_MEMBARRIER, 0), -1);
}

/* So many operations of both kinds, a third of which stood still for milliseconds. */
static void step_fill(struct round *r, int step, double first, double second, int n)
{
	round_step_begin(r);
	for (int i = 0; i < n; i++) {
		double stall = i % 3 == 1 ? 4e6 : 0;

		round_step_add(r, 0, first + (i % 5) - 2 + stall);
		round_step_add(r, 1, second + (i % 5) - 2 + (i % 6 == 1 ? 9e6 : 0));
	}
	round_step_end(r, step);
}

static void costs_are_medians_beyond_the_idle_operation(void **state)
{
	struct tune_data d;
	struct round r;
	struct tune_round costs;
	struct rng rng = {1};

	(void)state;
	plan_begin(&r, &d);
	round_plan(&r, &d, true, &rng);
	assert_false(round_costs(&r, &costs));
	for (int i = 0; i < r.n_steps; i++) {
		bool idle = r.steps[i].kind == STEP_IDLE;
		bool pair = r.steps[i].kind == STEP_PAIR;

		step_fill(&r, i, idle ? 4000 : 14000,
			  idle	 ? 4000
			  : pair ? 15000
				 : 14000,
			  61);
	}
	assert_true(round_costs(&r, &costs));
	for (size_t s = 0; s < COUNT_OF(sizes); s++) {
		assert_near(costs.ranged_ns[s], 10000, 3);
		assert_near(costs.full_ns[s], 11000, 3);
	}
	assert_near(costs.aa_ns[0], costs.aa_ns[1], 3);
	assert_near(costs.membarrier_ns, 10000, 3);
	assert_nan(costs.ranged_ns[COUNT_OF(sizes)]);

	/* A size of which too few operations were undisturbed has no cost; the others
	 * keep theirs. */
	step_fill(&r, find(&r, STEP_PAIR, 2), 14000, 15000, 2);
	assert_true(round_costs(&r, &costs));
	assert_nan(costs.full_ns[2]);
	assert_near(costs.full_ns[1], 11000, 3);
}

/* The last idle operation that was measured serves where a round has none. */
static void the_idle_operation_is_remembered(void **state)
{
	struct tune_data d;
	struct round r;
	struct tune_round costs;
	struct rng rng = {1};

	(void)state;
	plan_begin(&r, &d);
	round_plan(&r, &d, false, &rng);
	step_fill(&r, find(&r, STEP_PAIR, 0), 14000, 15000, 9);
	assert_false(round_costs(&r, &costs));
	step_fill(&r, find(&r, STEP_IDLE, 0), 4000, 4000, 9);
	round_plan(&r, &d, false, &rng);
	step_fill(&r, find(&r, STEP_PAIR, 0), 14000, 15000, 9);
	assert_true(round_costs(&r, &costs));
	assert_near(costs.ranged_ns[0], 10000, 3);
	assert_nan(costs.ranged_ns[1]);
	/* More than there is room for is no more than that. */
	round_step_begin(&r);
	for (int i = 0; i < 3 * STEP_MAX_TIMED_OPS; i++)
		round_step_add(&r, 0, i);
	assert_int_equal(r.n[0], STEP_MAX_TIMED_OPS);
}

static void quiet_is_a_second_without_others(void **state)
{
	struct quiet q;
	uint64_t busy, all;

	(void)state;
	assert_true(quiet_parse("cpu  10 1 5 100 7 1 2 3 0 0\ncpu0 1\n", &busy, &all));
	assert_int_equal(busy, 22);
	assert_int_equal(all, 129);
	assert_true(quiet_parse("cpu  10 1 5 100 7\n", &busy, &all));
	assert_false(quiet_parse("cpu  10 1\n", &busy, &all));
	assert_false(quiet_parse("intr 1\n", &busy, &all));

	quiet_init(&q);
	assert_nan(quiet_share(&q, 1000, 2000));
	assert_near(quiet_share(&q, 1080, 2100), 80, 1e-9);
	assert_int_equal(q.calm, 0);
	assert_near(quiet_share(&q, 1085, 2200), 5, 1e-9);
	assert_int_equal(q.calm, 1);
	quiet_share(&q, 1090, 2300);
	assert_int_equal(q.calm, 2);
	quiet_share(&q, 1190, 2400);
	assert_int_equal(q.calm, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_once_in_random_order),
		cmocka_unit_test(costs_are_medians_beyond_the_idle_operation),
		cmocka_unit_test(the_idle_operation_is_remembered),
		cmocka_unit_test(quiet_is_a_second_without_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
