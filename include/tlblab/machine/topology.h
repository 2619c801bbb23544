/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_TOPOLOGY_H
#define TLBLAB_MACHINE_TOPOLOGY_H

#include <stdbool.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/error.h"

/* Where a CPU sits. Numbers that sysfs did not tell are -1, never invented. */
enum core_kind { CORE_UNKNOWN, CORE_PERFORMANCE, CORE_EFFICIENT };

struct cpu {
	int id;
	bool online;
	bool allowed; /* online and in this process's affinity and cpuset */
	bool isolated, nohz_full;
	int package, die, cluster, node;
	/* Machine-wide index of the physical core, dense from 0; -1 while offline. A
	 * CPU whose siblings sysfs does not tell counts as a core of its own. */
	int core;
	int smt; /* position among the core's online siblings, 0 first */
	enum core_kind kind;
};

struct topology {
	struct cpu *cpus; /* ascending id; possible CPUs that sysfs shows */
	int n_cpus;
	int max_cpu_id;
	int n_online, n_allowed;
	/* Of the online CPUs; 0: unknown. n_nodes leaves out nodes without CPUs. */
	int n_packages, n_nodes, n_cores;
	bool hybrid;
	struct cpumask allowed;
};

/* Reads root/sys/devices/system/{cpu,node}; root "" is this machine. `allowed` limits
 * the CPUs; NULL asks sched_getaffinity (this machine) or takes all online (a captured
 * tree, together with root/proc/self/status's Cpus_allowed_list when it is there). */
int topology_read(struct topology *t, const char *root, const struct cpumask *allowed,
		  struct error *error);
void topology_fini(struct topology *t);
const struct cpu *topology_cpu(const struct topology *t, int id); /* or NULL */

#endif
