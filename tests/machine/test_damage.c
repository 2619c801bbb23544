/* SPDX-License-Identifier: MIT */
/*
 * Captured trees with files cut short, filled with rubbish or with absurd numbers: what
 * is then said of the machine is what was said before, or that it is unknown. Seeded,
 * so that a failure comes again. What a damaged file could as well say truly (another
 * plausible number) is no damage and not tried.
 */
#include <errno.h>
#include <ftw.h>

#include "machine/tree.h"
#include "support/check.h"
#include "tlblab/base/file.h"
#include "tlblab/base/stats.h"
#include "tlblab/machine/cache.h"
#include "tlblab/machine/machine.h"
#include "tlblab/machine/numa.h"
#include "tlblab/machine/placement.h"

enum { FILES_MAX = 4096, ROUNDS = 40, DAMAGES_MAX = 3, MEMBERS = 9 };

/* No part of any of these is a number or list that a tree could hold. */
static const struct {
	const char *data;
	size_t bytes;
} rubbish[] = {
	{"", 0},	 {"\n", 1},
	{"banana\n", 7}, {"99999999999999999999\n", 21},
	{"-7\n", 3},	 {"4000000000-4000000009\n", 22},
	{"3-\n", 3},	 {"9-2\n", 4},
	{",,,\n", 4},	 {"\xff\xfe\x00\x01\x80", 5},
	{"0x\n", 3},	 {"(null)\n", 7},
};

static char *files[FILES_MAX];
static int n_files;

static int note_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_F && n_files < FILES_MAX)
		files[n_files++] = strdup(path);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct damage {
	const char *path;
	char *was;
};

static void write_file(const char *path, const char *data, size_t bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, bytes, f), bytes);
	fclose(f);
}

static void damage_one(struct damage *d, struct rng *rng)
{
	size_t k = rng_below(rng, sizeof(rubbish) / sizeof(rubbish[0]));

	do /* one may be removed already */
		d->path = files[rng_below(rng, (uint64_t)n_files)];
	while (file_read_all(NULL, d->path, &d->was, NULL));
	if (rng_below(rng, 8) == 0)
		assert_int_equal(remove(d->path), 0);
	else
		write_file(d->path, rubbish[k].data, rubbish[k].bytes);
}

static bool is_of(const struct damage *damages, int n, const char *part)
{
	for (int i = 0; i < n; i++)
		if (strstr(damages[i].path, part))
			return true;
	return false;
}

static void same_or_unknown(int now, int was, const char *what, int cpu)
{
	if (now != was && now != -1)
		fail_msg("CPU %d: %s %d, which was %d", cpu, what, now, was);
}

static void compare_cpu(const struct cpu *c, const struct cpu *was)
{
	same_or_unknown(c->package, was->package, "package", c->id);
	same_or_unknown(c->die, was->die, "die", c->id);
	same_or_unknown(c->cluster, was->cluster, "cluster", c->id);
	same_or_unknown(c->node, was->node, "node", c->id);
	assert_true(c->kind == was->kind || c->kind == CORE_UNKNOWN);
	assert_true(!c->isolated || was->isolated);
	assert_true(!c->nohz_full || was->nohz_full);
	assert_true(!c->allowed || c->online);
}

/* CPUs that share a core now, did. */
static void compare_cores(const struct topology *t, const struct topology *was)
{
	for (int i = 0; i < t->n_cpus; i++)
		for (int k = 0; k < i && t->cpus[i].smt > 0; k++) {
			const struct cpu *a = topology_cpu(was, t->cpus[i].id);
			const struct cpu *b = topology_cpu(was, t->cpus[k].id);

			if (t->cpus[k].core == t->cpus[i].core && a && b && a->online &&
			    b->online)
				assert_int_equal(a->core, b->core);
		}
}

static void compare_topology(const struct topology *t, const struct topology *was,
			     bool lists_damaged)
{
	int online = 0, allowed = 0;

	for (int i = 0; i < t->n_cpus; i++) {
		const struct cpu *c = &t->cpus[i], *old = topology_cpu(was, c->id);

		assert_true(i == 0 || c->id > t->cpus[i - 1].id);
		assert_true(!t->n_cores || c->core < t->n_cores);
		online += c->online;
		allowed += c->allowed;
		if (!old) { /* possible, or online: the other lists that are left */
			assert_true(lists_damaged);
			continue;
		}
		compare_cpu(c, old);
		if (!lists_damaged) {
			assert_int_equal(c->online, old->online);
			assert_int_equal(c->allowed, old->allowed);
		}
	}
	assert_int_equal(online, t->n_online);
	assert_int_equal(allowed, t->n_allowed);
	assert_true(t->n_packages <= was->n_packages && t->n_nodes <= was->n_nodes);
	compare_cores(t, was);
}

/* Every placement either gives allowed CPUs or says why not. */
static void try_placements(const struct topology *t)
{
	static const char *const texts[] = {"compact", "cores",	 "spread",   "smt",
					    "node:0",  "node:1", "cpus:0-1", "none"};
	int cpus[MEMBERS];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error error = {.code = ERROR_NONE};
		int err = placement_resolve(texts[i], t, MEMBERS - 2, 2, cpus, NULL,
					    &error);

		if (err) {
			assert_true(error.code != ERROR_NONE && *error.why);
			continue;
		}
		for (int k = 0; k < MEMBERS; k++)
			assert_true(cpus[k] == -1 || cpumask_has(&t->allowed, cpus[k]));
	}
}

static void compare_numa(const struct numa *n, const struct numa *was)
{
	for (int i = 0; i < n->n; i++) {
		bool known = false;

		for (int k = 0; k < was->n; k++)
			if (was->nodes[k].id == n->nodes[i].id) {
				known = true;
				assert_true(n->nodes[i].memory_bytes == -1 ||
					    n->nodes[i].memory_bytes ==
						    was->nodes[k].memory_bytes);
			}
		assert_true(known);
		for (int k = 0; k < n->n; k++) {
			int d = numa_node_distance(n, n->nodes[i].id, n->nodes[k].id);

			assert_true(d == -1 ||
				    d == numa_node_distance(was, n->nodes[i].id,
							    n->nodes[k].id));
		}
	}
}

/* Reads all there is of the tree; false when it is refused, which is an answer, too. */
static bool look(const char *root, const struct machine *was,
		 const struct numa *numa_was, bool lists_damaged)
{
	static struct machine m;
	struct cache_kind caches[CACHE_KINDS_MAX];
	struct error error = {.code = ERROR_NONE};
	struct numa numa;

	if (machine_read(&m, root, &error)) {
		assert_true(lists_damaged && *error.why);
		return false;
	}
	compare_topology(&m.topology, &was->topology, lists_damaged);
	try_placements(&m.topology);
	assert_in_range(caches_read(&m.topology, root, caches), 0, CACHE_KINDS_MAX);
	assert_int_equal(numa_read(&numa, root, &error), 0);
	compare_numa(&numa, numa_was);
	numa_fini(&numa);
	machine_fini(&m);
	return true;
}

static void damage_tree(const char *name, struct rng *rng)
{
	static struct machine was;
	struct damage damages[DAMAGES_MAX];
	struct scratch at;
	struct numa numa;
	struct error error;

	tree_make(&at, name);
	n_files = 0;
	nftw(at.root, note_file, 16, FTW_PHYS);
	qsort(files, (size_t)n_files, sizeof(files[0]), by_name);
	assert_int_equal(machine_read(&was, at.root, &error), 0);
	assert_int_equal(numa_read(&numa, at.root, &error), 0);
	for (int round = 0; round < ROUNDS; round++) {
		int n = 1 + (int)rng_below(rng, DAMAGES_MAX);

		for (int i = 0; i < n; i++)
			damage_one(&damages[i], rng);
		look(at.root, &was, &numa,
		     is_of(damages, n, "/online") || is_of(damages, n, "/present") ||
			     is_of(damages, n, "/possible") ||
			     is_of(damages, n, "/status"));
		for (int i = n - 1; i >= 0; i--) {
			write_file(damages[i].path, damages[i].was,
				   strlen(damages[i].was));
			free(damages[i].was);
		}
	}
	assert_true(look(at.root, &was, &numa, false));
	for (int i = 0; i < n_files; i++)
		free(files[i]);
	numa_fini(&numa);
	machine_fini(&was);
	scratch_remove(&at);
}

static void damage_never_becomes_another_machine(void **state)
{
	static const char *const trees[] = {
		"one-cpu",	"hybrid",	    "container", "offline-holes",
		"old-core-ids", "two-sockets-snc4", "server"};
	struct rng rng = {20260101};

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		damage_tree(trees[i], &rng);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_never_becomes_another_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
