/* SPDX-License-Identifier: MIT */
/*
 * The CPUs and how they are nested, from sysfs (drivers/base/topology.c,
 * drivers/base/node.c). Three rules keep a partial or lying tree from becoming a wrong
 * picture: an id that cannot be read is -1; a sibling list counts only when it names
 * the CPU that carries it and its first member agrees, else the CPU is a core of its
 * own; and a CPU belongs to the first node that claims it. An offline CPU keeps only
 * its number: the kernel removes its topology folder.
 *
 * topology_ids.c reads the files of one CPU; this file builds the whole.
 */
#include "tlblab/machine/topology.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/cpulist.h"
#include "machine/topology_ids.h"
#include "tlblab/base/file.h"

#define CPU_DIR	 "/sys/devices/system/cpu"
#define NODE_DIR "/sys/devices/system/node"

/* A list that must name something. */
static int read_list(const char *root, const char *path, struct cpumask *m)
{
	int err = cpulist_read(root, path, m);

	return err ? err : cpumask_next(m, -1) < 0 ? -ENODATA : 0;
}

static void read_affinity(struct cpumask *m)
{
	cpu_set_t *set = CPU_ALLOC(CPUMASK_MAX_CPUS);
	size_t bytes = CPU_ALLOC_SIZE(CPUMASK_MAX_CPUS);

	cpumask_clear(m);
	if (!set)
		return;
	CPU_ZERO_S(bytes, set);
	if (sched_getaffinity(0, bytes, set) == 0)
		for (int cpu = 0; cpu < CPUMASK_MAX_CPUS; cpu++)
			if (CPU_ISSET_S(cpu, bytes, set))
				cpumask_set(m, cpu);
	CPU_FREE(set);
}

/* What stands behind a key of /proc/self/status, in its own copy; NULL without it. */
static char *status_value(const char *text, const char *key)
{
	const char *line = strstr(text, key);

	if (!line)
		return NULL;
	line += strlen(key);
	line += strspn(line, " \t");
	return strndup(line, strcspn(line, "\n"));
}

/* The CPUs that a captured tree's process may use. */
static int read_status_list(const char *root, struct cpumask *m)
{
	char *text, *list, *mask;
	int err = file_read_all(root, "/proc/self/status", &text, NULL);

	if (err)
		return err;
	list = status_value(text, "\nCpus_allowed_list:");
	mask = status_value(text, "\nCpus_allowed:");
	err = list ? cpumask_parse(m, list) : -ENODATA;
	if (err && mask)
		err = cpumask_parse_hex(m, mask);
	if (!err && cpumask_next(m, -1) < 0)
		err = -ENODATA;
	free(list);
	free(mask);
	free(text);
	return err;
}

static void read_limit(const char *root, const struct cpumask *given,
		       const struct cpumask *online, struct cpumask *limit)
{
	if (given)
		*limit = *given;
	else if (!*root)
		read_affinity(limit);
	else if (read_status_list(root, limit))
		*limit = *online;
}

/* Which CPUs there are: present, else those with a folder, else possible, else online,
 * else (this machine) those the process may use. */
static int read_present(const char *root, struct cpumask *present)
{
	static const char *const paths[] = {CPU_DIR "/possible", CPU_DIR "/online"};

	if (!read_list(root, CPU_DIR "/present", present) ||
	    (!file_dir_numbers(root, CPU_DIR, "cpu", present) &&
	     cpumask_next(present, -1) >= 0))
		return 0;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!read_list(root, paths[i], present))
			return 0;
	if (*root)
		return -ENOENT;
	read_affinity(present);
	return cpumask_next(present, -1) < 0 ? -ENOENT : 0;
}

/* Where the online list is missing, each CPU's own file decides; one without a file
 * (CPU 0 often has none) is online. */
static void read_online(const char *root, const struct cpumask *present,
			struct cpumask *online)
{
	if (!read_list(root, CPU_DIR "/online", online))
		return;
	for (int cpu = cpumask_next(present, -1); cpu >= 0;
	     cpu = cpumask_next(present, cpu)) {
		char path[96];
		long on;

		snprintf(path, sizeof(path), CPU_DIR "/cpu%d/online", cpu);
		if (file_read_long(root, path, &on) || on != 0)
			cpumask_set(online, cpu);
	}
}

static void mark_node(struct topology *t, const char *root, int node)
{
	struct cpumask cpus;

	if (node_cpus_read(root, node, &cpus))
		return;
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].node < 0 && cpumask_has(&cpus, t->cpus[i].id))
			t->cpus[i].node = node;
}

/* Where a capture left the nodes' files out: the link cpuN/nodeM to the CPU's node. */
static void mark_node_links(struct topology *t, const char *root)
{
	for (int i = 0; i < t->n_cpus; i++) {
		struct cpumask nodes;
		char path[64];

		snprintf(path, sizeof(path), CPU_DIR "/cpu%d", t->cpus[i].id);
		if (t->cpus[i].online && t->cpus[i].node < 0 &&
		    !file_dir_numbers(root, path, "node", &nodes))
			t->cpus[i].node = cpumask_next(&nodes, -1);
	}
}

static void mark_nodes(struct topology *t, const char *root)
{
	struct cpumask nodes, used = {0};

	if (!read_list(root, NODE_DIR "/online", &nodes) ||
	    !read_list(root, NODE_DIR "/possible", &nodes) ||
	    !file_dir_numbers(root, NODE_DIR, "node", &nodes))
		for (int node = cpumask_next(&nodes, -1); node >= 0;
		     node = cpumask_next(&nodes, node))
			mark_node(t, root, node);
	if (*root)
		mark_node_links(t, root);
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online)
			cpumask_set(&used, t->cpus[i].node);
	t->n_nodes = cpumask_count(&used);
}

static void mark_kind(struct topology *t, const char *root, const char *path,
		      enum core_kind kind)
{
	struct cpumask cpus;

	if (cpulist_read(root, path, &cpus))
		return;
	for (int i = 0; i < t->n_cpus; i++)
		if (cpumask_has(&cpus, t->cpus[i].id))
			t->cpus[i].kind = kind;
}

/* A hybrid CPU shows a PMU per core kind (arch/x86/events/intel/core.c,
 * init_hybrid_pmu); one kind alone is no news. */
static void mark_kinds(struct topology *t, const char *root)
{
	bool performance = false, efficient = false;

	mark_kind(t, root, "/sys/devices/cpu_core/cpus", CORE_PERFORMANCE);
	mark_kind(t, root, "/sys/devices/cpu_atom/cpus", CORE_EFFICIENT);
	mark_kind(t, root, "/sys/devices/cpu_lowpower/cpus", CORE_EFFICIENT);
	for (int i = 0; i < t->n_cpus; i++) {
		performance |= t->cpus[i].kind == CORE_PERFORMANCE;
		efficient |= t->cpus[i].kind == CORE_EFFICIENT;
	}
	t->hybrid = performance && efficient;
	for (int i = 0; i < t->n_cpus && !t->hybrid; i++)
		t->cpus[i].kind = CORE_UNKNOWN;
}

/* Isolated and nohz_full CPUs: empty or "(null)" when there are none. */
static void mark_quiet(struct topology *t, const char *root)
{
	struct cpumask isolated, nohz_full;

	cpulist_read(root, CPU_DIR "/isolated", &isolated);
	cpulist_read(root, CPU_DIR "/nohz_full", &nohz_full);
	for (int i = 0; i < t->n_cpus; i++) {
		t->cpus[i].isolated = cpumask_has(&isolated, t->cpus[i].id);
		t->cpus[i].nohz_full = cpumask_has(&nohz_full, t->cpus[i].id);
	}
}

static int add_cpus(struct topology *t, const struct cpumask *present,
		    const struct cpumask *online, const struct cpumask *limit)
{
	int n = cpumask_count(present);

	t->cpus = calloc((size_t)n, sizeof(*t->cpus));
	if (!t->cpus)
		return -ENOMEM;
	for (int id = cpumask_next(present, -1); id >= 0;
	     id = cpumask_next(present, id)) {
		struct cpu *c = &t->cpus[t->n_cpus++];

		*c = (struct cpu){.id = id,
				  .online = cpumask_has(online, id),
				  .package = -1,
				  .die = -1,
				  .cluster = -1,
				  .node = -1,
				  .core = -1};
		c->allowed = c->online && cpumask_has(limit, id);
		t->max_cpu_id = id;
		t->n_online += c->online;
		t->n_allowed += c->allowed;
		if (c->allowed)
			cpumask_set(&t->allowed, id);
	}
	return 0;
}

int topology_read(struct topology *t, const char *root, const struct cpumask *allowed,
		  struct error *error)
{
	struct cpumask present, online, limit;
	int err;

	*t = (struct topology){.max_cpu_id = -1};
	if (!root)
		root = "";
	err = read_present(root, &present);
	if (err)
		return error_set(error, *root ? ERROR_INPUT : ERROR_MACHINE, -err,
				 *root ? root : CPU_DIR,
				 "no list of CPUs and no folder of one under "
				 "sys/devices/system/cpu",
				 *root ? "give a folder that holds a copy of /sys"
				       : "mount /sys");
	read_online(root, &present, &online);
	for (int cpu = cpumask_next(&online, -1); cpu >= 0;
	     cpu = cpumask_next(&online, cpu))
		cpumask_set(&present, cpu);
	read_limit(root, allowed, &online, &limit);
	err = add_cpus(t, &present, &online, &limit);
	if (!err)
		err = topology_ids_read(t, root);
	if (err) {
		topology_fini(t);
		return error_set(error, ERROR_MACHINE, -err, "CPU topology",
				 "out of memory", "close other programs");
	}
	mark_nodes(t, root);
	mark_kinds(t, root);
	mark_quiet(t, root);
	return 0;
}

void topology_fini(struct topology *t)
{
	free(t->cpus);
	*t = (struct topology){.max_cpu_id = -1};
}

const struct cpu *topology_cpu(const struct topology *t, int id)
{
	int low = 0, high = t->n_cpus - 1;

	while (low <= high) {
		int mid = low + (high - low) / 2;

		if (t->cpus[mid].id == id)
			return &t->cpus[mid];
		if (t->cpus[mid].id < id)
			low = mid + 1;
		else
			high = mid - 1;
	}
	return NULL;
}
