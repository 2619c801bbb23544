/* SPDX-License-Identifier: MIT */
/*
 * The computer as a result records it. This machine's CPU is asked directly; of a
 * captured tree /proc/cpuinfo tells what it can, and the TLBs and the time stamp
 * counter stay unknown, because the CPU running this is another one.
 */
#include "tlblab/machine/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/facts.h"
#include "machine/identity.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum { TSC_MEASURE_NS = 10 * 1000 * 1000, X86_PAGE_BYTES = 4096 };

static void read_identity_cpuinfo(struct machine *m)
{
	char *text;

	if (file_read_all(m->root, "/proc/cpuinfo", &text, NULL))
		return;
	identity_from_cpuinfo(&m->cpu, text);
	free(text);
}

static void read_kernel_flags(struct machine *m)
{
	char *text;

	if (file_read_all(m->root, "/proc/cpuinfo", &text, NULL))
		return;
	identity_take_kernel_flags(&m->cpu, text);
	free(text);
}

/* A guest kernel may know of another hypervisor than user space's CPUID: then both
 * names are kept. */
static void take_kernel_name(struct machine *m)
{
	struct fact_list list = {m->root, m->kernel, &m->n_kernel};
	char by_cpuid[32];

	text_copy(by_cpuid, sizeof(by_cpuid), m->cpu.hypervisor_name);
	for (int i = 0; i < m->n_kernel; i++)
		if (!strcmp(m->kernel[i].key, "hypervisor_detected"))
			identity_name_as_kernel(&m->cpu, m->kernel[i].value);
	if (*by_cpuid && strcmp(by_cpuid, m->cpu.hypervisor_name) != 0)
		fact_add(&list, "hypervisor_cpuid", by_cpuid,
			 *m->root ? "/sys/hypervisor/type" : "CPUID 0x40000000");
}

/* Xen says so in sysfs too, where CPUID is not to be had. */
static void read_hypervisor_sysfs(struct machine *m)
{
	char type[32];

	if (m->cpu.hypervisor_name[0] ||
	    file_read_text(m->root, "/sys/hypervisor/type", type, sizeof(type)))
		return;
	m->cpu.hypervisor = true;
	text_copy(m->cpu.hypervisor_name, sizeof(m->cpu.hypervisor_name),
		  strcmp(type, "xen") ? type : "Xen");
}

static int first_allowed(const struct topology *t, enum core_kind kind)
{
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].allowed && t->cpus[i].kind == kind)
			return t->cpus[i].id;
	return -1;
}

/* A hybrid CPU's kinds differ in their TLBs: each is asked on a CPU of its own. */
static void read_tlb(struct machine *m)
{
	struct cpuid_dump dump;

	for (int kind = CORE_PERFORMANCE; m->topology.hybrid && kind <= CORE_EFFICIENT;
	     kind++) {
		int cpu = first_allowed(&m->topology, (enum core_kind)kind);

		struct cpuid_source source;

		if (cpu < 0 || cpuid_capture(cpu, &dump))
			continue;
		source = cpuid_dump_source(&dump);
		tlb_geometry_decode(&m->tlb[m->n_tlb++], &source);
	}
	if (!m->n_tlb)
		tlb_geometry_decode(&m->tlb[m->n_tlb++], &cpuid_live);
}

static void read_cpu(struct machine *m)
{
	m->cpu = (struct cpu_identity){.family = -1, .model = -1, .stepping = -1};
	if (*m->root) {
		read_identity_cpuinfo(m);
	} else {
		struct clock_tsc_rate rate;

		if (identity_from_cpuid(&m->cpu, &cpuid_live))
			read_identity_cpuinfo(m);
		clock_tsc_calibrate(&rate, TSC_MEASURE_NS);
		m->tsc_ns_per_tick = rate.ns_per_tick;
		text_copy(m->tsc_source, sizeof(m->tsc_source), rate.source);
		read_kernel_flags(m);
		read_tlb(m);
	}
	read_hypervisor_sysfs(m);
}

int machine_read(struct machine *m, const char *root, struct error *error)
{
	int err;

	memset(m, 0, sizeof(*m));
	if (root && !text_copy(m->root, sizeof(m->root), root))
		return error_set(error, ERROR_INPUT, ENAMETOOLONG, "the root folder",
				 "its name is too long", "give a shorter path");
	err = topology_read(&m->topology, m->root, NULL, error);
	if (err)
		return err;
	m->page_bytes = *m->root ? X86_PAGE_BYTES : sysconf(_SC_PAGESIZE);
	read_cpu(m);
	if (file_read_text(m->root, "/proc/sys/kernel/osrelease", m->kernel_release,
			   sizeof(m->kernel_release)))
		m->kernel_release[0] = '\0';
	if (file_read_text(m->root, "/proc/sys/kernel/version", m->kernel_version,
			   sizeof(m->kernel_version)))
		m->kernel_version[0] = '\0';
	if (file_read_text(m->root, "/proc/sys/kernel/hostname", m->hostname,
			   sizeof(m->hostname)))
		m->hostname[0] = '\0';
	facts_read_kernel(m);
	take_kernel_name(m);
	facts_read_mitigations(m);
	facts_read_settings(m);
	return 0;
}

int machine_read_cpuid_dump(struct machine *m, const char *path, struct error *error)
{
	struct cpuid_dump *dumps = calloc(2, sizeof(*dumps));
	struct cpuid_source source;
	char *text = NULL;
	size_t bytes = 0;
	int n = 0, err = dumps ? file_read_all(NULL, path, &text, &bytes) : -ENOMEM;

	memset(m, 0, sizeof(*m));
	m->topology.max_cpu_id = -1;
	if (err) {
		error_set(error, ERROR_INPUT, -err, path, strerror(-err),
			  "give a file that can be read");
	} else {
		cpuid_dump_to_text(text, bytes);
		err = cpuid_dump_parse(text, path, dumps, &n, error);
	}
	if (err)
		goto out;
	source = cpuid_dump_source(&dumps[0]);
	if (identity_from_cpuid(&m->cpu, &source)) {
		err = error_set(error, ERROR_INPUT, EINVAL, path,
				"CPUID leaves 0 and 1 are not in it",
				"give the whole dump");
		goto out;
	}
	for (; m->n_tlb < n; m->n_tlb++) {
		source = cpuid_dump_source(&dumps[m->n_tlb]);
		tlb_geometry_decode(&m->tlb[m->n_tlb], &source);
	}
out:
	free(text);
	free(dumps);
	return err;
}

void machine_fini(struct machine *m)
{
	topology_fini(&m->topology);
}
