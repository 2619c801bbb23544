/* SPDX-License-Identifier: MIT */
/* The name is right or absent: one row for each generation, and for each model that
 * several of them share. */
#include "machine/identity.h"

#include <string.h>

#include "support/check.h"

static const struct {
	const char *vendor;
	int family, model, stepping;
	const char *name;
} cpus[] = {
	{"GenuineIntel", 6, 0x8f, 8, "Sapphire Rapids"},
	{"GenuineIntel", 6, 0xcf, 2, "Emerald Rapids"},
	{"GenuineIntel", 6, 0xaa, 4, "Meteor Lake"},
	{"GenuineIntel", 6, 0x6a, 6, "Ice Lake-SP"},
	{"GenuineIntel", 6, 0xbe, 0, "Alder Lake-N (Gracemont)"},
	{"GenuineIntel", 6, 0xdd, 0, "Clearwater Forest (Darkmont)"},
	{"GenuineIntel", 6, 0x55, 4, "Skylake-X"},
	{"GenuineIntel", 6, 0x55, 7, "Cascade Lake-X"},
	{"GenuineIntel", 6, 0x55, 11, "Cooper Lake-X"},
	{"GenuineIntel", 6, 0x55, -1, "Skylake-X, Cascade Lake-X or Cooper Lake-X"},
	{"GenuineIntel", 6, 0x8e, 9, "Kaby Lake-L or Amber Lake-L"},
	{"GenuineIntel", 6, 0x8e, 11, "Whiskey Lake-L"},
	{"GenuineIntel", 6, 0x9e, 9, "Kaby Lake"},
	{"GenuineIntel", 6, 0x9e, 10, "Coffee Lake"},
	{"GenuineIntel", 6, 0x9e, -1, "Kaby Lake or Coffee Lake"},
	{"GenuineIntel", 6, 0x09, 2, "P6 (Timna)"},
	{"GenuineIntel", 6, 0x09, 5, "Banias"},
	{"GenuineIntel", 5, 0x09, 0, "Quark (Clanton)"},
	{"GenuineIntel", 6, 0x57, 1, "Knights Landing"},
	{"GenuineIntel", 6, 0x0f, 11,
	 "Core 2 (Merom, Conroe, Woodcrest, Kentsfield, Clovertown, Tigerton)"},
	{"GenuineIntel", 15, 0x04, 8,
	 "NetBurst (Prescott, Nocona, Irwindale, Smithfield, Paxville)"},
	{"GenuineIntel", 15, 0x06, 8, "NetBurst (Cedar Mill, Presler, Dempsey, Tulsa)"},
	{"GenuineIntel", 15, 0x02, 9, "NetBurst (Northwood, Gallatin, Prestonia)"},
	{"GenuineIntel", 19, 0x01, 0, "Diamond Rapids"},
	{"GenuineIntel", 6, 0xfe, 0, ""},
	{"GenuineIntel", 20, 0x01, 0, ""},
	{"AuthenticAMD", 6, 0x0a, 0, "K7 (Barton, Thorton)"},
	{"AuthenticAMD", 15, 0x6b, 1, "K8"},
	{"AuthenticAMD", 0x10, 4, 2, "K10"},
	{"AuthenticAMD", 0x15, 0x02, 0, "Piledriver"},
	{"AuthenticAMD", 0x15, 0x65, 1, "Excavator"},
	{"AuthenticAMD", 0x17, 0x08, 2, "Zen+"},
	{"AuthenticAMD", 0x17, 0x11, 0, "Zen"},
	{"AuthenticAMD", 0x17, 0x31, 0, "Zen 2"},
	{"AuthenticAMD", 0x19, 0x21, 0, "Zen 3"},
	{"AuthenticAMD", 0x19, 0x61, 2, "Zen 4"},
	{"AuthenticAMD", 0x1a, 0x44, 0, "Zen 5"},
	{"AuthenticAMD", 0x1a, 0xf0, 0, ""},
	{"HygonGenuine", 0x18, 0x01, 1, "Dhyana (Zen)"},
	{"  Shanghai  ", 7, 0x3b, 0, "LuJiaZui"},
	{"Shanghai", 7, 0x5b, 0, "YongFeng"},
	{"CentaurHauls", 6, 0x0f, 8, "Isaiah"},
	{"CyrixInstead", 6, 0x00, 0, ""},
	{"", -1, -1, -1, ""},
};

static void each_model_has_its_own_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cpus); i++) {
		struct cpu_identity id = {.family = cpus[i].family,
					  .model = cpus[i].model,
					  .stepping = cpus[i].stepping,
					  .codename = "left over"};

		strcpy(id.vendor, cpus[i].vendor);
		identity_name(&id);
		assert_string_equal(id.codename, cpus[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_model_has_its_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
