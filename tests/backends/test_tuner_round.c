/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "support/check.h"

#include "backends/tuner_round.h"

static const int sizes[] = {2, 4, 8, 16, 32};

static void plan_begin(struct round *r, struct tune_data *d, int victims)
{
	tune_data_init(d, 64, sizes, (int)COUNT_OF(sizes));
	assert_int_equal(round_init(r, victims), 0);
}

static int find(const struct round *r, enum step_kind kind, int size)
{
	for (int i = 0; i < r->n_steps; i++)
		if (r->steps[i].kind == kind && r->steps[i].size == size)
			return i;
	return -1;
}

static void every_window_once_and_pairs_side_by_side(void **state)
{
	struct tune_data d;
	struct round r;
	struct rng rng = {1};
	int full_first = 0, first_is_size[COUNT_OF(sizes)] = {0};

	(void)state;
	plan_begin(&r, &d, 1);
	for (int round = 0; round < 2000; round++) {
		round_plan(&r, &d, true, &rng);
		assert_int_equal(r.n_steps, 2 * COUNT_OF(sizes) + 4);
		for (int s = 0; s < (int)COUNT_OF(sizes); s++) {
			int ranged = find(&r, STEP_RANGED, s);
			int full = find(&r, STEP_FULL, s);

			assert_int_equal(abs(ranged - full), 1);
			assert_int_equal(r.steps[ranged].pages, sizes[s]);
			assert_int_equal(r.steps[full].pages, sizes[s]);
			full_first += full < ranged;
			first_is_size[s] += ranged < 2 && full < 2;
		}
		assert_int_equal(abs(find(&r, STEP_AA, 0) - find(&r, STEP_AA, 1)), 1);
		assert_true(find(&r, STEP_IDLE, 0) >= 0);
		assert_true(find(&r, STEP_MEMBARRIER, 0) >= 0);
	}
	/* Balanced: 10,000 coins, and 8 blocks of which each begins as often. */
	assert_in_range(full_first, 4700, 5300);
	for (size_t s = 0; s < COUNT_OF(sizes); s++)
		assert_in_range(first_is_size[s], 175, 325);
	round_plan(&r, &d, false, &rng);
	assert_int_equal(find(&r, STEP_MEMBARRIER, 0), -1);
	round_fini(&r);
}

/* Two victims, 100 ns a turn when left alone, the initiator 4 us a visit. */
static void costs_are_what_is_missing(void **state)
{
	struct tune_data d;
	struct round r;
	struct tune_round costs;
	struct rng rng = {1};

	(void)state;
	plan_begin(&r, &d, 2);
	round_plan(&r, &d, true, &rng);
	for (int i = 0; i < r.n_steps; i++) {
		bool idle = r.steps[i].kind == STEP_IDLE;
		bool full = r.steps[i].kind == STEP_FULL;
		/* 6 us more for the initiator; each victim loses 2 us, or 3. */
		double op_ns = idle ? 4000 : 10000;
		double lost_ns = idle ? 0 : full ? 3000 : 2000;

		r.windows[i] = (struct round_window){1e7, 1e7 / op_ns};
		for (int v = 0; v < 2; v++)
			round_turns(&r, i)[v] =
				(1e7 - lost_ns * r.windows[i].ops) / 100;
	}
	assert_true(round_costs(&r, &costs));
	for (size_t s = 0; s < COUNT_OF(sizes); s++) {
		assert_near(costs.ranged_ns[s], 6000 + 2 * 2000, 1e-6);
		assert_near(costs.full_ns[s], 6000 + 2 * 3000, 1e-6);
	}
	assert_near(costs.aa_ns[0], 10000, 1e-6);
	assert_near(costs.membarrier_ns, 10000, 1e-6);

	/* A window in which nothing was done says nothing. */
	r.windows[find(&r, STEP_FULL, 2)].ops = 0;
	assert_false(round_costs(&r, &costs));
	r.windows[find(&r, STEP_FULL, 2)].ops = 1000;
	round_turns(&r, find(&r, STEP_IDLE, 0))[1] = 0;
	assert_false(round_costs(&r, &costs));
	round_fini(&r);
}

static void without_victims_the_initiator_counts(void **state)
{
	struct tune_data d;
	struct round r;
	struct tune_round costs;
	struct rng rng = {1};

	(void)state;
	plan_begin(&r, &d, 0);
	round_plan(&r, &d, false, &rng);
	for (int i = 0; i < r.n_steps; i++)
		r.windows[i] = (struct round_window){
			1e7, r.steps[i].kind == STEP_IDLE ? 2500 : 1000};
	assert_true(round_costs(&r, &costs));
	assert_near(costs.full_ns[0], 6000, 1e-6);
	assert_nan(costs.membarrier_ns);
	round_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_window_once_and_pairs_side_by_side),
		cmocka_unit_test(costs_are_what_is_missing),
		cmocka_unit_test(without_victims_the_initiator_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
