/* SPDX-License-Identifier: MIT */
/*
 * The shared layout, and how many operations are timed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rig/loop.h"
#include "tlblab/base/clock.h"

static void fields_with_other_writers_lie_on_other_lines(void **state)
{
	size_t gate = offsetof(struct rig_shared, gate) / RIG_LINE_BYTES;

	(void)state;
	assert_int_equal(offsetof(struct rig_shared, gate) % RIG_LINE_BYTES, 0);
	assert_true(offsetof(struct rig_shared, experiment) / RIG_LINE_BYTES < gate);
	assert_true(offsetof(struct rig_shared, ready) / RIG_LINE_BYTES > gate);
	assert_true(offsetof(struct rig_shared, state) / RIG_LINE_BYTES >
		    offsetof(struct rig_shared, finished) / RIG_LINE_BYTES);
	assert_true(offsetof(struct rig_slot, stage) / RIG_LINE_BYTES >
		    offsetof(struct rig_slot, stall_ticks) / RIG_LINE_BYTES);
	assert_true(sizeof(struct rig_slot) <= 8192);
}

static void slots_lie_on_their_own_pages(void **state)
{
	size_t offset, bytes = shared_bytes(1000, 24, &offset);

	(void)state;
	assert_int_equal(offset % 4096, 0);
	assert_true(offset >= sizeof(struct rig_shared) + 1024 * sizeof(int32_t));
	assert_int_equal(bytes - offset, 1024 * 8192);
}

static void timing_stays_within_half_a_percent(void **state)
{
	(void)state;
	for (uint64_t pair = 20; pair < 400; pair *= 2) {
		for (uint64_t op = 100; op < 10000000; op *= 3) {
			int n = loop_one_in(pair, op);

			assert_int_equal(n & (n - 1), 0);
			assert_true(n == 1024 || pair * 200 <= op * (uint64_t)n);
			/* All of them wherever they can be, and else no sparser than a
			 * quarter of a percent needs. */
			assert_true(n == 1 || pair * 200 > op);
			assert_true(n <= 2 || pair * 400 > op * (uint64_t)n / 2);
		}
	}
	assert_int_equal(loop_one_in(100, 0), 1024);
}

static void the_largest_value_belongs_to_its_window(void **state)
{
	struct rig_slot slot;

	(void)state;
	memset(&slot, 0, sizeof(slot));
	slot_record(&slot, 3, 100);
	slot_record(&slot, 3, 50);
	assert_int_equal(rig_largest(slot.largest, 3), 100);
	assert_int_equal(rig_largest(slot.largest, 4), 0);
	slot_record(&slot, 4, 70);
	assert_int_equal(rig_largest(slot.largest, 4), 70);
	/* The window's number wraps, a value that does not fit is cut. */
	slot_record(&slot, 0x10005, UINT64_MAX);
	assert_int_equal(rig_largest(slot.largest, 5), (UINT64_C(1) << 48) - 1);
	assert_int_equal(rig_largest(slot.largest, 4), 0);
}

static void a_gap_is_a_stall_from_the_threshold_on(void **state)
{
	static const struct rig_shared s = {.window = 1};
	static struct rig_slot slot;

	(void)state;
	loop_notice(&s, 500, 0, &slot);
	loop_notice(&s, 500, 499, &slot);
	assert_int_equal(slot.stalls, 0);
	assert_int_equal(slot.stall_ticks, 0);
	loop_notice(&s, 500, 500, &slot);
	loop_notice(&s, 500, 90000, &slot);
	assert_int_equal(slot.stalls, 2);
	assert_int_equal(slot.stall_ticks, 90500);
	assert_int_equal(rig_largest(slot.largest, 1), 90000);
	assert_int_equal(slot.hist.count[hist_bucket(500)], 1);
	assert_int_equal(slot.hist.count[hist_bucket(90000)], 1);
}

static void the_gate_never_goes_back(void **state)
{
	size_t offset, bytes = shared_bytes(1, 1, &offset);
	struct rig_shared *s = aligned_alloc(4096, bytes);

	(void)state;
	memset(s, 0, bytes);
	s->slots_offset = offset;
	s->workers = s->victims = 1;
	shared_gate_set(s, GATE_OPEN);
	assert_int_equal(slot_gate(shared_slot(s, 0)), GATE_OPEN);
	shared_gate_set(s, GATE_STOP);
	shared_gate_set(s, GATE_OPEN);
	assert_int_equal(shared_gate_wait(s), GATE_STOP);
	assert_int_equal(slot_gate(shared_slot(s, 1)), GATE_STOP);
	/* A slot that its owner clears late is not left behind. */
	shared_slot_init(s, shared_slot(s, 1));
	assert_int_equal(slot_gate(shared_slot(s, 1)), GATE_STOP);
	free(s);
}

static int operated;

static void count_operation(struct worker *w)
{
	operated++;
	if (operated == 70)
		w->failed = -5;
}

static void a_worker_stops_at_its_limit_or_when_it_failed(void **state)
{
	static const struct workload_ops ops = {.operate = count_operation};
	static struct rig_shared s;
	static struct rig_slot slot = {.gate = GATE_OPEN};
	struct worker w = {0};
	struct loop loop = {
		.shared = &s,
		.slot = &slot,
		.ops = &ops,
		.worker = &w,
		.limit = 37,
		.time_one_in = 16,
	};

	(void)state;
	loop_run(&loop);
	assert_int_equal(operated, 37);
	assert_int_equal(slot.count, 37);
	loop.limit = 1000;
	loop_run(&loop);
	assert_int_equal(operated, 70);
	assert_int_equal(slot.count, 33);
}

static uint64_t long_one; /* the operation that takes its time */

static void one_takes_long(struct worker *w)
{
	struct timespec t = {.tv_nsec = 2000000};

	(void)w;
	if (++operated == (int)long_one)
		nanosleep(&t, NULL);
}

/* Whoever reads a count finds when that very operation ended, or that it was short. */
static void the_end_of_a_long_operation_is_stamped(void **state)
{
	static const struct workload_ops ops = {.operate = one_takes_long};
	static struct rig_shared s = {.long_ticks = 500000};
	static struct rig_slot slot = {.gate = GATE_OPEN};
	struct worker w = {0};
	struct loop loop = {
		.shared = &s,
		.slot = &slot,
		.ops = &ops,
		.worker = &w,
		.limit = 3,
		.time_one_in = 1,
	};
	uint64_t before = clock_now_ns(), ended;

	(void)state;
	operated = 0;
	long_one = 3;
	assert_int_equal(slot_ended(&slot, &ended), 0);
	assert_int_equal(ended, 0);
	loop_run(&loop);
	assert_int_equal(slot_ended(&slot, &ended), 3);
	assert_in_range(ended, before + 2000000, clock_now_ns());
	/* The next one is short, and the old stamp is not taken for its own. */
	atomic_store(&slot.count, 4);
	assert_int_equal(slot_ended(&slot, &ended), 4);
	assert_int_equal(ended, 0);
	atomic_store(&slot.count, 5);
	assert_int_equal(slot_ended(&slot, &ended), 5);
	assert_int_equal(ended, 0);
}

/* Four operations of 100 ms, and 50 ms of the fifth. */
static void the_part_of_an_operation_under_way_counts(void **state)
{
	static struct rig_slot slot;
	const uint64_t start = 7000000000, ms = 1000000;

	(void)state;
	atomic_store(&slot.start_ns, start);
	assert_true(slot_progress(&slot, start + 50 * ms) == 0);
	slot_stamp(&slot, 4, start + 400 * ms);
	atomic_store(&slot.count, 4);
	assert_true(slot_progress(&slot, start + 400 * ms) == 4);
	assert_true(slot_progress(&slot, start + 450 * ms) == 4.5);
	/* It takes longer than the others, and is still one. */
	assert_true(slot_progress(&slot, start + 900 * ms) == 5);
	/* A short one has no part; nor has a worker that is done. */
	atomic_store(&slot.count, 5);
	assert_true(slot_progress(&slot, start + 900 * ms) == 5);
	atomic_store(&slot.count, 4);
	atomic_store(&slot.end_ns, start + 401 * ms);
	assert_true(slot_progress(&slot, start + 450 * ms) == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_with_other_writers_lie_on_other_lines),
		cmocka_unit_test(slots_lie_on_their_own_pages),
		cmocka_unit_test(timing_stays_within_half_a_percent),
		cmocka_unit_test(the_largest_value_belongs_to_its_window),
		cmocka_unit_test(a_gap_is_a_stall_from_the_threshold_on),
		cmocka_unit_test(the_gate_never_goes_back),
		cmocka_unit_test(a_worker_stops_at_its_limit_or_when_it_failed),
		cmocka_unit_test(the_end_of_a_long_operation_is_stamped),
		cmocka_unit_test(the_part_of_an_operation_under_way_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
