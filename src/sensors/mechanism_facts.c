/* SPDX-License-Identifier: MIT */
/*
 * What names and the machine's own files say of remote flushes, before anything ran.
 * None of it decides; see mechanism.c.
 *
 * KVM's features are at its base | 1, wherever its signature is (arch/x86/kernel/kvm.c,
 * kvm_cpuid_base); pv_tlb_flush_supported asks for the feature, for steal time, for no
 * "realtime" hint, for a second CPU, and that no MWAIT is offered. Hyper-V's flush is a
 * hint (arch/x86/hyperv/mmu.c, hyperv_setup_mmu_ops). User space's CPUID may come from
 * another hypervisor than the kernel's: what the kernel's log says goes first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/interrupts_census.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/machine/cpuid.h"
#include "tlblab/sensors/mechanism.h"

enum {
	HYPERVISOR_BASE = 0x40000000,
	HYPERVISOR_STEP = 0x100,
	HYPERVISOR_BASES = 0x100,
	KVM_FEATURES = 1, /* | base */
	KVM_FEATURE_STEAL_TIME = 1 << 5,
	KVM_FEATURE_PV_TLB_FLUSH = 1 << 9,
	KVM_HINTS_REALTIME = 1 << 0,
	HYPERV_HINTS = 0x40000004,
	HYPERV_REMOTE_FLUSH_RECOMMENDED = 1 << 2,
};

static const char *kernel_fact(const struct machine *m, const char *key)
{
	for (int i = 0; i < m->n_kernel; i++)
		if (!strcmp(m->kernel[i].key, key))
			return m->kernel[i].value;
	return "";
}

static bool kvm_base(const struct cpuid_source *source, uint32_t *base)
{
	static const char signature[12] = "KVMKVMKVM\0\0";

	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++) {
		struct cpuid_regs r;
		char name[12];

		*base = HYPERVISOR_BASE + i * HYPERVISOR_STEP;
		if (!source->read(source->self, *base, 0, &r))
			continue;
		memcpy(name, &r.ebx, 4);
		memcpy(name + 4, &r.ecx, 4);
		memcpy(name + 8, &r.edx, 4);
		if (!memcmp(name, signature, sizeof(name)))
			return true;
	}
	return false;
}

bool mechanism_kvm_offers_flush(const struct cpuid_source *source)
{
	struct cpuid_regs r;
	uint32_t base;

	return kvm_base(source, &base) &&
	       source->read(source->self, base | KVM_FEATURES, 0, &r) &&
	       (r.eax & KVM_FEATURE_PV_TLB_FLUSH) && (r.eax & KVM_FEATURE_STEAL_TIME) &&
	       !(r.edx & KVM_HINTS_REALTIME);
}

bool mechanism_hyperv_wants_flush(const struct cpuid_source *source)
{
	struct cpuid_regs r;

	return source->read(source->self, HYPERV_HINTS, 0, &r) &&
	       (r.eax & HYPERV_REMOTE_FLUSH_RECOMMENDED);
}

/* The log tells what the kernel did at boot; CPUID what it would. */
static bool uses_kvm_flush(const struct machine *m, const char *said)
{
	if (strcmp(m->cpu.hypervisor_name, "KVM") != 0)
		return false;
	if (strstr(said, "KVM setup pv remote TLB flush"))
		return true;
	if (*kernel_fact(m, "hypervisor_detected") || *m->root)
		return false;
	return !m->cpu.mwait && m->topology.n_cpus > 1 &&
	       mechanism_kvm_offers_flush(&cpuid_live);
}

static bool uses_own_flush(const struct machine *m, const char *said)
{
	if (strstr(said, "ypercall") || strstr(said, "_HC_"))
		return true;
	if (!strcmp(m->cpu.hypervisor_name, "Xen"))
		return !strcmp(kernel_fact(m, "hypervisor_guest_type"), "PV");
	if (strcmp(m->cpu.hypervisor_name, "Microsoft Hv") != 0)
		return false;
	return *m->root || mechanism_hyperv_wants_flush(&cpuid_live);
}

static void read_row(const struct machine *m, struct mechanism_facts *out)
{
	struct interrupts_census census;
	size_t bytes = 0;
	char *text = NULL;
	int err = file_read_all(m->root, "/proc/interrupts", &text, &bytes);

	interrupts_take_census(err ? NULL : text, bytes, err, &census);
	free(text);
	out->row = census.row;
	out->foreign = census.foreign;
	out->row_since_boot = census.tlb;
	out->calls_since_boot = census.calls;
	text_copy(out->why_no_row, sizeof(out->why_no_row), census.why_no_row);
}

void mechanism_read_facts(const struct machine *m, struct mechanism_facts *out)
{
	const char *said = kernel_fact(m, "remote_flush");

	memset(out, 0, sizeof(*out));
	text_copy(out->hypervisor, sizeof(out->hypervisor), m->cpu.hypervisor_name);
	if (m->cpu.hypervisor && !*out->hypervisor)
		text_copy(out->hypervisor, sizeof(out->hypervisor),
			  "an unknown hypervisor");
	text_copy(out->said, sizeof(out->said), said);
	out->invlpgb = m->cpu.invlpgb;
	out->emulated = machine_emulator(m) != NULL;
	out->cpus = m->topology.n_cpus;
	if (sscanf(m->kernel_release, "%d.%d", &out->kernel_major,
		   &out->kernel_minor) != 2)
		out->kernel_major = out->kernel_minor = 0;
	out->kvm_pv_flush = uses_kvm_flush(m, said);
	out->own_flush = uses_own_flush(m, said);
	read_row(m, out);
}
