/* SPDX-License-Identifier: MIT */
/*
 * Any text as a captured machine: lines "path = content" ("\n" in it is a new line) are
 * written as files below a folder that is then read. Whatever they say, it is refused
 * with a fault, or what is known of it holds together and nobody is placed outside of
 * it.
 */
#include <ctype.h>
#include <stdint.h>

#include "support/scratch.h"
#include "tlblab/machine/cache.h"
#include "tlblab/machine/machine.h"
#include "tlblab/machine/numa.h"
#include "tlblab/machine/placement.h"

enum { FILES_MAX = 200, PATH_MAX_BYTES = 100, WORKERS = 5, VICTIMS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#define must(holds) must_at(holds, __LINE__)
static void must_at(bool holds, int line)
{
	if (!holds) {
		fprintf(stderr, "line %d: not so\n", line);
		abort();
	}
}

/* Below sys or proc, and no way out of there. */
static bool path_is_harmless(const char *path, size_t bytes)
{
	if (bytes >= PATH_MAX_BYTES || path[bytes - 1] == '/' ||
	    (strncmp(path, "sys/", 4) && strncmp(path, "proc/", 5)))
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (!(isalnum((unsigned char)path[i]) || strchr("_/-", path[i])) ||
		    (path[i] == '/' && path[i + 1] == '/'))
			return false;
	return true;
}

/* A file where another has its folder, or the other way round, is left out. */
static void file_put(const struct scratch *s, const char *path, const char *text,
		     size_t bytes)
{
	char full[256];
	struct stat st;
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", s->root, path);
	for (char *slash = full + strlen(s->root) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		if (mkdir(full, 0755) && (stat(full, &st) || !S_ISDIR(st.st_mode)))
			return;
		*slash = '/';
	}
	f = fopen(full, "w");
	if (!f)
		return;
	must(fwrite(text, 1, bytes, f) == bytes);
	fclose(f);
}

static void line_put(const struct scratch *s, char *line, size_t bytes)
{
	char *equals = memmem(line, bytes, " = ", 3), *to, *from;

	if (!equals || equals == line ||
	    !path_is_harmless(line, (size_t)(equals - line)))
		return;
	*equals = '\0';
	for (from = to = equals + 3; from < line + bytes; from++) {
		bool escape = from + 1 < line + bytes && !strncmp(from, "\\n", 2);

		*to++ = escape ? '\n' : *from;
		from += escape;
	}
	*to++ = '\n'; /* there is one behind every line */
	file_put(s, line, equals + 3, (size_t)(to - equals - 3));
}

static void check_placements(const struct topology *t)
{
	static const char *const texts[] = {"compact", "cores",	   "spread", "smt",
					    "node:0",  "cpus:0,1", "none"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		int cpus[WORKERS + VICTIMS];
		struct fault fault = {0};

		if (placement_resolve(texts[i], t, WORKERS, VICTIMS, cpus, NULL,
				      &fault)) {
			must(*fault.what && *fault.why);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1), *end = text + bytes, line[200];
	struct fault fault = {0};
	struct machine m = {0};
	struct scratch s;
	int n = 0;

	must(text);
	memcpy(text, data, bytes);
	*end = '\n';
	scratch_make(&s);
	for (char *at = text, *next; at < end && n < FILES_MAX; at = next + 1, n++) {
		next = memchr(at, '\n', (size_t)(end - at) + 1);
		line_put(&s, at, (size_t)(next - at));
	}
	if (machine_read(&m, s.root, &fault)) {
		must(fault.code != FAULT_NONE && *fault.what && *fault.why);
	} else {
		check_topology(&m.topology);
		must(m.n_tlb == 0);
		machine_line(&m, line, sizeof(line));
		machine_fini(&m);
	}
	scratch_remove(&s);
	free(text);
	return 0;
}
