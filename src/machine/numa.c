/* SPDX-License-Identifier: MIT */
/*
 * Nodes, their memory and their distances. libnuma answers for this machine; a captured
 * tree, and a machine where libnuma has no answer (its system calls are refused in some
 * containers), is read from sysfs (drivers/base/node.c). Both leave -1 where nothing
 * sensible is said.
 */
#include "tlblab/machine/numa.h"

#include <errno.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/cpulist.h"
#include "tlblab/base/file.h"

#define NODE_DIR "/sys/devices/system/node"

enum { DISTANCE_LOCAL = 10, DISTANCE_MAX = 255, KIB = 1024 };

static int add_nodes(struct numa *n, const struct cpumask *ids)
{
	size_t count = (size_t)cpumask_count(ids);

	if (!count)
		return 0;
	n->nodes = calloc(count, sizeof(*n->nodes));
	n->distance = malloc(count * count * sizeof(*n->distance));
	if (!n->nodes || !n->distance)
		return -ENOMEM;
	for (size_t i = 0; i < count * count; i++)
		n->distance[i] = -1;
	for (int id = cpumask_next(ids, -1); id >= 0; id = cpumask_next(ids, id))
		n->nodes[n->n++] = (struct numa_node){
			.id = id, .memory_bytes = -1, .free_bytes = -1};
	return 0;
}

/* "Node 0 MemTotal:  65846092 kB" in bytes, or -1. */
static int64_t meminfo_bytes(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	long long kib;

	if (!at || sscanf(at + strlen(key), "%18lld kB", &kib) != 1 || kib < 0 ||
	    kib > INT64_MAX / KIB)
		return -1;
	return kib * KIB;
}

/* One row, in the order of the online nodes; a row with a value that is no distance, or
 * too few, stays unknown as a whole. */
static void read_distances(struct numa *n, int row, const char *text)
{
	int *out = n->distance + (size_t)row * (size_t)n->n;

	for (int i = 0; i < n->n; i++) {
		char *end;
		long d = strtol(text, &end, 10);

		if (end == text || d < DISTANCE_LOCAL || d > DISTANCE_MAX) {
			for (int j = 0; j < n->n; j++)
				out[j] = -1;
			return;
		}
		out[i] = (int)d;
		text = end;
	}
}

static void read_node_sysfs(struct numa *n, int i, const char *root)
{
	struct numa_node *node = &n->nodes[i];
	char path[96], *text;
	struct cpumask cpus;

	node->cpus_unknown = node_cpus_read(root, node->id, &cpus);
	node->has_cpus = cpumask_next(&cpus, -1) >= 0;
	snprintf(path, sizeof(path), NODE_DIR "/node%d/meminfo", node->id);
	if (!file_read_all(root, path, &text, NULL)) {
		node->memory_bytes = meminfo_bytes(text, "MemTotal:");
		node->free_bytes = meminfo_bytes(text, "MemFree:");
		free(text);
	}
	snprintf(path, sizeof(path), NODE_DIR "/node%d/distance", node->id);
	if (!file_read_all(root, path, &text, NULL)) {
		read_distances(n, i, text);
		free(text);
	}
}

static int read_sysfs(struct numa *n, const char *root)
{
	struct cpumask online;
	int err;

	if (cpulist_read(root, NODE_DIR "/online", &online) &&
	    file_dir_numbers(root, NODE_DIR, "node", &online))
		return 0;
	err = add_nodes(n, &online);
	for (int i = 0; !err && i < n->n; i++)
		read_node_sysfs(n, i, root);
	return err;
}

static int read_libnuma(struct numa *n)
{
	struct cpumask ids = {0};
	struct bitmask *cpus = numa_allocate_cpumask();
	int err = cpus ? 0 : -ENOMEM;

	for (int id = 0; id <= numa_max_node(); id++)
		if (numa_bitmask_isbitset(numa_nodes_ptr, (unsigned int)id))
			cpumask_set(&ids, id);
	if (!err)
		err = add_nodes(n, &ids);
	for (int i = 0; !err && i < n->n; i++) {
		struct numa_node *node = &n->nodes[i];
		long long free_bytes = -1;

		node->memory_bytes = numa_node_size64(node->id, &free_bytes);
		node->free_bytes = node->memory_bytes < 0 ? -1 : free_bytes;
		node->has_cpus = !numa_node_to_cpus(node->id, cpus) &&
				 numa_bitmask_weight(cpus) > 0;
		for (int j = 0; j < n->n; j++) {
			int d = numa_distance(node->id, n->nodes[j].id);

			if (d >= DISTANCE_LOCAL)
				n->distance[i * n->n + j] = d;
		}
	}
	if (cpus)
		numa_free_cpumask(cpus);
	return err;
}

int numa_read(struct numa *n, const char *root, struct error *error)
{
	int err;

	memset(n, 0, sizeof(*n));
	if (!root)
		root = "";
	if (*root || numa_available() < 0)
		err = read_sysfs(n, root);
	else
		err = read_libnuma(n);
	if (err) {
		numa_fini(n);
		return error_set(error, ERROR_MACHINE, -err, "NUMA nodes",
				 "out of memory", "close other programs");
	}
	return 0;
}

void numa_fini(struct numa *n)
{
	free(n->nodes);
	free(n->distance);
	memset(n, 0, sizeof(*n));
}

static int index_of(const struct numa *n, int id)
{
	for (int i = 0; i < n->n; i++)
		if (n->nodes[i].id == id)
			return i;
	return -1;
}

int numa_node_distance(const struct numa *n, int from_id, int to_id)
{
	int from = index_of(n, from_id), to = index_of(n, to_id);

	return from < 0 || to < 0 ? -1 : n->distance[from * n->n + to];
}
