/* SPDX-License-Identifier: MIT */
/*
 * The clock of the CPUs in use, as cpufreq tells it (scaling_cur_freq, in kHz): where
 * the CPU counts APERF and MPERF that is what it really ran at over the last few
 * milliseconds, elsewhere what the governor asked for. A virtual machine has no cpufreq
 * driver: its clock is the host's business, and then there is none.
 *
 * Kinds of cores differ in their clocks, and not all are looked at in every interval: a
 * change is one of a CPU against its own running mean, over about REMEMBERED looks.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sensors/cpu_turns.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

#define FREQUENCY_FILE "cpufreq/scaling_cur_freq"

enum { REMEMBERED = 8 };

struct sensor {
	const char *root;
	struct cpumask allowed;
	struct cpu_turns turns;
	double *usual_hz; /* of each place of the turns; 0 unknown */
};

static void say_absent(const struct machine *m, struct availability *a)
{
	if (m->cpu.hypervisor)
		text_copy(a->reason, sizeof(a->reason),
			  "a virtual machine is not told its clock: no cpufreq driver; "
			  "read it on the host");
	else
		text_copy(
			a->reason, sizeof(a->reason),
			"no cpufreq driver: /sys/devices/system/cpu/cpuN/" FREQUENCY_FILE
			" is missing; enable it in the firmware or the kernel");
}

static int frequency_open(struct sensor **out, const struct sensor_env *env,
			  struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	long khz;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->root = env->root ? env->root : "";
	s->allowed = env->machine->topology.allowed;
	if (cpu_file_read(s->root, cpumask_next(&s->allowed, -1), FREQUENCY_FILE,
			  &khz)) {
		say_absent(env->machine, availability);
		return 0;
	}
	availability->available = true;
	text_copy(availability->source, sizeof(availability->source),
		  FREQUENCY_FILE " of the CPUs in use");
	return 0;
}

static void frequency_attach(struct sensor *s, const struct sensor_target *target,
			     struct availability *availability)
{
	if (!availability->available || cpu_turns_take(&s->turns, target, &s->allowed))
		return;
	free(s->usual_hz);
	s->usual_hz = calloc((size_t)s->turns.n + 1, sizeof(*s->usual_hz));
	if (!s->usual_hz)
		cpu_turns_free(&s->turns);
}

/* Percent from the usual, which follows; NAN at the first look. */
static double change_pct(double *usual_hz, double hz)
{
	double before_hz = *usual_hz;

	*usual_hz = before_hz > 0 ? before_hz + (hz - before_hz) / REMEMBERED : hz;
	return before_hz > 0 ? fabs(hz / before_hz - 1) * 100 : NAN;
}

static void frequency_read(struct sensor *s, struct sample *sample)
{
	double sum_hz = 0, most_pct = NAN;
	int n = 0;

	for (int i = cpu_turns_now(&s->turns); i > 0; i--) {
		int place = cpu_turns_next(&s->turns);
		long khz;

		if (cpu_file_read(s->root, s->turns.cpu[place], FREQUENCY_FILE, &khz) ||
		    khz <= 0)
			continue;
		sum_hz += (double)khz * 1e3;
		most_pct = fmax(most_pct,
				change_pct(&s->usual_hz[place], (double)khz * 1e3));
		n++;
	}
	if (n)
		sample_put(sample, CH_FREQUENCY_HZ, sum_hz / n, QUALITY_EXACT);
	if (!isnan(most_pct))
		sample_put(sample, CH_FREQUENCY_CHANGE_PCT, most_pct, QUALITY_EXACT);
}

static void frequency_close(struct sensor *s)
{
	if (!s)
		return;
	cpu_turns_free(&s->turns);
	free(s->usual_hz);
	free(s);
}

const struct sensor_ops frequency_ops = {
	.name = "frequency",
	.summary = "the clock of the CPUs in use (cpufreq)",
	.open = frequency_open,
	.attach = frequency_attach,
	.read = frequency_read,
	.close = frequency_close,
};
