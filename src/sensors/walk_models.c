/* SPDX-License-Identifier: MIT */
/*
 * Models by CPUID family and model, since libpfm4 detects fewer than it has tables for
 * (Zen 4 at model 0x11 only). The first row that fits counts. To add a model: one row
 * here, and a core in walk_cores_*.c where no existing one fits.
 */
#include "sensors/walk_models.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ONE(core)                                                                      \
	{                                                                              \
		{                                                                      \
			"cpu", &(core)                                                 \
		}                                                                      \
	}
#define HYBRID(big, small)                                                             \
	{                                                                              \
		{"cpu_core", &(big)},                                                  \
		{                                                                      \
			"cpu_atom", &(small)                                           \
		}                                                                      \
	}
#define INTEL  "GenuineIntel"
#define AMD    "AuthenticAMD"
#define ZEN(n) "amd64_fam" n

/* clang-format off */
static const struct walk_model models[] = {
	{INTEL, 6, 0x1a, 0x1a, 0, "Nehalem", "nhm", ONE(core_nehalem)},
	{INTEL, 6, 0x1e, 0x1f, 0, "Nehalem", "nhm", ONE(core_nehalem)},
	{INTEL, 6, 0x2e, 0x2e, 0, "Nehalem EX", "nhm_ex", ONE(core_nehalem)},
	{INTEL, 6, 0x25, 0x25, 0, "Westmere", "wsm", ONE(core_westmere)},
	{INTEL, 6, 0x2c, 0x2c, 0, "Westmere DP", "wsm_dp", ONE(core_westmere)},
	{INTEL, 6, 0x2f, 0x2f, 0, "Westmere EX", "wsm", ONE(core_westmere)},
	{INTEL, 6, 0x2a, 0x2a, 0, "Sandy Bridge", "snb", ONE(core_duration)},
	{INTEL, 6, 0x2d, 0x2d, 0, "Sandy Bridge EP", "snb_ep", ONE(core_duration)},
	{INTEL, 6, 0x3a, 0x3a, 0, "Ivy Bridge", "ivb", ONE(core_duration)},
	{INTEL, 6, 0x3e, 0x3e, 0, "Ivy Bridge EP", "ivb_ep", ONE(core_duration)},
	{INTEL, 6, 0x3c, 0x3c, 0, "Haswell", "hsw", ONE(core_duration)},
	{INTEL, 6, 0x45, 0x46, 0, "Haswell", "hsw", ONE(core_duration)},
	{INTEL, 6, 0x3f, 0x3f, 0, "Haswell EP", "hsw_ep", ONE(core_duration)},
	{INTEL, 6, 0x3d, 0x3d, 0, "Broadwell", "bdw", ONE(core_duration)},
	{INTEL, 6, 0x47, 0x47, 0, "Broadwell", "bdw", ONE(core_duration)},
	{INTEL, 6, 0x4f, 0x4f, 0, "Broadwell EP", "bdw_ep", ONE(core_duration)},
	{INTEL, 6, 0x56, 0x56, 0, "Broadwell DE", "bdw_ep", ONE(core_duration)},
	{INTEL, 6, 0x4e, 0x4e, 0, "Skylake", "skl", ONE(core_active)},
	{INTEL, 6, 0x5e, 0x5e, 0, "Skylake", "skl", ONE(core_active)},
	{INTEL, 6, 0x8e, 0x8e, 0, "Kaby Lake", "skl", ONE(core_active)},
	{INTEL, 6, 0x9e, 0x9e, 0, "Kaby Lake", "skl", ONE(core_active)},
	{INTEL, 6, 0xa5, 0xa6, 0, "Comet Lake", "skl", ONE(core_active)},
	{INTEL, 6, 0x55, 0x55, 5, "Cascade Lake X", "clx", ONE(core_active)},
	{INTEL, 6, 0x55, 0x55, 0, "Skylake X", "skx", ONE(core_active)},
	{INTEL, 6, 0x7d, 0x7e, 0, "Ice Lake", "icl", ONE(core_active)},
	{INTEL, 6, 0x8c, 0x8d, 0, "Tiger Lake", "icl", ONE(core_active)},
	{INTEL, 6, 0x9d, 0x9d, 0, "Ice Lake", "icl", ONE(core_active)},
	{INTEL, 6, 0xa7, 0xa7, 0, "Rocket Lake", "icl", ONE(core_active)},
	{INTEL, 6, 0x6a, 0x6a, 0, "Ice Lake X", "icx", ONE(core_active)},
	{INTEL, 6, 0x6c, 0x6c, 0, "Ice Lake D", "icx", ONE(core_active)},
	{INTEL, 6, 0x8f, 0x8f, 0, "Sapphire Rapids", "spr", ONE(core_active)},
	{INTEL, 6, 0x37, 0x37, 0, "Silvermont", "slm", ONE(core_silvermont)},
	{INTEL, 6, 0x4a, 0x4a, 0, "Silvermont", "slm", ONE(core_silvermont)},
	{INTEL, 6, 0x4c, 0x4d, 0, "Silvermont", "slm", ONE(core_silvermont)},
	{INTEL, 6, 0x5a, 0x5a, 0, "Moorefield", "slm", ONE(core_silvermont)},
	{INTEL, 6, 0x57, 0x57, 0, "Knights Landing", "knl", ONE(core_silvermont)},
	{INTEL, 6, 0x85, 0x85, 0, "Knights Mill", "knm", ONE(core_silvermont)},
	{INTEL, 6, 0x5c, 0x5c, 0, "Goldmont", "glm", ONE(core_goldmont)},
	{INTEL, 6, 0x5f, 0x5f, 0, "Goldmont", "glm", ONE(core_goldmont)},

	{INTEL, 6, 0x7a, 0x7a, 0, "Goldmont Plus", NULL, ONE(core_goldmont_plus)},
	{INTEL, 6, 0x86, 0x86, 0, "Snow Ridge", NULL, ONE(core_tremont)},
	{INTEL, 6, 0x96, 0x96, 0, "Elkhart Lake", NULL, ONE(core_tremont)},
	{INTEL, 6, 0x9c, 0x9c, 0, "Jasper Lake", NULL, ONE(core_tremont)},
	{INTEL, 6, 0x97, 0x97, 0, "Alder Lake", NULL, HYBRID(core_golden_cove, core_gracemont)},
	{INTEL, 6, 0x9a, 0x9a, 0, "Alder Lake", NULL, HYBRID(core_golden_cove, core_gracemont)},
	{INTEL, 6, 0xbe, 0xbe, 0, "Alder Lake N", NULL, ONE(core_gracemont)},
	{INTEL, 6, 0xb7, 0xb7, 0, "Raptor Lake", NULL, HYBRID(core_golden_cove, core_gracemont)},
	{INTEL, 6, 0xba, 0xba, 0, "Raptor Lake", NULL, HYBRID(core_golden_cove, core_gracemont)},
	{INTEL, 6, 0xbf, 0xbf, 0, "Raptor Lake", NULL, HYBRID(core_golden_cove, core_gracemont)},
	{INTEL, 6, 0xaa, 0xaa, 0, "Meteor Lake", NULL, HYBRID(core_golden_cove, core_crestmont)},
	{INTEL, 6, 0xac, 0xac, 0, "Meteor Lake", NULL, HYBRID(core_golden_cove, core_crestmont)},
	{INTEL, 6, 0xb5, 0xb5, 0, "Arrow Lake U", NULL, HYBRID(core_golden_cove, core_crestmont)},
	{INTEL, 6, 0xbd, 0xbd, 0, "Lunar Lake", NULL, HYBRID(core_golden_cove, core_skymont)},
	{INTEL, 6, 0xc5, 0xc5, 0, "Arrow Lake H", NULL,
	 {{"cpu_core", &core_golden_cove}, {"cpu_atom", &core_skymont},
	  {"cpu_lowpower", &core_crestmont}}},
	{INTEL, 6, 0xc6, 0xc6, 0, "Arrow Lake", NULL, HYBRID(core_golden_cove, core_skymont)},
	{INTEL, 6, 0xcc, 0xcc, 0, "Panther Lake", NULL, HYBRID(core_golden_cove, core_darkmont)},
	{INTEL, 6, 0xd5, 0xd5, 0, "Panther Lake", NULL, HYBRID(core_golden_cove, core_darkmont)},
	{INTEL, 6, 0xe5, 0xe5, 0, "Panther Lake", NULL, HYBRID(core_golden_cove, core_darkmont)},
	{INTEL, 6, 0xcf, 0xcf, 0, "Emerald Rapids", NULL, ONE(core_golden_cove)},
	{INTEL, 6, 0xad, 0xae, 0, "Granite Rapids", NULL, ONE(core_golden_cove)},
	{INTEL, 6, 0xaf, 0xaf, 0, "Sierra Forest", NULL, ONE(core_crestmont)},
	{INTEL, 6, 0xb6, 0xb6, 0, "Grand Ridge", NULL, ONE(core_crestmont)},
	{INTEL, 6, 0xdd, 0xdd, 0, "Clearwater Forest", NULL, ONE(core_darkmont)},
	{INTEL, 18, 0x01, 0x01, 0, "Nova Lake", NULL, HYBRID(core_golden_cove, core_arctic_wolf)},
	{INTEL, 18, 0x03, 0x03, 0, "Nova Lake", NULL, HYBRID(core_golden_cove, core_arctic_wolf)},

	{AMD, 0x17, 0x00, 0x2f, 0, "Zen", ZEN("17h_zen1"), ONE(core_zen1)},
	{AMD, 0x17, 0x50, 0x5f, 0, "Zen", ZEN("17h_zen1"), ONE(core_zen1)},
	{AMD, 0x17, 0x30, 0xff, 0, "Zen 2", ZEN("17h_zen2"), ONE(core_zen1)},
	{AMD, 0x19, 0x00, 0x0f, 0, "Zen 3", ZEN("19h_zen3"), ONE(core_zen3)},
	{AMD, 0x19, 0x20, 0x5f, 0, "Zen 3", ZEN("19h_zen3"), ONE(core_zen3)},
	{AMD, 0x19, 0x10, 0xff, 0, "Zen 4", ZEN("19h_zen4"), ONE(core_zen4)},
	{AMD, 0x1a, 0x00, 0x2f, 0, "Zen 5", NULL, ONE(core_zen5)},
	{AMD, 0x1a, 0x40, 0x4f, 0, "Zen 5", NULL, ONE(core_zen5)},
	{AMD, 0x1a, 0x60, 0x7f, 0, "Zen 5", NULL, ONE(core_zen5)},
	{AMD, 0x1a, 0x30, 0xff, 0, "Zen 6", NULL, ONE(core_zen6)},
	{"HygonGenuine", 0x18, 0x00, 0xff, 0, "Dhyana", ZEN("17h_zen1"), ONE(core_zen1)},
};
/* clang-format on */

enum { MODELS = sizeof(models) / sizeof(models[0]) };

const struct walk_model *walk_model_find(const struct walk_cpu *cpu)
{
	for (int i = 0; i < MODELS; i++) {
		const struct walk_model *m = &models[i];

		if (!strcmp(m->vendor, cpu->vendor) && m->family == cpu->family &&
		    cpu->model >= m->model_low && cpu->model <= m->model_high &&
		    (cpu->stepping < 0 || cpu->stepping >= m->stepping_low))
			return m;
	}
	return NULL;
}

static long distance(const struct walk_model *m, const struct walk_cpu *cpu)
{
	long family = labs((long)m->family - cpu->family);
	long model = cpu->model < m->model_low	  ? m->model_low - cpu->model
		     : cpu->model > m->model_high ? cpu->model - m->model_high
						  : 0;

	/* Of another family, models say nothing; within one, at most 256 of them. */
	return family ? family * 65536 : model;
}

const struct walk_model *walk_model_nearest(const struct walk_cpu *cpu)
{
	const struct walk_model *nearest = NULL;
	long least = LONG_MAX;

	for (int i = 0; i < MODELS; i++) {
		if (strcmp(models[i].vendor, cpu->vendor))
			continue;
		if (distance(&models[i], cpu) < least) {
			nearest = &models[i];
			least = distance(nearest, cpu);
		}
	}
	return nearest;
}
