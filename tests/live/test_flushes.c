/* SPDX-License-Identifier: MIT */
/*
 * Does the kernel flush what the workloads say it will? Every case does a counted
 * number of operations in a rig on this machine, while each worker's own flushes are
 * counted by the tracepoint tlb:tlb_flush: how many, full or page by page, and of which
 * size. All operations are counted, none is sampled, and other programs are not in it.
 * A flush shows where it is made (reason 3) and where it is sent from (4); the larger
 * count is taken, since a neighbour's flush may leave nothing to do here, and a
 * neighbour that is switched out nothing to send. Needs two CPUs and permission to
 * count tracepoints.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rig/rig_test.h"
#include "tlblab/base/file.h"

enum { SKIP = 77, WORKERS_MAX = 2, TRIES = 3 };
/* What a worker flushes after its last operation: it unmaps what it had. */
enum { LEAVE_FLUSHES = 4 };

static const double tolerance_per_op = 0.03;
static const double stray_share = 0.05;

#define WHOLE_TLB "18446744073709551615"

enum column { LOCAL_FULL, LOCAL_RANGED, LOCAL_SIZE, SENT_FULL, SENT_RANGED, SENT_SIZE };
enum { COLUMNS = SENT_SIZE + 1, SENT = SENT_FULL };

struct flush_case {
	const char *workload;
	int threads, victims, ops;
	enum run_mode mode;
	const char *set[4][2];
};

#define ONE   1, 1, 400, RUN_THREADS
#define FEW   1, 1, 20, RUN_THREADS
#define TWO   2, 0, 400, RUN_THREADS
#define APART 2, 0, 400, RUN_PROCESSES

/* clang-format off: a case a row */
static const struct flush_case cases[] = {
	{"madvise", ONE, {{NULL}}},
	{"madvise", ONE, {{"touch", "yes"}}},
	{"madvise", ONE, {{"touch", "yes"}, {"pages", "33"}}},
	{"madvise", ONE, {{"touch", "yes"}, {"pages", "34"}}},
	{"madvise", TWO, {{"touch", "yes"}, {"shared", "no"}}},
	{"madvise", APART, {{"touch", "yes"}}},
	{"release", ONE, {{"pages", "1"}, {"method", "munmap"}}},
	{"release", ONE, {{"pages", "33"}, {"method", "munmap"}}},
	{"release", ONE, {{"pages", "34"}, {"method", "munmap"}}},
	{"release", ONE, {{"pages", "512"}, {"method", "munmap"}}},
	{"release", FEW, {{"pages", "4096"}, {"method", "munmap"}}},
	{"release", FEW, {{"pages", "9678"}, {"method", "munmap"}}},
	{"release", FEW, {{"pages", "20000"}, {"method", "munmap"}}},
	{"release", ONE, {{"pages", "33"}, {"method", "dontneed"}}},
	{"release", ONE, {{"pages", "34"}, {"method", "dontneed"}}},
	{"release", FEW, {{"pages", "9690"}, {"method", "dontneed"}}},
	{"release", ONE, {{"pages", "2"}, {"span_pages", "33"}, {"method", "munmap"}}},
	{"release", ONE, {{"pages", "2"}, {"span_pages", "34"}, {"method", "munmap"}}},
	{"release",
	 ONE,
	 {{"pages", "7"}, {"span_pages", "33"}, {"method", "dontneed"}}},
	{"release",
	 ONE,
	 {{"pages", "7"}, {"span_pages", "34"}, {"method", "dontneed"}}},
	{"release", ONE, {{"pages", "7"}, {"span_pages", "34"}, {"method", "free"}}},
	{"collateral", ONE, {{"pages", "33"}, {"working_set_pages", "64"}}},
	{"collateral", ONE, {{"pages", "34"}, {"working_set_pages", "64"}}},
	{"collateral", ONE, {{"pages", "7"}, {"span_pages", "34"}}},
	{"release", ONE, {{"pages", "33"}, {"method", "free"}}},
	{"release", ONE, {{"pages", "34"}, {"method", "free"}}},
	{"release", ONE, {{"pages", "33"}, {"method", "mprotect"}}},
	{"release", ONE, {{"pages", "34"}, {"method", "mprotect"}}},
	{"release", ONE, {{"pages", "8"}, {"method", "reuse"}}},
	{"release", ONE, {{"pages", "8"}, {"method", "membarrier"}}},
	{"release", TWO, {{"pages", "4"}, {"method", "munmap"}}},
	{"release", TWO, {{"pages", "4"}, {"method", "dontneed"}}},
	{"release", TWO, {{"pages", "4"}, {"method", "free"}}},
	{"release", APART, {{"pages", "4"}, {"method", "munmap"}}},
	{"release", FEW, {{"pages", "3"}, {"method", "munmap"}, {"page_size", "thp"}}},
	{"release",
	 FEW,
	 {{"pages", "3"}, {"method", "dontneed"}, {"page_size", "thp"}}},
	{"release",
	 FEW,
	 {{"pages", "3"}, {"method", "mprotect"}, {"page_size", "thp"}}},
	{"release", FEW, {{"pages", "3"}, {"method", "munmap"}, {"page_size", "huge"}}},
	{"release",
	 FEW,
	 {{"pages", "3"}, {"method", "dontneed"}, {"page_size", "huge"}}},
	{"release",
	 FEW,
	 {{"pages", "3"}, {"method", "mprotect"}, {"page_size", "huge"}}},
	{"mprotect", ONE, {{"pages", "1"}}},
	{"mprotect", ONE, {{"pages", "33"}}},
	{"mprotect", ONE, {{"pages", "34"}}},
	{"mprotect", TWO, {{"pages", "4"}}},
	{"visit", TWO, {{NULL}}},
	{"mmap1", ONE, {{NULL}}},
	{"mmap1", TWO, {{NULL}}},
	{"mmap1", ONE, {{"touch", "yes"}, {"size_bytes", "64k"}}},
	{"mmap1", ONE, {{"touch", "yes"}, {"size_bytes", "1M"}}},
	{"mmap1", FEW, {{"touch", "yes"}, {"size_bytes", "128M"}}},
	{"fork", FEW, {{"pages", "1"}}},
	{"fork", FEW, {{"pages", "40"}}},
	{"fork", 1, 1, 20, RUN_PROCESSES, {{"pages", "16"}}},
	{"collateral", ONE, {{NULL}}},
	{"lazyfree", ONE, {{"pages", "8"}}},
	{"lazyfree", ONE, {{"again", "new"}}},
	{"lazyfree", TWO, {{"pages", "8"}}},
	{"lazyfree", ONE, {{"budget_bytes", "60k"}, {"ranges", "63"}}},
	{"lazyfree", ONE, {{"budget_bytes", "0"}, {"pages", "34"}}},
	{"malloc", ONE, {{"mmap_threshold_bytes", "128k"}}},
	{"pmap", TWO, {{"wait_every", "64"}}},
	{"thp", FEW, {{NULL}}},
	{"writeback", FEW, {{"pages", "8"}}},
	{"writeback", FEW, {{"pages", "2"}, {"method", "msync"}}},
	{"bystander", FEW, {{"a_bytes", "64k"}, {"every_ms", "5"}}},
	{"bystander", FEW, {{"a_bytes", "64M"}, {"every_ms", "100"}}},
	{"bystander", FEW, {{"a_bytes", "4M"}, {"every_ms", "5"}, {"method", "reuse"}}},
	{"bystander",
	 FEW,
	 {{"a_bytes", "4M"}, {"every_ms", "20"}, {"memory", "shared"}}},
	{"bystander", FEW, {{"a_bytes", "4M"}, {"every_ms", "20"}, {"memory", "file"}}},
	{"bystander",
	 FEW,
	 {{"a_bytes", "4M"},
	  {"every_ms", "20"},
	  {"memory", "file"},
	  {"method", "dontneed"}}},
};
/* clang-format on */

static long tracepoint_id(void)
{
	static const char *const folders[] = {"/sys/kernel/tracing",
					      "/sys/kernel/debug/tracing"};
	char text[32];

	/* In a mount namespace of its own nothing is left behind. */
	if (geteuid() == 0 && access("/sys/kernel/tracing/events", F_OK) &&
	    !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL);
	for (int i = 0; i < 2; i++)
		if (!file_read_text(folders[i], "/events/tlb/tlb_flush/id", text,
				    sizeof(text)))
			return atol(text);
	return 0;
}

static int counter_open(long id, pid_t tid, const char *filter)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (uint64_t)id,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, tid, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0 && ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool counters_open(long id, pid_t tid, int64_t pages, int fds[COLUMNS])
{
	char size[40], filter[128];

	snprintf(size, sizeof(size), "pages == %lld", (long long)pages);
	const char *const what[] = {"pages == " WHOLE_TLB,
				    "pages > 0 && pages < " WHOLE_TLB,
				    pages > 0 ? size : "pages < 0"};

	for (int i = 0; i < COLUMNS; i++) {
		snprintf(filter, sizeof(filter), "reason == %d && %s", i < SENT ? 3 : 4,
			 what[i % SENT]);
		fds[i] = counter_open(id, tid, filter);
		if (fds[i] < 0)
			return false;
	}
	return true;
}

struct counts {
	double full, ranged, right_size; /* per operation */
};

static void counts_add(struct counts *c, const int fds[COLUMNS], double ops)
{
	uint64_t n[COLUMNS] = {0};

	for (int i = 0; i < COLUMNS; i++) {
		if (read(fds[i], &n[i], sizeof(n[i])) != sizeof(n[i]))
			n[i] = 0;
		close(fds[i]);
	}
	uint64_t local = n[LOCAL_FULL] + n[LOCAL_RANGED];
	uint64_t sent = n[SENT_FULL] + n[SENT_RANGED];
	/* A tie but for what it unmaps after the last one: local, in units of the page
	 * flushed. */
	int view = sent > local + local / 64 + LEAVE_FLUSHES ? SENT : 0;

	c->full += (double)n[view + LOCAL_FULL] / ops;
	c->ranged += (double)n[view + LOCAL_RANGED] / ops;
	c->right_size += (double)n[view + LOCAL_SIZE] / ops;
}

/* 0, or why this case cannot be run here. */
static int case_count(long id, const struct experiment *e, int64_t pages,
		      struct counts *out, struct error *error)
{
	struct rig_config config = rig_test_config(e);
	int fds[WORKERS_MAX][COLUMNS], err = 0;
	struct rig *rig = NULL;

	memset(out, 0, sizeof(*out));
	err = rig_start(&rig, &config, error);
	if (err)
		return err;
	if (rig_test_wait(rig, RIG_READY, error) != RIG_READY) {
		err = -EIO;
		goto out;
	}
	for (int i = 0; i < e->threads; i++) {
		struct rig_reading w;

		rig_read_worker(rig, i, &w);
		if (!counters_open(id, w.tid, pages, fds[i]))
			abort();
	}
	rig_open_gate(rig);
	if (rig_test_wait(rig, RIG_DONE, error) != RIG_DONE)
		err = -EIO;
	for (int i = 0; i < e->threads; i++)
		counts_add(out, fds[i], (double)e->ops * e->threads);
out:
	rig_stop(rig);
	return err;
}

static const char *complaint(const struct expectation *x, const struct counts *c,
			     double ops)
{
	double all = c->full + c->ranged;
	double slack = tolerance_per_op + LEAVE_FLUSHES / ops;

	if (all < x->flushes_per_op_low - tolerance_per_op)
		return "fewer than meant";
	if (all > x->flushes_per_op_high + slack)
		return "more than meant";
	if (x->kind == FLUSH_RANGED && c->full > all * stray_share + slack)
		return "full ones";
	if (x->kind == FLUSH_FULL && c->ranged > all * stray_share + slack)
		return "page by page ones";
	if (x->kind == FLUSH_RANGED && x->pages > 0 &&
	    c->right_size < c->ranged * (1 - stray_share) - slack)
		return "of another size";
	return NULL;
}

static struct expectation case_expect(const struct experiment *e)
{
	const struct expect_case c = {
		.experiment = e,
		.params = e->params,
		.workers = e->threads,
		.victims = e->victims,
		.worker_cpus = e->threads,
		.mm_cpus = e->mode == RUN_THREADS ? e->threads + e->victims : 1,
		.ceiling_pages = -1,
	};
	struct expectation out;

	workload_find(e->workload)->expect(&c, &out);
	return out;
}

static void case_name(const struct flush_case *c, char *buf, size_t buf_bytes)
{
	snprintf(buf, buf_bytes, "%s %d+%d%s", c->workload, c->threads, c->victims,
		 c->mode == RUN_PROCESSES ? " processes" : "");
	for (int i = 0; i < 4 && c->set[i][0]; i++) {
		size_t n = strlen(buf);

		snprintf(buf + n, buf_bytes - n, " %s=%s", c->set[i][0], c->set[i][1]);
	}
}

/* 0 holds, 1 fails, SKIP where the machine has not what it takes. */
static int case_holds(long id, const struct flush_case *f)
{
	struct experiment e = rig_test_experiment(f->workload);
	const char *wrong = NULL;
	struct error error;
	struct counts c;
	char name[160];

	case_name(f, name, sizeof(name));
	e.threads = f->threads;
	e.victims = f->victims;
	e.mode = f->mode;
	e.ops = f->ops;
	for (int i = 0; i < 4 && f->set[i][0]; i++)
		rig_test_set(&e, f->set[i][0], f->set[i][1]);
	struct expectation x = case_expect(&e);

	for (int i = 0; i < TRIES; i++) {
		error_clear(&error);
		int err = case_count(id, &e, x.pages, &c, &error);

		if (err) {
			printf("%s: %s: %s\n", name, error.what, error.why);
			return error.code == ERROR_MACHINE ? SKIP : 1;
		}
		wrong = complaint(&x, &c, (double)e.ops * e.threads);
		if (!wrong)
			return 0;
	}
	printf("%s: full %.3f, ranged %.3f per op, right size %.3f; expected %.2f to "
	       "%.2f of kind %d, %lld pages: %s\n",
	       name, c.full, c.ranged, c.right_size, x.flushes_per_op_low,
	       x.flushes_per_op_high, x.kind, (long long)x.pages, wrong);
	return 1;
}

int main(int argc, char **argv)
{
	int failed = 0, skipped = 0;

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	if (rig_test_cpus() < 2) {
		puts("needs two CPUs");
		return SKIP;
	}
	long id = tracepoint_id();
	int probe = id ? counter_open(id, 0, "reason == 3") : -1;

	if (probe < 0) {
		puts("the tracepoint tlb:tlb_flush cannot be counted here: run as root");
		return SKIP;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int outcome = case_holds(id, &cases[i]);

		failed += outcome == 1;
		skipped += outcome == SKIP;
	}
	close(probe);
	printf("%zu cases, %d failed, %d not possible here\n",
	       sizeof(cases) / sizeof(cases[0]), failed, skipped);
	return failed ? 1 : 0;
}
