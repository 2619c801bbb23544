/* SPDX-License-Identifier: MIT */
/*
 * Caches from sysfs (drivers/base/cacheinfo.c). Each is shown once for every CPU that
 * shares it; it is counted where that CPU is the first of them. One whose level or
 * type cannot be read is left out.
 */
#include "tlblab/machine/cache.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "machine/cpulist.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum { CACHE_INDEX_MAX = 8, PATH_BYTES = 112 };

static const char *cache_path(char buf[PATH_BYTES], int cpu, int index,
			      const char *file)
{
	snprintf(buf, PATH_BYTES, "/sys/devices/system/cpu/cpu%d/cache/index%d/%s", cpu,
		 index, file);
	return buf;
}

/* Whether CPU cpu is the first that shares it; *shared is 0 where nothing sensible is
 * said, and then it counts as the CPU's own. */
static bool cache_is_first(const char *root, int cpu, int index, int *shared)
{
	char list[PATH_BYTES], mask[PATH_BYTES];
	struct cpumask cpus;

	*shared = 0;
	if (cpuset_read(root, cache_path(list, cpu, index, "shared_cpu_list"),
			cache_path(mask, cpu, index, "shared_cpu_map"), &cpus) ||
	    !cpumask_has(&cpus, cpu))
		return true;
	*shared = cpumask_count(&cpus);
	return cpumask_next(&cpus, -1) == cpu;
}

/* false: there is no such cache, or it does not say what it is. */
static bool cache_read(const char *root, int cpu, int index, struct cache_kind *k)
{
	char path[PATH_BYTES], size[32];
	long level;

	*k = (struct cache_kind){.bytes = -1, .count = 1};
	if (file_read_long(root, cache_path(path, cpu, index, "level"), &level) ||
	    level < 1 || level > CACHE_INDEX_MAX ||
	    file_read_text(root, cache_path(path, cpu, index, "type"), k->type,
			   sizeof(k->type)))
		return false;
	k->level = (int)level;
	if (file_read_text(root, cache_path(path, cpu, index, "size"), size,
			   sizeof(size)) ||
	    text_to_int(size, true, &k->bytes) || k->bytes <= 0)
		k->bytes = -1;
	return true;
}

static bool cache_same(const struct cache_kind *a, const struct cache_kind *b)
{
	return a->level == b->level && a->bytes == b->bytes && a->core == b->core &&
	       a->shared_cpus == b->shared_cpus && !strcmp(a->type, b->type);
}

static bool cache_before(const struct cache_kind *a, const struct cache_kind *b)
{
	if (a->core != b->core)
		return a->core < b->core;
	if (a->level != b->level)
		return a->level < b->level;
	return strcmp(a->type, b->type) < 0;
}

static int cache_add(struct cache_kind *out, int n, const struct cache_kind *k)
{
	int at = n;

	for (int i = 0; i < n; i++)
		if (cache_same(&out[i], k)) {
			out[i].count++;
			return n;
		}
	if (n == CACHE_KINDS_MAX)
		return n;
	for (; at > 0 && cache_before(k, &out[at - 1]); at--)
		out[at] = out[at - 1];
	out[at] = *k;
	return n + 1;
}

int caches_read(const struct topology *t, const char *root,
		struct cache_kind out[CACHE_KINDS_MAX])
{
	int n = 0;

	for (int i = 0; i < t->n_cpus; i++) {
		const struct cpu *c = &t->cpus[i];

		for (int index = 0; c->online && index < CACHE_INDEX_MAX; index++) {
			struct cache_kind k;
			int shared;

			if (!cache_read(root, c->id, index, &k))
				break;
			if (!cache_is_first(root, c->id, index, &shared))
				continue;
			k.shared_cpus = shared;
			k.core = t->hybrid ? c->kind : CORE_UNKNOWN;
			n = cache_add(out, n, &k);
		}
	}
	return n;
}
