/* SPDX-License-Identifier: MIT */
/* The kernel's flush counts: there or not, by interval, and never below zero. */
#include <string.h>

#include "sensors/sensors.h"
#include "support/check.h"
#include "support/scratch.h"

static void write_counts(const struct scratch *s, int sent, int received, int full,
			 int pages)
{
	char text[400];

	/* One name is the beginning of another, as in the kernel. */
	snprintf(text, sizeof(text),
		 "nr_free_pages 5\nnr_tlb_remote_flush %d\n"
		 "nr_tlb_remote_flush_received %d\nnr_tlb_local_flush_all %d\n"
		 "nr_tlb_local_flush_one %d\nswap_ra 0\n",
		 sent, received, full, pages);
	scratch_write(s, "/proc/vmstat", text);
}

static void test_counts_by_interval(void **state)
{
	struct sensor_target target = {.n_workers = 0};
	struct availability a = {0};
	struct sample sample = {0};
	struct sensor *s;
	struct scratch scratch;
	struct sensor_env env = {.root = scratch.root};

	(void)state;
	scratch_make(&scratch);
	write_counts(&scratch, 1, 2, 3, 4);
	assert_int_equal(vmstat_ops.open(&s, &env, &a), 0);
	assert_true(a.available);
	write_counts(&scratch, 10, 20, 30, 40);
	vmstat_ops.attach(s, &target, &a);
	write_counts(&scratch, 15, 27, 39, 51);
	vmstat_ops.read(s, &sample);
	assert_near(sample.value[CH_VMSTAT_REMOTE_FLUSHES], 5, 0);
	assert_near(sample.value[CH_VMSTAT_REMOTE_RECEIVED], 7, 0);
	assert_near(sample.value[CH_VMSTAT_LOCAL_FULL], 9, 0);
	assert_near(sample.value[CH_VMSTAT_LOCAL_PAGES], 11, 0);
	memset(&sample, 0, sizeof(sample));
	write_counts(&scratch, 0, 30, 39, 51);
	vmstat_ops.read(s, &sample);
	assert_int_equal(sample.quality[CH_VMSTAT_REMOTE_FLUSHES], QUALITY_ABSENT);
	assert_near(sample.value[CH_VMSTAT_REMOTE_RECEIVED], 3, 0);
	assert_int_equal(sample.quality[CH_VMSTAT_LOCAL_FULL], QUALITY_EXACT);
	vmstat_ops.close(s);
	scratch_remove(&scratch);
}

static void test_kernel_without_counts(void **state)
{
	struct availability a = {0};
	struct sample sample = {0};
	struct sensor *s;
	struct scratch scratch;
	struct sensor_env env = {.root = scratch.root};

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "/proc/vmstat", "nr_free_pages 5\n");
	assert_int_equal(vmstat_ops.open(&s, &env, &a), 0);
	assert_false(a.available);
	assert_non_null(strstr(a.reason, "CONFIG_DEBUG_TLBFLUSH"));
	vmstat_ops.read(s, &sample);
	assert_int_equal(sample.quality[CH_VMSTAT_REMOTE_FLUSHES], QUALITY_ABSENT);
	vmstat_ops.close(s);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_by_interval),
		cmocka_unit_test(test_kernel_without_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
