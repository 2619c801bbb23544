/* SPDX-License-Identifier: MIT */
/*
 * What a client, its children, other programs and bad luck can do to the guardian: in
 * the end the ceiling is restored, or someone was told what restores it. A plain file
 * stands for the kernel's.
 */
#include "knobs/guardian_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "knobs/journal.h"
#include "support/scratch.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/knobs/ceiling.h"

static struct scratch scratch;
static struct guardian_place place;

static int make_place(void **state)
{
	(void)state;
	scratch_make(&scratch);
	memset(&place, 0, sizeof(place));
	strcpy(place.root, scratch.root);
	place.process = true;
	scratch_write(&scratch, CEILING_PATH, "33\n");
	scratch_write(&scratch, "/run/.keep", "");
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static int64_t ceiling_now(void)
{
	int64_t pages = -1;

	ceiling_read(scratch.root, &pages, NULL);
	return pages;
}

static bool entry_stands(void)
{
	struct journal j;
	struct journal_entry e;

	journal_init(&j, scratch.root);
	return journal_read(&j, &e) != -ENOENT;
}

static void wait_until_settled(void)
{
	while (entry_stands())
		clock_sleep_until(clock_now_ns() + 1000000);
}

static struct guardian *start(void)
{
	struct guardian *g = NULL;

	assert_int_equal(guardian_start_at(&g, &place, NULL), 0);
	return g;
}

/* As a client that may neither continue nor replace its guardian. */
static struct guardian *start_dropped(void)
{
	struct guardian *g = start();

	g->dropped = true;
	g->link.may_continue = false;
	return g;
}

static void move(const char *from, const char *to)
{
	char a[300], b[300];

	snprintf(a, sizeof(a), "%s%s", scratch.root, from);
	snprintf(b, sizeof(b), "%s%s", scratch.root, to);
	assert_int_equal(rename(a, b), 0);
}

/* A kernel that knows SO_PASSRIGHTS refuses it here, for the guardian's socket. */
static int send_descriptor(int socket, int fd)
{
	struct guard_request q = {.op = GUARD_CEILING_GET, .serial = 99};

	return guard_send(socket, &q, sizeof(q), fd);
}

/* Runs hold(socket) in a child that keeps the socket, and ends the client. */
static void run_client(void (*hold)(int socket))
{
	int ready[2];
	pid_t pid, child = -1;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct guardian *g = start();

		if (guardian_ceiling_set(g, 5, NULL))
			_exit(1);
		child = fork();
		if (child == 0) {
			hold(g->link.socket);
			child = getpid();
			if (write(ready[1], &child, sizeof(child)) < 0)
				_exit(1);
			pause();
		}
		close(ready[1]);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &child, sizeof(child)), sizeof(child));
	close(ready[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	wait_until_settled();
	assert_int_equal(ceiling_now(), 33);
	kill(child, SIGKILL);
}

/* Until neither side's buffer takes another. */
static void flood(int socket)
{
	struct guard_request q = {.op = GUARD_CEILING_GET, .serial = 7};
	int full = 0;

	while (full < 20) {
		if (guard_send(socket, &q, sizeof(q), -1) == -EAGAIN) {
			full++;
			usleep(1000);
		}
	}
}

static void test_a_flood_does_not_hold_it(void **state)
{
	(void)state;
	run_client(flood);
}

/* A connection whose close would wait for a peer that reads nothing. */
static int lingering_socket(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger linger = {1, 3600};
	socklen_t bytes = sizeof(at);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	static char much[1 << 16];

	if (bind(server, (struct sockaddr *)&at, sizeof(at)) || listen(server, 1) ||
	    getsockname(server, (struct sockaddr *)&at, &bytes))
		abort();
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) && errno != EINPROGRESS)
		abort();
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	for (int full = 0; full < 3;)
		if (write(fd, much, sizeof(much)) < 0) {
			full++;
			usleep(1000);
		}
	return fd;
}

static void pass_lingering(int socket)
{
	int fd = lingering_socket();

	int err = send_descriptor(socket, fd);

	if (err && err != -EPERM)
		abort();
	/* Then the packet's is the last one; where it was refused, this would wait. */
	if (!err)
		close(fd);
}

static void test_a_lingering_descriptor_does_not_hold_it(void **state)
{
	(void)state;
	run_client(pass_lingering);
}

static void test_descriptors_are_left_where_they_are(void **state)
{
	struct guard_request q;
	int pair[2], probe[2], flags;
	char byte;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(pipe(probe), 0);
	assert_int_equal(send_descriptor(pair[0], probe[1]), 0);
	close(probe[1]);
	assert_int_equal(guard_receive_plain(pair[1], &q, sizeof(q)), -EPROTO);
	assert_int_equal(guard_receive_plain(pair[1], &q, sizeof(q)), -EPROTO);
	/* The pipe's other end lives as long as the packet. */
	flags = fcntl(probe[0], F_GETFL);
	fcntl(probe[0], F_SETFL, flags | O_NONBLOCK);
	assert_int_equal(read(probe[0], &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(read(probe[0], &byte, 1), 0);
	close(probe[0]);
}

static void test_packets_of_another_size_end_the_service(void **state)
{
	struct guardian *g = start_dropped();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 5, NULL), 0);
	assert_int_equal(guard_send(g->link.socket, "x", 1, -1), 0);
	wait_until_settled();
	assert_int_equal(ceiling_now(), 33);
	assert_int_equal(guardian_end(g, NULL), 0);
}

static void test_what_cannot_be_restored_is_said_and_tried_again(void **state)
{
	struct guardian_last_words words;
	struct guardian *g = start_dropped();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	move("/sys/kernel/debug", "/sys/kernel/away");
	assert_true(guardian_end(g, &words) < 0);
	assert_int_equal(words.error.code, ERROR_MACHINE);
	assert_non_null(strstr(words.error.why, "still 7 instead of 33"));
	assert_non_null(strstr(words.error.todo, "echo 33 | sudo tee " CEILING_PATH));
	assert_true(entry_stands());
	move("/sys/kernel/away", "/sys/kernel/debug");
	wait_until_settled();
	assert_int_equal(ceiling_now(), 33);
}

static void test_a_killed_guardian_is_told_of_at_the_end(void **state)
{
	struct guardian_last_words words;
	struct guardian *g = start_dropped();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	kill(guardian_pid(g), SIGKILL);
	assert_true(guardian_end(g, &words) < 0);
	assert_non_null(strstr(words.error.why, "killed"));
	assert_non_null(strstr(words.error.why, "still 7 instead of 33"));
	assert_non_null(strstr(words.error.todo, "echo 33 | sudo tee " CEILING_PATH));
	/* Nothing was changed: nothing to tell. */
	scratch_write(&scratch, CEILING_PATH, "33\n");
	g = start_dropped();
	kill(guardian_pid(g), SIGKILL);
	assert_int_equal(guardian_end(g, &words), 0);
	assert_int_equal(words.error.code, ERROR_NONE);
}

static void test_a_stopped_guardian_is_told_of_and_restores_when_continued(void **state)
{
	struct guardian_last_words words;
	struct error error = {0};
	struct guardian *g = start_dropped();
	pid_t pid = guardian_pid(g);
	int64_t pages;

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	kill(pid, SIGSTOP);
	assert_int_equal(guardian_ceiling_set(g, 8, &error), -ETIMEDOUT);
	assert_non_null(strstr(error.why, "is stopped"));
	/* A screen goes on. */
	assert_true(guardian_ceiling_watch(g, &pages) == 0 || pages == -1);
	assert_true(guardian_end(g, &words) < 0);
	assert_non_null(strstr(words.error.why, "stopped"));
	assert_non_null(strstr(words.error.todo, "sudo kill -CONT"));
	assert_int_equal(ceiling_now(), 7);
	kill(pid, SIGCONT);
	wait_until_settled();
	assert_int_equal(ceiling_now(), 33);
}

static void test_a_continued_guardian_serves_again(void **state)
{
	struct guardian *g = start_dropped();
	int64_t pages = -1;
	int err;

	(void)state;
	kill(guardian_pid(g), SIGSTOP);
	assert_int_equal(guardian_ceiling_set(g, 8, NULL), -ETIMEDOUT);
	kill(guardian_pid(g), SIGCONT);
	while ((err = guardian_ceiling_set(g, 9, NULL)) == -ETIMEDOUT)
		clock_sleep_until(clock_now_ns() + 1000000);
	assert_int_equal(err, 0);
	assert_int_equal(guardian_ceiling_get(g, &pages), 0);
	assert_int_equal(pages, 9);
	assert_int_equal(guardian_end(g, NULL), 0);
	assert_int_equal(ceiling_now(), 33);
}

static void test_root_continues_a_stopped_guardian(void **state)
{
	struct guardian *g = start();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	kill(guardian_pid(g), SIGSTOP);
	assert_int_equal(guardian_ceiling_set(g, 8, NULL), 0);
	kill(guardian_pid(g), SIGSTOP);
	assert_int_equal(guardian_end(g, NULL), 0);
	assert_int_equal(ceiling_now(), 33);
}

static void test_a_watch_sees_changes_later(void **state)
{
	struct guardian *g = start();
	int64_t pages = -1;

	(void)state;
	assert_int_equal(guardian_ceiling_watch(g, &pages), 0);
	assert_int_equal(pages, 33);
	scratch_write(&scratch, CEILING_PATH, "44\n");
	while (pages != 44) {
		assert_int_equal(guardian_ceiling_watch(g, &pages), 0);
		clock_sleep_until(clock_now_ns() + 1000000);
	}
	guardian_stop(g);
}

static void test_a_value_of_someone_elses_stays(void **state)
{
	struct guardian_last_words words;
	struct guardian *g = start();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	scratch_write(&scratch, CEILING_PATH, "50\n");
	assert_int_equal(guardian_end(g, &words), 0);
	assert_int_equal(ceiling_now(), 50);
	assert_non_null(strstr(words.note, "50"));
	assert_non_null(strstr(words.note, "33"));
	assert_false(entry_stands());
	/* In the middle of a run: it is what comes back. */
	g = start();
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	scratch_write(&scratch, CEILING_PATH, "60\n");
	assert_int_equal(guardian_ceiling_set(g, 8, NULL), 0);
	assert_int_equal(ceiling_now(), 8);
	assert_int_equal(guardian_end(g, &words), 0);
	assert_int_equal(ceiling_now(), 60);
	assert_non_null(strstr(words.note, "60"));
	/* Before the first change. */
	g = start();
	scratch_write(&scratch, CEILING_PATH, "70\n");
	assert_int_equal(guardian_ceiling_set(g, 8, NULL), 0);
	assert_int_equal(guardian_end(g, &words), 0);
	assert_int_equal(ceiling_now(), 70);
}

static void write_entry(const char *ours)
{
	char boot[64], text[160];

	file_read_text("", "/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	/* Of a process that is none: larger than any pid. */
	snprintf(text, sizeof(text), "33 4194305 %s%s\n", boot, ours);
	scratch_write(&scratch, "/run/tlblab/ceiling", text);
}

static void test_no_original_is_taken_while_an_entry_stands(void **state)
{
	struct error error = {0};
	struct guardian *g;
	char path[300];

	(void)state;
	/* Readable, and not even root may write it. */
	snprintf(path, sizeof(path), "%s%s", scratch.root, CEILING_PATH);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/proc/sys/kernel/ngroups_max", path), 0);
	write_entry(" 65536 7");
	g = start();
	assert_int_equal(guardian_ceiling_original(g), -1);
	assert_false(guardian_ceiling_availability(g)->available);
	assert_non_null(strstr(guardian_ceiling_availability(g)->reason,
			       "33 cannot be put back yet"));
	assert_true(guardian_ceiling_set(g, 9, &error) < 0);
	assert_true(entry_stands());
	/* Asked again once that is over. */
	assert_int_equal(unlink(path), 0);
	scratch_write(&scratch, CEILING_PATH, "7\n");
	assert_int_equal(guardian_ceiling_set(g, 9, &error), 0);
	assert_int_equal(guardian_ceiling_original(g), 33);
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 33);
}

static void test_an_entry_that_cannot_be_understood_stands(void **state)
{
	struct guardian *g;

	(void)state;
	scratch_write(&scratch, "/run/tlblab/ceiling", "thirty-three\n");
	g = start();
	assert_int_equal(guardian_ceiling_original(g), -1);
	assert_non_null(strstr(guardian_ceiling_availability(g)->reason,
			       "cannot be understood"));
	guardian_stop(g);
	assert_true(entry_stands());
}

static void test_a_start_mends_or_says_what_to_run(void **state)
{
	char line[400] = "x";

	(void)state;
	assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)), 0);
	assert_string_equal(line, "");
	scratch_write(&scratch, CEILING_PATH, "7\n");
	write_entry(" 33 7");
	if (geteuid() == 0) {
		assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)), 1);
		assert_string_equal(line, "ceiling: restored to 33; a killed session "
					  "had left it at 7");
		assert_int_equal(ceiling_now(), 33);
		assert_false(entry_stands());
		/* What another program wrote after the kill stays. */
		scratch_write(&scratch, CEILING_PATH, "50\n");
		write_entry(" 33 7");
		assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)), 1);
		assert_non_null(strstr(line, "another program set it to 50"));
		assert_int_equal(ceiling_now(), 50);
		move("/sys/kernel/debug", "/sys/kernel/away");
		write_entry(" 33 7");
		assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)),
				 -EPERM);
		assert_true(entry_stands());
	} else {
		assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)),
				 -EPERM);
		assert_non_null(strstr(line, "sudo tlblab doctor"));
	}
	scratch_write(&scratch, "/run/tlblab/ceiling", "x\n");
	assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)), -EPERM);
	assert_non_null(strstr(line, "remove that file"));
}

static void test_a_running_session_is_left_alone(void **state)
{
	struct guardian *g = start();
	char line[400];

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	assert_int_equal(guardian_mend_at(scratch.root, line, sizeof(line)), 0);
	assert_int_equal(ceiling_now(), 7);
	guardian_stop(g);
}

static bool may_lower_oom_score(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/proc/self/oom_score_adj", O_WRONLY);

		_exit(write(fd, "-1000", 5) == 5 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static void test_others_are_killed_for_memory_first(void **state)
{
	struct guardian *g = start();
	char path[64];
	long adj = 0;

	(void)state;
	/* Some containers' root may not. */
	if (geteuid() != 0 || !may_lower_oom_score())
		skip();
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)guardian_pid(g));
	assert_int_equal(file_read_long("", path, &adj), 0);
	assert_int_equal(adj, -1000);
	guardian_stop(g);
}

/* Refuses one system call from here on, as a container's filter does. */
static void refuse_syscall(unsigned int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		abort();
}

/* 0 in a child with that call refused: a guardian that works, or reason is in why not.
 */
static int start_refused(unsigned int number, const char *reason)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct guardian *g = NULL;

		refuse_syscall(number);
		if (guardian_start_at(&g, &place, NULL))
			_exit(1);
		if (reason)
			_exit(guardian_ceiling_availability(g)->available ||
			      !strstr(guardian_ceiling_availability(g)->reason,
				      reason));
		if (guardian_ceiling_set(g, 7, NULL) || ceiling_now() != 7)
			_exit(2);
		_exit(guardian_end(g, NULL) || ceiling_now() != 33 ? 3 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_a_missing_call_costs_the_ceiling_at_most(void **state)
{
	(void)state;
	assert_int_equal(start_refused(SYS_close_range, NULL), 0);
	assert_int_equal(start_refused(SYS_pidfd_open, NULL), 0);
	assert_int_equal(start_refused(SYS_unshare, NULL), 0);
	assert_int_equal(start_refused(SYS_socketpair, "could not start"), 0);
	assert_int_equal(start_refused(SYS_prctl, "could not start"), 0);
	assert_int_equal(ceiling_now(), 33);
}

static void test_without_a_null_device(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct guardian *g = NULL;

		if (chroot(scratch.root) || chdir("/"))
			_exit(1);
		place.root[0] = '\0';
		if (guardian_start_at(&g, &place, NULL))
			_exit(2);
		_exit(guardian_pid(g) > 0 && guardian_end(g, NULL) == 0 ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(test_a_flood_does_not_hold_it),
		WITH_PLACE(test_a_lingering_descriptor_does_not_hold_it),
		WITH_PLACE(test_descriptors_are_left_where_they_are),
		WITH_PLACE(test_packets_of_another_size_end_the_service),
		WITH_PLACE(test_what_cannot_be_restored_is_said_and_tried_again),
		WITH_PLACE(test_a_killed_guardian_is_told_of_at_the_end),
		WITH_PLACE(
			test_a_stopped_guardian_is_told_of_and_restores_when_continued),
		WITH_PLACE(test_a_continued_guardian_serves_again),
		WITH_PLACE(test_root_continues_a_stopped_guardian),
		WITH_PLACE(test_a_watch_sees_changes_later),
		WITH_PLACE(test_a_value_of_someone_elses_stays),
		WITH_PLACE(test_no_original_is_taken_while_an_entry_stands),
		WITH_PLACE(test_an_entry_that_cannot_be_understood_stands),
		WITH_PLACE(test_a_start_mends_or_says_what_to_run),
		WITH_PLACE(test_a_running_session_is_left_alone),
		WITH_PLACE(test_others_are_killed_for_memory_first),
		WITH_PLACE(test_a_missing_call_costs_the_ceiling_at_most),
		WITH_PLACE(test_without_a_null_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
