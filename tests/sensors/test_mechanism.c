/* SPDX-License-Identifier: MIT */
#include "tlblab/sensors/mechanism.h"

#include <string.h>

#include "support/check.h"

static const struct mechanism_facts bare = {
	.kernel_major = 6, .kernel_minor = 1, .row = true};
static const struct mechanism_facts kvm = {.hypervisor = "KVM",
					   .kvm_pv_flush = true,
					   .kernel_major = 6,
					   .kernel_minor = 18,
					   .row = true};
static const struct mechanism_facts hyperv = {.hypervisor = "Microsoft Hv",
					      .kernel_major = 6,
					      .kernel_minor = 1,
					      .row = true};
static const struct mechanism_facts vmware = {
	.hypervisor = "VMware", .kernel_major = 6, .kernel_minor = 1, .row = true};
static const struct mechanism_facts zen = {
	.invlpgb = true, .kernel_major = 6, .kernel_minor = 15, .row = true};
static const struct mechanism_facts old_zen = {
	.invlpgb = true, .kernel_major = 6, .kernel_minor = 14, .row = true};

static const struct mechanism_seen all = {1000, 990, 0.95, 8};
static const struct mechanism_seen none = {1000, 3, 0.95, 8};
static const struct mechanism_seen few = {500, 3, 0.95, 8};
static const struct mechanism_seen starved = {1000, 3, 0.95, 8, .starved = true};
static const struct mechanism_seen busy = {1000, 990, 0.95, 8, .starved = true};
static const struct mechanism_seen narrow = {1000, 3, 0.95, 2};
static const struct mechanism_seen some = {1000, 300, 0.95, 8};
static const struct mechanism_seen uncounted = {1000, NAN, 0.95, 8};
static const struct mechanism_seen nothing_meant = {1000, 0, 0, 8};
static const struct mechanism_seen too_few = {20, 0, 0.95, 8};
static const struct mechanism_seen alone = {1000, 0, 0.95, 1};

static const struct {
	const struct mechanism_facts *facts;
	const struct mechanism_seen *seen;
	enum mechanism kind;
	bool row_applies, measured;
	const char *says;
} cases[] = {
	{&bare, NULL, MECHANISM_IPI, true, false, "interrupts"},
	{&bare, &all, MECHANISM_IPI, true, true, "0.99 interrupts"},
	{&bare, &none, MECHANISM_IPI, true, false, "idle or busy"},
	{&vmware, &none, MECHANISM_UNKNOWN, true, true, "VMware"},
	{&bare, &some, MECHANISM_IPI, true, false, ""},
	{&kvm, NULL, MECHANISM_PARAVIRT, true, false, "0x40000001"},
	{&kvm, &all, MECHANISM_PARAVIRT, true, true, "undercount"},
	{&kvm, &none, MECHANISM_PARAVIRT, true, true, "preempted"},
	{&hyperv, NULL, MECHANISM_HYPERCALL, false, false, "does not apply"},
	{&hyperv, &none, MECHANISM_HYPERCALL, false, true, "does not apply"},
	{&hyperv, &all, MECHANISM_IPI, true, true, "0.99"},
	{&zen, NULL, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &all, MECHANISM_IPI, true, true, "not in use"},
	{&zen, &none, MECHANISM_BROADCAST, false, true, "INVLPGB"},
	{&zen, &few, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &starved, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &busy, MECHANISM_IPI, true, true, "not in use"},
	{&zen, &narrow, MECHANISM_IPI, true, false, "idle or busy"},
	{&hyperv, &starved, MECHANISM_HYPERCALL, false, false, "does not apply"},
	{&old_zen, NULL, MECHANISM_IPI, true, false, "6.14"},
	{&old_zen, &none, MECHANISM_IPI, true, false, "idle or busy"},
	{&zen, &uncounted, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &nothing_meant, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &too_few, MECHANISM_UNKNOWN, true, false, "a run tells"},
	{&zen, &alone, MECHANISM_UNKNOWN, true, false, "a run tells"},
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct mechanism_verdict v;

		mechanism_judge(cases[i].facts, cases[i].seen, &v);
		if (v.kind != cases[i].kind || !strstr(v.evidence, cases[i].says))
			print_error("case %zu: %s, %s\n", i, mechanism_name[v.kind],
				    v.evidence);
		assert_int_equal(v.kind, cases[i].kind);
		assert_int_equal(v.row_applies, cases[i].row_applies);
		assert_int_equal(v.measured, cases[i].measured);
		assert_non_null(strstr(v.evidence, cases[i].says));
		assert_true(strlen(v.evidence) > 10);
		assert_true(strlen(v.evidence) < sizeof(v.evidence) - 1);
	}
}

static void test_facts(void **state)
{
	static struct machine m;
	struct mechanism_facts f;

	(void)state;
	strcpy(m.root, "/nowhere");
	strcpy(m.cpu.hypervisor_name, "Microsoft Hv");
	strcpy(m.kernel_release, "6.15.0-rc3-amd64");
	m.cpu.invlpgb = true;
	mechanism_read_facts(&m, &f);
	assert_string_equal(f.hypervisor, "Microsoft Hv");
	assert_true(f.invlpgb);
	assert_false(f.kvm_pv_flush);
	assert_false(f.row);
	assert_int_equal(f.kernel_major, 6);
	assert_int_equal(f.kernel_minor, 15);
	strcpy(m.kernel_release, "unknown");
	mechanism_read_facts(&m, &f);
	assert_int_equal(f.kernel_major, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
