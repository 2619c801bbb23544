/* SPDX-License-Identifier: MIT */
/*
 * Which kernel, and how it was started and built. Of the command line only the words
 * that bear on flushes, placement, timing or measurement are kept: the rest may hold
 * what its owner does not want in a published result.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/facts.h"
#include "machine/kernel_log.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* Names of parameters, compared up to "="; a final "*" allows any ending. */
static const char *const parameters[] = {
	"mitigations",	 "pti",
	"nopti",	 "kpti",
	"nopcid",	 "noinvpcid",
	"clearcpuid",	 "no5lvl",
	"spectre_v2",	 "spec_rstack_*",
	"nosmt",	 "isolcpus",
	"nohz_full",	 "nohz",
	"rcu_nocbs",	 "irqaffinity",
	"maxcpus",	 "nr_cpus",
	"possible_cpus", "numa",
	"numa_*",	 "transparent_*",
	"hugepages",	 "hugepagesz",
	"default_*",	 "thp_anon",
	"tsc",		 "clocksource",
	"no-kvmclock",	 "nopv",
	"nopvspin",	 "no_ipi_*",
	"idle",		 "processor.*",
	"intel_idle.*",	 "cpuidle_*",
	"intel_pstate",	 "amd_pstate",
	"preempt",	 "threadirqs",
	"lockdown",	 "debugfs",
	"nmi_watchdog",	 "nowatchdog",
	"init_on_alloc", "init_on_free",
	"slab_nomerge",	 "x2apic",
	"nox2apic",	 "kvm-intel.*",
	"kvm.*",	 "page_reporting.*",
	"deferred_init", "cgroup_disable",
	"skew_tick",	 "rcu_nocb_poll",
};

static const char *const config_options[] = {
	"CONFIG_DEBUG_TLBFLUSH",
	"CONFIG_BROADCAST_TLB_FLUSH",
	"CONFIG_PREEMPT_DYNAMIC",
	"CONFIG_PREEMPT_RT",
	"CONFIG_NUMA",
	"CONFIG_NUMA_BALANCING",
	"CONFIG_PARAVIRT",
	"CONFIG_HYPERV",
	"CONFIG_PER_VMA_LOCK",
	"CONFIG_TRANSPARENT_HUGEPAGE",
	"CONFIG_MITIGATION_PAGE_TABLE_ISOLATION",
};

static bool word_matters(const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		size_t named = strlen(parameters[i]);

		if (parameters[i][named - 1] == '*') {
			if (length >= named - 1 &&
			    !strncmp(word, parameters[i], named - 1))
				return true;
		} else if (length == named && !strncmp(word, parameters[i], named)) {
			return true;
		}
	}
	return false;
}

static void add_command_line(struct fact_list *l)
{
	static const char path[] = "/proc/cmdline";
	char *text, *rest, kept[1024] = "";

	if (file_read_all(l->root, path, &text, NULL))
		return;
	for (char *w = strtok_r(text, " \t\n", &rest); w;
	     w = strtok_r(NULL, " \t\n", &rest)) {
		if (!strcmp(w, "--"))
			break;
		if (word_matters(w))
			text_append(kept, sizeof(kept), "%s%s", kept[0] ? " " : "", w);
	}
	fact_add(l, "command_line", kept[0] ? kept : "nothing that matters here", path);
	free(text);
}

/* Distributions put the configuration beside the kernel; what is not set is not there.
 */
static void add_config(struct fact_list *l, const char *release)
{
	char path[160], *text;

	snprintf(path, sizeof(path), "/boot/config-%s", release);
	if (file_read_all(l->root, path, &text, NULL)) {
		snprintf(path, sizeof(path), "/lib/modules/%s/config", release);
		if (file_read_all(l->root, path, &text, NULL))
			return;
	}
	for (size_t i = 0; i < sizeof(config_options) / sizeof(config_options[0]);
	     i++) {
		char wanted[80], value[16] = "no";
		const char *found;

		snprintf(wanted, sizeof(wanted), "\n%s=", config_options[i]);
		found = strstr(text, wanted);
		if (found)
			snprintf(value, sizeof(value), "%.*s",
				 (int)strcspn(found + strlen(wanted), "\n"),
				 found + strlen(wanted));
		fact_add(l, config_options[i], value, path);
	}
	free(text);
}

/* mm/vmstat.c shows the counters only with CONFIG_DEBUG_TLBFLUSH. */
static void add_flush_counters(struct fact_list *l)
{
	static const char path[] = "/proc/vmstat";
	char *text;

	if (file_read_all(l->root, path, &text, NULL))
		return;
	fact_add(l, "flush_counters_in_vmstat",
		 strstr(text, "nr_tlb_remote_flush") ? "yes" : "no", path);
	free(text);
}

void facts_read_kernel(struct machine *m)
{
	struct fact_list list = {m->root, m->kernel, &m->n_kernel};

	fact_add_file(&list, "release", "/proc/sys/kernel/osrelease");
	fact_add_file(&list, "version", "/proc/sys/kernel/version");
	add_command_line(&list);
	fact_add_file(
		&list, "clocksource",
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
	fact_add_file(&list, "hypervisor_guest_type", "/sys/hypervisor/guest_type");
	add_flush_counters(&list);
	facts_read_log(&list);
	add_config(&list, m->kernel_release);
}
