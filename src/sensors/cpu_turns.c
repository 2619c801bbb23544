/* SPDX-License-Identifier: MIT */
#include "sensors/cpu_turns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/file.h"

int cpu_turns_take(struct cpu_turns *t, const struct sensor_target *target,
		   const struct cpumask *allowed)
{
	struct cpumask used;

	cpu_turns_free(t);
	cpumask_clear(&used);
	for (int i = 0; i < target->n_workers + target->n_victims; i++) {
		if (target->cpus[i] < 0) {
			used = *allowed;
			break;
		}
		cpumask_set(&used, target->cpus[i]);
	}
	t->cpu = calloc((size_t)cpumask_count(&used) + 1, sizeof(*t->cpu));
	if (!t->cpu)
		return -ENOMEM;
	for (int id = cpumask_next(&used, -1); id >= 0; id = cpumask_next(&used, id))
		t->cpu[t->n++] = id;
	return 0;
}

int cpu_turns_now(const struct cpu_turns *t)
{
	return t->n < CPUS_PER_READ ? t->n : CPUS_PER_READ;
}

int cpu_turns_next(struct cpu_turns *t)
{
	int now = t->next;

	t->next = (t->next + 1) % t->n;
	return now;
}

void cpu_turns_free(struct cpu_turns *t)
{
	free(t->cpu);
	*t = (struct cpu_turns){.n = 0};
}

int cpu_file_read(const char *root, int cpu, const char *file, long *out)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/%s", cpu, file);
	return file_read_long(root, path, out);
}
