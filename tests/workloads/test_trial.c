/* SPDX-License-Identifier: MIT */
/* Trials with victims that run, or not, as the test says. */
#include <string.h>

#include "support/check.h"
#include "tlblab/base/clock.h"
#include "workloads/trial.h"

enum { TURN_TICKS = 100, WANTED = 8 };

static _Atomic uint64_t turns;
static uint64_t last_tsc;
static bool away;	      /* the victim does not run */
static int away_after;	      /* acts until it leaves; -1 never */
static int acts[2], last_act; /* by trigger, 1 and 2 */

static void victim_goes_on(void)
{
	uint64_t now = clock_tsc();

	if (!away)
		atomic_fetch_add(&turns, (now - last_tsc) / TURN_TICKS);
	last_tsc = now;
}

static void rest(struct worker *w)
{
	(void)w;
	for (uint64_t from = clock_tsc(); clock_tsc() - from < 20 * TURN_TICKS;)
		;
	victim_goes_on();
}

static void act(struct worker *w, uint32_t trigger)
{
	(void)w;
	acts[trigger - 1]++;
	last_act = (int)trigger;
	if (!away_after)
		away = true;
	away_after -= away_after >= 0;
	victim_goes_on();
}

static struct worker_timed_ops trials;

static struct worker worker_begin(void)
{
	memset(&trials, 0, sizeof(trials));
	memset(acts, 0, sizeof(acts));
	trials.order = 1;
	trials.wanted = WANTED;
	trials.trigger[0] = 1;
	trials.trigger[1] = 2;
	away = false;
	away_after = -1;
	last_tsc = clock_tsc();
	return (struct worker){
		.trials = &trials, .victims = 1, .victim_iterations = &turns};
}

/* Other programs may break into some: enough tries. */
static void take_all(struct trial_taker *t, struct worker *w)
{
	for (int i = 0; i < 100 * WANTED && t->taken < WANTED; i++)
		trial_take(t, w, act, rest);
}

static void kinds_alternate_until_all_are_made(void **state)
{
	struct worker w = worker_begin();
	struct trial_taker t = {0};

	(void)state;
	trial_take(&t, &w, act, rest);
	take_all(&t, &w);
	assert_int_equal(trials.answered, 1);
	assert_int_equal(trials.n, WANTED);
	for (uint32_t i = 0; i < WANTED; i++)
		assert_int_equal(trials.trial[i].which, i & 1);
	assert_true(acts[0] >= WANTED / 2 && acts[1] >= WANTED / 2);
	int made = acts[0] + acts[1];

	trial_take(&t, &w, act, rest);
	assert_int_equal(acts[0] + acts[1], made);
}

static void nothing_is_done_while_a_victim_is_away(void **state)
{
	struct worker w = worker_begin();
	struct trial_taker t = {0};

	(void)state;
	trial_take(&t, &w, act, rest);
	take_all(&t, &w);
	int made = acts[0] + acts[1];

	away = true;
	trials.order++;
	for (int i = 0; i < 5; i++)
		trial_take(&t, &w, act, rest);
	assert_int_equal(acts[0] + acts[1], made);
	assert_int_equal(trials.n, 0);
	assert_int_equal(trials.left_out, 5);
	away = false;
	take_all(&t, &w);
	assert_int_equal(trials.n, WANTED);
	assert_true(trials.left_out >= 5);
}

/* It leaves during an operation: that one is made again, of the same kind. */
static void one_that_was_broken_into_is_made_again(void **state)
{
	struct worker w = worker_begin();
	struct trial_taker t = {0};

	(void)state;
	trial_take(&t, &w, act, rest);
	take_all(&t, &w);
	trials.order++;
	away_after = 0;
	while (!away)
		trial_take(&t, &w, act, rest);
	assert_int_equal(trials.n, 0);
	assert_true(trials.left_out >= 1);
	assert_int_equal(last_act, 1);
	away = false;
	take_all(&t, &w);
	assert_int_equal(trials.n, WANTED);
	assert_int_equal(trials.trial[0].which, 0);
}

static void a_pace_bears_a_third_of_its_rests_being_broken_into(void **state)
{
	struct trial_pace p = {.n = 0};

	(void)state;
	trial_pace_follow(&p, 5000, 0);
	assert_near(p.turn_ticks, 0, 0);
	for (int i = 0; i < 3 * TRIAL_PACES; i++)
		trial_pace_follow(&p, i % 3 ? 10000 : 1000000, 100);
	assert_near(p.turn_ticks, 100, 1e-9);
	/* It follows a clock that changes within as many as it remembers. */
	for (int i = 0; i < TRIAL_PACES; i++)
		trial_pace_follow(&p, 20000, 100);
	assert_near(p.turn_ticks, 200, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_alternate_until_all_are_made),
		cmocka_unit_test(nothing_is_done_while_a_victim_is_away),
		cmocka_unit_test(one_that_was_broken_into_is_made_again),
		cmocka_unit_test(a_pace_bears_a_third_of_its_rests_being_broken_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
