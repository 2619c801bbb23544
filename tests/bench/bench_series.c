/* SPDX-License-Identifier: MIT */
/*
 * What an hour weighs: the series of 64 CPUs at 10 Hz, added to what the main process
 * needs at its start (bench_screen.py), and what adding one interval to it takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/lab/series.h"

enum { CPUS = 64, INTERVALS = 36000 };

static double rss_mib(void)
{
	char line[256];
	double kib = 0;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmRSS:", 6))
			kib = strtod(line + 6, NULL);
	if (f)
		fclose(f);
	return kib / 1024;
}

int main(void)
{
	double before_mib = rss_mib();
	struct series *series = series_new(CPUS);
	uint32_t row[CPUS];

	if (!series)
		return 1;
	uint64_t begin_ns = clock_now_ns();

	for (int i = 0; i < INTERVALS; i++) {
		struct sample s = {.t_s = (i + 1) * 0.1, .elapsed_s = 0.1};

		for (int cpu = 0; cpu < CPUS; cpu++)
			row[cpu] = (uint32_t)(i * cpu);
		s.cpu_shootdowns = row;
		s.n_cpus = CPUS;
		for (int c = 0; c < CH_N; c++)
			sample_put(&s, (enum channel)c, i + c, QUALITY_EXACT);
		series_add(series, &s);
	}
	double add_us = (double)(clock_now_ns() - begin_ns) / 1000 / INTERVALS;

	printf("%-52s %10.1f %-6s %s\n", "series: an hour at 10 Hz of 64 CPUs",
	       rss_mib() - before_mib, "MiB", "with the start at most 16");
	printf("%-52s %10.2f %-6s\n", "series: adding an interval of 64 CPUs", add_us,
	       "us");
	series_free(series);
	return 0;
}
