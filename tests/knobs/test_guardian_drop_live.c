/* SPDX-License-Identifier: MIT */
/*
 * On this machine, as root: the client becomes nobody for good, and the guardian still
 * counts for it what nobody may not. Runs in children, since a drop has no way back.
 */
#include "knobs/guardian_process.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/scratch.h"
#include "tlblab/base/file.h"
#include "tlblab/knobs/ceiling.h"

enum { NOBODY = 65534, SKIPPED = 77 };

static const struct guardian_place nobody = {
	.process = true, .drop = true, .uid = NOBODY, .gid = NOBODY};

/* Runs a check in a child; 0, or the line of the check that did not hold. */
static int in_child(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define HOLDS(condition)                                                               \
	do {                                                                           \
		if (!(condition)) {                                                    \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition);        \
			return 1;                                                      \
		}                                                                      \
	} while (0)

static int check_drop(void)
{
	struct guardian *g = NULL;
	uid_t uid = 0;
	char text[64];

	HOLDS(guardian_start_at(&g, &nobody, NULL) == 0);
	HOLDS(guardian_dropped(g, &uid) && uid == NOBODY);
	HOLDS(geteuid() == NOBODY && getuid() == NOBODY && getegid() == NOBODY);
	HOLDS(setuid(0) != 0 && seteuid(0) != 0 && setgid(0) != 0);
	HOLDS(getgroups(0, NULL) <= 1);
	HOLDS(access("/proc/self/environ", R_OK) == 0);
	HOLDS(kill(guardian_pid(g), 0) < 0 && errno == EPERM);
	/* Only two files of tracefs are served. */
	HOLDS(guardian_read_tracepoint(g, "events/tlb/../../trace", text,
				       sizeof(text)) < 0);
	HOLDS(guardian_read_tracepoint(g, "../../../etc/shadow", text, sizeof(text)) <
	      0);
	guardian_stop(g);
	return 0;
}

static void test_drop_is_for_good(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_drop), 0);
}

static struct perf_event_attr flush_attr(struct guardian *g, int *err)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT,
				       .size = sizeof(attr)};
	char id[32] = "0";

	*err = guardian_read_tracepoint(g, "events/tlb/tlb_flush/id", id, sizeof(id));
	attr.config = strtoull(id, NULL, 10);
	return attr;
}

/* Maps, touches and drops a page: the least that must flush. */
static void flush_once(void)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	p[0] = 1;
	madvise(p, 4096, MADV_DONTNEED);
	munmap(p, 4096);
}

/* A process of nobody's that the lab did not start: its parent is gone. */
static pid_t orphan_of_nobody(int dumpable)
{
	int ready[2];
	pid_t pid = 0;

	if (pipe(ready))
		return -1;
	pid_t parent = fork();

	if (parent == 0) {
		if (fork() == 0) {
			pid = getpid();
			if (setgid(NOBODY) || setuid(NOBODY) ||
			    prctl(PR_SET_DUMPABLE, dumpable) ||
			    write(ready[1], &pid, sizeof(pid)) < 0)
				_exit(1);
			for (;;) {
				flush_once();
				usleep(1000);
			}
		}
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &pid, sizeof(pid)) != sizeof(pid))
		pid = -1;
	close(ready[0]);
	waitpid(parent, NULL, 0);
	return pid;
}

/* What the user runs beside the lab is counted; what hides from that user is not. */
static int check_others(void)
{
	pid_t own = orphan_of_nobody(1), hidden = orphan_of_nobody(0);
	const struct perf_opener *opener;
	struct perf_event_attr attr;
	struct guardian *g = NULL;
	uint64_t flushes = 0;
	int fd, hidden_fd, err;

	HOLDS(own > 0 && hidden > 0);
	HOLDS(guardian_start_at(&g, &nobody, NULL) == 0);
	attr = flush_attr(g, &err);
	opener = guardian_perf_opener(g);
	fd = err ? 0 : opener->open(opener->self, &attr, own, -1, -1, "reason == 3");
	hidden_fd =
		err ? -EPERM : opener->open(opener->self, &attr, hidden, -1, -1, NULL);
	for (int i = 0; i < 1000 && fd > 0 && flushes < 5; i++) {
		usleep(10000);
		if (read(fd, &flushes, sizeof(flushes)) != sizeof(flushes))
			break;
	}
	/* As nobody: both are its own to end. */
	kill(own, SIGKILL);
	kill(hidden, SIGKILL);
	guardian_stop(g);
	if (err)
		return SKIPPED;
	HOLDS(fd > 0 && flushes >= 5);
	HOLDS(hidden_fd < 0);
	return 0;
}

static void test_the_users_other_processes_are_counted(void **state)
{
	int status = in_child(check_others);

	(void)state;
	if (status == SKIPPED)
		skip();
	assert_int_equal(status, 0);
}

static int check_counting(void)
{
	const struct perf_opener *opener;
	struct perf_event_attr attr;
	struct guardian *g = NULL;
	uint64_t all = 0, full = 0, before;
	int fd, full_fd, err;

	HOLDS(guardian_start_at(&g, &nobody, NULL) == 0);
	attr = flush_attr(g, &err);
	if (err) {
		fprintf(stderr, "no tlb:tlb_flush here: %s\n", strerror(-err));
		return SKIPPED;
	}
	opener = guardian_perf_opener(g);
	fd = opener->open(opener->self, &attr, getpid(), -1, -1, "reason == 3");
	HOLDS(fd >= 0);
	/* A second in its group: the leader travels to the guardian. */
	full_fd = opener->open(opener->self, &attr, getpid(), -1, fd,
			       "reason == 3 && pages == 18446744073709551615");
	HOLDS(full_fd >= 0);
	HOLDS(read(fd, &before, sizeof(before)) == sizeof(before));
	for (int i = 0; i < 100; i++)
		flush_once();
	HOLDS(read(fd, &all, sizeof(all)) == sizeof(all));
	HOLDS(read(full_fd, &full, sizeof(full)) == sizeof(full));
	HOLDS(all - before >= 100);
	HOLDS(full <= all);
	/* Not for others, and not to sample. */
	HOLDS(opener->open(opener->self, &attr, getppid(), -1, -1, NULL) < 0);
	attr.sample_period = 1;
	attr.sample_type = PERF_SAMPLE_RAW;
	HOLDS(opener->open(opener->self, &attr, getpid(), -1, -1, NULL) < 0);
	guardian_stop(g);
	return 0;
}

static void test_counters_come_through_after_the_drop(void **state)
{
	int status = in_child(check_counting);

	(void)state;
	if (status == SKIPPED)
		skip();
	assert_int_equal(status, 0);
}

/* Stays root while its parent drops: kills what it is told to, then, asked again,
 * starts a lab of its own at the same place. */
static pid_t fork_root_helper(const struct guardian_place *place, int *orders)
{
	int gate[2];
	pid_t pid;

	if (pipe(gate))
		abort();
	pid = fork();
	if (pid == 0) {
		struct guardian_place same = *place;
		struct guardian *g = NULL;
		pid_t victim;
		char byte;

		same.drop = false;
		close(gate[1]);
		if (read(gate[0], &victim, sizeof(victim)) == sizeof(victim))
			kill(victim, SIGKILL);
		if (read(gate[0], &byte, 1) == 1 && !guardian_start_at(&g, &same, NULL))
			guardian_stop(g);
		_exit(0);
	}
	close(gate[0]);
	*orders = gate[1];
	return pid;
}

static int check_killed_guardian(const struct scratch *scratch)
{
	struct guardian_place place = nobody;
	struct error error = {0};
	struct guardian *g = NULL;
	int64_t pages = 0;
	siginfo_t info;
	pid_t helper, victim;
	int orders;

	strcpy(place.root, scratch->root);
	helper = fork_root_helper(&place, &orders);
	HOLDS(guardian_start_at(&g, &place, NULL) == 0);
	HOLDS(guardian_ceiling_set(g, 5, NULL) == 0);
	victim = guardian_pid(g);
	HOLDS(write(orders, &victim, sizeof(victim)) == sizeof(victim));
	HOLDS(waitid(P_PID, (id_t)victim, &info, WEXITED | WNOWAIT) == 0);

	HOLDS(guardian_ceiling_set(g, 6, &error) < 0);
	HOLDS(strstr(error.why, "still 5 instead of 33") != NULL);
	HOLDS(strstr(error.todo, "sudo") != NULL);
	HOLDS(guardian_pid(g) == 0);
	HOLDS(guardian_ceiling_set(g, 6, &error) < 0);
	guardian_stop(g);

	HOLDS(ceiling_read(scratch->root, &pages, NULL) == 0 && pages == 5);
	HOLDS(write(orders, "x", 1) == 1);
	HOLDS(waitpid(helper, NULL, 0) == helper);
	HOLDS(ceiling_read(scratch->root, &pages, NULL) == 0 && pages == 33);
	return 0;
}

static void test_dropped_client_outlives_its_guardian(void **state)
{
	struct scratch scratch;
	int status;
	pid_t pid;

	(void)state;
	scratch_make(&scratch);
	chmod(scratch.root, 0755);
	scratch_write(&scratch, CEILING_PATH, "33\n");
	scratch_write(&scratch, "/run/.keep", "");
	pid = fork();
	if (pid == 0)
		_exit(check_killed_guardian(&scratch));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	scratch_remove(&scratch);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drop_is_for_good),
		cmocka_unit_test(test_counters_come_through_after_the_drop),
		cmocka_unit_test(test_the_users_other_processes_are_counted),
		cmocka_unit_test(test_dropped_client_outlives_its_guardian),
	};

	if (geteuid() != 0) {
		printf("dropping privilege needs root\n");
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
