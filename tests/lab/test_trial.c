/* SPDX-License-Identifier: MIT */
/* A program whose throughput under each ceiling is known, and noise on top. */
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "support/check.h"
#include "tlblab/lab/trial.h"

static const int64_t candidates[] = {1, 8, 33, 128};

struct program {
	double rate[4]; /* of 33, 1, 8, 128: as the data has them */
	double noise_pct, drift_pct,
		taken_away; /* of all windows: three times slower */
};

static double normal(struct rng *rng)
{
	double u;

	do
		u = rng_unit(rng);
	while (u <= 0);
	return gsl_cdf_ugaussian_Pinv(u);
}

static double window(const struct program *p, int i, double drift, struct rng *rng)
{
	double rate = p->rate[i] * exp(p->noise_pct / 100 * normal(rng) + drift);

	return rng_unit(rng) < p->taken_away ? rate / 3 : rate;
}

static void measure(struct trial_data *d, const struct program *p, int rounds,
		    struct rng *rng)
{
	for (int i = 0; i < rounds; i++) {
		double drift = p->drift_pct / 100 * normal(rng);
		struct trial_round r = {.again = window(p, 0, drift, rng)};

		for (int k = 0; k < d->n; k++)
			r.rate[k] = window(p, k, drift, rng);
		assert_int_equal(trial_data_add(d, &r), 0);
	}
}

static void tried(const struct program *p, int rounds, struct rng *rng,
		  struct trial_answer *a)
{
	struct trial_data d;

	trial_data_init(&d, 33, candidates, (int)COUNT_OF(candidates));
	measure(&d, p, rounds, rng);
	assert_int_equal(trial_answer_make(&d, a), 0);
	trial_data_fini(&d);
}

static void the_present_one_comes_first_and_once(void **state)
{
	struct trial_data d;

	(void)state;
	trial_data_init(&d, 33, candidates, (int)COUNT_OF(candidates));
	assert_int_equal(d.n, 4);
	assert_int_equal(d.ceiling[0], 33);
	assert_int_equal(d.ceiling[1], 1);
	assert_int_equal(d.ceiling[3], 128);
	trial_data_fini(&d);
}

static void the_better_one_is_found(void **state)
{
	static const struct program p = {{100, 96, 110, 100}, 2, 20, 0};
	struct trial_answer a;
	struct rng rng = {1};
	char text[320];

	(void)state;
	tried(&p, 4, &rng, &a);
	assert_int_equal(a.verdict, TRIAL_UNSETTLED);
	assert_int_equal(a.recommended, -1);
	assert_false(trial_answer_settled(&a));
	tried(&p, 60, &rng, &a);
	assert_int_equal(a.verdict, TRIAL_BETTER);
	assert_int_equal(a.recommended, 8);
	assert_int_equal(a.ci95_low, 8);
	assert_int_equal(a.ci95_high, 8);
	assert_near(a.arm[2].gain_pct.estimate, 10, 1.5);
	assert_true(a.arm[2].gain_pct.ci95_low < 10 &&
		    a.arm[2].gain_pct.ci95_high > 10);
	assert_true(a.arm[1].gain_pct.ci95_high < 0);
	assert_true(a.aa_noise_pct < 2);
	trial_verdict_text(&a, text, sizeof(text));
	assert_ptr_equal(strstr(text, "the ceiling for this program is 8 (no other"),
			 text);
}

static void those_as_good_are_in_the_interval(void **state)
{
	static const struct program p = {{100, 90, 110, 110}, 1, 5, 0};
	struct trial_answer a;
	struct rng rng = {2};

	(void)state;
	tried(&p, 60, &rng, &a);
	assert_int_equal(a.verdict, TRIAL_BETTER);
	/* 33 lies between them and is behind: the interval is of one piece. */
	assert_int_equal(a.ci95_low, a.recommended);
	assert_int_equal(a.ci95_high, a.recommended);

	static const struct program upwards = {{100, 90, 95, 100.02}, 1, 5, 0};

	tried(&upwards, 60, &rng, &a);
	assert_int_equal(a.verdict, TRIAL_NO_DIFFERENCE);
	assert_int_equal(a.recommended, 33);
	assert_int_equal(a.ci95_low, 33);
	assert_int_equal(a.ci95_high, 128);
}

/* Four candidates that are one: said to differ at most as often as promised. */
static void no_difference_is_said(void **state)
{
	static const struct program same = {{100, 100, 100, 100}, 3, 20, 0.05};
	int wrong = 0, outside = 0;
	char text[320];

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		struct trial_answer a;
		struct rng rng = {seed};

		tried(&same, 25, &rng, &a);
		wrong += a.verdict == TRIAL_BETTER;
		outside += a.arm[1].gain_pct.ci95_low > 0 ||
			   a.arm[1].gain_pct.ci95_high < 0;
		if (!seed)
			assert_non_null(
				strstr(trial_verdict_text(&a, text, sizeof(text)),
				       "no difference"));
	}
	print_message("better: %d of 1000; of one candidate outside: %d\n", wrong,
		      outside);
	assert_true(wrong <= 40);
	/* Each of three stands for a third of the five in a hundred. */
	assert_true(outside >= 3 && outside <= 33);
}

/* Noise that is all A/A: whatever the interval says, it is not believed. */
static void a_gain_inside_the_noise_is_none(void **state)
{
	static const struct program p = {{100, 101, 103, 101}, 0.2, 0, 0};
	struct trial_data d;
	struct trial_answer a;
	struct rng rng = {4};

	(void)state;
	trial_data_init(&d, 33, candidates, (int)COUNT_OF(candidates));
	measure(&d, &p, 40, &rng);
	for (int r = 0; r < d.n_rounds; r++)
		d.rounds[r].again *= 0.9;
	assert_int_equal(trial_answer_make(&d, &a), 0);
	assert_true(a.aa_noise_pct > 9);
	assert_int_equal(a.verdict, TRIAL_NO_DIFFERENCE);
	assert_int_equal(a.recommended, 33);
	trial_data_fini(&d);
}

static void it_ends_when_more_would_change_nothing(void **state)
{
	static const struct program same = {{100, 100, 100, 100}, 0.5, 20, 0};
	static const struct program clear = {{100, 100, 130, 100}, 0.5, 20, 0};
	static const struct program noisy = {{100, 100, 100, 100}, 20, 20, 0};
	struct trial_answer a;
	struct rng rng = {5};

	(void)state;
	tried(&same, 60, &rng, &a);
	assert_true(trial_answer_settled(&a));
	tried(&clear, 60, &rng, &a);
	assert_true(trial_answer_settled(&a));
	tried(&noisy, 60, &rng, &a);
	assert_false(trial_answer_settled(&a));
}

/* Every window once a round; each ceiling comes at each place, and after each other, as
 * often: 6,000 rounds of 5 windows. */
static void the_order_is_random_and_balanced(void **state)
{
	enum { WINDOWS = COUNT_OF(candidates) + 1, ROUNDS = 6000 };
	int at[WINDOWS][WINDOWS] = {0}, after[WINDOWS][WINDOWS] = {0};
	int order[TRIAL_MAX_CEILINGS + 1], again[TRIAL_MAX_CEILINGS + 1];
	struct rng rng = {11}, same = {11};
	struct trial_data d;

	(void)state;
	trial_data_init(&d, 33, candidates, (int)COUNT_OF(candidates));
	assert_int_equal(d.n + 1, WINDOWS);
	for (int r = 0; r < ROUNDS; r++) {
		unsigned int seen = 0;

		trial_order(&d, &rng, order);
		trial_order(&d, &same, again);
		for (int i = 0; i < WINDOWS; i++) {
			seen |= 1u << order[i];
			at[order[i]][i]++;
			after[order[i]][i ? order[i - 1] : order[i]]++;
			assert_int_equal(order[i], again[i]); /* a seed is an order */
		}
		assert_int_equal(seen, (1u << WINDOWS) - 1);
	}
	/* 1,200 expected of each, and 31 the deviation of a fair one. */
	for (int i = 0; i < WINDOWS; i++)
		for (int k = 0; k < WINDOWS; k++) {
			assert_in_range(at[i][k], 1050, 1350);
			assert_in_range(after[i][k], 1050, 1350);
		}
	trial_data_fini(&d);
}

/* The intervals of all candidates hold together, 95 times in 100 at least: Bonferroni's
 * are a little wide. */
static void the_intervals_hold_together(void **state)
{
	static const struct program cases[] = {
		{{100, 90, 110, 103}, 4, 10, 0},
		{{100, 100, 100, 100}, 2, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct program *p = &cases[i];
		struct rng rng = {21 + i};
		int inside = 0;

		for (int trial = 0; trial < 1500; trial++) {
			struct trial_answer a;
			bool all = true;

			tried(p, 20, &rng, &a);
			for (int k = 1; k < a.n; k++) {
				double truth = (p->rate[k] / p->rate[0] - 1) * 100;

				all = all && a.arm[k].gain_pct.ci95_low <= truth &&
				      truth <= a.arm[k].gain_pct.ci95_high;
			}
			inside += all;
		}
		print_message("program %zu: %.1f in 100\n", i, inside / 15.0);
		assert_true(inside / 15.0 >= 93 && inside / 15.0 <= 98);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_present_one_comes_first_and_once),
		cmocka_unit_test(the_better_one_is_found),
		cmocka_unit_test(those_as_good_are_in_the_interval),
		cmocka_unit_test(no_difference_is_said),
		cmocka_unit_test(the_order_is_random_and_balanced),
		cmocka_unit_test(the_intervals_hold_together),
		cmocka_unit_test(a_gain_inside_the_noise_is_none),
		cmocka_unit_test(it_ends_when_more_would_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
