/* SPDX-License-Identifier: MIT */
/*
 * cpuN/topology of every online CPU. Cores are found by their sibling lists, which are
 * machine-wide, and only where those are missing by core_id, which repeats from package
 * to package (and from die to die). Each file is opened relative to its CPU's folder:
 * on 512 CPUs the path walks would cost more than the reads.
 */
#include "machine/topology_ids.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* sysfs gives an id that the CPU does not know as -1, or as this in 16 bits
 * (arch/x86/include/asm/apicdef.h, BAD_APICID of the small APICs). */
enum { ID_UNKNOWN = 0xffff, NO_LEADER = -1, MASK_BYTES = 8192 };

struct sibling {
	int leader;	    /* lowest CPU of the sibling list, or NO_LEADER */
	int last, count;    /* with the leader enough to tell two cores' lists apart */
	int core_id;	    /* within its package and die; -1 unknown */
	int package_leader; /* lowest CPU of the package, where it has no id */
};

static int read_id_at(int dir, const char *name)
{
	char buf[32];
	int64_t id;

	if (file_dir_read_text(dir, name, buf, sizeof(buf)) ||
	    text_to_int(text_trim(buf), false, &id) || id < 0 || id >= ID_UNKNOWN)
		return -1;
	return (int)id;
}

/* The CPUs that share something with this one, from its file's new name or the old one,
 * and from the mask where the list "NAME_list" is not there. false: no such file, or
 * one that does not make sense for this CPU. */
static bool read_shared_at(int dir, int cpu, const char *const names[2],
			   struct cpumask *out)
{
	char buf[MASK_BYTES], list[32];

	for (int i = 0; i < 2; i++) {
		snprintf(list, sizeof(list), "%s_list", names[i]);
		if (!file_dir_read_text(dir, list, buf, sizeof(buf)) &&
		    !cpumask_parse(out, buf))
			return cpumask_has(out, cpu);
	}
	for (int i = 0; i < 2; i++)
		if (!file_dir_read_text(dir, names[i], buf, sizeof(buf)) &&
		    !cpumask_parse_hex(out, buf))
			return cpumask_has(out, cpu);
	return false;
}

static void read_siblings_at(int dir, int cpu, struct sibling *s)
{
	static const char *const names[] = {"core_cpus", "thread_siblings"};
	struct cpumask siblings;

	if (!read_shared_at(dir, cpu, names, &siblings))
		return;
	s->leader = cpumask_next(&siblings, -1);
	for (int i = s->leader; i >= 0; i = cpumask_next(&siblings, i)) {
		s->last = i;
		s->count++;
	}
}

static int read_package_leader_at(int dir, int cpu)
{
	static const char *const names[] = {"package_cpus", "core_siblings"};
	struct cpumask package;

	return read_shared_at(dir, cpu, names, &package) ? cpumask_next(&package, -1)
							 : NO_LEADER;
}

static void read_cpu(const char *root, struct cpu *c, struct sibling *s)
{
	char path[64];
	int dir;

	*s = (struct sibling){
		.leader = NO_LEADER, .core_id = -1, .package_leader = NO_LEADER};
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology", c->id);
	dir = file_dir_open(root, path);
	if (dir < 0)
		return;
	c->package = read_id_at(dir, "physical_package_id");
	c->die = read_id_at(dir, "die_id");
	c->cluster = read_id_at(dir, "cluster_id");
	read_siblings_at(dir, c->id, s);
	if (s->leader == NO_LEADER)
		s->core_id = read_id_at(dir, "core_id");
	if (c->package < 0)
		s->package_leader = read_package_leader_at(dir, c->id);
	file_dir_close(dir);
}

static bool same_core(const struct topology *t, const struct sibling *s, int a, int b)
{
	const struct cpu *x = &t->cpus[a], *y = &t->cpus[b];

	if (s[a].leader != NO_LEADER || s[b].leader != NO_LEADER)
		return s[a].leader == s[b].leader && s[a].last == s[b].last &&
		       s[a].count == s[b].count;
	return s[a].core_id >= 0 && s[a].core_id == s[b].core_id && x->package >= 0 &&
	       x->package == y->package && x->die == y->die;
}

/* The first CPU of the core that CPU i belongs to, by index. Sibling lists lead there
 * directly; core_id needs a search, on the old or partial trees that lack the lists. */
static int core_first(const struct topology *t, const struct sibling *s, int i)
{
	if (s[i].leader != NO_LEADER) {
		const struct cpu *first = topology_cpu(t, s[i].leader);
		int j = first ? (int)(first - t->cpus) : i;

		return first && first->online && same_core(t, s, i, j) ? j : i;
	}
	for (int j = 0; j < i && s[i].core_id >= 0; j++)
		if (t->cpus[j].online && same_core(t, s, i, j))
			return j;
	return i;
}

/* Packages that have no id, only the list of their CPUs, are numbered behind the rest.
 */
static void number_packages(struct topology *t, const struct sibling *s)
{
	int next = 0;

	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].package >= next)
			next = t->cpus[i].package + 1;
	for (int i = 0; i < t->n_cpus; i++) {
		int j = 0;

		if (!t->cpus[i].online || t->cpus[i].package >= 0 ||
		    s[i].package_leader == NO_LEADER)
			continue;
		while (j < i && (!t->cpus[j].online ||
				 s[j].package_leader != s[i].package_leader))
			j++;
		t->cpus[i].package = j < i ? t->cpus[j].package : next++;
	}
}

static bool package_seen(const struct topology *t, int i)
{
	for (int j = i - 1; j >= 0; j--)
		if (t->cpus[j].package == t->cpus[i].package)
			return true;
	return false;
}

static int assign_cores(struct topology *t, const struct sibling *s)
{
	int *threads = calloc((size_t)t->n_cpus, sizeof(*threads));
	bool told = true;

	if (!threads)
		return -ENOMEM;
	for (int i = 0; i < t->n_cpus; i++) {
		struct cpu *c = &t->cpus[i];
		int first;

		if (!c->online)
			continue;
		first = core_first(t, s, i);
		if (first == i)
			c->core = t->n_cores++;
		else
			c->core = t->cpus[first].core;
		c->smt = threads[first]++;
		if (c->package >= 0 && !package_seen(t, i))
			t->n_packages++;
		told &= s[i].leader != NO_LEADER || s[i].core_id >= 0;
	}
	if (!told)
		t->n_cores = 0;
	free(threads);
	return 0;
}

int topology_ids_read(struct topology *t, const char *root)
{
	struct sibling *s = calloc((size_t)t->n_cpus, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online)
			read_cpu(root, &t->cpus[i], &s[i]);
	number_packages(t, s);
	err = assign_cores(t, s);
	free(s);
	return err;
}
