/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/record.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

/* A record as the kernel lays it out, put together part by part. */
struct draft {
	_Alignas(8) unsigned char bytes[512];
	uint16_t n;
};

static void put(struct draft *d, const void *part, size_t bytes)
{
	memcpy(d->bytes + d->n, part, bytes);
	d->n = (uint16_t)(d->n + bytes);
}

static void put_u64(struct draft *d, uint64_t value)
{
	put(d, &value, sizeof(value));
}

static void put_u32(struct draft *d, uint32_t value)
{
	put(d, &value, sizeof(value));
}

static void draft_begin(struct draft *d, uint32_t type)
{
	const struct perf_event_header head = {.type = type};

	memset(d, 0, sizeof(*d));
	put(d, &head, sizeof(head));
}

static void draft_end(struct draft *d)
{
	d->n = (uint16_t)((d->n + 7) / 8 * 8);
	memcpy(d->bytes + offsetof(struct perf_event_header, size), &d->n,
	       sizeof(d->n));
}

static void draft_sample(struct draft *d, uint64_t n_chain)
{
	draft_begin(d, PERF_RECORD_SAMPLE);
	put_u64(d, 42);	  /* the event */
	put_u32(d, 1000); /* pid */
	put_u32(d, 1001); /* tid */
	put_u64(d, 5000); /* time */
	put_u32(d, 3);	  /* CPU */
	put_u32(d, 0);
	put_u64(d, 16); /* period */
	put_u64(d, n_chain);
	for (uint64_t i = 0; i < n_chain && i < 8; i++)
		put_u64(d, 0xffff0000 + i);
	put_u32(d, 4); /* raw */
	put_u32(d, 0xabcd);
	draft_end(d);
}

static void test_a_sample_is_taken_apart(void **state)
{
	struct trace_record r;
	struct draft d;

	(void)state;
	draft_sample(&d, 2);
	assert_int_equal(trace_record_parse(d.bytes, d.n, &r), d.n);
	assert_int_equal(r.kind, TRACE_RECORD_SAMPLE);
	assert_int_equal(r.id, 42);
	assert_int_equal(r.pid, 1000);
	assert_int_equal(r.tid, 1001);
	assert_int_equal(r.time_ns, 5000);
	assert_int_equal(r.cpu, 3);
	assert_int_equal(r.count, 16);
	assert_int_equal(r.n_chain, 2);
	assert_int_equal(r.chain[1], 0xffff0001);
	assert_int_equal(r.raw_bytes, 4);
	assert_int_equal(r.raw[0], 0xcd);
}

static void test_nothing_is_read_past_the_end(void **state)
{
	struct trace_record r;
	struct draft d;

	(void)state;
	draft_sample(&d, 2);
	for (uint16_t n = 0; n < d.n; n++)
		assert_int_equal(trace_record_parse(d.bytes, n, &r), -EINVAL);
	draft_sample(&d, UINT64_MAX / 8); /* says more frames than there are bytes */
	assert_int_equal(trace_record_parse(d.bytes, d.n, &r), -EINVAL);
}

static void test_lost_names_and_ends(void **state)
{
	struct trace_record r;
	struct draft d;

	(void)state;
	draft_begin(&d, PERF_RECORD_LOST);
	put_u64(&d, 42);
	put_u64(&d, 99);
	draft_end(&d);
	assert_true(trace_record_parse(d.bytes, d.n, &r) > 0);
	assert_int_equal(r.kind, TRACE_RECORD_LOST);
	assert_int_equal(r.count, 99);

	draft_begin(&d, PERF_RECORD_COMM);
	put_u32(&d, 7);
	put_u32(&d, 8);
	put(&d, "redis", 6);
	draft_end(&d);
	assert_true(trace_record_parse(d.bytes, d.n, &r) > 0);
	assert_int_equal(r.kind, TRACE_RECORD_COMM);
	assert_int_equal(r.tid, 8);
	assert_string_equal(r.comm, "redis");

	draft_begin(&d, PERF_RECORD_EXIT);
	put_u32(&d, 7);
	put_u32(&d, 1);
	put_u32(&d, 8);
	put_u32(&d, 1);
	draft_end(&d);
	assert_true(trace_record_parse(d.bytes, d.n, &r) > 0);
	assert_int_equal(r.kind, TRACE_RECORD_EXIT);
	assert_int_equal(r.pid, 7);
	assert_int_equal(r.tid, 8);
}

static void test_a_name_without_an_end_is_refused(void **state)
{
	struct trace_record r;
	struct draft d;

	(void)state;
	draft_begin(&d, PERF_RECORD_COMM);
	put_u32(&d, 7);
	put_u32(&d, 8);
	put(&d, "abcdefgh", 8);
	draft_end(&d);
	assert_int_equal(trace_record_parse(d.bytes, d.n, &r), -EINVAL);
}

static void test_other_kinds_are_passed_over(void **state)
{
	struct trace_record r;
	struct draft d;

	(void)state;
	draft_begin(&d, PERF_RECORD_THROTTLE);
	put_u64(&d, 1);
	draft_end(&d);
	assert_int_equal(trace_record_parse(d.bytes, d.n, &r), d.n);
	assert_int_equal(r.kind, TRACE_RECORD_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sample_is_taken_apart),
		cmocka_unit_test(test_nothing_is_read_past_the_end),
		cmocka_unit_test(test_lost_names_and_ends),
		cmocka_unit_test(test_a_name_without_an_end_is_refused),
		cmocka_unit_test(test_other_kinds_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
