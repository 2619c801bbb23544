/* SPDX-License-Identifier: MIT */
/* The opener against the kernel itself, with software events, which need no PMU. */
#include "tlblab/base/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/check.h"

static int open_software(__u64 config, const char *filter)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .size = sizeof(attr),
				       .config = config,
				       .exclude_kernel = 1,
				       .exclude_hv = 1};

	return perf_opener_direct.open(perf_opener_direct.self, &attr, 0, -1, -1,
				       filter);
}

static int open_or_skip(void)
{
	int fd = open_software(PERF_COUNT_SW_TASK_CLOCK, NULL);

	if (fd == -EACCES || fd == -EPERM || fd == -ENOSYS)
		skip(); /* perf_event_paranoid, or a container's filter */
	assert_true(fd >= 0);
	return fd;
}

static void counts_and_closes_on_exec(void **state)
{
	unsigned long long first, second;
	int fd = open_or_skip();

	(void)state;
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(read(fd, &first, sizeof(first)), sizeof(first));
	assert_int_equal(read(fd, &second, sizeof(second)), sizeof(second));
	assert_true(second > first);
	close(fd);
}

static void a_refused_filter_leaves_no_descriptor(void **state)
{
	int fd = open_or_skip(), next;

	(void)state;
	close(fd);
	/* Only tracepoints take filters. */
	assert_true(open_software(PERF_COUNT_SW_TASK_CLOCK, "pages > 1") < 0);
	next = dup(STDIN_FILENO);
	assert_int_equal(next, fd);
	close(next);
}

static void an_unknown_event_is_an_error(void **state)
{
	(void)state;
	close(open_or_skip());
	assert_true(open_software(9999, NULL) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_closes_on_exec),
		cmocka_unit_test(a_refused_filter_leaves_no_descriptor),
		cmocka_unit_test(an_unknown_event_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
