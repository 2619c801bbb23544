/* SPDX-License-Identifier: MIT */
/*
 * Any text as a captured machine: lines "path = content" ("\n" in it is a new line) are
 * the files of a tree in memory that is then read. Whatever they say, it is refused
 * with an error, or what is known of it holds together and nobody is placed outside of
 * it.
 */
#include <stdint.h>

#include "fuzz/memory_files.h"
#include "tlblab/machine/cache.h"
#include "tlblab/machine/machine.h"
#include "tlblab/machine/numa.h"
#include "tlblab/machine/placement.h"

enum { WORKERS = 5, VICTIMS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#define must(holds) must_at(holds, __LINE__)
static void must_at(bool holds, int line)
{
	if (!holds) {
		fprintf(stderr, "line %d: not so\n", line);
		abort();
	}
}

/* Puts the line's file into the tree; the line stays its owner. The byte in front of
 * it is the caller's and becomes the path's first "/". */
static void line_put(char *line, char *end)
{
	char *equals = memmem(line, (size_t)(end - line), " = ", 3), *to, *from;

	if (!equals || equals == line)
		return;
	*equals = '\0';
	for (from = to = equals + 3; from < end; from++) {
		bool escape = from + 1 < end && !strncmp(from, "\\n", 2);

		*to++ = escape ? '\n' : *from;
		from += escape;
	}
	*to = '\0';
	line[-1] = '/';
	memory_put(line - 1, equals + 3);
}

static void check_placements(const struct topology *t)
{
	static const char *const texts[] = {"compact", "cores",	   "spread", "smt",
					    "node:0",  "cpus:0,1", "none"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		int cpus[WORKERS + VICTIMS];
		struct error error = {0};

		if (placement_resolve(texts[i], t, WORKERS, VICTIMS, cpus, NULL,
				      &error)) {
			must(*error.what && *error.why);
			continue;
		}
		for (int k = 0; k < WORKERS + VICTIMS; k++)
			must(cpus[k] == -1 || (topology_cpu(t, cpus[k]) &&
					       topology_cpu(t, cpus[k])->allowed));
	}
}

static void check_topology(const struct topology *t)
{
	int online = 0, allowed = 0;

	must(t->n_cpus > 0);
	for (int i = 0; i < t->n_cpus; i++) {
		const struct cpu *c = &t->cpus[i];

		must(c->id >= 0 && c->id <= t->max_cpu_id);
		must(!i || c->id > c[-1].id);
		must(!c->allowed || c->online);
		must(c->package >= -1 && c->die >= -1 && c->node >= -1);
		must(c->core >= -1 && (!t->n_cores || c->core < t->n_cores));
		online += c->online;
		allowed += c->allowed;
	}
	must(online == t->n_online && allowed == t->n_allowed);
	check_placements(t);
}

static void check_caches(const struct topology *t)
{
	struct cache_kind kinds[CACHE_KINDS_MAX];
	int n = caches_read(t, "/", kinds);

	for (int i = 0; i < n; i++)
		must(kinds[i].count > 0 && kinds[i].level > 0 &&
		     kinds[i].shared_cpus >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static struct machine m;
	char *text = malloc(bytes + 2), *end = text + bytes + 1, line[200];
	struct error error = {0};
	struct numa numa;

	must(text);
	memory_clear();
	memcpy(text + 1, data, bytes);
	*end = '\0';
	for (char *at = text + 1, *next; at < end; at = next + 1) {
		next = memchr(at, '\n', (size_t)(end - at));
		next = next ? next : end;
		line_put(at, next);
	}
	if (machine_read(&m, "/", &error)) {
		must(error.code != ERROR_NONE && *error.what && *error.why);
	} else {
		check_topology(&m.topology);
		check_caches(&m.topology);
		must(m.n_tlb == 0);
		must(!numa_read(&numa, "/", &error));
		numa_fini(&numa);
		machine_line(&m, line, sizeof(line));
		machine_fini(&m);
	}
	free(text);
	return 0;
}
