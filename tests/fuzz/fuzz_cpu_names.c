/* SPDX-License-Identifier: MIT */
/* Any text as the value of --cpu, a list and a mask of CPUs: refused, or what can be
 * written again and read back the same. Nothing wraps. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/sensors/walk_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_model(const char *text)
{
	struct walk_cpu cpu, back;
	char again[64];

	if (walk_cpu_parse(text, &cpu))
		return;
	if (cpu.family < 0 || cpu.family > 270 || cpu.model < 0 || cpu.model > 255 ||
	    cpu.stepping < -1 || cpu.stepping > 15)
		abort();
	snprintf(again, sizeof(again), cpu.stepping < 0 ? "%s-%d-%X" : "%s-%d-%X-%X",
		 cpu.vendor, cpu.family, (unsigned int)cpu.model,
		 (unsigned int)cpu.stepping);
	if (walk_cpu_parse(again, &back) || memcmp(&cpu, &back, sizeof(cpu)))
		abort();
}

static void check_set(const char *text, int (*parse)(struct cpumask *, const char *))
{
	struct cpumask set = {0}, back = {0};
	static char again[65536];

	if (parse(&set, text)) {
		if (cpumask_count(&set))
			abort();
		return;
	}
	cpumask_text(&set, again, sizeof(again));
	if (cpumask_parse(&back, again) || memcmp(&set, &back, sizeof(set)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	check_model(text);
	check_set(text, cpumask_parse);
	check_set(text, cpumask_parse_hex);
	free(text);
	return 0;
}
