/* SPDX-License-Identifier: MIT */
/*
 * The hypervisor leaves: a signature at 0x40000000, and further interfaces of the same
 * host at steps of 0x100. A host that speaks Hyper-V's language first may still be KVM
 * (or Xen) behind it, and it is that one whose flush calls Linux then uses
 * (arch/x86/kernel/cpu/hypervisor.c, detect_hypervisor_vendor, takes the highest base).
 * Only the first leaf is sure to hold a signature: past it an unused leaf may answer
 * with anything, so there a name counts only when it is a known one.
 */
#include <ctype.h>
#include <string.h>

#include "machine/identity.h"
#include "tlblab/base/text.h"

enum { BASE_FIRST = 0x40000000, BASE_STEP = 0x100, BASES = 4 };

static const struct {
	const char *signature, *name;
	bool emulates; /* in software, instruction by instruction */
} hypervisors[] = {
	{"KVMKVMKVM", "KVM"},
	{"Microsoft Hv", "Microsoft Hv"},
	{"VMwareVMware", "VMware"},
	{"XenVMMXenVMM", "Xen"},
	{"TCGTCGTCGTCG", "QEMU TCG", true},
	{"bhyve bhyve ", "bhyve"},
	{"VBoxVBoxVBox", "VirtualBox"},
	{" lrpepyh  vr", "Parallels"},
	{"ACRNACRNACRN", "ACRN"},
	{"Jailhouse", "Jailhouse"},
};

static const char *signature_name(const char *signature)
{
	for (size_t i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++)
		if (!strcmp(hypervisors[i].signature, signature))
			return hypervisors[i].name;
	return NULL;
}

const char *machine_emulator(const struct machine *m)
{
	const char *name = m->cpu.hypervisor_name;

	for (size_t i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++)
		if (hypervisors[i].emulates && !strcmp(hypervisors[i].name, name))
			return name;
	return NULL;
}

static bool printable(const char *s)
{
	for (; *s; s++)
		if (!isprint((unsigned char)*s))
			return false;
	return true;
}

void identity_read_hypervisor(char *name, size_t bytes,
			      const struct cpuid_source *source)
{
	name[0] = '\0';
	for (uint32_t i = 0; i < BASES; i++) {
		char signature[13] = "";
		struct cpuid_regs r;
		const char *known;

		if (!source->read(source->self, BASE_FIRST + i * BASE_STEP, 0, &r))
			continue;
		memcpy(signature, &r.ebx, 4);
		memcpy(signature + 4, &r.ecx, 4);
		memcpy(signature + 8, &r.edx, 4);
		known = signature_name(signature);
		if (known)
			text_copy(name, bytes, known);
		else if (i == 0 && printable(signature))
			text_copy(name, bytes, text_trim(signature));
	}
}
