/* SPDX-License-Identifier: MIT */
/*
 * The client is less privileged than the guardian, so its requests are held against
 * what this lab needs rather than against a list of what is dangerous: an attr is
 * accepted when it equals one rebuilt from the few fields that counting takes, and a
 * table says where each type of event may count. A task is accepted when it belongs to
 * a process that the invoking user may look into anyway, by the rule of ptrace
 * (kernel/ptrace.c, __ptrace_may_access): all its user and group ids are that user's,
 * and it is dumpable, which shows in who owns its files in /proc (fs/proc/base.c,
 * task_dump_owner). Being the client's child is no reason: a child that executed what
 * its user may not read is not dumpable, and not the user's to look into.
 */
#include "knobs/guardian_perf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tlblab/base/file.h"

enum { FILTER_CLAUSES_MAX = 4 };

void guard_perf_rules_init(struct guard_perf_rules *rules, const char *root)
{
	static const char *const pmus[] = {"cpu", "cpu_core", "cpu_atom",
					   "cpu_lowpower"};

	rules->n_pmu_types = 0;
	for (size_t i = 0; i < sizeof(pmus) / sizeof(pmus[0]); i++) {
		char path[96];
		long type;

		snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type",
			 pmus[i]);
		if (!file_read_long(root, path, &type))
			rules->pmu_type[rules->n_pmu_types++] = (uint32_t)type;
	}
}

static bool is_allowed_event(const struct guard_perf_rules *rules,
			     const struct perf_event_attr *attr)
{
	switch (attr->type) {
	case PERF_TYPE_TRACEPOINT:
		return attr->config && (attr->config == rules->tracepoint ||
					attr->config == rules->hypervisor_flush[0] ||
					attr->config == rules->hypervisor_flush[1]);
	case PERF_TYPE_HARDWARE:
	case PERF_TYPE_HW_CACHE:
	case PERF_TYPE_RAW: return true;
	default: break;
	}
	for (int i = 0; i < rules->n_pmu_types; i++) {
		if (attr->type == rules->pmu_type[i])
			return true;
	}
	return false;
}

int guard_check_attr(const struct guard_perf_rules *rules,
		     const struct perf_event_attr *attr)
{
	struct perf_event_attr counting;

	memset(&counting, 0, sizeof(counting));
	counting.type = attr->type;
	counting.size = sizeof(counting);
	counting.config = attr->config;
	counting.read_format = attr->read_format;
	counting.disabled = attr->disabled;
	counting.inherit = attr->inherit;
	counting.pinned = attr->pinned;
	counting.exclude_user = attr->exclude_user;
	counting.exclude_kernel = attr->exclude_kernel;
	counting.exclude_hv = attr->exclude_hv;
	counting.exclude_idle = attr->exclude_idle;
	counting.exclude_host = attr->exclude_host;
	counting.exclude_guest = attr->exclude_guest;
	if (memcmp(&counting, attr, sizeof(counting)))
		return -EPERM;
	return is_allowed_event(rules, attr) ? 0 : -EPERM;
}

/* Of every type of event that counting is granted for. */
static const struct scope {
	uint32_t type;
	bool whole_cpu, filter;
} scopes[] = {
	{.type = PERF_TYPE_TRACEPOINT, .whole_cpu = true, .filter = true},
};

/* reason or pages, compared with a number. */
static bool take_clause(const char **text)
{
	static const char *const fields[] = {"reason ", "pages "};
	static const char *const compares[] = {"== ", "<= ", ">= ", "< "};
	const char *at = *text;
	size_t digits;

	for (size_t i = 0; i < 2 && at == *text; i++)
		if (!strncmp(at, fields[i], strlen(fields[i])))
			at += strlen(fields[i]);
	if (at == *text)
		return false;
	for (size_t i = 0; i < 4; i++) {
		size_t n = strlen(compares[i]);

		if (strncmp(at, compares[i], n))
			continue;
		digits = strspn(at + n, "0123456789");
		*text = at + n + digits;
		return digits > 0 && digits <= 20;
	}
	return false;
}

/* The sensors' filters, and no other use of the kernel's filter parser. */
static bool is_allowed_filter(const char *filter)
{
	for (int i = 0; i < FILTER_CLAUSES_MAX; i++) {
		if (!take_clause(&filter))
			return false;
		if (!*filter)
			return true;
		if (strncmp(filter, " && ", 4))
			return false;
		filter += 4;
	}
	return false;
}

int guard_check_scope(const struct perf_event_attr *attr, pid_t tid, int cpu,
		      const char *filter)
{
	struct scope allowed = {.type = attr->type};

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (scopes[i].type == attr->type)
			allowed = scopes[i];
	if (cpu < -1 || tid < -1 || tid == 0)
		return -EPERM;
	if (tid == -1 && (cpu < 0 || !allowed.whole_cpu))
		return -EPERM;
	if (filter && (!allowed.filter || !is_allowed_filter(filter)))
		return -EPERM;
	return 0;
}

/* Four numbers behind a name: all of them the one that is wanted. */
static bool all_ids_are(const char *text, const char *name, unsigned int wanted)
{
	const char *at = strstr(text, name);
	unsigned int id[4];

	if (!at || sscanf(at + strlen(name), "%u %u %u %u", &id[0], &id[1], &id[2],
			  &id[3]) != 4)
		return false;
	return id[0] == wanted && id[1] == wanted && id[2] == wanted && id[3] == wanted;
}

int guard_check_task(const struct guard_perf_rules *rules, pid_t tid)
{
	char path[64], *text = NULL;
	struct stat st;
	size_t bytes;
	bool allowed;

	if (tid <= 0)
		return -EPERM;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	if (file_read_all("", path, &text, &bytes))
		return -ESRCH;
	/* The name, on the first line, cannot hold a newline: the kernel escapes it. */
	allowed = all_ids_are(text, "\nUid:", rules->uid) &&
		  all_ids_are(text, "\nGid:", rules->gid);
	free(text);
	if (!allowed)
		return -EPERM;
	/* Root's files in /proc are root's, dumpable or not: it is not told apart, and
	 * has no use for a guardian's counters. */
	if (stat(path, &st))
		return -ESRCH;
	return rules->uid != 0 && st.st_uid == rules->uid ? 0 : -EPERM;
}
