/* SPDX-License-Identifier: MIT */
#include "backends/live_program.h"

#include <string.h>

/* A few ms at most, of an interval. */
enum { THREADS_MAX = 64 };

static void look(const struct live_program *p, struct program *out)
{
	memset(out, 0, sizeof(*out));
	if (p->pid)
		program_look(out, p->pid, THREADS_MAX);
	for (int i = 0; !p->pid && i < p->n; i++)
		program_look_started(out, p->tids[i], THREADS_MAX);
}

void live_program_begin(struct live_program *p, pid_t pid, const pid_t *tids, int n)
{
	*p = (struct live_program){.on = true, .pid = pid, .tids = tids, .n = n};
	look(p, &p->seen);
}

/* What came to CPUs where it was neither then nor now. */
static double elsewhere(const struct sample *s, const struct program *then,
			const struct program *now)
{
	double sum = 0;

	for (int cpu = 0; cpu < s->n_cpus; cpu++)
		if (s->cpu_shootdowns[cpu] != SAMPLE_CPU_ABSENT &&
		    !cpumask_has(&then->cpus, cpu) && !cpumask_has(&now->cpus, cpu))
			sum += s->cpu_shootdowns[cpu];
	return sum;
}

static bool is_known(const struct program *seen)
{
	return seen->threads && !seen->cut;
}

void live_program_put(struct live_program *p, double runs, struct sample *sample)
{
	struct program then = p->seen;

	if (!p->on)
		return;
	look(p, &p->seen);
	if (runs > 0 || !sample->cpu_shootdowns || !is_known(&then) ||
	    !is_known(&p->seen))
		return;
	sample_put(sample, CH_SHOOTDOWNS_BACKGROUND, elsewhere(sample, &then, &p->seen),
		   QUALITY_EXACT);
}

const struct cpumask *live_program_cpus(const struct live_program *p)
{
	return p->on && p->seen.threads ? &p->seen.cpus : NULL;
}
