/* SPDX-License-Identifier: MIT */
/* Formats: fs/proc/array.c (stat, status), kernel/sched/debug.c (sched),
 * fs/proc/stat.c. */
#include "sensors/proc_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int proc_find_number(const char *text, const char *key, uint64_t *out)
{
	size_t key_bytes = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *p;
		char *end;

		line += *line == '\n';
		if (strncmp(line, key, key_bytes))
			continue;
		p = line + key_bytes;
		p += strspn(p, " \t");
		if (*p != ':')
			continue;
		*out = strtoull(p + 1, &end, 10);
		return end == p + 1 ? -ENOENT : 0;
	}
	return -ENOENT;
}

int proc_find_count(const char *text, const char *key, uint64_t *out)
{
	size_t key_bytes = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		char *end;

		line += *line == '\n';
		if (strncmp(line, key, key_bytes) || line[key_bytes] != ' ')
			continue;
		*out = strtoull(line + key_bytes + 1, &end, 10);
		return end == line + key_bytes + 1 ? -ENOENT : 0;
	}
	return -ENOENT;
}

int proc_stat_processor(const char *text, int *cpu)
{
	/* The name is field 2 and ends at the last ')'; the processor is field 39. */
	const char *p = strrchr(text, ')');

	for (int field = 2; p && field < 39; field++)
		p = strchr(p + 1, ' ');
	return p && sscanf(p, " %d", cpu) == 1 && *cpu >= 0 ? 0 : -EINVAL;
}

/* Steal is the eighth number after "cpuN". The text ends in '\0' or '\n', at which
 * strtoull stops. */
static int parse_cpu_line(const char *line, int *cpu, uint64_t *steal)
{
	char *p;

	/* The first line, "cpu ", is the sum of all. */
	if (line[3] < '0' || line[3] > '9')
		return -ENOENT;
	*cpu = (int)strtol(line + 3, &p, 10);
	for (int field = 1; field <= 8; field++) {
		const char *word = p;

		if (*p != ' ')
			return -EINVAL;
		*steal = strtoull(word, &p, 10);
		if (p == word)
			return -EINVAL;
	}
	return 0;
}

int proc_stat_steal(const char *text, size_t bytes, const struct cpumask *which,
		    uint64_t *ticks)
{
	const char *end = text + bytes, *line = text, *next;
	struct cpumask seen = {0};
	int n = 0;

	*ticks = 0;
	for (; (next = memchr(line, '\n', (size_t)(end - line))); line = next + 1) {
		uint64_t steal;
		int cpu;

		if (next - line < 4 || memcmp(line, "cpu", 3))
			break;
		if (parse_cpu_line(line, &cpu, &steal) || !cpumask_has(which, cpu) ||
		    cpumask_has(&seen, cpu))
			continue;
		cpumask_set(&seen, cpu);
		*ticks += steal;
		n++;
	}
	return n;
}
