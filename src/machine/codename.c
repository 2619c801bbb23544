/* SPDX-License-Identifier: MIT */
/*
 * Codenames. libcpuid knows hundreds; it runs in a child process, because it may be
 * fed a stranger's dump and because its tables would stay in this process's memory.
 * For AMD since Zen its 0.6 release takes the nearest product it knows (a Zen 4 EPYC
 * comes out as "Milan"), so there the core's name is decided by family and model, as
 * the kernel does (arch/x86/kernel/cpu/amd.c, bsp_init_amd).
 */
#include <errno.h>
#include <libcpuid/libcpuid.h>
#include <string.h>

#include "machine/child.h"
#include "machine/identity.h"
#include "tlblab/base/text.h"

static const struct core_models {
	int family, first, last;
	const char *name;
} amd_cores[] = {
	{0x17, 0x00, 0x2f, "Zen"},   {0x17, 0x50, 0x5f, "Zen"},
	{0x17, 0x30, 0x4f, "Zen 2"}, {0x17, 0x60, 0x7f, "Zen 2"},
	{0x17, 0x90, 0x91, "Zen 2"}, {0x17, 0xa0, 0xaf, "Zen 2"},
	{0x19, 0x00, 0x0f, "Zen 3"}, {0x19, 0x20, 0x5f, "Zen 3"},
	{0x19, 0x10, 0x1f, "Zen 4"}, {0x19, 0x60, 0xaf, "Zen 4"},
	{0x1a, 0x00, 0x2f, "Zen 5"}, {0x1a, 0x40, 0x4f, "Zen 5"},
	{0x1a, 0x60, 0x7f, "Zen 5"},
};

enum { AMD_FIRST_ZEN = 0x17 };

static void raw_leaf(const struct cpuid_source *s, uint32_t leaf, uint32_t subleaf,
		     uint32_t out[4])
{
	struct cpuid_regs r;

	s->read(s->self, leaf, subleaf, &r);
	memcpy(out, &r, sizeof(r));
}

static int name_by_libcpuid(const void *arg, void *out)
{
	const struct cpuid_source *s = arg;
	struct cpu_raw_data_t raw = {0};
	struct cpu_id_t id = {0};

	for (uint32_t i = 0; i < MAX_CPUID_LEVEL; i++)
		raw_leaf(s, i, 0, raw.basic_cpuid[i]);
	for (uint32_t i = 0; i < MAX_EXT_CPUID_LEVEL; i++)
		raw_leaf(s, ADDRESS_EXT_CPUID_START + i, 0, raw.ext_cpuid[i]);
	for (uint32_t i = 0; i < MAX_INTELFN4_LEVEL; i++)
		raw_leaf(s, 4, i, raw.intel_fn4[i]);
	for (uint32_t i = 0; i < MAX_INTELFN11_LEVEL; i++)
		raw_leaf(s, 0xb, i, raw.intel_fn11[i]);
	for (uint32_t i = 0; i < MAX_AMDFN8000001DH_LEVEL; i++)
		raw_leaf(s, 0x8000001d, i, raw.amd_fn8000001dh[i]);
	cpuid_set_warn_function(NULL);
	if (cpu_identify(&raw, &id))
		return -ENODATA;
	text_copy(out, sizeof(id.cpu_codename), id.cpu_codename);
	return 0;
}

void identity_name(struct cpu_identity *id, const struct cpuid_source *source)
{
	char name[64] = "";

	id->codename[0] = '\0';
	if (!strcmp(id->vendor, "AuthenticAMD") && id->family >= AMD_FIRST_ZEN) {
		for (size_t i = 0; i < sizeof(amd_cores) / sizeof(amd_cores[0]); i++)
			if (id->family == amd_cores[i].family &&
			    id->model >= amd_cores[i].first &&
			    id->model <= amd_cores[i].last)
				text_copy(id->codename, sizeof(id->codename),
					  amd_cores[i].name);
		return;
	}
	if (!child_compute(name_by_libcpuid, source, name, sizeof(name)) &&
	    strncmp(name, "Unknown", 7))
		text_copy(id->codename, sizeof(id->codename), name);
}
