/* SPDX-License-Identifier: MIT */
/*
 * The client is less privileged than the guardian, so its requests are held against
 * what this lab needs rather than against a list of what is dangerous: an attr is
 * accepted when it equals one rebuilt from the few fields that counting takes. A task
 * is accepted when it is the client's own or its descendant's, or a process that the
 * invoking user may look into anyway: all its ids are that user's, and it is dumpable,
 * which shows in who owns its files in /proc (fs/proc/base.c, task_dump_owner).
 */
#include "knobs/guardian_perf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tlblab/base/file.h"

enum { DEPTH_MAX = 64 };

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
		return rules->tracepoint && attr->config == rules->tracepoint;
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

struct task_status {
	pid_t tgid, ppid;
	uid_t uid[4];
};

static int read_status(pid_t tid, struct task_status *out)
{
	char path[64], *text = NULL;
	const char *tgid, *ppid, *uid;
	size_t bytes;
	int err;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	err = file_read_all("", path, &text, &bytes);
	if (err)
		return -ESRCH;
	/* The name, on the first line, cannot hold a newline: the kernel escapes it. */
	tgid = strstr(text, "\nTgid:");
	ppid = strstr(text, "\nPPid:");
	uid = strstr(text, "\nUid:");
	if (!tgid || !ppid || !uid || sscanf(tgid, "\nTgid: %d", &out->tgid) != 1 ||
	    sscanf(ppid, "\nPPid: %d", &out->ppid) != 1 ||
	    sscanf(uid, "\nUid: %u %u %u %u", &out->uid[0], &out->uid[1], &out->uid[2],
		   &out->uid[3]) != 4)
		err = -EPERM;
	free(text);
	return err;
}

static bool is_open_to(pid_t tid, uid_t uid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	return uid != 0 && stat(path, &st) == 0 && st.st_uid == uid;
}

int guard_check_task(const struct guard_perf_rules *rules, pid_t tid, int cpu)
{
	struct task_status st;
	int err;

	if (tid == -1)
		return cpu >= 0 ? 0 : -EPERM;
	if (tid <= 0)
		return -EPERM;
	err = read_status(tid, &st);
	for (int i = 0; i < 4 && !err; i++)
		err = st.uid[i] == rules->uid ? 0 : -EPERM;
	if (!err && is_open_to(tid, rules->uid))
		return 0;
	for (int depth = 0; !err && depth < DEPTH_MAX; depth++) {
		if (st.tgid == rules->client)
			return 0;
		if (st.ppid <= 1)
			return -EPERM;
		err = read_status(st.ppid, &st);
	}
	return err ? err : -EPERM;
}
