/* SPDX-License-Identifier: MIT */
/*
 * Time the hypervisor took from the CPUs in use, from the cpuN lines at the top of
 * /proc/stat; the first thing to look at when a measurement in a virtual machine moves.
 * The kernel counts it in clock ticks (10 ms mostly), so single intervals are coarse
 * and sums are right. When a CPU in use goes or comes, the interval is absent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/proc_parse.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { LINE_BYTES_MAX = 224 }; /* "cpu8191" and ten 64-bit numbers */

struct sensor {
	int fd;
	char *text;
	size_t text_bytes;
	double ns_per_tick;
	struct cpumask allowed, used;
	int n_used, last_cpus;
	uint64_t last_ticks;
};

/* CPUs seen, or -errno. */
static int read_steal(struct sensor *s, uint64_t *ticks)
{
	ssize_t bytes = pread(s->fd, s->text, s->text_bytes - 1, 0);

	if (bytes < 0)
		return -errno;
	s->text[bytes] = '\0';
	return proc_stat_steal(s->text, (size_t)bytes, &s->used, ticks);
}

static int steal_open(struct sensor **out, const struct sensor_env *env,
		      struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	char path[512];

	if (!s)
		return -ENOMEM;
	*out = s;
	s->ns_per_tick = 1e9 / (double)sysconf(_SC_CLK_TCK);
	s->allowed = env->machine->topology.allowed;
	s->used = s->allowed;
	s->text_bytes =
		(size_t)(env->machine->topology.max_cpu_id + 2) * LINE_BYTES_MAX;
	s->text = malloc(s->text_bytes);
	if (!s->text) {
		free(s);
		return -ENOMEM;
	}
	snprintf(path, sizeof(path), "%s/proc/stat", env->root ? env->root : "");
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0) {
		snprintf(availability->reason, sizeof(availability->reason),
			 "/proc/stat cannot be read: %s", strerror(errno));
		return 0;
	}
	s->last_cpus = read_steal(s, &s->last_ticks);
	availability->available = true;
	text_copy(availability->source, sizeof(availability->source),
		  "/proc/stat, steal of the CPUs in use (clock ticks)");
	return 0;
}

static void steal_attach(struct sensor *s, const struct sensor_target *target,
			 struct availability *availability)
{
	if (!availability->available)
		return;
	cpumask_clear(&s->used);
	for (int i = 0; i < target->n_workers + target->n_victims; i++) {
		if (target->cpus[i] < 0) {
			s->used = s->allowed;
			break;
		}
		cpumask_set(&s->used, target->cpus[i]);
	}
	s->last_cpus = read_steal(s, &s->last_ticks);
}

static void steal_read(struct sensor *s, struct sample *sample)
{
	uint64_t ticks = 0;
	int cpus;

	if (s->fd < 0)
		return;
	cpus = read_steal(s, &ticks);
	if (cpus > 0 && cpus == s->last_cpus && ticks >= s->last_ticks) {
		sample_put(sample, CH_STEAL_NS,
			   (double)(ticks - s->last_ticks) * s->ns_per_tick,
			   QUALITY_EXACT);
		sample_put(sample, CH_CPUS_NS, sample->elapsed_s * 1e9 * cpus,
			   QUALITY_EXACT);
	}
	s->last_cpus = cpus;
	s->last_ticks = ticks;
}

static void steal_close(struct sensor *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->text);
	free(s);
}

const struct sensor_ops steal_ops = {
	.name = "steal",
	.summary = "time the hypervisor took from the CPUs in use (/proc/stat)",
	.open = steal_open,
	.attach = steal_attach,
	.read = steal_read,
	.close = steal_close,
};
