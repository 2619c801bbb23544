/* SPDX-License-Identifier: MIT */
#include "commands/machine/look.h"

#include <errno.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"

static void unknown_add(struct machine_look *look, const char *words)
{
	if (look->n_unknown < MACHINE_UNKNOWN_MAX)
		text_copy(look->unknown[look->n_unknown++], MACHINE_UNKNOWN_BYTES,
			  words);
}

static void unknown_identity(struct machine_look *look)
{
	const struct cpu_identity *cpu = &look->machine.cpu;

	if (!*cpu->vendor || cpu->family < 0 || cpu->model < 0)
		unknown_add(look, "vendor, family or model: no /proc/cpuinfo that says "
				  "so, and no CPUID");
	if (!*cpu->brand)
		unknown_add(look, "the CPU's name: neither CPUID nor /proc/cpuinfo "
				  "gives it");
	if (!*cpu->codename)
		unknown_add(look, "the CPU's code name: the tables have none for "
				  "this model");
	if (!cpu->features_known)
		unknown_add(
			look,
			"features (PCID, INVPCID, INVLPGB, LA57, hypervisor): no flags in "
			"/proc/cpuinfo, or leaves missing from the dump");
}

static void unknown_tlb(struct machine_look *look)
{
	const struct machine *m = &look->machine;

	if (!m->n_tlb)
		unknown_add(look, "TLB geometry: a captured tree holds no CPUID; give "
				  "a dump of the same machine with --cpuid FILE");
	if (m->n_tlb == 1 && m->topology.hybrid)
		unknown_add(look, "the TLBs of the other kind of core: CPUID was read "
				  "on one kind only");
	for (int i = 0; i < m->n_tlb; i++)
		for (int k = 0; k < m->tlb[i].n_could_not_tell; k++)
			unknown_add(look, m->tlb[i].could_not_tell[k]);
}

static void unknown_topology(struct machine_look *look)
{
	const struct topology *t = &look->machine.topology;
	int lonely = 0, homeless = 0, unlisted = 0;

	if (!look->has_tree) {
		unknown_add(look, "topology, nodes, caches, kernel: a CPUID dump alone "
				  "holds none of them; give --sysroot DIR");
		return;
	}
	for (int i = 0; i < t->n_cpus; i++)
		lonely += t->cpus[i].online && t->cpus[i].package < 0;
	if (!t->n_packages)
		unknown_add(look, "packages: sysfs shows no physical_package_id");
	else if (lonely)
		unknown_add(look, "packages of some CPUs: sysfs does not show them");
	for (int i = 0; i < t->n_cpus; i++)
		homeless += t->cpus[i].online && t->cpus[i].node < 0;
	if (t->n_nodes && homeless)
		unknown_add(look, "nodes of some CPUs: none of the lists that can be "
				  "read has them");
	for (int i = 0; i < look->numa.n; i++)
		unlisted += look->numa.nodes[i].cpus_unknown;
	if (unlisted)
		unknown_add(look, "CPUs of some nodes: no cpulist, no cpumap and no "
				  "entries cpuN of theirs");
	if (!t->n_nodes && !look->numa.n)
		unknown_add(look, "nodes: sysfs shows none (a kernel without NUMA, or "
				  "not captured)");
	if (!look->n_caches)
		unknown_add(look, "caches: sysfs shows none");
	if (!*look->machine.kernel_release)
		unknown_add(look,
			    "the kernel's release: no /proc/sys/kernel/osrelease");
}

static void unknown_nodes(struct machine_look *look)
{
	const struct numa *n = &look->numa;
	bool distance = false, memory = false;

	for (int i = 0; i < n->n; i++)
		memory |= n->nodes[i].memory_bytes < 0;
	for (int i = 0; i < n->n * n->n; i++)
		distance |= n->distance[i] < 0;
	if (memory)
		unknown_add(look, "memory of some nodes: no meminfo of theirs");
	if (distance)
		unknown_add(look, "distances of some nodes: their file is missing or "
				  "makes no sense");
}

/* What CPUID says goes before what /proc/cpuinfo said. */
static int look_at_cpuid(struct machine_look *look, const char *path,
			 struct error *error)
{
	struct machine *dump = calloc(1, sizeof(*dump));
	int err;

	if (!dump)
		return error_set(error, ERROR_MACHINE, ENOMEM, path, "out of memory",
				 "close other programs");
	err = machine_read_cpuid_dump(dump, path, error);
	if (!err && look->has_tree) {
		look->machine.cpu = dump->cpu;
		look->machine.n_tlb = dump->n_tlb;
		for (int i = 0; i < dump->n_tlb; i++)
			look->machine.tlb[i] = dump->tlb[i];
		machine_fini(dump);
	} else if (!err) {
		look->machine = *dump;
	}
	free(dump);
	return err;
}

static int look_at_tree(struct machine_look *look, const char *root,
			struct error *error)
{
	int err = machine_read(&look->machine, root, error);

	if (err)
		return err;
	look->has_tree = true;
	look->n_caches = caches_read(&look->machine.topology, root, look->caches);
	return numa_read(&look->numa, root, error);
}

struct machine_look *machine_look_new(const char *root, const char *cpuid,
				      struct error *error)
{
	struct machine_look *look = calloc(1, sizeof(*look));
	struct guardian *guardian = NULL;
	int err = 0;

	if (!look) {
		error_set(error, ERROR_MACHINE, ENOMEM, "the machine", "out of memory",
			  "close other programs");
		return NULL;
	}
	/* For its promise that root reads no file a user named. */
	if (root || cpuid)
		err = guardian_start(&guardian, error);
	if (!err && (root || !cpuid))
		err = look_at_tree(look, root ? root : "", error);
	if (!err && cpuid)
		err = look_at_cpuid(look, cpuid, error);
	guardian_stop(guardian);
	if (err) {
		machine_look_free(look);
		return NULL;
	}
	unknown_identity(look);
	unknown_tlb(look);
	unknown_topology(look);
	unknown_nodes(look);
	return look;
}

void machine_look_free(struct machine_look *look)
{
	if (!look)
		return;
	numa_fini(&look->numa);
	machine_fini(&look->machine);
	free(look);
}
