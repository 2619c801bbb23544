/* SPDX-License-Identifier: MIT */
/* Settings that change what a flush or a page walk costs, or what may be measured. */
#include <stdlib.h>
#include <string.h>

#include "machine/facts.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

#define CPU_DIR "/sys/devices/system/cpu"
#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

static const struct setting {
	const char *key, *path;
	bool choice;
} settings[] = {
	{"thp_enabled", THP_DIR "/enabled", true},
	{"thp_defrag", THP_DIR "/defrag", true},
	{"khugepaged_scan_sleep_ms", THP_DIR "/khugepaged/scan_sleep_millisecs", false},
	{"ksm_run", "/sys/kernel/mm/ksm/run", false},
	{"numa_balancing", "/proc/sys/kernel/numa_balancing", false},
	{"overcommit_memory", "/proc/sys/vm/overcommit_memory", false},
	{"hugepages_2m", "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
	 false},
	{"hugepages_1g", "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
	 false},
	{"cpufreq_governor", CPU_DIR "/cpu0/cpufreq/scaling_governor", false},
	{"cpufreq_driver", CPU_DIR "/cpu0/cpufreq/scaling_driver", false},
	{"cpufreq_boost", CPU_DIR "/cpufreq/boost", false},
	{"intel_no_turbo", CPU_DIR "/intel_pstate/no_turbo", false},
	{"cpuidle_driver", CPU_DIR "/cpuidle/current_driver", false},
	{"smt_active", CPU_DIR "/smt/active", false},
	{"smt_control", CPU_DIR "/smt/control", false},
	{"isolated_cpus", CPU_DIR "/isolated", false},
	{"nohz_full_cpus", CPU_DIR "/nohz_full", false},
	{"randomize_va_space", "/proc/sys/kernel/randomize_va_space", false},
	{"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid", false},
	{"nmi_watchdog", "/proc/sys/kernel/nmi_watchdog", false},
	{"lockdown", "/sys/kernel/security/lockdown", true},
};

/* The kernel's flag (X86_FEATURE_PTI) is named where it is on. */
static void add_pti_flag(struct fact_list *l)
{
	static const char path[] = "/proc/cpuinfo";
	char *text, *flags, *end;

	if (file_read_all(l->root, path, &text, NULL))
		return;
	flags = strstr(text, "\nflags");
	end = flags ? strchr(flags + 1, '\n') : NULL;
	if (end)
		*end = '\0';
	if (flags)
		fact_add(l, "pti", strstr(flags, " pti") ? "on" : "off", path);
	free(text);
}

/* Page table isolation shows in what the kernel says of Meltdown
 * (arch/x86/kernel/cpu/bugs.c, cpu_show_common). */
static void add_pti(struct fact_list *l)
{
	static const char path[] = CPU_DIR "/vulnerabilities/meltdown";
	char *text;

	if (file_read_all(l->root, path, &text, NULL)) {
		add_pti_flag(l);
		return;
	}
	if (*text)
		fact_add(l, "pti", strstr(text, "PTI") ? "on" : "off", path);
	free(text);
}

static void add_memory_total(struct fact_list *l)
{
	static const char path[] = "/proc/meminfo", key[] = "MemTotal:";
	char *text, *value;

	if (file_read_all(l->root, path, &text, NULL))
		return;
	value = strstr(text, key);
	if (value) {
		value += strlen(key);
		value[strcspn(value, "\n")] = '\0';
		fact_add(l, "memory_total", text_trim(value), path);
	}
	free(text);
}

void facts_read_settings(struct machine *m)
{
	struct fact_list list = {m->root, m->settings, &m->n_settings};

	add_pti(&list);
	add_memory_total(&list);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];

		if (s->choice)
			fact_add_choice(&list, s->key, s->path);
		else
			fact_add_file(&list, s->key, s->path);
	}
}
