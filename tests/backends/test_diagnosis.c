/* SPDX-License-Identifier: MIT */
/* What is said of machines that this one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/scratch.h"
#include "tlblab/backends/diagnosis.h"
#include "tlblab/base/text.h"

struct bench {
	struct machine machine;
	struct availability ceiling, availability;
	struct session_sensor sensor;
	struct mechanism_verdict mechanism;
	struct diagnosis_facts facts;
	struct diagnosis d;
};

static struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->machine.topology.n_allowed = 2;
	b->sensor = (struct session_sensor){"flush_trace", "flushes", &b->availability};
	b->facts = (struct diagnosis_facts){
		.machine = &b->machine,
		.sensors = &b->sensor,
		.n_sensors = 1,
		.mechanism = &b->mechanism,
		.ceiling = &b->ceiling,
		.ceiling_pages = 33,
		.elsewhere = true,
	};
	return b;
}

static void set(struct bench *b, const char *key, const char *value)
{
	struct fact *f = &b->machine.settings[b->machine.n_settings++];

	text_copy(f->key, sizeof(f->key), key);
	text_copy(f->value, sizeof(f->value), value);
}

static const struct finding *find(struct bench *b, const char *name)
{
	diagnosis_make(&b->facts, &b->d);
	for (int i = 0; i < b->d.n; i++)
		if (!strcmp(b->d.finding[i].name, name))
			return &b->d.finding[i];
	return NULL;
}

static void test_reasons_become_commands(void **state)
{
	static const struct {
		const char *reason, *allow;
	} cases[] = {
		{"this kernel shows no tlb:tlb_flush tracepoint; if tracefs is not "
		 "mounted: mount -t tracefs none /sys/kernel/tracing",
		 "sudo mount -t tracefs none /sys/kernel/tracing"},
		{"kernel.perf_event_paranoid is 3: run with sudo, or sysctl "
		 "kernel.perf_event_paranoid=1",
		 "sudo sysctl kernel.perf_event_paranoid=1"},
		{"tracefs can be read by root only: run with sudo", "sudo tlblab"},
		{"too many open files: raise ulimit -n", "ulimit -n 65536"},
		{"nobody knows", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_new();
		const struct finding *f;

		text_copy(b->availability.reason, sizeof(b->availability.reason),
			  cases[i].reason);
		f = find(b, "flush_trace");
		assert_int_equal(f->state, FINDING_MISSING);
		assert_string_equal(f->detail, cases[i].reason);
		assert_string_equal(f->allow, cases[i].allow);
		free(b);
	}
}

/* What this machine's kernel said of the tree is not said of the captured one. */
static void test_a_capture_is_not_this_machine(void **state)
{
	struct bench *b = bench_new();
	const struct finding *f;
	struct scratch at;

	(void)state;
	scratch_make(&at);
	text_copy(b->machine.root, sizeof(b->machine.root), at.root);
	text_copy(
		b->availability.reason, sizeof(b->availability.reason),
		"no hardware PMU (virtual machine): run on the host, or sudo mount it");
	text_copy(b->ceiling.reason, sizeof(b->ceiling.reason),
		  "debugfs is not mounted at /sys/kernel/debug");
	f = find(b, "flush_trace");
	assert_string_equal(f->detail, "cannot tell from a captured tree");
	assert_string_equal(f->allow, "run tlblab doctor on that machine");
	f = find(b, "ceiling");
	assert_int_equal(f->state, FINDING_MISSING);
	assert_int_equal(strncmp(f->detail, "not captured: ", 14), 0);
	assert_null(find(b, "isolated_cpus"));
	scratch_write_bytes(&at, "/sys/devices/system/cpu/isolated", "\n", 1);
	assert_string_equal(find(b, "isolated_cpus")->detail, "none");
	b->sensor.name = "vmstat";
	assert_string_equal(find(b, "vmstat")->detail, "not captured: /proc/vmstat");
	scratch_write_bytes(&at, "/proc/vmstat", "a 1\n", 4);
	assert_string_equal(find(b, "vmstat")->detail, b->availability.reason);
	assert_string_equal(find(b, "vmstat")->allow, "");
	scratch_remove(&at);
	free(b);
}

static void test_settings_that_disturb(void **state)
{
	static const struct {
		const char *key, *harmless, *disturbs;
	} cases[] = {
		{"numa_balancing", "0", "1"},
		{"thp_enabled", "madvise", "always"},
		{"ksm_run", "0", "1"},
		{"smt_active", "0", "1"},
		{"intel_no_turbo", "1", "0"},
		{"cpufreq_boost", "0", "1"},
		{"cpuidle_driver", "none", "intel_idle"},
		{"cpufreq_governor", "performance", "schedutil"},
		{"nmi_watchdog", "0", "1"},
		{"isolated_cpus", "2-3", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_new();

		set(b, cases[i].key, cases[i].harmless);
		assert_int_equal(find(b, cases[i].key)->state, FINDING_OK);
		b->machine.n_settings = 0;
		set(b, cases[i].key, cases[i].disturbs);
		assert_int_equal(find(b, cases[i].key)->state, FINDING_DISTURBS);
		assert_true(strlen(find(b, cases[i].key)->why) > 20);
		free(b);
	}
}

static void test_what_the_kernel_has_not_is_not_spoken_of(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	assert_null(find(b, "numa_balancing"));
	assert_null(find(b, "cpuidle_driver"));
	assert_null(find(b, "hypervisor"));
	assert_null(find(b, "mechanism"));
	free(b);
}

static void test_a_mechanism_without_interrupts_is_missing(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->mechanism.kind = MECHANISM_HYPERCALL;
	text_copy(b->mechanism.evidence, sizeof(b->mechanism.evidence),
		  "Hyper-V guest: it flushes by hypercall");
	assert_int_equal(find(b, "mechanism")->state, FINDING_MISSING);
	assert_non_null(strstr(find(b, "mechanism")->detail, "hypercall: Hyper-V"));
	b->mechanism.row_applies = true;
	assert_int_equal(find(b, "mechanism")->state, FINDING_OK);
	free(b);
}

static void test_refill_by_working_set_and_page_size(void **state)
{
	static const struct refill_estimate estimate = {
		.n = 2,
		.point = {{.pages = 512, .page_bytes = 4096, .ns_per_page = 31},
			  {.pages = 16, .page_bytes = 2 << 20, .ns_per_page = 17}},
	};
	static const struct refill_estimate none = {.reason = "too busy"};
	struct bench *b = bench_new();

	(void)state;
	b->sensor.name = "refill";
	b->availability.available = true;
	b->facts.refill = &estimate;
	assert_non_null(strstr(find(b, "refill")->detail, "512 pages 31.0 ns"));
	assert_non_null(strstr(find(b, "refill")->detail, "16 pages of 2 MiB 17.0 ns"));
	b->facts.refill = &none;
	assert_int_equal(find(b, "refill")->state, FINDING_MISSING);
	assert_string_equal(find(b, "refill")->detail, "too busy");
	free(b);
}

static void test_where_the_lab_cannot_run(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	find(b, "ceiling");
	assert_true(b->d.can_run);
	b->machine.topology.n_allowed = 1;
	find(b, "ceiling");
	assert_true(b->d.can_run);
	assert_non_null(strstr(b->d.verdict, "no shootdowns"));
	b->machine.topology.n_allowed = 0;
	find(b, "ceiling");
	assert_false(b->d.can_run);
	free(b);
}

static void test_more_findings_than_there_is_room_for(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->d.n = 0;
	for (int i = 0; i < 2 * FINDINGS_MAX; i++)
		diagnosis_add(&b->d, "setting", "x", "y");
	assert_int_equal(b->d.n, FINDINGS_MAX);
	free(b);
}

static void kernel_says(struct bench *b, const char *key, const char *value)
{
	struct fact *f = &b->machine.kernel[b->machine.n_kernel++];

	text_copy(f->key, sizeof(f->key), key);
	text_copy(f->value, sizeof(f->value), value);
}

static void test_isolation_has_four_cases(void **state)
{
	static const struct {
		bool pti, pcid, invpcid;
		const char *says;
	} cases[] = {
		{false, true, true, "off: for each page one INVLPG"},
		{false, false, false, "off: for each page one INVLPG"},
		{true, false, false, "SWITCH_TO_USER_CR3"},
		{true, true, false, "invalidate_user_asid"},
		{true, true, true, "invpcid_flush_one"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_new();

		b->machine.cpu.features_known = true;
		b->machine.cpu.pcid = cases[i].pcid;
		b->machine.cpu.invpcid = cases[i].invpcid;
		set(b, "pti", cases[i].pti ? "on" : "off");
		assert_non_null(find(b, "pti"));
		assert_non_null(strstr(find(b, "pti")->detail, cases[i].says));
		assert_int_equal(find(b, "pti")->state,
				 cases[i].pti ? FINDING_DISTURBS : FINDING_OK);
		free(b);
	}
}

/* Root is refused by a mounted debugfs: what shows of lockdown decides whose doing. */
static void test_lockdown_or_a_container(void **state)
{
	static const struct {
		const char *key, *value;
		bool locked;
	} cases[] = {
		{"locked_down", "Kernel configuration", true},
		{"lockdown_refused", "Lockdown: x: debugfs access is restricted", true},
		{"command_line", "pti=on lockdown=integrity", true},
		{"command_line", "lockdown=none", false},
		{"command_line", "pti=on", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_new();

		text_copy(b->ceiling.reason, sizeof(b->ceiling.reason),
			  "root is refused: a container or a security module");
		kernel_says(b, cases[i].key, cases[i].value);
		assert_non_null(find(b, "lockdown"));
		assert_int_equal(find(b, "lockdown")->state,
				 cases[i].locked ? FINDING_DISTURBS : FINDING_OK);
		assert_int_equal(strstr(find(b, "ceiling")->detail,
					"kernel is locked down") != NULL,
				 cases[i].locked);
		free(b);
	}
}

static void test_the_hypervisor_the_kernel_names(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->machine.cpu.hypervisor = true;
	text_copy(b->machine.cpu.hypervisor_name,
		  sizeof(b->machine.cpu.hypervisor_name), "PVM");
	kernel_says(b, "hypervisor_detected", "PVM");
	assert_string_equal(find(b, "hypervisor")->detail,
			    "PVM, as the kernel names it");
	kernel_says(b, "hypervisor_cpuid", "bhyve");
	assert_non_null(strstr(find(b, "hypervisor")->detail, "CPUID names bhyve"));
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_become_commands),
		cmocka_unit_test(test_a_capture_is_not_this_machine),
		cmocka_unit_test(test_settings_that_disturb),
		cmocka_unit_test(test_what_the_kernel_has_not_is_not_spoken_of),
		cmocka_unit_test(test_a_mechanism_without_interrupts_is_missing),
		cmocka_unit_test(test_refill_by_working_set_and_page_size),
		cmocka_unit_test(test_isolation_has_four_cases),
		cmocka_unit_test(test_lockdown_or_a_container),
		cmocka_unit_test(test_the_hypervisor_the_kernel_names),
		cmocka_unit_test(test_where_the_lab_cannot_run),
		cmocka_unit_test(test_more_findings_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
