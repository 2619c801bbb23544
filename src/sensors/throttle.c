/* SPDX-License-Identifier: MIT */
/*
 * How often the CPUs in use, and their packages, were slowed because they were too hot:
 * arch/x86/kernel/cpu/mce/therm_throt.c (drivers/thermal/intel since 5.12) counts the
 * beginnings, in each CPU's own interrupt. Intel only. With more CPUs than are looked
 * at in one interval, what is reported happened since each was last looked at, and is
 * marked stale.
 */
#include <errno.h>
#include <stdlib.h>

#include "sensors/cpu_turns.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

static const char *const files[] = {
	"thermal_throttle/core_throttle_count",
	"thermal_throttle/package_throttle_count",
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

struct sensor {
	const char *root;
	struct cpumask allowed;
	struct cpu_turns turns;
	long (*last)[FILES]; /* of each place of the turns; -1 unknown */
};

static int throttle_open(struct sensor **out, const struct sensor_env *env,
			 struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	long count;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->root = env->root ? env->root : "";
	s->allowed = env->machine->topology.allowed;
	availability->available = !cpu_file_read(s->root, cpumask_next(&s->allowed, -1),
						 files[0], &count);
	if (availability->available)
		text_copy(availability->source, sizeof(availability->source),
			  "thermal_throttle counts of the CPUs in use");
	else
		text_copy(availability->reason, sizeof(availability->reason),
			  env->machine->cpu.hypervisor
				  ? "a virtual machine is not told of heat: read "
				    "thermal_throttle on the host"
				  : "this CPU or kernel has no thermal_throttle counts "
				    "(Intel, CONFIG_X86_THERMAL_VECTOR)");
	return 0;
}

/* Events of one place since it was last looked at; negative when that is not known. */
static long place_events(struct sensor *s, int place)
{
	bool known = true;
	long events = 0;

	for (int i = 0; i < FILES; i++) {
		long before = s->last[place][i], now;

		if (cpu_file_read(s->root, s->turns.cpu[place], files[i], &now))
			now = -1;
		s->last[place][i] = now;
		known = known && before >= 0 && now >= before;
		events += now - before;
	}
	return known ? events : -1;
}

static void throttle_attach(struct sensor *s, const struct sensor_target *target,
			    struct availability *availability)
{
	if (!availability->available || cpu_turns_take(&s->turns, target, &s->allowed))
		return;
	free(s->last);
	s->last = malloc(((size_t)s->turns.n + 1) * sizeof(*s->last));
	if (!s->last)
		cpu_turns_free(&s->turns);
	for (int place = 0; place < s->turns.n; place++) {
		for (int i = 0; i < FILES; i++)
			s->last[place][i] = -1;
		place_events(s, place);
	}
}

static void throttle_read(struct sensor *s, struct sample *sample)
{
	int n = cpu_turns_now(&s->turns), known = 0;
	double events = 0;

	for (int i = 0; i < n; i++) {
		long of_place = place_events(s, cpu_turns_next(&s->turns));

		known += of_place >= 0;
		events += of_place > 0 ? (double)of_place : 0;
	}
	if (known)
		sample_put(sample, CH_THROTTLES, events,
			   known < s->turns.n ? QUALITY_STALE : QUALITY_EXACT);
}

static void throttle_close(struct sensor *s)
{
	if (!s)
		return;
	cpu_turns_free(&s->turns);
	free(s->last);
	free(s);
}

const struct sensor_ops throttle_ops = {
	.name = "throttle",
	.summary = "thermal throttling of the CPUs in use (Intel)",
	.open = throttle_open,
	.attach = throttle_attach,
	.read = throttle_read,
	.close = throttle_close,
};
