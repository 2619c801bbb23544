/* SPDX-License-Identifier: MIT */
/*
 * Permission is checked before the event is looked at (kernel/events/core.c,
 * perf_event_open): without privilege a machine that has no PMU at all answers EACCES.
 * Seccomp profiles of container runtimes answer EPERM.
 */
#include "sensors/perf_reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

static const char *reason_denied(const struct perf_circumstances *c, char *buf,
				 size_t n)
{
	/* Tracepoints are counted inside the kernel, which level 2 forbids; what other
	 * users' programs do there is closed from level 1 on. */
	if (!c->root && c->cpu_wide && c->paranoid > 0)
		snprintf(buf, n,
			 "kernel.perf_event_paranoid is %d: run with sudo, or sysctl "
			 "kernel.perf_event_paranoid=0",
			 c->paranoid);
	else if (!c->root && c->paranoid > 1)
		snprintf(buf, n,
			 "kernel.perf_event_paranoid is %d: run with sudo, or sysctl "
			 "kernel.perf_event_paranoid=1",
			 c->paranoid);
	else if (c->err == -EPERM)
		text_copy(
			buf, n,
			"perf_event_open is refused (EPERM), as in a container or under "
			"a seccomp profile: run on the host, or allow the call");
	else if (!c->root)
		text_copy(buf, n, "no permission to count: run with sudo");
	else
		text_copy(
			buf, n,
			"the kernel refuses counters even to root: a security module or "
			"lockdown forbids them");
	return buf;
}

const char *perf_reason(const struct perf_circumstances *c, char *buf, size_t n)
{
	if (c->hardware && !c->have_pmu) {
		text_copy(buf, n,
			  "no hardware PMU (virtual machine): page walks cannot be "
			  "counted here");
		return buf;
	}
	switch (-c->err) {
	case EACCES:
	case EPERM: return reason_denied(c, buf, n);
	case ENOENT:
	case EOPNOTSUPP:
	case EINVAL:
		text_copy(buf, n,
			  c->hardware ? "this CPU's PMU does not know the event"
				      : "this kernel does not know the event");
		break;
	case EMFILE:
	case ENFILE: text_copy(buf, n, "too many open files: raise ulimit -n"); break;
	case ENOSYS:
		text_copy(buf, n, "this kernel was built without perf events");
		break;
	case EBUSY:
		text_copy(buf, n,
			  "another program holds the PMU exclusively: end it "
			  "(perf, a profiler, the NMI watchdog)");
		break;
	case ENODATA:
		text_copy(buf, n,
			  "page-walk events open but count nothing here: pages were "
			  "walked and not seen; the host of this virtual machine may "
			  "hide them");
		break;
	case ECANCELED:
		text_copy(buf, n,
			  "not tried: counters are the running kernel's, and this is a "
			  "captured tree");
		break;
	case ESRCH: text_copy(buf, n, "the counted thread is gone"); break;
	default:
		snprintf(buf, n, "perf_event_open failed: %s", strerror(-c->err));
		break;
	}
	return buf;
}

int perf_paranoid_read(const char *root)
{
	long level;

	if (file_read_long(root, "/proc/sys/kernel/perf_event_paranoid", &level))
		return -2;
	return (int)level;
}
