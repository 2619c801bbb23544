/* SPDX-License-Identifier: MIT */
/* The simulated twin of a live experiment: what becomes of it, and that it follows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#include "backends/session_priv.h"
#include "tlblab/backends/twin.h"

enum { CPUS = 4 };

struct bench {
	struct cpu cpus[CPUS];
	struct machine machine;
	struct session session;
	struct session_costs costs;
	struct catalogue catalogues[2];
	struct experiment experiment;
	struct series *series;
	struct snapshot snap;
};

/* A live bench of which only what a twin looks at is there. */
static struct bench *bench_new(const char *workload)
{
	struct bench *b = calloc(1, sizeof(*b));

	for (int i = 0; i < CPUS; i++)
		b->cpus[i] = (struct cpu){.id = i, .online = true, .smt = i % 2};
	b->machine.topology = (struct topology){.cpus = b->cpus,
						.n_cpus = CPUS,
						.max_cpu_id = CPUS - 1,
						.n_online = CPUS,
						.n_packages = 1,
						.n_nodes = 1,
						.n_cores = CPUS / 2};
	b->session.options.machine = &b->machine;
	b->session.options.costs = &b->costs;
	backends_catalogue(b->catalogues);
	assert_int_equal(experiment_init(&b->experiment, b->catalogues, workload, NULL),
			 0);
	b->series = series_new(1);
	b->snap = (struct snapshot){.phase = SESSION_MEASURING,
				    .experiment = &b->experiment,
				    .series = b->series,
				    .view.ceiling_pages = 33};
	return b;
}

static void bench_free(struct bench *b)
{
	series_free(b->series);
	free(b);
}

static void bench_set(struct bench *b, const char *key, const char *value)
{
	struct error error = {0};

	if (experiment_set(&b->experiment, b->catalogues, key, value, &error))
		fail_msg("%s: %s", key, error.why);
}

/* An interval was measured. */
static void bench_measure(struct bench *b, double t_s)
{
	struct sample sample = {.t_s = t_s, .elapsed_s = 0.1};

	series_add(b->series, &sample);
	b->snap.latest = series_at(b->series, series_count(b->series) - 1);
}

static double twin_ns(const struct twin *t, int i)
{
	return metric_of(METRIC_NS_PER_OP, &series_at(twin_view(t)->series, i)->sample)
		.value;
}

static void it_answers_every_interval_and_takes_changes_over(void **state)
{
	struct bench *b = bench_new("madvise");
	struct twin *t;

	(void)state;
	bench_set(b, "touch", "yes");
	bench_set(b, "shared", "no");
	b->experiment.threads = 1;
	assert_int_equal(twin_new(&t, &b->session), 0);
	assert_false(twin_follow(t, &b->snap)); /* nothing measured yet */
	for (int i = 1; i <= 5; i++) {
		bench_measure(b, i * 0.1);
		assert_true(twin_follow(t, &b->snap));
		assert_false(twin_follow(t, &b->snap));
	}
	assert_int_equal(twin_view(t)->error->code, ERROR_NONE);
	assert_false(twin_view(t)->measured);
	assert_int_equal(series_count(twin_view(t)->series), 5);
	assert_true(series_at(twin_view(t)->series, 4)->sample.t_s == 0.5);
	/* Two threads shoot at each other. */
	b->experiment.threads = 2;
	bench_measure(b, 0.6);
	twin_follow(t, &b->snap);
	assert_true(twin_ns(t, 5) > 2 * twin_ns(t, 4));
	/* Paused it waits; cleared it begins anew. */
	b->snap.phase = SESSION_IDLE;
	bench_measure(b, 0.7);
	assert_false(twin_follow(t, &b->snap));
	series_clear(b->series);
	bench_measure(b, 0.1);
	b->snap.phase = SESSION_WARMUP;
	assert_true(twin_follow(t, &b->snap));
	assert_int_equal(series_count(twin_view(t)->series), 1);
	twin_free(t);
	bench_free(b);
}

static void measured_costs_are_taken(void **state)
{
	struct bench *b = bench_new("madvise");
	struct twin *t;

	(void)state;
	b->costs.known = true;
	strcpy(b->costs.source, "costs of X");
	sim_costs_default(&b->costs.costs);
	b->costs.costs.syscall_ns = 50000;
	assert_int_equal(twin_new(&t, &b->session), 0);
	bench_measure(b, 0.1);
	twin_follow(t, &b->snap);
	assert_true(twin_view(t)->measured);
	assert_string_equal(twin_view(t)->costs, "costs of X");
	assert_true(fabs(twin_ns(t, 0) / 50000 - 1) < 0.05);
	twin_free(t);
	/* Those of another CPU are not this machine's. */
	b->costs.elsewhere = true;
	assert_int_equal(twin_new(&t, &b->session), 0);
	assert_false(twin_view(t)->measured);
	assert_string_equal(twin_view(t)->costs, "published costs");
	twin_free(t);
	bench_free(b);
}

static void what_has_no_twin_says_why(void **state)
{
	static const struct {
		const char *workload, *key, *value, *what;
	} without[] = {
		{"thp", NULL, NULL, "thp"},
		{"pmap", NULL, NULL, "pmap"},
		{"release", "page_size", "thp", "page_size"},
		{"madvise", "backend", "sim", "the experiment"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(without); i++) {
		struct bench *b = bench_new(without[i].workload);
		struct twin *t;

		if (without[i].key)
			bench_set(b, without[i].key, without[i].value);
		assert_int_equal(twin_new(&t, &b->session), 0);
		bench_measure(b, 0.1);
		assert_true(twin_follow(t, &b->snap));
		assert_int_equal(twin_view(t)->error->code, ERROR_INPUT);
		assert_string_equal(twin_view(t)->error->what, without[i].what);
		assert_int_equal(series_count(twin_view(t)->series), 0);
		twin_free(t);
		bench_free(b);
	}
}

/* Of each live workload it is known whether it is the same simulated, and why not. */
static void no_workload_is_left_out_in_silence(void **state)
{
	static const char *const same[] = {"madvise", "release", "mmap1", "mprotect",
					   "collateral"};
	struct catalogue catalogues[2];
	size_t n_same = 0;

	(void)state;
	const struct catalogue *live =
		catalogue_of(backends_catalogue(catalogues), "live");

	for (int i = 0; i < live->n; i++) {
		struct error error = {0};

		if (!twin_possible(live->workloads[i]->name, &error)) {
			n_same++;
			continue;
		}
		if (!strcmp(error.why, "the simulator has no such workload"))
			fail_msg("%s", live->workloads[i]->name);
	}
	assert_int_equal(n_same, COUNT_OF(same));
	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_int_equal(twin_possible(same[i], NULL), 0);
}

static bool has_word(char words[][48], int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

static void the_machine_is_like_this_one(void **state)
{
	struct bench *b = bench_new("madvise");
	char words[TWIN_WORDS_MAX][48];
	int n = twin_words(&b->machine, NULL, words);

	(void)state;
	assert_true(has_word(words, n, "backend=sim"));
	assert_true(has_word(words, n, "params.cpus=4"));
	assert_true(has_word(words, n, "params.smt=2"));
	assert_true(has_word(words, n, "params.costs=published"));
	/* A CPU is switched off: not to be told by packages and siblings. */
	b->machine.topology.n_online = 3;
	n = twin_words(&b->machine, NULL, words);
	assert_true(has_word(words, n, "params.cpus=4"));
	assert_true(has_word(words, n, "params.smt=1"));
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_answers_every_interval_and_takes_changes_over),
		cmocka_unit_test(measured_costs_are_taken),
		cmocka_unit_test(what_has_no_twin_says_why),
		cmocka_unit_test(no_workload_is_left_out_in_silence),
		cmocka_unit_test(the_machine_is_like_this_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
