/* SPDX-License-Identifier: MIT */
/*
 * What real CPUs say of their TLBs. The dumps hold published register values; the
 * expectations were worked out from the vendors' manuals.
 */
#include "tlblab/machine/tlb_geometry.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/machine/machine.h"

static const struct model {
	const char *dump, *perf_id, *codename;
	const char *tlbs, *efficient;
} models[] = {
	{"core2-conroe", "GenuineIntel-6-F-6",
	 "Core 2 (Merom, Conroe, Woodcrest, Kentsfield, Clovertown, Tigerton)",
	 "L1 instruction, 2 MiB, 8 entries, 4-way\n"
	 "L1 instruction, 4 MiB, 4 entries, 4-way\n"
	 "L1 instruction, 4 KiB, 128 entries, 4-way\n"
	 "L2 data, 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 4 KiB, 16 entries, 4-way\n"
	 "L1 data, 4 MiB, 16 entries, 4-way\n"
	 "L2 data, 4 KiB, 256 entries, 4-way\n",
	 NULL},
	{"nehalem-bloomfield", "GenuineIntel-6-1A-4",
	 "Nehalem-EP (Bloomfield, Gainestown)",
	 "L1 data, 2 MiB + 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 4 KiB, 64 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 7 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 64 entries, 4-way\n"
	 "L2 unified, 4 KiB, 512 entries, 4-way\n",
	 NULL},
	{"ivy-bridge", "GenuineIntel-6-3A-9", "Ivy Bridge",
	 "L1 data, 2 MiB + 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 4 KiB, 64 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 8 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 128 entries, 4-way\n"
	 "L2 unified, 4 KiB, 512 entries, 4-way\n",
	 NULL},
	{"haswell", "GenuineIntel-6-3C-3", "Haswell",
	 "L1 data, 2 MiB + 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 1 GiB, 4 entries, 4-way\n"
	 "L1 data, 4 KiB, 64 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 8 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 64 entries, 8-way\n"
	 "L2 unified, 4 KiB + 2 MiB, 1024 entries, 8-way\n",
	 NULL},
	{"skylake", "GenuineIntel-6-5E-3", "Skylake",
	 "L1 data, 2 MiB + 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 1 GiB, 4 entries, 4-way\n"
	 "L1 data, 4 KiB, 64 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 8 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 128 entries, 8-way\n"
	 "L2 unified, 4 KiB + 2 MiB, 1536 entries, 6-way\n"
	 "L2 unified, 1 GiB, 16 entries, 4-way\n",
	 NULL},
	{"cascade-lake", "GenuineIntel-6-55-6", "Cascade Lake-X",
	 "L1 data, 2 MiB + 4 MiB, 32 entries, 4-way\n"
	 "L1 data, 1 GiB, 4 entries, 4-way\n"
	 "L1 data, 4 KiB, 64 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 8 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 64 entries, 8-way\n"
	 "L2 unified, 4 KiB + 2 MiB, 1536 entries, 6-way\n"
	 "L2 unified, 1 GiB, 16 entries, 4-way\n",
	 NULL},
	{"alder-lake-hybrid", "GenuineIntel-6-97-2", "Alder Lake",
	 "L1 instruction, 4 KiB, 256 entries, 8-way, shared by 2 threads\n"
	 "L1 instruction, 2 MiB + 4 MiB, 32 entries, 8-way, shared by 2 threads\n"
	 "L1 store, 4 KiB + 2 MiB + 4 MiB + 1 GiB, 16 entries, fully associative, shared by 2 threads\n"
	 "L1 load, 4 KiB, 64 entries, 4-way, shared by 2 threads\n"
	 "L1 load, 2 MiB + 4 MiB, 32 entries, 4-way, shared by 2 threads\n"
	 "L1 load, 1 GiB, 8 entries, fully associative, shared by 2 threads\n"
	 "L2 unified, 4 KiB + 2 MiB + 4 MiB, 1024 entries, 8-way, shared by 2 threads\n"
	 "L2 unified, 4 KiB + 1 GiB, 1024 entries, 8-way, shared by 2 threads\n",
	 "L1 data, 4 KiB, 48 entries, fully associative\n"
	 "L2 unified, 4 KiB + 2 MiB, 2048 entries, 4-way\n"
	 "L1 instruction, 4 KiB, 64 entries, fully associative\n"
	 "L2 unified, 1 GiB, 8 entries, fully associative\n"},
	{"k7-athlon", "AuthenticAMD-6-2-2", "K7 (Pluto, Orion)",
	 "L1 data, 4 KiB, 24 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 16 entries, fully associative\n"
	 "L1 data, 2 MiB + 4 MiB, 8 entries, 4-way\n"
	 "L1 instruction, 2 MiB + 4 MiB, 8 entries, fully associative\n"
	 "L2 data, 4 KiB, 256 entries, 4-way\n"
	 "L2 instruction, 4 KiB, 256 entries, 4-way\n",
	 NULL},
	{"k10-deneb", "AuthenticAMD-16-4-2", "K10",
	 "L1 data, 4 KiB, 48 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 32 entries, fully associative\n"
	 "L1 data, 2 MiB + 4 MiB, 48 entries, fully associative\n"
	 "L1 instruction, 2 MiB + 4 MiB, 16 entries, fully associative\n"
	 "L2 data, 4 KiB, 512 entries, 4-way\n"
	 "L2 instruction, 4 KiB, 512 entries, 4-way\n"
	 "L2 data, 2 MiB + 4 MiB, 128 entries, 2-way\n"
	 "L1 data, 1 GiB, 48 entries, fully associative\n"
	 "L2 data, 1 GiB, 16 entries, 8-way\n",
	 NULL},
	{"piledriver-vishera", "AuthenticAMD-21-2-0", "Piledriver",
	 "L1 data, 4 KiB, 64 entries, fully associative\n"
	 "L1 instruction, 4 KiB, 48 entries, fully associative\n"
	 "L1 data, 2 MiB + 4 MiB, 64 entries, fully associative\n"
	 "L1 instruction, 2 MiB + 4 MiB, 24 entries, fully associative\n"
	 "L2 data, 4 KiB, 1024 entries, 8-way\n"
	 "L2 instruction, 4 KiB, 512 entries, 4-way\n"
	 "L2 data, 2 MiB + 4 MiB, 1024 entries, 8-way\n"
	 "L2 instruction, 2 MiB + 4 MiB, 1024 entries, 8-way\n"
	 "L1 data, 1 GiB, 64 entries, fully associative\n"
	 "L1 instruction, 1 GiB, 24 entries, fully associative\n"
	 "L2 data, 1 GiB, 1024 entries, 8-way\n"
	 "L2 instruction, 1 GiB, 1024 entries, 8-way\n",
	 NULL},
	{"zen1-summit-ridge", "AuthenticAMD-23-1-1", "Zen",
	 "L1 data, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 data, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 4 KiB, 1536 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 instruction, 4 KiB, 1024 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 data, 2 MiB + 4 MiB, 1536 entries, 2-way, shared by 2 threads\n"
	 "L2 instruction, 2 MiB + 4 MiB, 1024 entries, 8- to 15-way, shared by 2 threads\n"
	 "L1 data, 1 GiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 1 GiB, 64 entries, fully associative, shared by 2 threads\n",
	 NULL},
	{"zen2-matisse", "AuthenticAMD-23-71-0", "Zen 2",
	 "L1 data, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 data, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 4 KiB, 2048 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 instruction, 4 KiB, 1024 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 data, 2 MiB + 4 MiB, 2048 entries, 4- to 5-way, shared by 2 threads\n"
	 "L2 instruction, 2 MiB + 4 MiB, 1024 entries, 8- to 15-way, shared by 2 threads\n"
	 "L1 data, 1 GiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 1 GiB, 64 entries, fully associative, shared by 2 threads\n",
	 NULL},
	{"zen3-vermeer", "AuthenticAMD-25-21-2", "Zen 3",
	 "L1 data, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 data, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 4 KiB, 2048 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 instruction, 4 KiB, 512 entries, 4- to 5-way, shared by 2 threads\n"
	 "L2 data, 2 MiB + 4 MiB, 2048 entries, 4- to 5-way, shared by 2 threads\n"
	 "L2 instruction, 2 MiB + 4 MiB, 512 entries, 2-way, shared by 2 threads\n"
	 "L1 data, 1 GiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 1 GiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 1 GiB, 64 entries, fully associative, shared by 2 threads\n",
	 NULL},
	{"zen4-raphael", "AuthenticAMD-25-61-2", "Zen 4",
	 "L1 data, 4 KiB, 72 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 4 KiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L1 data, 2 MiB + 4 MiB, 72 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 2 MiB + 4 MiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 4 KiB, 3072 entries, 8- to 15-way, shared by 2 threads\n"
	 "L2 instruction, 4 KiB, 512 entries, 4- to 5-way, shared by 2 threads\n"
	 "L2 data, 2 MiB + 4 MiB, 3072 entries, 6- to 7-way, shared by 2 threads\n"
	 "L2 instruction, 2 MiB + 4 MiB, 512 entries, 2-way, shared by 2 threads\n"
	 "L1 data, 1 GiB, 72 entries, fully associative, shared by 2 threads\n"
	 "L1 instruction, 1 GiB, 64 entries, fully associative, shared by 2 threads\n"
	 "L2 data, 1 GiB, 64 entries, fully associative, shared by 2 threads\n",
	 NULL},
};

static const char *levels_text(const struct tlb_geometry *g)
{
	static char out[4096];
	int length = 0;

	out[0] = '\0';
	for (int i = 0; i < g->n_levels; i++) {
		char line[160];

		length += snprintf(out + length, sizeof(out) - length, "%s\n",
				   tlb_level_text(&g->levels[i], line, sizeof(line)));
	}
	return out;
}

/* Static: a struct machine is large. */
static struct machine *read_model(const char *dump)
{
	static struct machine m;
	struct error error;
	char path[128];

	snprintf(path, sizeof(path), "tests/fixtures/machine/cpuid/%s.txt", dump);
	assert_int_equal(machine_read_cpuid_dump(&m, path, &error), 0);
	return &m;
}

static void real_cpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		const struct machine *m = read_model(models[i].dump);

		assert_string_equal(m->cpu.perf_id, models[i].perf_id);
		assert_string_equal(m->cpu.codename, models[i].codename);
		assert_string_equal(levels_text(&m->tlb[0]), models[i].tlbs);
		assert_int_equal(m->n_tlb, models[i].efficient ? 2 : 1);
		if (models[i].efficient)
			assert_string_equal(levels_text(&m->tlb[1]),
					    models[i].efficient);
	}
}

static void a_hybrid_tells_its_kinds_apart(void **state)
{
	const struct machine *m = read_model("alder-lake-hybrid");

	(void)state;
	assert_int_equal(m->tlb[0].core, CORE_PERFORMANCE);
	assert_int_equal(m->tlb[1].core, CORE_EFFICIENT);
	assert_int_equal(m->tlb[0].n_could_not_tell, 0);
	assert_string_equal(m->tlb[0].levels[7].source, "CPUID 0x18.8");
	assert_int_equal(read_model("skylake")->tlb[0].core, CORE_UNKNOWN);
}

static void reach_is_the_outermost_level(void **state)
{
	const struct machine *m = read_model("alder-lake-hybrid");

	(void)state;
	/* Two halves of 1,024, and 4 KiB pages may use both. */
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_4K), 2048);
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_2M), 1024);
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_1G), 1024);
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[1], TLB_PAGE_1G), 8);
	m = read_model("zen4-raphael");
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_4K), 3072);
	m = read_model("ivy-bridge");
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_2M), 32);
	assert_int_equal(tlb_geometry_data_entries(&m->tlb[0], TLB_PAGE_1G), 0);
}

static void put(struct cpuid_dump *d, uint32_t leaf, uint32_t subleaf, uint32_t eax,
		uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	const struct cpuid_regs regs = {eax, ebx, ecx, edx};

	assert_int_equal(cpuid_dump_put(d, leaf, subleaf, &regs), 0);
}

static void put_intel(struct cpuid_dump *d)
{
	d->n = 0;
	put(d, 0, 0, 0x1f, 0x756e6547, 0x6c65746e, 0x49656e69);
}

static void put_amd(struct cpuid_dump *d)
{
	d->n = 0;
	put(d, 0, 0, 0x10, 0x68747541, 0x444d4163, 0x69746e65);
	put(d, 1, 0, 0x00a20f12, 0, 0, 0);
}

static void decode(const struct cpuid_dump *d, struct tlb_geometry *g)
{
	const struct cpuid_source source = cpuid_dump_source(d);

	tlb_geometry_decode(g, &source);
}

/* Is there a doubt that holds these words? */
static bool doubts(const struct tlb_geometry *g, const char *words)
{
	for (int i = 0; i < g->n_could_not_tell; i++)
		if (strstr(g->could_not_tell[i], words))
			return true;
	return false;
}

static void nonsense_becomes_words(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	decode(&d, &g);
	assert_true(doubts(&g, "no CPUID leaf 0"));

	put(&d, 0, 0, 1, 0x746e6543, 0x736c7561, 0x48727561);
	decode(&d, &g);
	assert_true(doubts(&g, "vendor \"CentaurHauls\""));
	assert_int_equal(g.n_levels, 0);

	put_intel(&d);
	decode(&d, &g);
	assert_true(doubts(&g, "describe no TLB"));

	/* Type 31; 2^32 - 1 sets; no entries at all; one that is fine; level 0; and for
	 * pages of no size. */
	put(&d, 0x18, 0, 6, 0, 0, 0);
	put(&d, 0x18, 1, 0, 0x00040001, 16, 0x3f);
	put(&d, 0x18, 2, 0, 0xffff0001, 0xffffffff, 0x21);
	put(&d, 0x18, 3, 0, 0x00000001, 16, 0x21);
	put(&d, 0x18, 4, 0, 0x00040001, 16, 0x21);
	put(&d, 0x18, 5, 0, 0x00040001, 16, 0x01);
	put(&d, 0x18, 6, 0, 0x00040000, 16, 0x21);
	decode(&d, &g);
	assert_string_equal(levels_text(&g), "L1 data, 4 KiB, 64 entries, 4-way\n");
	assert_int_equal(g.n_could_not_tell, 5);
	assert_true(doubts(&g, "0x18.2 describes a TLB of type 1"));
	assert_true(doubts(&g, "0x18.5 describes a TLB of level 0"));
	assert_true(
		doubts(&g, "0x18.6 describes a TLB of level 1 for pages of no size"));

	put(&d, 0x18, 0, 0xffffffff, 0, 0, 0);
	decode(&d, &g);
	assert_int_equal(g.n_levels, 1);
	assert_true(doubts(&g, "claims 4294967295 subleaves"));
}

static void leaf_2_has_empty_registers_and_strange_bytes(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	put_intel(&d);
	/* EBX is marked empty; 0x99 is in no table; AL is no descriptor. */
	put(&d, 2, 0, 0x00990301, 0x83030303, 0, 0);
	decode(&d, &g);
	assert_string_equal(levels_text(&g), "L1 data, 4 KiB, 64 entries, 4-way\n");
	assert_true(doubts(&g, "descriptor 0x99"));
	assert_true(doubts(&g, "which threads share"));
	assert_string_equal(g.levels[0].source, "CPUID 2 (0x03)");
}

/* libcpuid keeps only subleaf 0 of leaf 0x18. */
static void a_dump_without_the_subleaves_says_so(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	put_intel(&d);
	put(&d, 2, 0, 0x00feff01, 0xf0, 0, 0);
	put(&d, 0x18, 0, 8, 0, 0, 0);
	decode(&d, &g);
	assert_int_equal(g.n_levels, 0);
	assert_true(doubts(&g, "subleaves 1 to 8 that this dump leaves out"));
	assert_true(doubts(&g, "refers to leaf 0x18"));
}

static void too_many_tlbs_are_cut_with_a_word(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	put_intel(&d);
	put(&d, 0x18, 0, 63, 0, 0, 0);
	for (uint32_t i = 1; i < 64; i++)
		put(&d, 0x18, i, 0, 0x00040001, 16, 0x21);
	decode(&d, &g);
	assert_int_equal(g.n_levels, TLB_LEVELS_MAX);
	assert_true(doubts(&g, "the rest was left out"));
}

static void an_amd_l2_can_be_unified(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	put_amd(&d);
	put(&d, 0x80000006, 0, 0, 0x00004200, 0, 0);
	decode(&d, &g);
	assert_string_equal(levels_text(&g),
			    "L2 unified, 4 KiB, 512 entries, 4- to 5-way\n");
	assert_int_equal(g.levels[0].shared_threads, 0);
	assert_true(doubts(&g, "which threads share"));
}

static void a_hypervisor_is_not_trusted(void **state)
{
	static struct cpuid_dump d;
	struct tlb_geometry g;

	(void)state;
	put_amd(&d);
	put(&d, 1, 0, 0x00a20f12, 0, 1u << 31, 0);
	put(&d, 0x80000005, 0, 0, 0xff40ff40, 0, 0);
	put(&d, 0x8000001e, 0, 0, 0x00000100, 0, 0);
	decode(&d, &g);
	assert_int_equal(g.n_levels, 2);
	assert_int_equal(g.levels[0].shared_threads, 2);
	assert_true(doubts(&g, "hypervisor"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_cpus),
		cmocka_unit_test(a_hybrid_tells_its_kinds_apart),
		cmocka_unit_test(reach_is_the_outermost_level),
		cmocka_unit_test(nonsense_becomes_words),
		cmocka_unit_test(leaf_2_has_empty_registers_and_strange_bytes),
		cmocka_unit_test(a_dump_without_the_subleaves_says_so),
		cmocka_unit_test(too_many_tlbs_are_cut_with_a_word),
		cmocka_unit_test(an_amd_l2_can_be_unified),
		cmocka_unit_test(a_hypervisor_is_not_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
