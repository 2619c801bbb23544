/* SPDX-License-Identifier: MIT */
/*
 * Every environment in which a flush travels its own way: what the machine says of
 * itself, and what is then counted of one initiator with its receivers, on a quiet
 * machine and on a disturbed one. None is called "ipi" before interrupts were counted.
 */
#include "tlblab/sensors/mechanism.h"

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/machine/cpuid.h"

#define LINUX(major, minor) .kernel_major = (major), .kernel_minor = (minor)
#define ROW(tlb, cal)	    .row = true, .row_since_boot = (tlb), .calls_since_boot = (cal)
#define NO_ROW(why)	    .row_since_boot = NAN, .calls_since_boot = NAN, .why_no_row = (why)
#define UNTRACED	    .sent = NAN, .local = NAN, .received = NAN
#define TRACED(ops, reason4, reason3, reason1)                                         \
	.traced_ops = (ops), .sent = (reason4), .local = (reason3),                    \
	.received = (reason1)

struct environment {
	const char *name;
	struct mechanism_facts facts;
	bool row_before; /* whether the row is drawn before anything was measured */
	enum mechanism before;
	struct mechanism_seen quiet, disturbed;
	enum mechanism kind; /* measured, of both */
	bool row_applies;
	const char *says; /* in both evidences */
};

static const struct environment environments[] = {
	{
		.name = "bare Intel",
		.facts = {.cpus = 8, LINUX(6, 1), ROW(51234, 60011)},
		.row_before = true,
		.quiet = {10000, 9990, 0.95, 2, 1, 0, TRACED(1200, 1201, 1200, 1199)},
		.disturbed = {10000, 3100, 0.95, 2, 0.4, NAN,
			      TRACED(1200, 1201, 1200, 402), .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "interrupts per op counted",
	},
	{
		.name = "AMD without INVLPGB, no privilege",
		.facts = {.cpus = 16, LINUX(6, 18), ROW(90210, 100000)},
		.row_before = true,
		.quiet = {10000, 30100, 2.9, 4, 1, NAN, UNTRACED},
		.disturbed = {10000, 9000, 2.9, 4, 0.3, NAN, UNTRACED,
			      .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "interrupts per op counted",
	},
	{
		.name = "VMware",
		.facts = {.hypervisor = "VMware",
			  .cpus = 2,
			  LINUX(6, 1),
			  ROW(900, 4000)},
		.row_before = true,
		.quiet = {5000, 4990, 0.95, 2, 1, 0, TRACED(600, 601, 600, 599)},
		.disturbed = {5000, 1200, 0.95, 2, 0.6, 0.3, UNTRACED,
			      .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "interrupts per op counted",
	},
	{
		.name = "KVM with its paravirtual flush",
		.facts = {.hypervisor = "KVM",
			  .said = "kvm-guest: KVM setup pv remote TLB flush",
			  .kvm_pv_flush = true,
			  .cpus = 2,
			  LINUX(6, 18),
			  ROW(974870, 1029289)},
		.row_before = true,
		.quiet = {10000, 9700, 0.95, 2, 1, 0, TRACED(1200, 1201, 1200, 1190)},
		.disturbed = {10000, 1900, 0.95, 2, 0.6, 0.3,
			      TRACED(1200, 1201, 1200, 230), .preemptions = 200},
		.kind = MECHANISM_PARAVIRT,
		.row_applies = true,
		.says = "undercount",
	},
	{
		.name = "INVLPGB on eight CPUs",
		.facts = {.invlpgb = true, .cpus = 8, LINUX(6, 15), ROW(4011, 9000)},
		.row_before = true,
		.quiet = {10000, 3, 6.65, 8, 1, 0, TRACED(1200, 0, 0, 0)},
		.disturbed = {10000, 900, 6.65, 8, 0.4, NAN, TRACED(1200, 2, 3, 9),
			      .preemptions = 200},
		.kind = MECHANISM_BROADCAST,
		.says = "INVLPGB",
	},
	{
		.name = "INVLPGB on eight CPUs, no privilege",
		.facts = {.invlpgb = true, .cpus = 8, LINUX(7, 0), ROW(4011, 9000)},
		.row_before = true,
		.quiet = {10000, 3, 6.65, 8, 1, NAN, UNTRACED},
		.disturbed = {10000, 900, 6.65, 8, 0.4, NAN, UNTRACED,
			      .preemptions = 200},
		.kind = MECHANISM_BROADCAST,
		.says = "INVLPGB",
	},
	{
		.name = "INVLPGB on two of its CPUs",
		.facts = {.invlpgb = true, .cpus = 8, LINUX(6, 15), ROW(4011, 9000)},
		.row_before = true,
		.quiet = {10000, 9900, 0.95, 2, 1, 0, TRACED(1200, 1200, 1200, 1188)},
		.disturbed = {10000, 2900, 0.95, 2, 0.5, NAN, UNTRACED,
			      .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "not in use",
	},
	{
		.name = "Hyper-V",
		.facts = {.hypervisor = "Microsoft Hv",
			  .own_flush = true,
			  .cpus = 4,
			  LINUX(6, 1),
			  ROW(16, 131755)},
		.quiet = {5000, 0, 2.85, 4, 1, 0, TRACED(600, 0, 0, 0)},
		.disturbed = {5000, 2, 2.85, 4, 0.3, 0.4, TRACED(600, 0, 4, 0),
			      .preemptions = 200},
		.kind = MECHANISM_HYPERCALL,
		.says = "Microsoft Hv makes the flush",
	},
	{
		.name = "WSL2, no privilege",
		.facts = {.hypervisor = "Microsoft Hv",
			  .own_flush = true,
			  .cpus = 8,
			  LINUX(6, 6),
			  ROW(0, 52000)},
		.quiet = {5000, 0, 0.95, 2, 1, NAN, UNTRACED},
		.disturbed = {5000, 0, 0.95, 2, 0.1, NAN, UNTRACED, .preemptions = 200},
		.kind = MECHANISM_HYPERCALL,
		.says = "to be expected",
	},
	{
		.name = "Xen PV",
		.facts = {.hypervisor = "Xen",
			  .own_flush = true,
			  .cpus = 2,
			  LINUX(6, 1),
			  ROW(0, 8000)},
		.quiet = {5000, 0, 0.95, 2, 1, 0, TRACED(600, 0, 0, 0)},
		.disturbed = {5000, 0, 0.95, 2, 0.4, 0.3, TRACED(600, 0, 0, 0),
			      .preemptions = 200},
		.kind = MECHANISM_HYPERCALL,
		.says = "Xen makes the flush",
	},
	{
		/* CAL may sit in Xen's own rows: then it is 0. */
		.name = "Xen PVH",
		.facts = {.hypervisor = "Xen", .cpus = 2, LINUX(6, 1), ROW(700, 0)},
		.row_before = true,
		.quiet = {5000, 4900, 0.95, 2, 1, 0, TRACED(600, 600, 600, 590)},
		.disturbed = {5000, 1500, 0.95, 2, 0.5, 0.2, UNTRACED,
			      .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "interrupts per op counted",
	},
	{
		.name = "PVM, its log readable",
		.facts = {.hypervisor = "PVM",
			  .said = "pvm-pv: remote TLB flushes via "
				  "PVM_HC_FLUSH_TLB_MULTI",
			  .own_flush = true,
			  .cpus = 2,
			  LINUX(6, 18),
			  ROW(0, 516001)},
		.quiet = {2000, 0, 0.95, 2, 1, 0, TRACED(1700, 1700, 1700, 0)},
		.disturbed = {2000, 0, 0.95, 2, 0.4, 0.3, TRACED(1700, 1700, 1690, 0),
			      .preemptions = 200},
		.kind = MECHANISM_HYPERCALL,
		.says = "1.00 flush requests per op sent and none received",
	},
	{
		.name = "PVM that user space takes for bhyve, two initiators",
		.facts = {.hypervisor = "bhyve",
			  .cpus = 2,
			  LINUX(6, 18),
			  ROW(0, 516001)},
		.quiet = {2000, 0, 0.95, 2, 1, NAN, TRACED(1700, 1700, 200, 0)},
		.disturbed = {2000, 0, 0.95, 2, 0.4, NAN, UNTRACED, .preemptions = 200},
		.kind = MECHANISM_HYPERCALL,
		.says = "bhyve makes the flush",
	},
	{
		.name = "QEMU in software",
		.facts = {.hypervisor = "QEMU TCG",
			  .emulated = true,
			  .cpus = 2,
			  LINUX(6, 1),
			  ROW(60, 400)},
		.row_before = true,
		.quiet = {400, 395, 0.95, 2, 1, 0, TRACED(200, 200, 200, 199)},
		.disturbed = {400, 100, 0.95, 2, 0.5, 0, TRACED(200, 200, 200, 60),
			      .preemptions = 200},
		.kind = MECHANISM_IPI,
		.row_applies = true,
		.says = "emulator's",
	},
};

static void judge(const struct environment *e, const struct mechanism_seen *seen,
		  struct mechanism_verdict *v)
{
	mechanism_judge(&e->facts, seen, v);
	assert_true(strlen(v->evidence) > 10);
	assert_true(strlen(v->evidence) < sizeof(v->evidence) - 1);
}

static void assert_measured(const struct environment *e,
			    const struct mechanism_seen *seen, const char *how)
{
	struct mechanism_verdict v;

	judge(e, seen, &v);
	if (v.kind != e->kind || !strstr(v.evidence, e->says) || !v.measured)
		print_error("%s, %s: %s, %s\n", e->name, how, mechanism_name[v.kind],
			    v.evidence);
	assert_int_equal(v.kind, e->kind);
	assert_true(v.measured);
	assert_int_equal(v.row_applies, e->row_applies);
	assert_non_null(strstr(v.evidence, e->says));
}

static void every_environment_is_judged_by_its_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(environments); i++) {
		assert_measured(&environments[i], &environments[i].quiet, "quiet");
		assert_measured(&environments[i], &environments[i].disturbed,
				"disturbed");
	}
}

static void before_anything_was_measured_it_is_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(environments); i++) {
		const struct environment *e = &environments[i];
		struct mechanism_verdict v;

		judge(e, NULL, &v);
		if (v.row_applies != e->row_before)
			print_error("%s: %s\n", e->name, v.evidence);
		assert_int_equal(v.kind, MECHANISM_UNKNOWN);
		assert_int_equal(v.row_applies, e->row_before);
		assert_false(v.measured);
	}
}

/* Too little, too few CPUs, receivers that may not have run: nothing is concluded, and
 * above all not from silence. */
static void what_tells_nothing_stays_unknown(void **state)
{
	static const struct mechanism_seen vague[] = {
		{50, 0, 0.95, 2, 1, 0, UNTRACED},
		{10000, 0, 0, 2, 1, 0, UNTRACED},
		{10000, 0, 0, 2, 1, 0, TRACED(1000, 1000, 1000, 0)},
		{10000, 0, 0.95, 1, 1, 0, UNTRACED},
		{10000, 0, 0.95, 2, NAN, 0, UNTRACED},
		{10000, 0, 0.95, 2, NAN, 0, TRACED(1000, 1000, 1000, 0)},
		{10000, 0, 0.95, 2, 0.005, 0, UNTRACED},
		{10000, 700, 0.95, 2, 1, 0, UNTRACED},
		{10000, NAN, 0.95, 2, 1, 0, UNTRACED},
		{10000, -20, 0, 2, 1, 0, UNTRACED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(environments); i++)
		for (size_t k = 0; k < COUNT_OF(vague); k++) {
			struct mechanism_verdict v;

			judge(&environments[i], &vague[k], &v);
			if (v.kind != MECHANISM_UNKNOWN)
				print_error("%s, %zu: %s\n", environments[i].name, k,
					    v.evidence);
			assert_int_equal(v.kind, MECHANISM_UNKNOWN);
			assert_false(v.measured);
			assert_int_equal(v.row_applies, environments[i].row_before);
		}
}

/* On a busy machine two threads may take turns for a while: few preemptions, and no
 * moment at which both ran for sure. */
static void taking_turns_is_no_silence(void **state)
{
	static const struct mechanism_facts bare = {
		.cpus = 2, LINUX(6, 18), ROW(974870, 1029289)};
	struct mechanism_seen seen = {4140,
				      0,
				      0.95,
				      2,
				      0.11,
				      0,
				      TRACED(4140, 4140, 4140, 0),
				      .preemptions = 6};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_UNKNOWN);
	seen.preemptions = 200;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_BROADCAST);
	/* They ran nearly all the time: then one is enough. */
	seen.preemptions = 0;
	seen.ran_share = 0.9;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_BROADCAST);
}

/* Other programs' shootdowns are neither ours nor a proof against silence. */
static void others_shootdowns_are_not_ours(void **state)
{
	static const struct mechanism_facts bare = {
		.cpus = 2, LINUX(6, 18), ROW(974870, 1029289)};
	struct mechanism_seen seen = {1000, 565, 0.95,	   2,
				      1,    0,	 UNTRACED, .others = 436};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_UNKNOWN);
	seen.shootdowns = 436;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_UNKNOWN);
	seen.shootdowns = 1300;
	mechanism_judge(&bare, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_IPI);
}

/* Two vCPUs of one host CPU never run at the same moment: KVM's paravirtual flush then
 * interrupts nobody, and that is no hypercall. */
static void starved_vcpus_are_no_proof(void **state)
{
	static const struct mechanism_facts kvm = {.hypervisor = "KVM",
						   .kvm_pv_flush = true,
						   .cpus = 2,
						   LINUX(6, 18),
						   ROW(100, 5000)};
	static const struct mechanism_seen seen = {10000, 0, 0.95, 2, 1, 0.5, UNTRACED};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&kvm, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_UNKNOWN);
}

static void a_row_that_cannot_move_is_known_at_once(void **state)
{
	struct mechanism_facts f = {.cpus = 2, LINUX(6, 18), ROW(0, 1001)};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&f, NULL, &v);
	assert_false(v.row_applies);
	assert_non_null(strstr(v.evidence, "0 on all 2 CPUs since boot"));
	f.calls_since_boot = 1000; /* a machine that has just booted */
	mechanism_judge(&f, NULL, &v);
	assert_false(v.row_applies);
	assert_non_null(strstr(v.evidence, "has not moved since boot"));
	f.cpus = 1;
	mechanism_judge(&f, NULL, &v);
	assert_false(v.row_applies);
	assert_non_null(strstr(v.evidence, "one CPU"));
}

/* A machine moved to another host: a row that was dead since boot counts, whatever is
 * running, and applies. */
static void a_dead_row_comes_to_life(void **state)
{
	static const struct mechanism_facts f = {
		.hypervisor = "bhyve", .cpus = 2, LINUX(6, 18), ROW(0, 516001)};
	static const struct mechanism_seen seen = {
		2000, 1990, 0.95, 2, 1, 0, TRACED(1700, 1700, 1700, 1690)};
	static const struct mechanism_seen none_meant = {2000, 300, 0,	     1,
							 1,    0,   UNTRACED};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&f, &seen, &v);
	assert_int_equal(v.kind, MECHANISM_IPI);
	assert_true(v.row_applies && v.measured);
	mechanism_judge(&f, &none_meant, &v);
	assert_int_equal(v.kind, MECHANISM_IPI);
	assert_true(v.row_applies && v.measured);
}

/* Its receivers hear of every request, and its row of none: 0 there is no count,
 * whether the row has never moved or has stopped. */
static void what_is_received_and_not_in_the_row_is_not_counted_by_it(void **state)
{
	static const struct mechanism_seen seen = {
		5000, 0, 0.5, 2, 0.5, 0, TRACED(1200, 700, 600, 650)};
	struct mechanism_facts guest = {.hypervisor = "KVM",
					.kvm_pv_flush = true,
					.cpus = 2,
					LINUX(6, 18),
					ROW(0, 13613673)};
	struct mechanism_verdict v;

	(void)state;
	for (int moved = 0; moved < 2; moved++) {
		guest.row_since_boot = moved * 974870;
		mechanism_judge(&guest, &seen, &v);
		assert_int_equal(v.kind, MECHANISM_PARAVIRT);
		assert_true(v.measured);
		assert_false(v.row_applies);
		assert_non_null(strstr(v.evidence, "650 of 700 requests traced"));
		assert_non_null(strstr(v.evidence, "the TLB row does not count them"));
	}
}

static void without_a_row_there_is_one_reason(void **state)
{
	static const struct mechanism_facts gvisor = {
		.cpus = 2, LINUX(4, 4), NO_ROW("there is no /proc/interrupts")};
	static const struct mechanism_facts rosetta = {
		.cpus = 4, LINUX(6, 10), .foreign = true, NO_ROW("an ARM kernel")};
	static const struct mechanism_seen in_vain = {
		2000, NAN, 0.95, 2, 1, 0, TRACED(1700, 1700, 1700, 0)};
	static const struct mechanism_seen received = {
		2000, NAN, 0.95, 2, 1, 0, TRACED(1700, 1700, 1700, 1690)};
	struct mechanism_verdict v;

	(void)state;
	mechanism_judge(&gvisor, NULL, &v);
	assert_int_equal(v.kind, MECHANISM_UNKNOWN);
	assert_false(v.row_applies || v.measured);
	assert_string_equal(v.evidence, "there is no /proc/interrupts");
	mechanism_judge(&rosetta, NULL, &v);
	assert_int_equal(v.kind, MECHANISM_BROADCAST);
	assert_false(v.row_applies || v.measured);
	/* The trace alone can tell, and brings no row. */
	mechanism_judge(&gvisor, &in_vain, &v);
	assert_int_equal(v.kind, MECHANISM_BROADCAST);
	mechanism_judge(&gvisor, &received, &v);
	assert_int_equal(v.kind, MECHANISM_IPI);
	assert_true(v.measured && !v.row_applies);
}

static void put_leaf(struct cpuid_dump *d, uint32_t leaf, const char *signature,
		     uint32_t eax)
{
	struct cpuid_regs regs = {.eax = eax};
	char padded[13] = "";

	strncpy(padded, signature, 12);
	memcpy(&regs.ebx, padded, 4);
	memcpy(&regs.ecx, padded + 4, 4);
	if (*signature)
		memcpy(&regs.edx, padded + 8, 4);
	assert_int_equal(cpuid_dump_put(d, leaf, 0, &regs), 0);
}

static void kvms_features_follow_its_base(void **state)
{
	static struct cpuid_dump d;
	const struct cpuid_source source = cpuid_dump_source(&d);

	(void)state;
	put_leaf(&d, 0x40000000, "Microsoft Hv", 0x40000006);
	put_leaf(&d, 0x40000001, "", 1 << 9 | 1 << 5); /* not KVM's */
	assert_false(mechanism_kvm_offers_flush(&source));
	put_leaf(&d, 0x40000100, "KVMKVMKVM", 0x40000101);
	put_leaf(&d, 0x40000101, "", 1 << 9);
	assert_false(mechanism_kvm_offers_flush(&source)); /* no steal time */
	d.n--;
	put_leaf(&d, 0x40000101, "", 1 << 9 | 1 << 5);
	assert_true(mechanism_kvm_offers_flush(&source));
}

static void hyperv_is_believed_by_its_hint(void **state)
{
	static struct cpuid_dump d;
	const struct cpuid_source source = cpuid_dump_source(&d);

	(void)state;
	put_leaf(&d, 0x40000000, "Microsoft Hv", 0x40000006);
	assert_false(mechanism_hyperv_wants_flush(&source));
	put_leaf(&d, 0x40000004, "", 1 << 2);
	assert_true(mechanism_hyperv_wants_flush(&source));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_environment_is_judged_by_its_counts),
		cmocka_unit_test(before_anything_was_measured_it_is_unknown),
		cmocka_unit_test(what_tells_nothing_stays_unknown),
		cmocka_unit_test(taking_turns_is_no_silence),
		cmocka_unit_test(others_shootdowns_are_not_ours),
		cmocka_unit_test(starved_vcpus_are_no_proof),
		cmocka_unit_test(a_row_that_cannot_move_is_known_at_once),
		cmocka_unit_test(a_dead_row_comes_to_life),
		cmocka_unit_test(
			what_is_received_and_not_in_the_row_is_not_counted_by_it),
		cmocka_unit_test(without_a_row_there_is_one_reason),
		cmocka_unit_test(kvms_features_follow_its_base),
		cmocka_unit_test(hyperv_is_believed_by_its_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
