/* SPDX-License-Identifier: MIT */
/* What makes measurements worse, and one sentence on why it matters here. */
#include "backends/diagnosis_priv.h"

#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

static bool is_on(const char *v)
{
	return strcmp(v, "0") && strcmp(v, "off");
}

static bool is_off(const char *v)
{
	return !is_on(v);
}

static bool is_idling(const char *v)
{
	return strcmp(v, "none") != 0;
}

static bool is_always(const char *v)
{
	return !strcmp(v, "always");
}

static bool is_not_performance(const char *v)
{
	return strcmp(v, "performance") != 0;
}

static bool is_empty(const char *v)
{
	return !*v || !strcmp(v, "(null)");
}

static const struct setting_rule {
	const char *key; /* of the machine's settings */
	const char *about;
	bool (*disturbs)(const char *value);
	const char *why, *allow;
} rules[] = {
	{"numa_balancing", "automatic NUMA balancing", is_on,
	 "it unmaps pages to see who touches them, which is a flush nobody asked for",
	 "sudo sysctl kernel.numa_balancing=0"},
	{"thp_enabled", "transparent huge pages", is_always,
	 "khugepaged may turn 4 KiB pages into 2 MiB ones in the middle of a run, and "
	 "flushes as it does",
	 "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"},
	{"ksm_run", "kernel samepage merging", is_on,
	 "it write-protects and remaps pages, with flushes of its own",
	 "echo 0 | sudo tee /sys/kernel/mm/ksm/run"},
	{"cpufreq_governor", "frequency governor", is_not_performance,
	 "the clock follows the load, so short and long runs get different cycles",
	 "sudo cpupower frequency-set -g performance"},
	{"cpufreq_boost", "frequency boost", is_on,
	 "boost depends on heat and on how many cores are busy, which a sweep over "
	 "threads changes",
	 "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"},
	{"intel_no_turbo", "turbo frequencies switched off (Intel)", is_off,
	 "turbo depends on heat and on how many cores are busy, which a sweep over "
	 "threads changes",
	 "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"},
	{"smt_active", "SMT siblings", is_on,
	 "siblings share TLBs and page walkers: place workers by cores, or know that they "
	 "share",
	 "tlblab run … --set placement=cores"},
	{"isolated_cpus", "isolated CPUs", is_empty,
	 "none are isolated, so other programs may run on the workers' CPUs",
	 "boot with isolcpus=… and place workers there"},
	{"cpuidle_driver", "C-states", is_idling,
	 "an idle CPU is slow to answer an interrupt, and in lazy mode is not sent any",
	 "boot with cpuidle.off=1, or keep the CPUs busy with victims"},
	{"nmi_watchdog", "NMI watchdog", is_on,
	 "it takes one hardware counter and interrupts every CPU now and then",
	 "sudo sysctl kernel.nmi_watchdog=0"},
};

static const char *find_value(const struct fact *facts, int n, const char *key)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(facts[i].key, key))
			return facts[i].value;
	return NULL;
}

const char *diagnosis_setting(const struct machine *m, const char *key)
{
	return find_value(m->settings, m->n_settings, key);
}

const char *diagnosis_kernel_fact(const struct machine *m, const char *key)
{
	return find_value(m->kernel, m->n_kernel, key);
}

/* No file: the kernel has no such thing, or it was not captured; an empty list has no
 * fact either, and says so. */
static bool is_said(const struct machine *m, const struct setting_rule *r)
{
	char text[4096];

	if (diagnosis_setting(m, r->key))
		return true;
	return r->disturbs == is_empty &&
	       (!*m->root ||
		!file_read_text(m->root, "/sys/devices/system/cpu/isolated", text,
				sizeof(text)));
}

static void add_rules(const struct machine *m, struct diagnosis *out)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct setting_rule *r = &rules[i];
		const char *fact = diagnosis_setting(m, r->key);
		const char *value = fact ? fact : "";
		struct finding *f;

		if (!is_said(m, r))
			continue;
		f = diagnosis_add(out, "setting", r->key, r->about);
		text_copy(f->detail, sizeof(f->detail), *value ? value : "none");
		f->why = r->why;
		f->state = FINDING_OK;
		if (r->disturbs(value)) {
			f->state = FINDING_DISTURBS;
			text_copy(f->allow, sizeof(f->allow), r->allow);
		}
	}
}

static void add_pcid(const struct machine *m, struct diagnosis *out)
{
	struct finding *f;

	if (!m->cpu.features_known)
		return;
	f = diagnosis_add(out, "setting", "pcid", "process-context identifiers");
	f->why = "without PCID every switch to another address space drops the whole "
		 "TLB, which hides what flushes cost; a switch between threads of one "
		 "process does not";
	text_copy(f->detail, sizeof(f->detail),
		  m->cpu.pcid ? "in use" : "not in use by the kernel");
	f->state = m->cpu.pcid ? FINDING_OK : FINDING_DISTURBS;
}

static void add_hypervisor(const struct machine *m, struct diagnosis *out)
{
	const char *by_cpuid = diagnosis_kernel_fact(m, "hypervisor_cpuid");
	struct finding *f;

	if (!m->cpu.hypervisor)
		return;
	f = diagnosis_add(out, "setting", "hypervisor", "virtual machine");
	f->state = FINDING_DISTURBS;
	f->why = "the host may run something else on these CPUs (see steal), walks are "
		 "nested, and an interrupt may need the host's help";
	text_copy(f->allow, sizeof(f->allow), "run on the host");
	text_copy(f->detail, sizeof(f->detail),
		  *m->cpu.hypervisor_name ? m->cpu.hypervisor_name : "unknown");
	if (by_cpuid)
		text_append(f->detail, sizeof(f->detail),
			    ", as the kernel names it; CPUID names %s, which is the "
			    "outer host's",
			    by_cpuid);
	else if (diagnosis_kernel_fact(m, "hypervisor_detected"))
		text_append(f->detail, sizeof(f->detail), ", as the kernel names it");
}

void diagnosis_add_settings(const struct machine *m, struct diagnosis *out)
{
	add_hypervisor(m, out);
	add_rules(m, out);
	add_pcid(m, out);
	diagnosis_add_isolation(m, out);
}
