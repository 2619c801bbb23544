/* SPDX-License-Identifier: MIT */
/* What must hold of the estimate on any machine, busy or not; no time is asserted. The
 * agreement of its two methods is a row of `make bench`. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensors/perf_group.h"
#include "sensors/sensors.h"
#include "support/check.h"
#include "tlblab/base/file.h"
#include "tlblab/sensors/refill.h"

enum { PATIENCE_MS = 20000, FLUSHES = 50 };

static void check_estimate(const struct refill_estimate *e)
{
	int pages = 0;

	assert_in_range(e->n, 4, REFILL_POINTS_MAX);
	for (int i = 0; i < e->n; i++) {
		const struct refill_point *p = &e->point[i];

		assert_true(p->low_ns_per_page <= p->ns_per_page);
		assert_true(p->ns_per_page <= p->high_ns_per_page);
		assert_true(p->warm_ns_per_page > 0);
		assert_true(p->page_bytes == 4096 || p->page_bytes == 2 << 20);
		if (p->page_bytes != 4096)
			continue;
		assert_true(p->pages > pages);
		pages = p->pages;
	}
	assert_non_null(refill_headline(e));
	assert_int_equal(refill_headline(e)->pages, REFILL_HEADLINE_PAGES);
	/* 2 MiB pages are there, or the reason is. */
	assert_int_equal(e->point[e->n - 1].page_bytes == 4096, *e->huge_reason != 0);
}

static void test_estimate(void **state)
{
	struct refill_estimate e;

	(void)state;
	assert_int_equal(refill_measure(REFILL_TOUCH, 0.5, &e), 0);
	check_estimate(&e);
	assert_near(e.point[0].ns_per_page, e.point[0].tsc_cycles_per_page * 0.5, 1e-9);
	assert_int_equal(refill_measure(REFILL_CHASE, 0.5, &e), 0);
	check_estimate(&e);
	assert_int_equal(refill_measure(REFILL_TOUCH, 0, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.reason, "not invariant"));
	assert_int_equal(e.n, 0);
}

static void test_process_leaves_nothing(void **state)
{
	struct refill_process p;
	struct refill_estimate e;
	int before = dup(0), after;

	(void)state;
	close(before);
	assert_int_equal(refill_start(&p, 0.5), 0);
	assert_true(p.pid > 0);
	assert_int_equal(refill_collect(&p, PATIENCE_MS, &e), 0);
	check_estimate(&e);
	assert_int_equal(p.pid, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
	/* Not waited for, it is ended and says so. */
	assert_int_equal(refill_start(&p, 0.5), 0);
	kill(p.pid, SIGSTOP);
	assert_int_equal(refill_collect(&p, 0, &e), -ENODATA);
	assert_non_null(strstr(e.reason, "did not finish"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_sensor(void **state)
{
	struct machine machine = {.tsc_ns_per_tick = 0.5};
	struct sensor_env env = {.machine = &machine, .root = ""};
	struct sensor_target target = {.n_workers = 0};
	struct availability a = {0};
	struct sample sample = {0};
	struct sensor *s;

	(void)state;
	assert_int_equal(refill_ops.open(&s, &env, &a), 0);
	assert_true(a.available);
	refill_ops.read(s, &sample);
	assert_int_equal(sample.quality[CH_REFILL_NS_PER_PAGE], QUALITY_ABSENT);
	refill_ops.attach(s, &target, &a);
	refill_ops.read(s, &sample);
	/* On a machine too busy for the probe the reason stands instead. */
	assert_int_equal(sample.quality[CH_REFILL_NS_PER_PAGE],
			 a.available ? QUALITY_STALE : QUALITY_ABSENT);
	assert_true(a.available ? *a.source : *a.reason);
	refill_ops.close(s);
	env.root = "/nowhere";
	memset(&a, 0, sizeof(a));
	assert_int_equal(refill_ops.open(&s, &env, &a), 0);
	assert_non_null(strstr(a.reason, "captured"));
	refill_ops.close(s);
}

/* The kernel's own word that the flush drops everything: pages == all ones. */
static void test_flush_is_full(void **state)
{
	static const char *const files[] = {
		"/sys/kernel/tracing/events/tlb/tlb_flush/id",
		"/sys/kernel/debug/tracing/events/tlb/tlb_flush/id"};
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT,
				       .size = sizeof(attr)};
	struct perf_group g = {0};
	struct perf_group_delta d;
	struct refill_flusher *f;
	long id = 0;

	(void)state;
	/* In a mount namespace of its own nothing is left behind. */
	if (geteuid() == 0 && access("/sys/kernel/tracing/events", F_OK) &&
	    !unshare(CLONE_NEWNS) &&
	    !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL))
		print_message("tracefs cannot be mounted\n");
	if (file_read_long("", files[0], &id) && file_read_long("", files[1], &id)) {
		print_message("the tracepoint's id cannot be read here\n");
		skip();
	}
	attr.config = (uint64_t)id;
	if (perf_group_add(&g, &perf_opener_direct, &attr, gettid(),
			   "pages == 18446744073709551615")) {
		print_message("flushes cannot be counted here\n");
		skip();
	}
	assert_int_equal(refill_flusher_open(&f), 0);
	assert_int_equal(perf_group_enable(&g), 0);
	for (int i = 0; i < FLUSHES; i++)
		assert_int_equal(refill_flush(f), 0);
	assert_int_equal(perf_group_take(&g, &d), 0);
	refill_flusher_close(f);
	perf_group_close(&g);
	assert_true(d.count[0] >= FLUSHES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_estimate),
		cmocka_unit_test(test_process_leaves_nothing),
		cmocka_unit_test(test_sensor),
		cmocka_unit_test(test_flush_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
