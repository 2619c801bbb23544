/* SPDX-License-Identifier: MIT */
/*
 * madvise(MADV_DONTNEED) of touched neighbours is the plainest flush there is: one call
 * is one flush of exactly that span (mm/madvise.c, arch/x86/mm/tlb.c), and no page
 * table goes with it. The caller flushes, pinned for the while; a listener spins beside
 * it.
 */
#include "tlblab/sensors/flush_self_test.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sensors/flush_filter.h"
#include "sensors/flush_tracepoint.h"
#include "sensors/interrupts_parse.h"
#include "sensors/perf_group.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum {
	CEILING_DEFAULT_PAGES = 33,
	CEILING_MOST_PAGES = 4096, /* beyond it the calls would take too long */
	CALLS = 16,
	ROW_CPUS = 1024,
	REASON_SENT = 4,
};

const char *const flush_seen_name[FLUSH_SEEN_N] = {
	[FLUSH_SEEN_UNKNOWN] = "unknown",
	[FLUSH_SEEN_NONE] = "no flush",
	[FLUSH_SEEN_RANGED] = "page by page",
	[FLUSH_SEEN_FULL] = "full",
};

struct listener {
	pthread_t thread;
	int cpu;
	atomic_bool spins, stop;
};

static void *listener_main(void *arg)
{
	struct listener *l = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)l->cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	atomic_store(&l->spins, true);
	while (!atomic_load_explicit(&l->stop, memory_order_relaxed))
		;
	return NULL;
}

/* The first CPUs this process may use; how many of the two there are. */
static int two_cpus(const cpu_set_t *allowed, int cpus[2])
{
	int n = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++)
		if (CPU_ISSET((size_t)cpu, allowed))
			cpus[n++] = cpu;
	return n;
}

static void pages_free(char *pages, int64_t n, long page_bytes)
{
	for (int64_t i = 0; i < n; i++)
		*(volatile char *)(pages + i * page_bytes) = 1;
	madvise(pages, (size_t)(n * page_bytes), MADV_DONTNEED);
}

/* The tracepoint's counters on this thread, enabled; false with a reason. */
static bool counters_open(struct perf_group *g, const struct sensor_env *env,
			  struct flush_self_test *t)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT,
				       .size = sizeof(attr)};
	uint64_t id = 0;
	int err;

	if (!env->trace_flushes) {
		text_copy(t->reason, sizeof(t->reason),
			  "counting flushes is switched off (--no-trace)");
		return false;
	}
	err = flush_tracepoint_id(env->perf, env->root, &id);
	attr.config = id;
	if (err)
		text_copy(t->reason, sizeof(t->reason), flush_tracepoint_reason(err));
	for (int i = 0; i < FLUSH_COLUMNS && !err; i++) {
		err = perf_group_add(g, env->perf, &attr, gettid(), flush_filter[i]);
		if (err)
			snprintf(t->reason, sizeof(t->reason),
				 "tlb:tlb_flush cannot be counted: %s", strerror(-err));
	}
	if (!err)
		err = perf_group_enable(g);
	return !err;
}

static enum flush_seen kind_of(struct perf_group *g)
{
	struct perf_group_delta d;
	uint64_t ranged = 0;

	if (perf_group_take(g, &d))
		return FLUSH_SEEN_UNKNOWN;
	enum flush_column view = flush_better_view(d.count);

	for (int i = 1; i < FLUSH_SIZES; i++)
		ranged += d.count[view + i];
	if (d.count[view])
		return FLUSH_SEEN_FULL;
	return ranged ? FLUSH_SEEN_RANGED : FLUSH_SEEN_NONE;
}

/* The TLB row, all CPUs together; NaN where there is none. */
static double row_read(const char *root)
{
	uint32_t count[ROW_CPUS];
	double sum = 0;
	char *text = NULL;
	size_t bytes, at = 0;
	int n = -ENOENT;

	if (file_read_all(root, "/proc/interrupts", &text, &bytes))
		return NAN;
	if (!interrupts_find_row(text, bytes, "TLB:", &at))
		n = interrupts_parse_row(text + at, bytes - at, "TLB:", count,
					 ROW_CPUS);
	for (int i = 0; i < n; i++)
		sum += count[i];
	free(text);
	return n > 0 ? sum : NAN;
}

/* Some calls of one page while the listener spins on another CPU. */
static void listener_told(char *pages, long page_bytes, int cpu, struct perf_group *g,
			  const char *root, struct flush_self_test *t)
{
	struct listener l = {.cpu = cpu};
	struct perf_group_delta d;
	double before;

	if (pthread_create(&l.thread, NULL, listener_main, &l))
		return;
	while (!atomic_load(&l.spins))
		sched_yield();
	if (g)
		perf_group_take(g, &d);
	before = row_read(root);
	for (int i = 0; i < CALLS; i++)
		pages_free(pages, 1, page_bytes);
	t->interrupts = row_read(root) - before;
	if (g && !perf_group_take(g, &d))
		t->sent = (double)d.count[FLUSH_REASON + REASON_SENT];
	atomic_store(&l.stop, true);
	pthread_join(l.thread, NULL);
	t->calls = CALLS;
}

static void self_test(char *pages, long page_bytes, const struct sensor_env *env,
		      int second_cpu, struct flush_self_test *t)
{
	struct perf_group group = {.n = 0};
	bool counts = counters_open(&group, env, t);

	if (counts) {
		struct perf_group_delta d;

		perf_group_take(&group, &d);
		pages_free(pages, t->ceiling_pages, page_bytes);
		t->at = kind_of(&group);
		pages_free(pages, t->ceiling_pages + 1, page_bytes);
		t->past = kind_of(&group);
	}
	if (second_cpu >= 0)
		listener_told(pages, page_bytes, second_cpu, counts ? &group : NULL,
			      env->root, t);
	else if (!*t->reason)
		text_copy(t->reason, sizeof(t->reason),
			  "this process may use one CPU only");
	perf_group_close(&group);
}

void flush_self_test_run(const struct sensor_env *env, int64_t ceiling_pages,
			 struct flush_self_test *out)
{
	long page_bytes = sysconf(_SC_PAGESIZE);
	cpu_set_t allowed, one;
	int cpus[2] = {0, -1}, n;
	size_t bytes;
	char *pages;

	*out = (struct flush_self_test){
		.ceiling_pages =
			ceiling_pages < 0 ? CEILING_DEFAULT_PAGES : ceiling_pages,
		.sent = NAN,
		.interrupts = NAN,
	};
	if (out->ceiling_pages < 1 || out->ceiling_pages > CEILING_MOST_PAGES) {
		text_copy(out->reason, sizeof(out->reason),
			  "the ceiling is set where nothing can be told apart");
		return;
	}
	bytes = (size_t)((out->ceiling_pages + 1) * page_bytes);
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	if (pages == MAP_FAILED || sched_getaffinity(0, sizeof(allowed), &allowed)) {
		text_copy(out->reason, sizeof(out->reason), strerror(errno));
		if (pages != MAP_FAILED)
			munmap(pages, bytes);
		return;
	}
	madvise(pages, bytes, MADV_NOHUGEPAGE);
	n = two_cpus(&allowed, cpus);
	CPU_ZERO(&one);
	CPU_SET((size_t)cpus[0], &one);
	sched_setaffinity(0, sizeof(one), &one);
	self_test(pages, page_bytes, env, n == 2 ? cpus[1] : -1, out);
	sched_setaffinity(0, sizeof(allowed), &allowed);
	munmap(pages, bytes);
}

const char *flush_self_test_told(const struct flush_self_test *t, char *buf,
				 size_t buf_bytes)
{
	buf[0] = '\0';
	if (!(t->calls > 0))
		return buf;
	text_append(buf, buf_bytes, "%.0f calls: ", t->calls);
	if (isnan(t->sent))
		text_append(buf, buf_bytes, "requests not traced, ");
	else
		text_append(buf, buf_bytes, "%.0f requests traced, ", t->sent);
	if (isnan(t->interrupts))
		text_append(buf, buf_bytes, "no TLB row");
	else
		text_append(buf, buf_bytes, "%.0f interrupts counted", t->interrupts);
	return buf;
}
