/* SPDX-License-Identifier: MIT */
/* Encodings against the published event lists; needs none of these CPUs. */
#include "tlblab/sensors/walk_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <perfmon/pfmlib_perf_event.h>

#include "sensors/walk_models.h"

static const struct {
	const char *cpu;
	uint64_t config[WALK_ROLES]; /* 0: not to be had */
} published[] = {
	{"GenuineIntel-6-1A", {0, 0x208, 0, 0, 0, 0x285}},
	{"GenuineIntel-6-25", {0x408, 0x208, 0, 0, 0x485, 0x285}},
	{"GenuineIntel-6-37", {0x105, 0x40105, 0, 0, 0x205, 0x40205}},
	/* With edges counted, "at least one" is said in the counter mask. */
	{"GenuineIntel-6-57", {0x105, 0x1040105, 0, 0, 0x205, 0x1040205}},
	{"GenuineIntel-6-5C", {0x105, 0, 0, 0, 0x205, 0}},
	{"GenuineIntel-6-2A",
	 {0x408, 0x208, 0x449, 0x249, 0x485, 0x285, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-3A",
	 {0x8408, 0x8208, 0x449, 0x249, 0x485, 0x285, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-3C",
	 {0x1008, 0xe08, 0x1049, 0xe49, 0x1085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-4F",
	 {0x1008, 0xe08, 0x1049, 0xe49, 0x1085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-55-4",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-55-7",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-6A",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-8F", {0x1001012, 0xe12, 0x1001013, 0xe13, 0x1001011, 0xe11}},
	{"GenuineIntel-6-CF", {0x1001012, 0xe12, 0x1001013, 0xe13, 0x1001011, 0xe11}},
	{"AuthenticAMD-23-1", {0, 0xf045, 0, 0, 0, 0x785, 0xdf78}},
	{"AuthenticAMD-23-31", {0, 0xf045, 0, 0, 0, 0x785, 0xdf78}},
	{"AuthenticAMD-25-1", {0, 0xf045, 0, 0, 0, 0xff85, 0xff78}},
	{"AuthenticAMD-25-21", {0, 0xf045, 0, 0, 0, 0xff85, 0xff78}},
	{"AuthenticAMD-25-11", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
	{"HygonGenuine-24-1", {0, 0xf045, 0, 0, 0, 0x785, 0xdf78}},
	{"AuthenticAMD-25-61", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
	{"AuthenticAMD-26-2", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
};

/* The models of one core share its row above. */
static const struct {
	const char *cpu, *like;
} same[] = {
	{"GenuineIntel-6-1E", "GenuineIntel-6-1A"},
	{"GenuineIntel-6-2E", "GenuineIntel-6-1A"},
	{"GenuineIntel-6-2C", "GenuineIntel-6-25"},
	{"GenuineIntel-6-2F", "GenuineIntel-6-25"},
	{"GenuineIntel-6-4A", "GenuineIntel-6-37"},
	{"GenuineIntel-6-4C", "GenuineIntel-6-37"},
	{"GenuineIntel-6-5A", "GenuineIntel-6-37"},
	{"GenuineIntel-6-85", "GenuineIntel-6-57"},
	{"GenuineIntel-6-5F", "GenuineIntel-6-5C"},
	{"GenuineIntel-6-6C", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-2D", "GenuineIntel-6-2A"},
	{"GenuineIntel-6-3E-4", "GenuineIntel-6-3A"},
	{"GenuineIntel-6-3F", "GenuineIntel-6-3C"},
	{"GenuineIntel-6-45", "GenuineIntel-6-3C"},
	{"GenuineIntel-6-46", "GenuineIntel-6-3C"},
	{"GenuineIntel-6-3D", "GenuineIntel-6-4F"},
	{"GenuineIntel-6-47", "GenuineIntel-6-4F"},
	{"GenuineIntel-6-56", "GenuineIntel-6-4F"},
	{"GenuineIntel-6-4E", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-5E", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-8E-A", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-9E", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-A5", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-55", "GenuineIntel-6-55-7"},
	{"GenuineIntel-6-7E", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-8C", "GenuineIntel-6-6A"},
	{"GenuineIntel-6-A7", "GenuineIntel-6-6A"},
	{"AuthenticAMD-23-71", "AuthenticAMD-23-31"},
	{"AuthenticAMD-23-8", "AuthenticAMD-23-1"},
};

static void look_up(const char *name, struct walk_table *out)
{
	struct walk_cpu cpu;

	assert_int_equal(walk_cpu_parse(name, &cpu), 0);
	walk_events_lookup(&cpu, out);
}

static void check_event(const char *cpu, int role, const struct walk_event *e,
			uint64_t config)
{
	if (e->config != config)
		print_error("%s %s: %#lx\n", cpu, walk_role_name[role],
			    (unsigned long)e->config);
	assert_int_equal(e->config, config);
	assert_int_equal(e->known, config != 0);
	assert_non_null(e->source);
	assert_true(e->known ? e->meaning != NULL : *e->reason);
	assert_int_equal(e->known, *e->name != '\0');
	if (e->known)
		assert_int_equal(e->type, PERF_TYPE_RAW);
}

static void test_published_encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct walk_table t;

		look_up(published[i].cpu, &t);
		assert_true(t.model_known);
		assert_int_equal(t.n_pmus, 1);
		assert_string_equal(t.pmu[0].pmu, "cpu");
		for (int r = 0; r < WALK_ROLES; r++)
			check_event(published[i].cpu, r, &t.pmu[0].event[r],
				    published[i].config[r]);
	}
}

static void test_models_of_one_core_count_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct walk_table t, like;

		look_up(same[i].cpu, &t);
		look_up(same[i].like, &like);
		for (int r = 0; r < WALK_ROLES; r++)
			check_event(same[i].cpu, r, &t.pmu[0].event[r],
				    like.pmu[0].event[r].config);
	}
}

enum { ROWS_MAX = 256 };

/* Rows that name an event of libpfm4's, and whether it could be encoded anywhere. */
struct named_rows {
	int n;
	const struct walk_row *row[ROWS_MAX];
	bool encoded[ROWS_MAX];
};

static void try_row(struct named_rows *all, const char *pmu, const struct walk_row *row)
{
	struct perf_event_attr attr = {.size = sizeof(attr)};
	pfm_perf_encode_arg_t arg = {.attr = &attr, .size = sizeof(arg)};
	char name[160];
	int i = 0;

	while (i < all->n && all->row[i] != row)
		i++;
	assert_true(i < ROWS_MAX);
	all->row[i] = row;
	all->n += i == all->n;
	snprintf(name, sizeof(name), "%s::%s", pmu, row->event);
	if (pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT,
				      &arg) == PFM_SUCCESS)
		all->encoded[i] = true;
}

static void try_model(struct named_rows *all, const struct walk_model *m)
{
	for (int k = 0; k < WALK_PMUS_MAX && m->cores[k].core; k++)
		for (const struct walk_row *r = m->cores[k].core->rows;
		     r->event || r->words; r++)
			if (r->event && !r->raw && m->pfm)
				try_row(all, m->pfm, r);
}

/* On some model that has it: a core's rows are also variants of one name. */
static void test_every_name_is_one_of_libpfm4s(void **state)
{
	static const struct walk_cpu families[] = {
		{.vendor = "GenuineIntel", .family = 6},
		{.vendor = "GenuineIntel", .family = 18},
		{.vendor = "AuthenticAMD", .family = 0x17},
		{.vendor = "AuthenticAMD", .family = 0x19},
		{.vendor = "AuthenticAMD", .family = 0x1a},
		{.vendor = "HygonGenuine", .family = 0x18},
	};
	static struct named_rows all;

	(void)state;
	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	assert_int_equal(pfm_initialize(), PFM_SUCCESS);
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (int model = 0; model < 256; model++) {
			struct walk_cpu cpu = families[f];

			cpu.model = model;
			for (cpu.stepping = 0; cpu.stepping < 16; cpu.stepping += 8)
				if (walk_model_find(&cpu))
					try_model(&all, walk_model_find(&cpu));
		}
	assert_true(all.n > 30);
	for (int i = 0; i < all.n; i++)
		if (!all.encoded[i])
			fail_msg("%s is no event of libpfm4's", all.row[i]->event);
}

/* Walk cycles may be a percentage, or a sum over walks, never both. */
static void test_semantics(void **state)
{
	struct walk_table t;

	(void)state;
	look_up("GenuineIntel-6-55", &t);
	assert_int_equal(t.pmu[0].event[WALK_DTLB_LOAD_CYCLES].semantics, WALK_BUSY);
	assert_int_equal(t.pmu[0].load_pending.semantics, WALK_PENDING);
	assert_int_equal(t.pmu[0].load_pending.config, 0x1008);
	look_up("GenuineIntel-6-3A", &t);
	assert_int_equal(t.pmu[0].event[WALK_DTLB_LOAD_CYCLES].semantics, WALK_BUSY);
	assert_false(t.pmu[0].load_pending.known);
	look_up("GenuineIntel-6-AF", &t);
	assert_int_equal(t.pmu[0].event[WALK_DTLB_LOAD_CYCLES].semantics, WALK_PENDING);
	assert_int_equal(t.pmu[0].load_pending.config, 0x1008);
	look_up("AuthenticAMD-25-61", &t);
	for (int r = 0; r < WALK_ROLES; r++)
		assert_int_equal(t.pmu[0].event[r].semantics, WALK_COUNT);
}

static void test_unknown_model_gets_walk_counts_only(void **state)
{
	const struct walk_event *e;
	struct walk_table t;

	(void)state;
	look_up("GenuineIntel-6-FE", &t);
	assert_false(t.model_known);
	e = t.pmu[0].event;
	assert_false(e[WALK_DTLB_LOAD_CYCLES].known);
	assert_string_equal(e[WALK_DTLB_LOAD_CYCLES].source, "none");
	assert_non_null(strstr(e[WALK_DTLB_LOAD_CYCLES].reason,
			       "the nearest known one is GenuineIntel-6-E5"));
	assert_non_null(strstr(e[WALK_DTLB_LOAD_CYCLES].reason, "missing"));
	assert_true(e[WALK_DTLB_LOADS].known);
	assert_string_equal(e[WALK_DTLB_LOADS].source, "generic cache event");
	assert_int_equal(e[WALK_DTLB_LOADS].type, PERF_TYPE_HW_CACHE);
	assert_int_equal(e[WALK_DTLB_LOADS].config, 0x10003);
	assert_int_equal(e[WALK_DTLB_STORES].config, 0x10103);
	assert_int_equal(e[WALK_ITLBS].config, 0x10004);
	assert_int_equal(e[WALK_ITLBS].semantics, WALK_COUNT);
}

static void test_nearest_model(void **state)
{
	struct walk_table t;

	(void)state;
	look_up("AuthenticAMD-27-10", &t);
	assert_non_null(
		strstr(t.pmu[0].event[WALK_STLB_FLUSH].reason, "AuthenticAMD-26-"));
	look_up("GenuineIntel-6-3B", &t);
	assert_non_null(strstr(t.pmu[0].event[WALK_STLB_FLUSH].reason,
			       "GenuineIntel-6-3A (Ivy Bridge)"));
	look_up("CentaurHauls-7-B", &t);
	assert_non_null(strstr(t.pmu[0].event[WALK_STLB_FLUSH].reason,
			       "no model of this vendor"));
}

static void test_cpu_names(void **state)
{
	static const char *const bad[] = {"",
					  "GenuineIntel",
					  "GenuineIntel-6",
					  "GenuineIntel-6-",
					  "GenuineIntel-6-3A-",
					  "GenuineIntel-6-3A-9-1",
					  "GenuineIntel-x-3A",
					  "-6-3A",
					  "GenuineIntel-6-3Azz",
					  "GenuineIntel-4294967302-3A",
					  "GenuineIntel-6-10000003A",
					  "GenuineIntel-6-3A-100000009",
					  "GenuineIntel-6--3A",
					  "GenuineIntel-+6-3A",
					  "GenuineIntel-6- 3A",
					  "GenuineIntel-6-0x3A",
					  "GenuineIntel-271-3A",
					  "GenuineIntel-6-100",
					  "GenuineIntel-6-3A-10"};
	struct walk_cpu cpu;

	(void)state;
	assert_int_equal(walk_cpu_parse("AuthenticAMD-25-61-2", &cpu), 0);
	assert_string_equal(cpu.vendor, "AuthenticAMD");
	assert_int_equal(cpu.family, 25);
	assert_int_equal(cpu.model, 0x61);
	assert_int_equal(cpu.stepping, 2);
	assert_int_equal(walk_cpu_parse("GenuineIntel-6-CF", &cpu), 0);
	assert_int_equal(cpu.stepping, -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(walk_cpu_parse(bad[i], &cpu), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_encodings),
		cmocka_unit_test(test_models_of_one_core_count_alike),
		cmocka_unit_test(test_every_name_is_one_of_libpfm4s),
		cmocka_unit_test(test_semantics),
		cmocka_unit_test(test_nearest_model),
		cmocka_unit_test(test_unknown_model_gets_walk_counts_only),
		cmocka_unit_test(test_cpu_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
