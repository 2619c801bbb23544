/* SPDX-License-Identifier: MIT */
/* Any text as the files of /proc that are read again and again: stat and io of a
 * process, /proc/stat, /proc/interrupts, /proc/vmstat, /proc/meminfo. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/interrupts_census.h"
#include "sensors/proc_parse.h"
#include "tlblab/workloads/watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { CPUS_MAX = 64 };

static void read_of_process(const char *text)
{
	int cpu = -1;

	if (!proc_stat_processor(text, &cpu) && cpu < 0)
		abort();
	if (watch_parse_processor(text) < -1)
		abort();
	watch_parse_io(text);
}

static void read_of_machine(const char *text, size_t bytes)
{
	static const char *const keys[] = {"MemTotal", "nr_tlb_remote_flush", "TLB"};
	struct cpumask which = {0};
	uint64_t value = 0, ticks = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (proc_find_number(text, keys[i], &value) &&
		    proc_find_count(text, keys[i], &value) != -ENOENT &&
		    !strstr(text, keys[i]))
			abort();
	}
	for (int i = 0; i < CPUS_MAX; i += 3)
		cpumask_set(&which, i);
	if (proc_stat_steal(text, bytes, &which, &ticks) > CPUS_MAX / 3 + 1)
		abort();
}

static void read_interrupts(const char *text, size_t bytes)
{
	struct interrupts_census census;
	uint64_t counts[CPUS_MAX];

	interrupts_take_census(text, bytes, 0, &census);
	if (census.columns < 0 || census.row == (*census.why_no_row != '\0') ||
	    (!census.row && !isnan(census.tlb)))
		abort();
	if (watch_parse_row(text, counts, CPUS_MAX) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	read_of_process(text);
	read_of_machine(text, bytes);
	read_interrupts(text, bytes);
	free(text);
	return 0;
}
