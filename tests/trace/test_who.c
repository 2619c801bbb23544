/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/who_rates.h"

#include <math.h>
#include <string.h>

#include "support/check.h"

enum { INITIATOR = 100, VICTIM = 200 };

static struct flush_event step(enum flush_step step, int tid, int cpu, uint64_t time_ns)
{
	return (struct flush_event){
		.time_ns = time_ns,
		.cpu = cpu,
		.pid = tid,
		.tid = tid,
		.step = step,
		.weight = 1,
		.pages = 1,
		.target_cpu = -1,
		.stack = STACK_NONE,
	};
}

static void add(struct who *w, struct flush_event e)
{
	who_add(w, &e, NULL);
}

static void add_request(struct who *w, enum flush_step s, int tid, int cpu,
			uint64_t time_ns, int target)
{
	struct flush_event e = step(s, tid, cpu, time_ns);

	e.target_cpu = target;
	e.request = 0x1000 + (uint64_t)target * 64;
	add(w, e);
}

static const struct who_task *find(const struct who *w, int tid)
{
	for (int i = 0; i < who_n_tasks(w); i++)
		if (who_task_at(w, i)->tid == tid)
			return who_task_at(w, i);
	fail_msg("no task %d", tid);
	return NULL;
}

/* One flush of one page to CPUs 1 and 2, the last answer 900 ns after it was sent. */
static void add_flush(struct who *w, uint64_t t)
{
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, t));
	add_request(w, FLUSH_STEP_QUEUED, INITIATOR, 0, t + 10, 1);
	add_request(w, FLUSH_STEP_QUEUED, INITIATOR, 0, t + 20, 2);
	add(w, step(FLUSH_STEP_LOCAL, INITIATOR, 0, t + 30));
	add_request(w, FLUSH_STEP_ENTERED, VICTIM, 1, t + 410, 1);
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM, 1, t + 450));
	add_request(w, FLUSH_STEP_LEFT, VICTIM, 1, t + 510, 1);
	add_request(w, FLUSH_STEP_ENTERED, VICTIM + 1, 2, t + 700, 2);
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM + 1, 2, t + 750));
	add_request(w, FLUSH_STEP_LEFT, VICTIM + 1, 2, t + 900, 2);
}

/* Requests are told apart by an address that is used again: an answer after a gap
 * would end a flush that was sent long before it. */
static void test_a_gap_joins_no_flushes(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, 1000));
	add_request(w, FLUSH_STEP_QUEUED, INITIATOR, 0, 1010, 1);
	who_gap(w);
	add_request(w, FLUSH_STEP_ENTERED, VICTIM, 1, 300000000, 1);
	add_request(w, FLUSH_STEP_LEFT, VICTIM, 1, 300000100, 1);
	add_flush(w, 400000000);
	who_interval(w, 1);
	assert_near(find(w, INITIATOR)->tally.all.flush_ns, 900, 0);
	assert_int_equal(who_durations(w)->sum.all.total, 1);
	assert_near(find(w, VICTIM)->tally.all.disturbed_ns, 100, 0);
	who_free(w);
}

static void test_one_flush_is_one_although_two_events_tell_it(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add_flush(w, 1000);
	who_interval(w, 1);

	const struct who_counts *c = &find(w, INITIATOR)->tally.all;

	assert_near(who_flushes(c), 1, 0);
	assert_near(c->told, 2, 0);
	assert_near(c->pages, 1, 0);
	assert_near(c->full, 0, 0);
	assert_near(c->flush_ns, 900, 0);
	assert_near(find(w, VICTIM)->tally.all.received, 1, 0);
	assert_near(find(w, VICTIM)->tally.all.disturbed_ns, 100, 0);
	assert_near(who_cpu_at(w, 2)->tally.all.disturbed_ns, 200, 0);
	assert_int_equal(who_cpu_at(w, 1)->last_pid, VICTIM);
	assert_near(who_total(w)->all.received, 2, 0);
	who_free(w);
}

static void test_durations_go_by_the_cpus_asked(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		add_flush(w, 1000 + i * 100000);

	const struct who_all_durations *d = who_durations(w);

	assert_int_equal(d->sum.all.total, 100);
	assert_int_equal(d->by_told[1].total, 100); /* 2 or 3 CPUs */
	assert_near(hist_view_quantile(&d->sum.all, 0.5), 900, 30);
	assert_near(d->deliver_ns / d->n_requests, (400 + 680) / 2.0, 1e-9);
	assert_near(d->receive_ns / d->n_requests, 150, 1e-9);
	who_free(w);
}

/* The last to answer, CPU 2, was asked at 20, began at 700 and was done at 900. */
static void test_the_time_line_adds_up_to_the_length(void **state)
{
	struct who *w = who_new(4);
	const struct who_path *p = &who_durations(w)->sum.path;

	(void)state;
	add_flush(w, 1000);
	assert_near(p->n, 1, 0);
	assert_near(p->send_ns, 20, 0);
	assert_near(p->wait_ns, 680, 0);
	assert_near(p->answer_ns, 200, 0);
	who_free(w);
}

static void test_the_time_line_between_probes(void **state)
{
	struct who *w = who_new(4);
	const struct who_path *p = &who_durations(w)->sum.path;

	(void)state;
	add(w, step(FLUSH_STEP_BEGUN, INITIATOR, 0, 900));
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, 1000));
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM, 1, 1400));
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM + 1, 2, 1500));
	add(w, step(FLUSH_STEP_ENDED, INITIATOR, 0, 1900));
	assert_near(p->send_ns, 100, 0);
	assert_near(p->wait_ns, 500, 0);
	assert_near(p->answer_ns, 400, 0);
	/* Nobody was asked: how long that took is no latency of a shootdown. */
	add(w, step(FLUSH_STEP_BEGUN, INITIATOR, 0, 2900));
	add(w, step(FLUSH_STEP_ENDED, INITIATOR, 0, 3000));
	assert_near(p->n, 1, 0);
	who_free(w);
}

static void test_each_initiator_has_its_own_durations(void **state)
{
	struct who *w = who_new(4);
	struct who_durations both;
	int first = -1, second = -1;

	(void)state;
	add_flush(w, 1000);
	add(w, step(FLUSH_STEP_SENT, INITIATOR + 1, 3, 50000));
	add_request(w, FLUSH_STEP_QUEUED, INITIATOR + 1, 3, 50010, 1);
	add_request(w, FLUSH_STEP_ENTERED, VICTIM, 1, 52000, 1);
	add_request(w, FLUSH_STEP_LEFT, VICTIM, 1, 53000, 1);
	for (int i = 0; i < who_n_tasks(w); i++) {
		if (who_task_at(w, i)->tid == INITIATOR)
			first = i;
		if (who_task_at(w, i)->tid == INITIATOR + 1)
			second = i;
		if (who_task_at(w, i)->tid == VICTIM)
			assert_null(who_task_durations(w, i));
	}
	assert_near(who_mean_ns(&who_task_durations(w, first)->by_told[1]), 900, 0);
	assert_near(who_mean_ns(&who_task_durations(w, second)->by_told[0]), 3000, 0);
	assert_true(isnan(who_mean_ns(&who_task_durations(w, second)->by_told[1])));
	both = *who_task_durations(w, first);
	who_durations_merge(&both, who_task_durations(w, second));
	assert_int_equal(both.all.total, 2);
	assert_near(who_mean_of(&both).sum_ns, 3900, 0);
	assert_near(both.path.n, 2, 0);
	who_free(w);
}

/* Sent by a hypercall, or to CPUs that were all idle: no request follows. The next
 * flush of the same task is not part of it. */
static void test_a_flush_without_requests_does_not_lengthen_the_next(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, 1000));
	add_flush(w, 50000000);
	assert_near(who_mean_ns(&who_durations(w)->sum.by_told[1]), 900, 0);
	who_free(w);
}

static void test_a_lost_answer_does_not_become_a_long_flush(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, 1000));
	add_request(w, FLUSH_STEP_QUEUED, INITIATOR, 0, 1010, 1);
	/* Its answer was in a record that was lost; the next one is two seconds later.
	 */
	add_request(w, FLUSH_STEP_LEFT, VICTIM, 1, 2000001000, 1);
	assert_int_equal(who_durations(w)->sum.all.total, 0);
	who_free(w);
}

static void test_without_requests_the_answers_tell_who_was_asked(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add(w, step(FLUSH_STEP_BEGUN, INITIATOR, 0, 900));
	add(w, step(FLUSH_STEP_SENT, INITIATOR, 0, 1000));
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM, 1, 1400));
	add(w, step(FLUSH_STEP_RECEIVED, VICTIM + 1, 2, 1500));
	add(w, step(FLUSH_STEP_ENDED, INITIATOR, 0, 1900));
	who_interval(w, 1);
	assert_near(find(w, INITIATOR)->tally.all.told, 2, 0);
	assert_near(find(w, INITIATOR)->tally.all.flush_ns, 1000, 0);
	assert_int_equal(who_n_pairs(w), 2);
	assert_int_equal(who_pair_at(w, 0)->from_pid, INITIATOR);
	who_free(w);
}

static void test_a_kernel_range_flush_is_one_for_all_its_requests(void **state)
{
	struct who *w = who_new(8);

	(void)state;
	for (int cpu = 1; cpu < 8; cpu++) {
		struct flush_event e = step(FLUSH_STEP_QUEUED, INITIATOR, 0,
					    1000 + (uint64_t)cpu * 50);

		e.kernel_range = true;
		e.target_cpu = cpu;
		e.request = (uint64_t)cpu * 128;
		add(w, e);
		e.step = FLUSH_STEP_LEFT;
		e.cpu = cpu;
		e.pid = e.tid = VICTIM;
		e.time_ns += 3000;
		add(w, e);
	}
	who_interval(w, 1);
	assert_near(who_flushes(&who_kernel_ranges(w)->all), 1, 0);
	assert_near(who_kernel_ranges(w)->all.told, 7, 0);
	assert_near(who_kernel_ranges(w)->all.received, 7, 0);
	assert_near(who_flushes(&find(w, INITIATOR)->by_cause[CAUSE_KERNEL_RANGE]), 1,
		    0);
	who_free(w);
}

static void test_weights_stand_for_what_was_not_recorded(void **state)
{
	struct who *w = who_new(4);
	struct flush_event e = step(FLUSH_STEP_SENT, INITIATOR, 0, 1000);

	(void)state;
	e.weight = 20;
	e.pages = FLUSH_PAGES_ALL;
	add(w, e);
	who_interval(w, 2);
	assert_near(who_flushes(&who_total(w)->all), 20, 0);
	assert_near(who_total(w)->all.full, 20, 0);
	assert_near(who_elapsed_s(w, false), 2, 0);
	who_free(w);
}

static void test_intervals_add_up_to_all(void **state)
{
	struct who *w = who_new(4);

	(void)state;
	add_flush(w, 1000);
	who_interval(w, 0.5);
	add_flush(w, 100000);
	add_flush(w, 200000);
	who_interval(w, 0.25);
	assert_near(who_flushes(&who_total(w)->last), 2, 0);
	assert_near(who_flushes(&who_total(w)->all), 3, 0);
	assert_near(who_elapsed_s(w, true), 0.25, 0);
	who_free(w);
}

static void test_a_number_given_again_is_another_task(void **state)
{
	struct who *w = who_new(4);
	const struct flush_task first = {.tid = INITIATOR, .comm = "first"};
	const struct flush_task ended = {.tid = INITIATOR, .ended = true};
	int tids[4], n;

	(void)state;
	add_flush(w, 1000);
	n = who_nameless(w, tids, 4);
	assert_int_equal(n, 3);
	who_task(w, &first);
	assert_string_equal(find(w, INITIATOR)->comm, "first");
	n = who_n_tasks(w);
	who_task(w, &ended);
	add_flush(w, 500000);
	assert_int_equal(who_n_tasks(w), n + 1);
	who_free(w);
}

static void test_more_tasks_than_there_is_room_for(void **state)
{
	struct who *w = who_new(2);

	(void)state;
	for (int tid = 1; tid <= 2 * WHO_TASKS_MAX; tid++)
		add(w, step(FLUSH_STEP_LOCAL, tid, 0, (uint64_t)tid * 100));
	who_interval(w, 1);
	assert_int_equal(who_n_tasks(w), WHO_TASKS_MAX);
	assert_near(who_flushes(&who_total(w)->all), 2 * WHO_TASKS_MAX, 0);
	assert_near(who_flushes(&who_task_at(w, 0)->tally.all), WHO_TASKS_MAX + 1, 0);
	who_free(w);
}

/* Flushes that asked other CPUs, none of which was seen to be asked: how many, and how
 * long, is not known. With nothing asked both are 0. */
static void test_silence_is_no_rate(void **state)
{
	const struct who_counts unseen = {.sent = 10, .local = 20, .pages = 20};
	const struct who_counts local = {.local = 20, .pages = 20};
	const struct who_counts seen = {
		.sent = 10, .local = 20, .told = 30, .flush_ns = 1e7, .pages = 20};
	struct who_rates r = who_rates_of(&unseen, true, true, 2);

	(void)state;
	assert_true(r.asked_per_s == 5);
	assert_true(r.flushes_per_s > 0);
	assert_true(isnan(r.told_per_s));
	assert_true(isnan(r.flushing_pct));
	r = who_rates_of(&local, true, true, 2);
	assert_true(r.told_per_s == 0);
	assert_true(r.flushing_pct == 0);
	r = who_rates_of(&seen, true, true, 2);
	assert_true(r.told_per_s == 15);
	assert_true(fabs(r.flushing_pct - 0.5) < 1e-9);
	assert_true(isnan(who_rates_of(&seen, false, true, 2).flushing_pct));
	assert_true(isnan(who_rates_of(&seen, true, false, 2).disturbed_pct));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_gap_joins_no_flushes),
		cmocka_unit_test(test_one_flush_is_one_although_two_events_tell_it),
		cmocka_unit_test(test_durations_go_by_the_cpus_asked),
		cmocka_unit_test(test_the_time_line_adds_up_to_the_length),
		cmocka_unit_test(test_the_time_line_between_probes),
		cmocka_unit_test(test_each_initiator_has_its_own_durations),
		cmocka_unit_test(
			test_a_flush_without_requests_does_not_lengthen_the_next),
		cmocka_unit_test(test_a_lost_answer_does_not_become_a_long_flush),
		cmocka_unit_test(test_without_requests_the_answers_tell_who_was_asked),
		cmocka_unit_test(test_a_kernel_range_flush_is_one_for_all_its_requests),
		cmocka_unit_test(test_weights_stand_for_what_was_not_recorded),
		cmocka_unit_test(test_intervals_add_up_to_all),
		cmocka_unit_test(test_a_number_given_again_is_another_task),
		cmocka_unit_test(test_silence_is_no_rate),
		cmocka_unit_test(test_more_tasks_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
