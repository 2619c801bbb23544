/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/machine.h"

#include <errno.h>
#include <sys/utsname.h>

#include "machine/tree.h"
#include "support/check.h"

/* Static: a struct machine is large. */
static struct machine m;

static const struct fact *fact_of(const struct fact *facts, int n, const char *key)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(facts[i].key, key))
			return &facts[i];
	return NULL;
}

static void expect_fact(const struct fact *facts, int n, const char *key,
			const char *value, const char *source)
{
	const struct fact *f = fact_of(facts, n, key);

	if (!f)
		fail_msg("no fact %s", key);
	assert_string_equal(f->value, value);
	assert_string_equal(f->source, source);
}

#define EXPECT_SETTING(key, value, source)                                             \
	expect_fact(m.settings, m.n_settings, key, value, source)
#define EXPECT_KERNEL(key, value, source)                                              \
	expect_fact(m.kernel, m.n_kernel, key, value, source)

static void read_tree(const char *name)
{
	struct scratch at;
	struct error error;

	tree_make(&at, name);
	assert_int_equal(machine_read(&m, at.root, &error), 0);
	assert_string_equal(m.root, at.root);
	scratch_remove(&at);
}

static void a_captured_server(void **state)
{
	char line[160];

	(void)state;
	read_tree("server");
	assert_string_equal(m.cpu.vendor, "GenuineIntel");
	assert_string_equal(m.cpu.perf_id, "GenuineIntel-6-55-7");
	assert_string_equal(m.cpu.brand, "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz");
	assert_string_equal(m.cpu.codename, "Cascade Lake-X");
	assert_true(m.cpu.features_known);
	assert_true(m.cpu.pcid && m.cpu.invpcid && m.cpu.invariant_tsc);
	assert_false(m.cpu.la57 || m.cpu.hypervisor || m.cpu.invlpgb);
	assert_string_equal(m.kernel_release, "6.1.0-18-amd64");
	assert_string_equal(m.hostname, "lab");
	assert_int_equal(m.page_bytes, 4096);
	/* This machine's CPU and clock are not the captured one's. */
	assert_true(m.tsc_ns_per_tick == 0);
	assert_int_equal(m.n_tlb, 0);
	assert_string_equal(machine_line(&m, line, sizeof(line)),
			    "8 CPUs, 2 packages, Intel Xeon Gold 6230, Linux 6.1");
	machine_fini(&m);
}

static void its_settings(void **state)
{
	(void)state;
	read_tree("server");
	EXPECT_SETTING("pti", "on", "/sys/devices/system/cpu/vulnerabilities/meltdown");
	EXPECT_SETTING("thp_enabled", "madvise",
		       "/sys/kernel/mm/transparent_hugepage/enabled");
	EXPECT_SETTING("numa_balancing", "1", "/proc/sys/kernel/numa_balancing");
	EXPECT_SETTING("cpufreq_governor", "powersave",
		       "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	EXPECT_SETTING("smt_active", "1", "/sys/devices/system/cpu/smt/active");
	EXPECT_SETTING("isolated_cpus", "6-7", "/sys/devices/system/cpu/isolated");
	EXPECT_SETTING("perf_event_paranoid", "3",
		       "/proc/sys/kernel/perf_event_paranoid");
	EXPECT_SETTING("lockdown", "none", "/sys/kernel/security/lockdown");
	EXPECT_SETTING("memory_total", "131906380 kB", "/proc/meminfo");
	/* Missing files, and "(null)", are no facts. */
	assert_null(fact_of(m.settings, m.n_settings, "nohz_full_cpus"));
	assert_null(fact_of(m.settings, m.n_settings, "overcommit_memory"));
	machine_fini(&m);
}

static void its_kernel(void **state)
{
	(void)state;
	read_tree("server");
	EXPECT_KERNEL("release", "6.1.0-18-amd64", "/proc/sys/kernel/osrelease");
	/* Nothing of the command line that is nobody's business. */
	EXPECT_KERNEL("command_line",
		      "isolcpus=6-7 nopcid transparent_hugepage=madvise "
		      "processor.max_cstate=1",
		      "/proc/cmdline");
	EXPECT_KERNEL("flush_counters_in_vmstat", "yes", "/proc/vmstat");
	EXPECT_KERNEL("CONFIG_DEBUG_TLBFLUSH", "y", "/boot/config-6.1.0-18-amd64");
	EXPECT_KERNEL("CONFIG_NUMA", "y", "/boot/config-6.1.0-18-amd64");
	EXPECT_KERNEL("CONFIG_PREEMPT_RT", "no", "/boot/config-6.1.0-18-amd64");
	EXPECT_KERNEL(
		"clocksource", "tsc",
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
	machine_fini(&m);
}

static void its_mitigations(void **state)
{
	const struct fact *long_one;

	(void)state;
	read_tree("server");
	assert_int_equal(m.n_mitigations, 3);
	assert_string_equal(m.mitigations[0].key, "l1tf");
	assert_string_equal(m.mitigations[1].key, "meltdown");
	assert_string_equal(m.mitigations[1].value, "Mitigation: PTI");
	long_one = &m.mitigations[2];
	assert_string_equal(long_one->key, "spectre_v2");
	assert_string_equal(long_one->value + strlen(long_one->value) - strlen("…"),
			    "…");
	machine_fini(&m);
}

static void a_bare_tree_is_mostly_unknown(void **state)
{
	char line[160];

	(void)state;
	read_tree("lies");
	assert_int_equal(m.cpu.family, -1);
	assert_string_equal(m.cpu.perf_id, "");
	assert_string_equal(m.cpu.codename, "");
	assert_false(m.cpu.features_known);
	assert_int_equal(m.n_mitigations, 0);
	/* What a file says is quoted, not believed. */
	assert_int_equal(m.n_settings, 1);
	EXPECT_SETTING("isolated_cpus", "all of them",
		       "/sys/devices/system/cpu/isolated");
	assert_string_equal(machine_line(&m, line, sizeof(line)), "4 CPUs, 2 nodes");
	machine_fini(&m);
	read_tree("container");
	assert_string_equal(machine_line(&m, line, sizeof(line)),
			    "5 of 16 CPUs, 1 package, 2 nodes");
	machine_fini(&m);
}

static void lines_fit_their_buffer(void **state)
{
	char line[16];

	(void)state;
	read_tree("server");
	machine_line(&m, line, sizeof(line));
	assert_true(strlen(line) < sizeof(line));
	machine_line(&m, line, 1);
	assert_string_equal(line, "");
	machine_fini(&m);
}

static void a_guest_names_its_host(void **state)
{
	struct scratch at;
	char line[160];

	(void)state;
	tree_make(&at, "one-cpu");
	scratch_write(&at, "/proc/cpuinfo",
		      "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 23\n"
		      "model\t\t: 49\nmodel name\t: AMD EPYC 7R32\nstepping\t: 0\n"
		      "flags\t\t: hypervisor la57 invlpgb\n");
	scratch_write(&at, "/sys/hypervisor/type", "xen\n");
	assert_int_equal(machine_read(&m, at.root, NULL), 0);
	assert_string_equal(m.cpu.perf_id, "AuthenticAMD-23-31-0");
	assert_string_equal(m.cpu.hypervisor_name, "Xen");
	assert_true(m.cpu.la57 && m.cpu.invlpgb);
	assert_string_equal(machine_line(&m, line, sizeof(line)),
			    "1 CPU, 1 package, AMD EPYC 7R32, Xen guest");
	machine_fini(&m);
	scratch_remove(&at);
}

/* A PVM guest: sysfs says nothing, the log names the hypervisor and its flush. */
static void the_kernels_log_speaks(void **state)
{
	struct scratch at;

	(void)state;
	tree_make(&at, "one-cpu");
	scratch_write(&at, "/proc/cpuinfo",
		      "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\n"
		      "model\t\t: 2\nflags\t\t: hypervisor pti\n");
	scratch_write(&at, "/sys/hypervisor/type", "xen\n");
	scratch_write(
		&at, "/var/log/dmesg",
		"[    0.000000] Hypervisor detected: PVM\n"
		"[    0.131] Kernel is locked down from Kernel configuration; see "
		"man kernel_lockdown.7\n"
		"<6>[    0.2] pvm-pv: remote TLB flushes via "
		"PVM_HC_FLUSH_TLB_MULTI\n");
	assert_int_equal(machine_read(&m, at.root, NULL), 0);
	assert_string_equal(m.cpu.hypervisor_name, "PVM");
	EXPECT_KERNEL("hypervisor_detected", "PVM", "the kernel's log");
	EXPECT_KERNEL("locked_down", "Kernel configuration", "the kernel's log");
	EXPECT_KERNEL("remote_flush",
		      "pvm-pv: remote TLB flushes via PVM_HC_FLUSH_TLB_MULTI",
		      "the kernel's log");
	EXPECT_KERNEL("hypervisor_cpuid", "Xen", "/sys/hypervisor/type");
	machine_fini(&m);
	scratch_remove(&at);
}

static void errors(void **state)
{
	static char long_root[400];
	struct error error = {0};

	(void)state;
	memset(long_root, 'x', sizeof(long_root) - 1);
	assert_int_equal(machine_read(&m, long_root, &error), -ENAMETOOLONG);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_int_equal(machine_read(&m, "/nonexistent", &error), -ENOENT);
	assert_string_equal(error.what, "/nonexistent");
	assert_int_equal(machine_read_cpuid_dump(&m, "/nonexistent", &error), -ENOENT);
	assert_string_equal(error.what, "/nonexistent");
}

static void a_dump_has_no_machine_around_it(void **state)
{
	char line[160];

	(void)state;
	assert_int_equal(
		machine_read_cpuid_dump(
			&m, "tests/fixtures/machine/cpuid/ivy-bridge.txt", NULL),
		0);
	assert_int_equal(m.topology.n_cpus, 0);
	assert_false(m.cpu.hypervisor || m.cpu.invpcid || !m.cpu.pcid);
	assert_string_equal(machine_line(&m, line, sizeof(line)),
			    "Intel Core i5-3570K");
	machine_fini(&m);
}

static void this_machine(void **state)
{
	struct utsname uts;
	char line[160];

	(void)state;
	assert_int_equal(machine_read(&m, "", NULL), 0);
	assert_int_equal(uname(&uts), 0);
	assert_string_equal(m.kernel_release, uts.release);
	assert_true(m.cpu.vendor[0] && m.cpu.family > 0 && m.cpu.perf_id[0]);
	assert_true(m.topology.n_allowed > 0);
	assert_in_range(m.n_tlb, 1, 2);
	assert_int_equal(m.cpu.invariant_tsc, m.tsc_ns_per_tick > 0);
	assert_true(strlen(machine_line(&m, line, sizeof(line))) > 10);
	machine_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_captured_server),
		cmocka_unit_test(its_settings),
		cmocka_unit_test(its_kernel),
		cmocka_unit_test(its_mitigations),
		cmocka_unit_test(a_bare_tree_is_mostly_unknown),
		cmocka_unit_test(lines_fit_their_buffer),
		cmocka_unit_test(a_guest_names_its_host),
		cmocka_unit_test(the_kernels_log_speaks),
		cmocka_unit_test(errors),
		cmocka_unit_test(a_dump_has_no_machine_around_it),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
