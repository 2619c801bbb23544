/* SPDX-License-Identifier: MIT */
/*
 * Cores by family and model alone, as the kernel tells them apart
 * (arch/x86/include/asm/intel-family.h; arch/x86/kernel/cpu/amd.c, bsp_init_amd): for
 * machines of which only /proc/cpuinfo was captured, and for models that libcpuid does
 * not know, or takes for the nearest one it knows.
 */
#include "machine/identity.h"

#include <string.h>

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

/* Family 6. */
static const struct {
	int model;
	const char *name;
} intel_cores[] = {
	{0x0f, "Merom"},	   {0x17, "Penryn"},
	{0x1d, "Dunnington"},	   {0x1e, "Nehalem"},
	{0x1a, "Nehalem-EP"},	   {0x2e, "Nehalem-EX"},
	{0x25, "Westmere"},	   {0x2c, "Westmere-EP"},
	{0x2f, "Westmere-EX"},	   {0x2a, "Sandy Bridge"},
	{0x2d, "Sandy Bridge-X"},  {0x3a, "Ivy Bridge"},
	{0x3e, "Ivy Bridge-X"},	   {0x3c, "Haswell"},
	{0x3f, "Haswell-X"},	   {0x45, "Haswell-L"},
	{0x46, "Haswell-G"},	   {0x3d, "Broadwell"},
	{0x47, "Broadwell-G"},	   {0x4f, "Broadwell-X"},
	{0x56, "Broadwell-D"},	   {0x4e, "Skylake-L"},
	{0x5e, "Skylake"},	   {0x55, "Skylake-X"},
	{0x8e, "Kaby Lake-L"},	   {0x9e, "Kaby Lake"},
	{0xa5, "Comet Lake"},	   {0xa6, "Comet Lake-L"},
	{0x66, "Cannon Lake-L"},   {0x6a, "Ice Lake-X"},
	{0x6c, "Ice Lake-D"},	   {0x7d, "Ice Lake"},
	{0x7e, "Ice Lake-L"},	   {0xa7, "Rocket Lake"},
	{0x8c, "Tiger Lake-L"},	   {0x8d, "Tiger Lake"},
	{0x8f, "Sapphire Rapids"}, {0xcf, "Emerald Rapids"},
	{0xad, "Granite Rapids"},  {0xae, "Granite Rapids-D"},
	{0x8a, "Lakefield"},	   {0x97, "Alder Lake"},
	{0x9a, "Alder Lake-L"},	   {0xb7, "Raptor Lake"},
	{0xba, "Raptor Lake-P"},   {0xbf, "Raptor Lake-S"},
	{0xaa, "Meteor Lake-L"},   {0xac, "Meteor Lake"},
	{0xc5, "Arrow Lake-H"},	   {0xc6, "Arrow Lake"},
	{0xb5, "Arrow Lake-U"},	   {0xbd, "Lunar Lake"},
	{0xcc, "Panther Lake-L"},  {0xaf, "Crestmont-X (Sierra Forest)"},
	{0xb6, "Grand Ridge"},	   {0xbe, "Gracemont (Alder Lake-N)"},
	{0x5c, "Goldmont"},	   {0x5f, "Goldmont-D"},
	{0x7a, "Goldmont Plus"},   {0x86, "Tremont-D"},
	{0x96, "Tremont"},	   {0x9c, "Tremont-L"},
	{0x57, "Knights Landing"}, {0x85, "Knights Mill"},
};

/* Three generations of servers share a model (intel_cpu_models in the same header). */
static const char *skylake_x_name(int stepping)
{
	if (stepping < 0)
		return "Skylake-X or later of its model";
	return stepping >= 10  ? "Cooper Lake-X"
	       : stepping >= 5 ? "Cascade Lake-X"
			       : "Skylake-X";
}

static const char *amd_name(const struct cpu_identity *id)
{
	for (size_t i = 0; i < sizeof(amd_cores) / sizeof(amd_cores[0]); i++)
		if (id->family == amd_cores[i].family &&
		    id->model >= amd_cores[i].first && id->model <= amd_cores[i].last)
			return amd_cores[i].name;
	return "";
}

static const char *intel_name(const struct cpu_identity *id)
{
	if (id->family == 6 && id->model == 0x55)
		return skylake_x_name(id->stepping);
	for (size_t i = 0; i < sizeof(intel_cores) / sizeof(intel_cores[0]); i++)
		if (id->family == 6 && id->model == intel_cores[i].model)
			return intel_cores[i].name;
	return "";
}

void identity_name_by_model(struct cpu_identity *id)
{
	const char *name = "";

	if (!strcmp(id->vendor, "AuthenticAMD"))
		name = amd_name(id);
	else if (!strcmp(id->vendor, "GenuineIntel"))
		name = intel_name(id);
	text_copy(id->codename, sizeof(id->codename), name);
}
