/* SPDX-License-Identifier: MIT */
/* What a rig takes to start and to stop, and what one record of a time costs. */
#include "bench/figures.h"
#include "rig/rig_test.h"
#include "rig/shared.h"
#include "rig/workers.h"

enum { HIST_RECORDS = 20000000, MANY_WORKERS = 1024 };

static void bench_hist(void)
{
	static struct hist hist;
	uint64_t value = 88172645463325252u;
	double with_ns, without_ns;

	for (int pass = 0; pass < 2; pass++) {
		uint64_t begin_ns = clock_now_ns();

		for (int i = 0; i < HIST_RECORDS; i++) {
			value ^= value << 13;
			value ^= value >> 7;
			value ^= value << 17;
			hist_record(&hist, value & 0xffff);
		}
		with_ns = (double)(clock_now_ns() - begin_ns) / HIST_RECORDS;
	}
	uint64_t begin_ns = clock_now_ns();

	for (int i = 0; i < HIST_RECORDS; i++) {
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		__asm__ volatile("" : "+r"(value));
	}
	without_ns = (double)(clock_now_ns() - begin_ns) / HIST_RECORDS;
	row("histogram record", with_ns - without_ns, "ns", "target <= 2");
	row("shared memory for one worker", RIG_SLOT_BYTES / 1024.0, "KB",
	    "target <= 8");
}

static void bench_start(const char *name, int workers, enum run_mode mode, int tries,
			const char *target)
{
	struct experiment e = rig_test_experiment("madvise");
	double ready_ms[32], stop_ms[32];
	char text[64];

	e.threads = workers;
	e.mode = mode;
	for (int i = 0; i < tries; i++) {
		uint64_t begin_ns = clock_now_ns();
		struct rig *rig = rig_test_start(&e);

		must(rig_test_wait(rig, RIG_READY, NULL) == RIG_READY);
		uint64_t ready_ns = clock_now_ns();

		ready_ms[i] = (double)(ready_ns - begin_ns) * 1e-6;
		rig_stop(rig);
		stop_ms[i] = (double)(clock_now_ns() - ready_ns) * 1e-6;
	}
	qsort(ready_ms, (size_t)tries, sizeof(*ready_ms), by_value);
	qsort(stop_ms, (size_t)tries, sizeof(*stop_ms), by_value);
	snprintf(text, sizeof(text), "%s, start to ready", name);
	row(text, ready_ms[tries / 2], "ms", target);
	snprintf(text, sizeof(text), "%s, stop", name);
	row(text, stop_ms[tries / 2], "ms", "");
}

static void bench_starts(void)
{
	bench_start("rig of 1 worker", 1, RUN_THREADS, 31, "");
	bench_start("rig of 1,024 threads", MANY_WORKERS, RUN_THREADS, 3,
		    "target < 3000");
	bench_start("rig of 1,024 processes", MANY_WORKERS, RUN_PROCESSES, 3,
		    "target < 3000");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	bench_starts();
	must(!workers_pin(rig_test_cpu(0)));
	bench_hist();
	return 0;
}
