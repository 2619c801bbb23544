/* SPDX-License-Identifier: MIT */
/* Known curves with noise: what the answer says must be true as often as it claims. */
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "support/check.h"
#include "tlblab/lab/tune.h"

/* A machine: what flushing costs on it, and how noisy it is. */
struct curve {
	double fixed_ranged_ns, fixed_full_ns, refill_ns;
	double free_ns_per_page, flush_ns_per_page;
	double noise_pct;   /* of each cost, in each window */
	double drift_pct;   /* of a round, both kinds alike */
	double rig_pct;	    /* of the refill, from one rig to another */
	double broken_into; /* the share of windows that last half as long again, or
			     * up to ten times as long */
};

enum { ROUNDS_PER_BATCH = 8 };

static const int sizes[] = {2, 4, 8, 16, 24, 32};

static double normal(struct rng *rng)
{
	double u;

	do
		u = rng_unit(rng);
	while (u <= 0);
	return gsl_cdf_ugaussian_Pinv(u);
}

static double noisy(const struct curve *c, double ns, double drift, struct rng *rng)
{
	double cost = ns * (1 + c->noise_pct / 100 * normal(rng)) * drift;

	if (rng_unit(rng) < c->broken_into)
		cost *= fmin(1.5 / (1 - rng_unit(rng)), 10);
	return cost;
}

static void measure(struct tune_data *d, const struct curve *c, int rounds,
		    struct rng *rng)
{
	double refill_ns = c->refill_ns;

	for (int i = 0; i < rounds; i++) {
		if (d->n_rounds % ROUNDS_PER_BATCH == 0)
			refill_ns = c->refill_ns * (1 + c->rig_pct / 100 * normal(rng));
		double drift = 1 + c->drift_pct / 100 * normal(rng);
		struct tune_round r = {.membarrier_ns = 900,
				       .batch = d->n_rounds / ROUNDS_PER_BATCH};

		for (int s = 0; s < d->n_sizes; s++) {
			double k = d->pages[s], freeing = c->free_ns_per_page * k;

			r.ranged_ns[s] = noisy(c,
					       c->fixed_ranged_ns + freeing +
						       c->flush_ns_per_page * k,
					       drift, rng);
			r.full_ns[s] = noisy(c, c->fixed_full_ns + refill_ns + freeing,
					     drift, rng);
		}
		for (int a = 0; a < 2; a++)
			r.aa_ns[a] = noisy(c, c->fixed_full_ns + refill_ns, drift, rng);
		assert_int_equal(tune_data_add(d, &r), 0);
	}
}

static void begin(struct tune_data *d)
{
	tune_data_init(d, 512, sizes, (int)COUNT_OF(sizes));
}

static void answer(struct tune_data *d, int64_t now, struct tune_answer *a)
{
	struct tune_mix mix;

	tune_mix_default(&mix);
	assert_int_equal(tune_answer_make(d, &mix, now, a), 0);
}

/* fixed 1000 / 1300, refill 1200, 150 a page: 10 pages. */
static const struct curve ten = {1000, 1300, 1200, 300, 150, 0, 0};

static void without_noise_the_lines_are_exact(void **state)
{
	struct tune_data d;
	struct tune_answer a;
	struct rng rng = {1};
	char text[256];

	(void)state;
	begin(&d);
	measure(&d, &ten, 2 * ROUNDS_PER_BATCH, &rng);
	answer(&d, 33, &a);
	assert_int_equal(a.verdict, TUNE_UNSETTLED);
	assert_false(tune_answer_settled(&a));
	measure(&d, &ten, 8 * ROUNDS_PER_BATCH, &rng);
	answer(&d, 33, &a);
	assert_near(a.fit.flush_ns_per_page, 150, 1e-6);
	assert_near(a.fit.per_page_full_ns, 300, 1e-6);
	assert_near(a.fit.offset_ns, -1500, 1e-6);
	assert_near(a.fit.crossover.estimate, 10, 1e-6);
	assert_near(a.fit.crossover.ci95_low, 10, 1e-5);
	assert_near(a.fit.crossover.ci95_high, 10, 1e-5);
	/* Straight lines: interpolating between 8 and 16 finds the same. */
	assert_near(a.fit.direct.estimate, 10, 1e-6);
	assert_true(a.fit.agrees);
	assert_true(tune_answer_settled(&a));
	/* 16 and 32 pages happen 7.914 % each, and cost 900 and 3,300 ns too much. */
	double cost = 0.59 * (1000 + 450) + 0.3957 * 1000 +
		      0.3957 / 5 * 450 * (2 + 4 + 8 + 16 + 32) +
		      0.0143 * (2500 + 300 * 64);

	assert_near(a.gain_pct.estimate, 0.3957 / 5 * (900 + 3300) / cost * 100, 1e-6);
	assert_int_equal(a.verdict, TUNE_CEILING);
	tune_data_fini(&d);

	struct curve quiet = ten;

	quiet.noise_pct = 2;
	quiet.refill_ns = 1275; /* 10.5 pages */
	begin(&d);
	measure(&d, &quiet, 80, &rng);
	answer(&d, 33, &a);
	assert_int_equal(a.verdict, TUNE_CEILING);
	assert_string_equal(tune_verdict_text(&a, text, sizeof(text)),
			    "the ceiling for this CPU is 10, 95 % interval 10 to 11; "
			    "yours is 33");
	tune_data_fini(&d);
}

/* Of `trials` machines, how many times in 100 the true crossover is inside. */
static double coverage(const struct curve *c, int trials, int rounds, bool sequential,
		       uint64_t seed)
{
	double truth = (c->fixed_full_ns + c->refill_ns - c->fixed_ranged_ns) /
		       c->flush_ns_per_page;
	struct rng rng = {seed};
	int inside = 0;

	for (int i = 0; i < trials; i++) {
		struct tune_data d;
		struct tune_answer a;

		begin(&d);
		measure(&d, c, sequential ? 3 * ROUNDS_PER_BATCH : rounds, &rng);
		answer(&d, 33, &a);
		while (sequential && !tune_answer_settled(&a) && d.n_rounds < rounds) {
			measure(&d, c, ROUNDS_PER_BATCH, &rng);
			answer(&d, 33, &a);
		}
		inside += a.fit.crossover.ci95_low <= truth &&
			  truth <= a.fit.crossover.ci95_high;
		tune_data_fini(&d);
	}
	return 100.0 * inside / trials;
}

static void the_interval_holds_the_truth_95_times_in_100(void **state)
{
	static const struct {
		struct curve curve;
		int rounds;
		bool sequential;
	} cases[] = {
		{{1000, 1300, 1200, 300, 150, 8}, 40, false},
		{{1000, 1300, 1200, 300, 150, 8, 20}, 80, false},
		{{12000, 12500, 4000, 900, 220, 5, 10}, 120, false},
		/* As a virtual machine was seen: 4 windows in 100 broken into. */
		{{12000, 12500, 4000, 900, 220, 6, 10, 0, 0.04}, 120, false},
		{{20000, 20500, 12000, 1000, 250, 6, 10, 8, 0.04}, 120, false},
		{{1000, 1300, 1200, 300, 150, 8, 10}, 200, true},
		{{12000, 12500, 4000, 900, 220, 5, 5, 5, 0.04}, 200, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double pct = coverage(&cases[i].curve, 1500, cases[i].rounds,
				      cases[i].sequential, 1000 + i);

		print_message("case %zu: %.1f in 100\n", i, pct);
		assert_true(pct >= 93 && pct <= 97);
	}
}

/* Two tunings of one machine: each value lies in the other's interval. */
static void tunings_of_one_machine_agree(void **state)
{
	static const struct curve cases[] = {
		{12000, 12500, 4000, 900, 220, 6, 10, 5, 0.04},
		{20000, 20500, 12000, 1000, 250, 6, 10, 8, 0.04},
		{1000, 1300, 1200, 300, 150, 8, 10},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int agree = 0;
		struct rng rng = {77 + i};

		for (int trial = 0; trial < 400; trial++) {
			struct tune_answer a[2];

			for (int k = 0; k < 2; k++) {
				struct tune_data d;

				begin(&d);
				measure(&d, &cases[i], 120, &rng);
				answer(&d, 33, &a[k]);
				tune_data_fini(&d);
			}
			for (int k = 0; k < 2; k++)
				agree += a[k].recommended >= a[1 - k].ci95_low &&
					 a[k].recommended <= a[1 - k].ci95_high;
		}
		print_message("machine %zu: %.1f in 100\n", i, agree / 8.0);
		assert_true(agree / 8.0 >= 90);
	}
}

/* A nested guest: one page drops the whole TLB, so page by page pays the refill too. */
static void full_flushing_wins(void **state)
{
	static const struct curve nested = {2600, 1300, 1200, 300, 150, 3, 0};
	struct tune_data d;
	struct tune_answer a;
	struct rng rng = {3};
	char text[256];

	(void)state;
	begin(&d);
	measure(&d, &nested, 64, &rng);
	answer(&d, 33, &a);
	assert_int_equal(a.verdict, TUNE_FULL_WINS);
	assert_int_equal(a.recommended, 0);
	assert_true(a.gain_pct.ci95_low > 0);
	assert_true(tune_answer_settled(&a));
	assert_false(tune_no_difference(&a));
	assert_ptr_equal(strstr(tune_verdict_text(&a, text, sizeof(text)),
				"full flushing wins at every size here"),
			 text);
	tune_data_fini(&d);
}

/* The lines cross beyond what was measured: what is measured is recommended, and the
 * rest said to be extrapolated. */
static void page_by_page_wins_as_far_as_is_measured(void **state)
{
	static const struct curve far = {20000, 20500, 20000, 1000, 150, 3, 5};
	struct tune_data d;
	struct tune_answer a;
	struct rng rng = {3};
	char text[320];

	(void)state;
	begin(&d);
	measure(&d, &far, 80, &rng);
	answer(&d, 33, &a);
	assert_int_equal(a.verdict, TUNE_RANGED_WINS);
	assert_int_equal(a.recommended, 32);
	assert_int_equal(a.ci95_low, 32);
	assert_true(a.ci95_high == INT64_MAX);
	assert_true(tune_answer_settled(&a));
	assert_true(tune_no_difference(&a));
	assert_true(a.fit.crossover.ci95_low < 136 && a.fit.crossover.ci95_high > 136);
	tune_verdict_text(&a, text, sizeof(text));
	assert_non_null(
		strstr(text, "up to 32 pages; yours is 33: keep it (by extrap"));
	/* Below what was measured it does matter. */
	answer(&d, 4, &a);
	assert_int_equal(a.verdict, TUNE_CEILING);
	assert_int_equal(a.recommended, 32);
	tune_data_fini(&d);
}

static void equal_costs_are_no_difference(void **state)
{
	static const struct curve flat = {2500, 1300, 1200, 300, 0, 5, 5};
	int differences = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct tune_data d;
		struct tune_answer a;
		struct rng rng = {seed};

		begin(&d);
		measure(&d, &flat, 80, &rng);
		answer(&d, 33, &a);
		differences += !tune_no_difference(&a);
		tune_data_fini(&d);
	}
	assert_in_range(differences, 0, 5);
}

static void a_gain_inside_the_noise_is_none(void **state)
{
	struct tune_data d;
	struct tune_answer a;
	struct rng rng = {5};
	struct curve c = ten;
	char text[256];

	(void)state;
	c.noise_pct = 1;
	begin(&d);
	measure(&d, &c, 80, &rng);
	for (int r = 0; r < d.n_rounds; r++)
		d.rounds[r].aa_ns[1] *=
			1.3; /* A is not A: something else is going on */
	answer(&d, 33, &a);
	assert_true(a.aa_noise_pct > 20);
	assert_int_equal(a.verdict, TUNE_NO_DIFFERENCE);
	assert_non_null(strstr(tune_verdict_text(&a, text, sizeof(text)),
			       "not beyond the A/A noise of 26"));
	/* The present one is right already. */
	answer(&d, 10, &a);
	assert_int_equal(a.verdict, TUNE_KEEP);
	tune_data_fini(&d);
}

/* Page by page gets dear beyond 16 pages only: no straight line, the pairs decide. */
static void a_line_that_does_not_fit_is_said(void **state)
{
	struct tune_data d;
	struct tune_answer a;
	struct rng rng = {7};
	struct curve c = ten;

	(void)state;
	c.noise_pct = 1;
	begin(&d);
	measure(&d, &c, 80, &rng);
	for (int r = 0; r < d.n_rounds; r++)
		for (int s = 0; s < d.n_sizes; s++) {
			bool beyond = d.pages[s] > 16;

			d.rounds[r].ranged_ns[s] = d.rounds[r].full_ns[s] +
						   (beyond ? 4000 : -500) +
						   20 * normal(&rng);
		}
	answer(&d, 33, &a);
	assert_false(a.fit.agrees);
	assert_true(fabs(a.fit.worst_residual_ns) > 300);
	assert_true(a.from_pairs);
	assert_in_range(a.recommended, 16, 17);
	tune_data_fini(&d);
}

static void mixes(void **state)
{
	struct tune_mix m;
	struct fault f = {0};
	double sum = 0;

	(void)state;
	tune_mix_default(&m);
	for (int i = 0; i < m.n; i++)
		sum += m.part[i].share;
	assert_near(sum, 1, 1e-12);
	assert_near(m.part[0].share, 0.59, 0);
	assert_int_equal(tune_mix_parse(&m, "1:59, 8:20,33:19,64:2", &f), 0);
	assert_int_equal(m.n, 4);
	assert_int_equal(m.part[2].pages, 33);
	assert_near(m.part[2].share, 0.19, 1e-12);
	assert_int_equal(tune_mix_parse(&m, "1:60,full:20", &f), 0);
	assert_int_equal(m.n, 1);
	assert_near(m.part[0].share, 0.75, 1e-12);
	assert_near(m.whole, 0.25, 1e-12);
	assert_true(tune_mix_parse(&m, "full:20", &f) < 0);
	assert_int_equal(tune_mix_parse(&m, "1:59,8:20,33:19,64:2", &f), 0);
	assert_near(m.whole, 0, 0);
	assert_true(tune_mix_parse(&m, "1:59,8", &f) < 0);
	assert_true(tune_mix_parse(&m, "0:1", &f) < 0);
	assert_true(tune_mix_parse(&m, "", &f) < 0);
	assert_int_equal(f.code, FAULT_INPUT);
	assert_int_equal(m.n, 4);
}

static void a_counted_mix(void **state)
{
	static const int pages[] = {1, 2, 8};
	static const uint64_t counts[] = {60, 0, 20}, none[3] = {0};
	struct tune_mix m;

	(void)state;
	assert_true(tune_mix_of_counts(&m, pages, counts, 3, 20));
	assert_int_equal(m.n, 2);
	assert_int_equal(m.part[1].pages, 8);
	assert_near(m.part[0].share, 0.6, 1e-12);
	assert_near(m.part[1].share, 0.2, 1e-12);
	assert_near(m.whole, 0.2, 1e-12);
	assert_false(tune_mix_of_counts(&m, pages, none, 3, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_noise_the_lines_are_exact),
		cmocka_unit_test(the_interval_holds_the_truth_95_times_in_100),
		cmocka_unit_test(tunings_of_one_machine_agree),
		cmocka_unit_test(full_flushing_wins),
		cmocka_unit_test(page_by_page_wins_as_far_as_is_measured),
		cmocka_unit_test(equal_costs_are_no_difference),
		cmocka_unit_test(a_gain_inside_the_noise_is_none),
		cmocka_unit_test(a_line_that_does_not_fit_is_said),
		cmocka_unit_test(mixes),
		cmocka_unit_test(a_counted_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
